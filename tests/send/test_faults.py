"""What a peer can do wrong, at each step of an association: the state of the object, what is said, the exit status.

Every fault ends in bounded time, and leaves neither thread nor file behind (``conftest``). Each is played to a sender
that does not try again, and to one that does.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, EXPLICIT, IMPLICIT, write_ct

from asprofile.cli.ending import exit_status
from asprofile.negotiate.request import AssociateAccept, ContextResult, propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, SendReport, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST = propose(CT_PROFILE)
STORED, FAILED, UNKNOWN, REFUSED = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REFUSED
NOT_SENT = Outcome.NOT_SENT
BOUND = 10.0
"""Seconds in which every fault has ended; time limits are 0.3 seconds, the rest is for busy machines."""


def options(retries: int = 0) -> SendOptions:
    return SendOptions(5, 0.3, 0.3, retries=retries, wait=100 if retries else 0)


def played(items, *scripts: Callable[[Wire], None], retries: int = 0) -> tuple[SendReport, int]:
    """What became of the objects, and how often the peer was called."""
    started = time.monotonic()
    with ScriptedPeer(*scripts) as peer:
        control = Control(sleep=lambda _: None)
        report = send(REQUEST, items, Peer("127.0.0.1", peer.port), options(retries), control=control)
        elapsed = time.monotonic() - started
        connections = peer.connections
    assert elapsed < BOUND
    return report, connections


# --- what a peer does


def say(data: bytes) -> Callable[[Wire], None]:
    def fault(peer: Wire) -> None:
        peer.write(data)
        peer.hang()

    return fault


def say_and_close(data: bytes) -> Callable[[Wire], None]:
    def fault(peer: Wire) -> None:
        peer.write(data)

    return fault


def one_byte(peer: Wire) -> None:
    peer.write(b"\x04")
    peer.hang()


def close(_: Wire) -> None:
    """The connection is closed behind a script."""


def store_response(message_id: int = 1, status: int = 0) -> bytes:
    return dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, message_id), status)


ACCEPT = wire.encode(AssociateAccept("A", "B", (ContextResult(3, 0, EXPLICIT),)))
FAULTS: dict[str, Callable[[Wire], None]] = {
    "close": close,
    "reset": Wire.reset,
    "silence": Wire.hang,
    "abort by the user": say(wire.encode(wire.Abort(0, 0))),
    "abort by the provider": say(wire.encode(wire.Abort(2, 2))),
    "type 00H": say(bytes(10)),
    "type FFH": say(b"\xff" * 10),
    "text": say(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "A-ASSOCIATE-RQ": say(wire.encode(REQUEST)),
    "A-ASSOCIATE-AC": say(ACCEPT),
    "A-ASSOCIATE-RJ": say(wire.encode(wire.AssociateReject(1, 1, 1))),
    "P-DATA-TF in a context of no one": say(data_pdu(99, store_response())),
    "A-RELEASE-RQ": say(wire.encode(wire.ReleaseRequest())),
    "A-RELEASE-RP": say(wire.encode(wire.ReleaseResponse())),
    "A-RELEASE-RP of length 0": say(wire.HEADER.pack(wire.RELEASE_RP, 0)),
    "P-DATA-TF of length 0": say(wire.HEADER.pack(wire.P_DATA_TF, 0)),
    "P-DATA-TF of 4 GiB": say(wire.HEADER.pack(wire.P_DATA_TF, 0xFFFFFFFF)),
    "A-ASSOCIATE-AC of 4 GiB": say(wire.HEADER.pack(wire.ASSOCIATE_AC, 0xFFFFFFFF)),
    "a byte and silence": one_byte,
    "half a header and the end": say_and_close(b"\x02\0\0"),
    "P-DATA-TF with rubbish": say(data_pdu(3, bytes(range(64)))),
    "data that no command announced": say(data_pdu(3, bytes(64), command=False)),
    "a command set without end": say(data_pdu(3, bytes(12), last=False) * 6000),
}


@dataclass(frozen=True)
class Step:
    """Where in an association a fault is played, and what the object is then."""

    before: Callable[[Wire], None]
    outcome: Outcome
    status: int
    reason: str


def until_request(peer: Wire) -> None:
    peer.read_request()


def until_object(peer: Wire) -> None:
    peer.accept()
    peer.read_object()


def until_release(peer: Wire) -> None:
    peer.accept()
    peer.answer()
    assert peer.read_pdu()[0] == wire.RELEASE_RQ


STEPS = {
    "answering the request": Step(until_request, Outcome.NOT_SENT, 2, "not sent: "),
    "answering an object": Step(until_object, UNKNOWN, 1, "sent, but not answered: "),
    "answering the release": Step(until_release, STORED, 1, ""),
}
EXPECTED = {
    "close": "closed the connection instead of ",
    "reset": "lost: connection reset",
    "silence": "did not answer the ",
    "abort by the user": "aborted the association by its application",
    "abort by the provider": "aborted the association by its upper layer: unexpected PDU",
    "type 00H": "unrecognized PDU type 00H",
    "type FFH": "unrecognized PDU type FFH",
    "text": "unrecognized PDU type 53H",
    "A-ASSOCIATE-RQ": "unexpected A-ASSOCIATE-RQ",
    "A-ASSOCIATE-AC": "unexpected A-ASSOCIATE-AC",
    "A-ASSOCIATE-RJ": "unexpected A-ASSOCIATE-RJ",
    "P-DATA-TF in a context of no one": "context 99, which was not accepted",
    "A-RELEASE-RQ": "asked to release the association",
    "A-RELEASE-RP": "unexpected A-RELEASE-RP",
    "A-RELEASE-RP of length 0": "A-RELEASE-RP of 0 bytes, too short",
    "P-DATA-TF of length 0": "P-DATA-TF without a presentation data value",
    "P-DATA-TF of 4 GiB": "P-DATA-TF of 4294967295 bytes",
    "A-ASSOCIATE-AC of 4 GiB": "A-ASSOCIATE-AC of 4294967295 bytes",
    "a byte and silence": "did not answer the ",
    "half a header and the end": "closed the connection instead of ",
    "P-DATA-TF with rubbish": "command set",
    "data that no command announced": "a data set that no command announced",
    "a command set without end": "a command set of more than 65536 bytes",
}
# A fault that means something else, or is none, at one of the steps.
DIFFERENT = {
    ("answering the request", "A-ASSOCIATE-RJ"): "rejected permanently",
    ("answering the request", "P-DATA-TF in a context of no one"): "unexpected P-DATA-TF",
    ("answering the request", "P-DATA-TF of length 0"): "unexpected P-DATA-TF",
    ("answering the request", "P-DATA-TF of 4 GiB"): "P-DATA-TF of 4294967295 bytes",
    ("answering the request", "P-DATA-TF with rubbish"): "unexpected P-DATA-TF",
    ("answering the request", "data that no command announced"): "unexpected P-DATA-TF",
    ("answering the request", "a command set without end"): "unexpected P-DATA-TF",
    ("answering the request", "A-RELEASE-RQ"): "unexpected A-RELEASE-RQ",
    ("answering the release", "A-RELEASE-RQ"): "did not answer the release request",
}
NONE = {("answering the request", "A-ASSOCIATE-AC"), ("answering the release", "A-RELEASE-RP")}
TABLE = [(step, fault) for step in STEPS for fault in FAULTS if (step, fault) not in NONE]


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60


@pytest.fixture
def one(tmp_path):
    return read_header(write_ct(tmp_path / "one.dcm", "1.2.3.1"))


def faulty(step: str, fault: str) -> Callable[[Wire], None]:
    def script(peer: Wire) -> None:
        STEPS[step].before(peer)
        FAULTS[fault](peer)

    return script


@pytest.mark.parametrize(("step", "fault"), TABLE)
def test_fault(one, step, fault):
    expected = STEPS[step]
    report, connections = played([one], faulty(step, fault))
    assert connections == 1
    (result,) = report.results
    assert (result.outcome, exit_status(report)) == (expected.outcome, expected.status)
    begin = (
        "connection to 127.0.0.1:" if DIFFERENT.get((step, fault), EXPECTED[fault]).startswith("lost") else "127.0.0.1:"
    )
    assert str(report.error).startswith(begin)
    assert DIFFERENT.get((step, fault), EXPECTED[fault]) in str(report.error)
    assert result.reason == (f"{expected.reason}{report.error}" if expected.reason else "")
    assert result.status == (0 if expected.outcome is STORED else None)


def good(count: int, seen: list[str]) -> Callable[[Wire], None]:
    def script(peer: Wire) -> None:
        peer.accept()
        for _ in range(count):
            command, _, context_id = peer.read_object()
            seen.append(command.sop_instance)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    return script


@pytest.mark.parametrize("fault", FAULTS)
def test_an_object_without_an_answer_is_sent_again_and_those_with_one_are_not(three, fault):
    seen: list[str] = []

    def first(peer: Wire) -> None:
        peer.accept()
        for again in (False, True):
            command, _, context_id = peer.read_object()
            seen.append(command.sop_instance)
            if not again:
                peer.write(data_pdu(context_id, dimse.response(command, 0)))
        FAULTS[fault](peer)

    report, connections = played(three, first, good(2, seen), retries=1)
    assert seen == ["1.2.3.0", "1.2.3.1", "1.2.3.1", "1.2.3.2"], report
    assert [result.outcome for result in report.results] == [STORED] * 3
    assert [result.tries for result in report.results] == [1, 2, 1]
    assert (report.error, report.associations, connections, exit_status(report)) == (None, 2, 2, 0)


# What is not worth another try before there has been an association: no DICOM is spoken there, or the peer said no, or
# nothing.
HOPELESS = {fault for fault, message in EXPECTED.items() if fault not in ("close", "reset")} - {
    "abort by the user",
    "abort by the provider",
    "half a header and the end",
}


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"A-ASSOCIATE-AC"}))
def test_an_association_that_cannot_be_had_is_tried_again_where_that_may_help(one, fault):
    seen: list[str] = []
    report, connections = played([one], faulty("answering the request", fault), good(1, seen), retries=2)
    if fault in HOPELESS:
        assert (report.results[0].outcome, connections, exit_status(report)) == (NOT_SENT, 1, 2)
    else:
        assert (report.results[0].outcome, connections, exit_status(report)) == (STORED, 2, 0)


@pytest.mark.parametrize("fault", ["close", "silence", "abort by the user", "type FFH"])
def test_tries_come_to_an_end(three, fault):
    """Every object has its tries, and then the next one has its turn, however many fail one after the other."""
    report, connections = played(three, faulty("answering an object", fault), retries=2)
    assert [result.outcome for result in report.results] == [UNKNOWN] * 3
    assert [result.tries for result in report.results] == [3] * 3
    assert connections == 9
    assert exit_status(report) == 1


@pytest.mark.parametrize(
    ("reject", "connections"), [(wire.AssociateReject(2, 3, 1), 9), (wire.AssociateReject(1, 1, 3), 1)]
)
def test_a_transient_rejection_waits_and_a_permanent_one_stops(one, reject, connections):
    def rejecting(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(reject))
        peer.hang()

    report, called = played([one], rejecting, retries=3)
    assert called == connections  # after 1, 2, 4, 8, 16, 30, 30 seconds and what is left of 100
    assert (report.results[0].outcome, exit_status(report)) == (NOT_SENT, 2)
    assert "rejected" in report.results[0].reason


def test_what_was_sent_completely_once_stays_unknown(three):
    """Also if the peer cannot be reached again."""

    def unanswered(peer: Wire) -> None:
        peer.accept()
        peer.read_object()

    def refused(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(1, 1, 7)))
        peer.hang()

    report, connections = played(three, unanswered, refused, retries=5)
    assert connections == 2
    assert [result.outcome for result in report.results] == [UNKNOWN, NOT_SENT, NOT_SENT]
    assert report.results[0].reason.startswith("sent, but not answered: ")
    assert "; then 127.0.0.1:" in report.results[0].reason
    assert "rejected permanently" in str(report.error)


def test_a_duplicate_may_be_our_own(three):
    """The first try was stored, its answer was lost: what the second says is told together with that."""

    def second(peer: Wire) -> None:
        peer.accept()
        peer.answer(0x0111)
        peer.answer()
        peer.answer()
        peer.release()

    report, _ = played(three, faulty("answering an object", "close"), second, retries=1)
    assert [result.outcome for result in report.results] == [FAILED, STORED, STORED]
    assert report.results[0].status == 0x0111
    assert report.results[0].reason.endswith("(it was sent before, completely, but not answered then)")


def test_waits_grow(three):
    """One second, two, four; none before the first association."""
    waits: list[float] = []
    with ScriptedPeer(faulty("answering an object", "close")) as peer:
        report = send(REQUEST, three[:1], Peer("127.0.0.1", peer.port), options(3), control=Control(sleep=waits.append))
    assert report.results[0].tries == 4
    assert waits == [1.0, 2.0, 4.0]


# --- while an object is on its way


def partly(then: Callable[[Wire], None]) -> Callable[[Wire], None]:
    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        peer.read_pdu()
        then(peer)

    return script


def then_stop_reading(data: bytes) -> Callable[[Wire], None]:
    def fault(peer: Wire) -> None:
        peer.write(data)
        threading.Event().wait(0.5)

    return fault


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Wire.reset, "lost: "),
        (lambda _: threading.Event().wait(0.6), "took nothing for 0.3 seconds"),
        (then_stop_reading(wire.encode(wire.Abort(0, 0))), "aborted the association by its application"),
        (then_stop_reading(wire.encode(wire.ReleaseRequest())), "asked to release the association"),
        (then_stop_reading(bytes(10)), "unrecognized PDU type 00H"),
        (then_stop_reading(wire.HEADER.pack(wire.P_DATA_TF, 0xFFFFFFFF)), "P-DATA-TF of 4294967295 bytes"),
    ],
    ids=["reset", "silence", "abort", "release", "type 00H", "4 GiB"],
)
def test_fault_while_an_object_is_sent(large, fault, message):
    report, _ = played(large[:1], partly(fault))
    (result,) = report.results
    assert (result.outcome, exit_status(report)) == (FAILED, 1)
    assert result.reason.startswith("not sent completely: ")
    assert message in result.reason
    assert result.bytes < large[0].dataset_length


def test_an_object_that_was_cut_off_is_sent_again_from_its_start(large):
    received: list[bytes] = []

    def second(peer: Wire) -> None:
        peer.accept()
        command, data, context_id = peer.read_object()
        received.append(data)
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    with ScriptedPeer(partly(Wire.reset), second) as peer:
        patient = SendOptions(retries=1)
        report = send(REQUEST, large[:1], Peer("127.0.0.1", peer.port), patient, control=Control(sleep=lambda _: None))
    assert report.all_stored
    assert received == [large[0].path.read_bytes()[large[0].dataset_offset :]]


# --- associations in which nothing goes


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ({1: (3, IMPLICIT), 3: (3, IMPLICIT), 5: (3, IMPLICIT)}, "abstract syntax not supported"),
        ({3: (4, IMPLICIT), 5: (4, IMPLICIT)}, "transfer syntaxes not supported"),
        ({3: (1, IMPLICIT), 5: (1, IMPLICIT)}, "user rejection"),
        ({3: (2, IMPLICIT), 5: (2, IMPLICIT)}, "no reason given"),
        ({3: (77, IMPLICIT), 5: (77, IMPLICIT)}, "result 77"),
        ({3: (0, IMPLICIT)}, "with a transfer syntax that was not proposed"),
    ],
)
def test_nothing_accepted(one, results, reason):
    def script(peer: Wire) -> None:
        peer.accept(results)
        peer.release()

    report, _ = played([one], script)
    assert (report.results[0].outcome, exit_status(report)) == (REFUSED, 1)
    assert reason in report.results[0].reason
    assert report.error is None
