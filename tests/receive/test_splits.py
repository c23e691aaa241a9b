"""The acceptor, and how the network cuts what a requestor says: same bytes, same answers, same files; never a crash."""

from __future__ import annotations

import itertools
import random
from types import SimpleNamespace
from typing import Any

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, VERIFICATION, profile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from played_stream import WHOLE, Clock, PlayedStream

from asprofile.negotiate.request import AssociateRequest, ProposedContext, propose
from asprofile.net import deadline, dimse, wire
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.events import AssociationEnded, NotStored, Received, ReceiveEvent
from asprofile.receive.files import PartialFile
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.policy import ProfilePolicy
from asprofile.receive.storing import Storage
from asprofile.value import replaced

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)))
REQUEST = wire.encode(propose(CT_PROFILE))
RELEASE, ABORT = wire.encode(wire.ReleaseRequest()), wire.encode(wire.Abort(0, 0))
RELEASED = wire.encode(wire.ReleaseResponse())


def pdv(data: bytes, *, command: bool, last: bool = True, context_id: int = 3) -> bytes:
    return wire.data_header(context_id, len(data), command=command, last=last) + data


def store(instance: str, message_id: int = 1) -> bytes:
    return (
        pdv(dimse.store_request(CT, instance, message_id), command=True)
        + pdv(b"first ", command=False, last=False)
        + pdv(b"and last", command=False)
    )


def plain(instance: str, message_id: int = 1, *, context_id: int = 3) -> bytes:
    """As small objects are sent: two PDUs."""
    request = dimse.store_request(CT, instance, message_id)
    return pdv(request, command=True, context_id=context_id) + pdv(b"all of it.", command=False, context_id=context_id)


RESPONSE = dimse.store_request(CT, "1.2.3", 1).replace(
    b"\x00\x01\x02\x00\x00\x00\x01\x00", b"\x00\x01\x02\x00\x00\x00\x01\x80"
)
GET = dimse.store_request(CT, "1.2.3", 1).replace(
    b"\x00\x01\x02\x00\x00\x00\x01\x00", b"\x00\x01\x02\x00\x00\x00\x10\x00"
)


@pytest.fixture
def played(tmp_path, monkeypatch):
    """``played(stream, cuts)``: what is answered, reported and stored."""
    numbers = itertools.count()

    def play(stream: bytes, cuts: list[int], *, closes: bool = True) -> tuple[Any, ...]:
        directory = tmp_path / str(next(numbers))
        directory.mkdir()
        log: list[Any] = []

        def tell(what: ReceiveEvent) -> None:
            match what:
                case Received():
                    log.append((what.path.name, what.size, what.sop_instance))
                case NotStored():
                    log.append((what.status, what.reason))
                case AssociationEnded():
                    log.append((what.ending, what.reason, what.objects, what.failed, what.size))

        clock = Clock()
        transport = PlayedStream([stream], cuts, clock, closes=closes, speaks_first=True)
        options = ReceiveOptions(acse_timeout=1, idle_timeout=1)
        policy = ProfilePolicy(ACCEPTOR, options)
        with monkeypatch.context() as patch:
            patch.setattr(deadline, "time", SimpleNamespace(monotonic=clock.monotonic))
            Acceptor(1, transport, options, policy, Storage(directory, options.store), tell).run()
        files = {path.name: path.read_bytes() for path in directory.iterdir()}
        return log, transport.said, files

    return play


DIALOGUES = {
    "request and abort": REQUEST + ABORT,
    "request and release": REQUEST + RELEASE,
    "request, release and abort": REQUEST + RELEASE + ABORT,
    "request and data": REQUEST + store("1.2.3") + store("1.2.4", 2) + RELEASE,
    "objects of one fragment": REQUEST
    + plain("1.2.3")
    + plain("1.2.4", 2)
    + plain("1.2.3", 3)
    + plain("", 4)
    + RELEASE,
    "an object in the wrong context": REQUEST + plain("1.2.3", context_id=1) + plain("1.2.4", 2) + RELEASE,
    "an answer with data": REQUEST
    + pdv(RESPONSE, command=True)
    + pdv(b"data", command=False)
    + plain("1.2.3")
    + RELEASE,
    "another request with data": REQUEST
    + pdv(GET, command=True)
    + pdv(b"data", command=False)
    + plain("1.2.3")
    + RELEASE,
    "data and abort": REQUEST + store("1.2.3") + ABORT,
    "release twice": REQUEST + RELEASE * 2,
    "half an object": REQUEST + store("1.2.3")[:-20],
    "request twice": REQUEST * 2,
    "echo": REQUEST + pdv(dimse.echo_request(7), command=True, context_id=1) + RELEASE,
    "answers": REQUEST + pdv(dimse.response(dimse.CommandSet(1, True, 1), 0), command=True) + RELEASED + RELEASE,
    "data that no command announced": REQUEST + pdv(b"data", command=False),
    "empty fragments": REQUEST + store("1.2.3")[:-20] + pdv(b"", command=False, last=False) * 300,
    "a long UID": REQUEST + store("1." * 500) + store("1.2.3", 2) + RELEASE,
    "no request": ABORT,
    "rubbish": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", DIALOGUES)
@pytest.mark.parametrize("closes", [True, False], ids=["closes", "silent"])
def test_a_dialogue_in_any_pieces(played, name, closes):
    stream = DIALOGUES[name]
    whole = played(stream, [WHOLE], closes=closes)
    assert played(stream, [1], closes=closes) == whole
    for place in range(1, len(stream), 1 if closes and len(stream) < 700 else max(1, len(stream) // 40)):
        assert played(stream, [place, WHOLE], closes=closes) == whole, place


def test_what_is_stored_and_said(played):
    log, said, files = played(DIALOGUES["request and data"], [WHOLE])
    assert [entry[2] for entry in log[:-1]] == ["1.2.3", "1.2.4"]
    assert log[-1] == ("released", "", 2, 0, 28)
    assert sorted(files) == ["1.2.3.dcm", "1.2.4.dcm"]
    assert all(content.endswith(b"first and last") for content in files.values())
    assert said.endswith(RELEASED)
    log, _, files = played(DIALOGUES["data and abort"], [WHOLE])
    why = "aborted the association by its application, without a reason"
    assert (log[-1], list(files)) == (("aborted", why, 1, 0, 14), ["1.2.3.dcm"])


@pytest.mark.parametrize(("offset", "reason"), [(10, 7), (26, 3)], ids=["called", "calling"])
def test_a_title_that_is_not_ascii_is_rejected(played, offset, reason):
    stream = bytearray(REQUEST)
    stream[offset] = 0xE4
    _, said, _ = played(bytes(stream), [WHOLE])
    assert said == wire.encode(wire.AssociateReject(1, 1, reason))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.sampled_from(sorted(DIALOGUES)), st.integers(0, 1 << 30), st.booleans(), st.booleans())
def test_a_damaged_dialogue_in_any_pieces(played, name, seed, closes, in_request):
    chance = random.Random(seed)
    stream = bytearray(DIALOGUES[name])
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(min(len(stream), len(REQUEST)) if in_request else len(stream))
        match chance.randrange(4):
            case 0:
                stream[place] = chance.randrange(256)
            case 1:
                del stream[place : place + chance.randint(1, 12)]
            case 2:
                stream[place:place] = stream[: chance.randrange(len(stream))]
            case 3:
                stream[place:place] = chance.randbytes(8)
        stream += b"\0"
    damaged = bytes(stream)
    whole = played(damaged, [WHOLE], closes=closes)
    assert played(damaged, [chance.randint(1, 80) for _ in range(10)], closes=closes) == whole


UID = st.one_of(st.sampled_from([CT, VERIFICATION, EXPLICIT, IMPLICIT]), st.text("012.", max_size=80))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 255), UID, st.lists(UID, max_size=4)), max_size=5), UID, st.binary(max_size=16)
)
def test_any_request_gets_an_answer(played, contexts, application, title):
    """UIDs of any length, ids that are none, titles of any bytes: an answer that can be read, or an abort."""
    request = AssociateRequest("A", "B", tuple(ProposedContext(*one[:2], tuple(one[2])) for one in contexts))
    encoded = _encoded(replaced(request, application_context=application), title)
    _, said, _ = played(encoded, [WHOLE])
    pdu_type, length = wire.HEADER.unpack_from(said)
    assert pdu_type in (wire.ASSOCIATE_AC, wire.ASSOCIATE_RJ, wire.ABORT)
    wire.decode(pdu_type, said[6 : 6 + length])


def _encoded(request: AssociateRequest, title: bytes) -> bytes:
    """The request without any check of ours."""

    def item(kind: int, body: bytes) -> bytes:
        return bytes((kind, 0)) + len(body).to_bytes(2, "big") + body

    contexts = b"".join(
        item(
            0x20,
            bytes((context.id, 0, 0, 0))
            + item(0x30, context.abstract_syntax.encode())
            + b"".join(item(0x40, uid.encode()) for uid in context.transfer_syntaxes),
        )
        for context in request.contexts
    )
    body = b"\0\1\0\0" + title.ljust(16) + b"B".ljust(16) + bytes(32)
    body += item(0x10, request.application_context.encode()) + contexts + item(0x50, item(0x51, bytes(4)))
    return wire.HEADER.pack(wire.ASSOCIATE_RQ, len(body)) + body


@pytest.mark.parametrize("make", [store, plain])
def test_whatever_goes_wrong_no_part_stays(played, monkeypatch, make):
    def broken(*_: Any) -> None:
        raise RuntimeError("made up")

    monkeypatch.setattr(PartialFile, "write", broken)
    log, _, files = played(REQUEST + make("1.2.3") + RELEASE, [WHOLE])
    assert files == {}
    assert [entry[0] for entry in log] == [0, "failed"]
