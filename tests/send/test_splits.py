"""How the network cuts what the peer says makes no difference: same bytes, same outcomes, same exit status.

Each dialogue is played whole, in single bytes, and cut at each place; so are dialogues with damage.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from factories import CT_PROFILE, EXPLICIT, write_ct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from played_stream import WHOLE, Clock, PlayedStream

from asprofile.cli.ending import exit_status
from asprofile.negotiate.request import AssociateAccept, ContextResult, propose
from asprofile.net import deadline, dimse, wire
from asprofile.objects.header import read_header
from asprofile.send import session
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer

REQUEST = propose(CT_PROFILE)
ACCEPT = wire.encode(AssociateAccept("A", "B", (ContextResult(3, 0, EXPLICIT),)))
RELEASE, RELEASED = wire.encode(wire.ReleaseRequest()), wire.encode(wire.ReleaseResponse())
ABORT = wire.encode(wire.Abort(2, 0))
STORED, FAILED, UNKNOWN = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN


def answer(message_id: int, status: int = 0, fragments: int = 1) -> bytes:
    command = dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, message_id), status)
    size = -(-len(command) // fragments)
    parts = [command[start : start + size] for start in range(0, len(command), size)]
    return b"".join(wire.data_header(3, len(part), command=True, last=part is parts[-1]) + part for part in parts)


@pytest.fixture
def two(tmp_path):
    return [read_header(write_ct(tmp_path / f"{i}.dcm", f"1.2.3.{i}")) for i in range(2)]


@pytest.fixture
def played(two, monkeypatch):
    """``played(replies, cuts)``: what became of two objects, whatever a user or a program sees of it."""

    def play(replies: list[bytes], cuts: list[int], *, closes: bool = True) -> tuple[Any, ...]:
        clock, streams = Clock(), []

        def connect(*_: object) -> PlayedStream:
            streams.append(PlayedStream(replies, cuts, clock, closes=closes))
            return streams[-1]

        with monkeypatch.context() as patch:
            patch.setattr(deadline, "time", SimpleNamespace(monotonic=clock.monotonic))
            patch.setattr(session, "connect", connect)
            limits = SendOptions(acse_timeout=1, dimse_timeout=1, retries=0, wait=0)
            control = Control(sleep=lambda _: None)
            report = send(REQUEST, two, Peer("127.0.0.1", 104), limits, control=control)
        results = [(result.outcome, result.status, result.reason, result.bytes) for result in report.results]
        return results, str(report.error), exit_status(report), [stream.said for stream in streams]

    return play


DIALOGUES: dict[str, tuple[list[bytes], list[Outcome]]] = {
    "all is well": ([ACCEPT, answer(1), answer(2), RELEASED], [STORED, STORED]),
    "answers in fragments": (
        [ACCEPT, answer(1, 0, 5), answer(2, 0xB000, 9), RELEASED],
        [STORED, Outcome.STORED_WITH_WARNING],
    ),
    "abort with an answer": ([ACCEPT, answer(1) + ABORT], [STORED, STORED]),
    "release with an answer": ([ACCEPT, answer(1) + RELEASE], [STORED, STORED]),
    "release and abort": ([ACCEPT, answer(1) + RELEASE + ABORT], [STORED, STORED]),
    "abort and release": ([ACCEPT, answer(1) + ABORT + RELEASE], [STORED, STORED]),
    "release with the last answer": ([ACCEPT, answer(1), answer(2) + RELEASE], [STORED, STORED]),
    "abort with the last answer": ([ACCEPT, answer(1), answer(2) + ABORT], [STORED, STORED]),
    "release and abort with the last answer": ([ACCEPT, answer(1), answer(2) + RELEASE + ABORT], [STORED, STORED]),
    "many releases": ([ACCEPT, answer(1), answer(2), RELEASE * 50], [STORED, STORED]),
    "released twice": ([ACCEPT, answer(1), answer(2), RELEASED * 2], [STORED, STORED]),
    "an abort with the association": ([ACCEPT + ABORT], [FAILED, FAILED]),
    "a release with the association": ([ACCEPT + RELEASE], [FAILED, FAILED]),
    "release and abort with the association": ([ACCEPT + RELEASE + ABORT], [FAILED, FAILED]),
    "an answer with the association": ([ACCEPT + answer(1)], [FAILED, FAILED]),
    "two answers at once": ([ACCEPT, answer(1) + answer(2)], [STORED, STORED]),
    "the same answer twice": ([ACCEPT, answer(1) * 2], [STORED, STORED]),
    "rubbish with an answer": ([ACCEPT, answer(1) + bytes(9)], [STORED, STORED]),
    "half an answer": ([ACCEPT, answer(1)[:-4]], [UNKNOWN, UNKNOWN]),
    "empty fragments": ([ACCEPT, wire.data_header(3, 0, command=True, last=False) * 300], [UNKNOWN, UNKNOWN]),
}


@pytest.mark.parametrize("name", DIALOGUES)
@pytest.mark.parametrize("closes", [True, False], ids=["closes", "silent"])
def test_a_dialogue_in_any_pieces(played, name, closes):
    replies, outcomes = DIALOGUES[name]
    whole = played(replies, [WHOLE], closes=closes)
    assert [result[0] for result in whole[0]] == outcomes
    assert played(replies, [1], closes=closes) == whole
    longest = max(map(len, replies))
    for place in range(1, longest, 1 if closes and longest < 500 else longest // 50):
        assert played(replies, [place, WHOLE], closes=closes) == whole, place


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.sampled_from(sorted(DIALOGUES)), st.data())
def test_a_damaged_dialogue_in_any_pieces(played, name, data):
    replies = [bytearray(reply) for reply in DIALOGUES[name][0]]
    for _ in range(data.draw(st.integers(1, 3))):
        reply = data.draw(st.sampled_from(replies))
        if reply:
            place = data.draw(st.integers(0, len(reply) - 1))
            change = data.draw(st.sampled_from(["byte", "cut", "twice", "more"]))
            if change == "byte":
                reply[place] = data.draw(st.integers(0, 255))
            elif change == "cut":
                del reply[place : place + data.draw(st.integers(1, 12))]
            elif change == "twice":
                reply[place:place] = reply[:place]
            else:
                reply[place:place] = data.draw(st.binary(max_size=12))
    damaged = [bytes(reply) for reply in replies]
    closes = data.draw(st.booleans())
    whole = played(damaged, [WHOLE], closes=closes)
    cuts = data.draw(st.lists(st.integers(1, 80), min_size=1, max_size=10))
    assert played(damaged, cuts, closes=closes) == whole
