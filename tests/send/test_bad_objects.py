"""Objects on which a peer breaks off, peers that are gone for a while, and peers without room."""

from __future__ import annotations

import math

import pytest
from factories import CT_PROFILE, objects_until_release, write_ct

from asprofile.cli.ending import exit_status
from asprofile.errors import AssociationAborted, AssociationRejected, ConnectionFailed, OutOfResources
from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, Retrying, SendReport, send
from asprofile.send.options import SendOptions, duration
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_all

REQUEST = propose(CT_PROFILE)
STORED, FAILED, UNKNOWN = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN
BAD = ("1.2.3.3", "1.2.3.4")


@pytest.fixture
def twelve(tmp_path):
    return [read_header(write_ct(tmp_path / f"{i:02}.dcm", f"1.2.3.{i}")) for i in range(12)]


def played(items, script, waits: list[float] | None = None, on_event=None, **options) -> SendReport:
    control = Control(sleep=(waits if waits is not None else []).append)
    limits = SendOptions(5, 10, 10, **options)
    with ScriptedPeer(script, at_once=limits.associations) as peer:
        return send(REQUEST, items, Peer("127.0.0.1", peer.port), limits, on_event, control=control)


class Archive:
    """Stores what comes, but for what ``answer`` says: a status, or an exception that ends the connection."""

    def __init__(self, answer) -> None:
        self.stored: list[str] = []
        self.asked: list[str] = []
        self._answer = answer

    def __call__(self, peer: Wire) -> None:
        peer.accept()
        for command, context_id in objects_until_release(peer):
            self._respond(peer, command, context_id)

    def _respond(self, peer: Wire, command: dimse.CommandSet, context_id: int) -> None:
        self.asked.append(command.sop_instance)
        status = self._answer(command.sop_instance)
        if status == 0:
            self.stored.append(command.sop_instance)
        peer.write(data_pdu(context_id, dimse.response(command, status)))


def breaks_off(peer_says: bytes):
    def answer(instance: str) -> int:
        if instance in BAD:
            raise EOFError
        return 0

    archive = Archive(answer)

    def script(peer: Wire) -> None:
        try:
            archive(peer)
        except EOFError:
            peer.write(peer_says)
            raise

    return archive, script


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("how", [b"", wire.encode(wire.Abort(2, 0)), b"rubbish...."], ids=["close", "abort", "rubbish"])
def test_two_bad_and_ten_good(twelve, retries, count, how):
    """Each has its own tries, though they come one after the other."""
    archive, script = breaks_off(how)
    report = played(twelve, script, retries=retries, wait=0, associations=count)
    outcomes = {header.sop_instance: result.outcome for header, result in zip(twelve, report.results, strict=True)}
    assert outcomes == {header.sop_instance: UNKNOWN if header.sop_instance in BAD else STORED for header in twelve}
    assert [result.tries for result in report.results if result.outcome is UNKNOWN] == [retries + 1] * 2
    assert sorted(archive.stored) == sorted(set(archive.stored))
    assert exit_status(report) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_all_are_bad(twelve, count):
    def answer(_: str) -> int:
        raise EOFError

    report = played(twelve, Archive(answer), retries=1, wait=0, associations=count)
    assert [(result.outcome, result.tries) for result in report.results] == [(UNKNOWN, 2)] * 12


def test_a_peer_that_breaks_off_before_anything_is_sent(twelve):
    """It is bounded all the same: an object for which an association was opened has had a try."""

    def script(peer: Wire) -> None:
        peer.accept()
        peer.write(wire.encode(wire.Abort(0, 0)))

    report = played(twelve[:3], script, retries=1, wait=0)
    assert {result.outcome for result in report.results} <= {FAILED, UNKNOWN}
    assert report.associations == 6


# --- a peer that is gone for a while


def gone(times: int, then):
    """Accepts connections ``times`` times only to close them, and then is ``then``; after having taken one object."""
    calls = []

    def script(peer: Wire) -> None:
        calls.append(peer)
        if len(calls) == 1:
            peer.accept()
            peer.answer()
            peer.reset()
        elif len(calls) > times + 1:
            then(peer)

    return script


def test_a_peer_that_restarts_costs_nothing(twelve):
    waits: list[float] = []
    retrying = []
    report = played(
        twelve,
        gone(5, store_all),
        waits,
        lambda event: retrying.append(event) if isinstance(event, Retrying) else None,
        retries=3,
        wait=300,
    )
    assert report.all_stored, report
    assert exit_status(report) == 0
    assert waits == [1, 1, 2, 4, 8, 16]
    assert [event.wait for event in retrying] == [None, 300, 300, 300, 300, 300]


def test_waiting_comes_to_an_end(twelve):
    waits: list[float] = []
    report = played(twelve, gone(1000, store_all), waits, retries=3, wait=100)
    assert 99 < sum(waits[1:]) <= 100
    assert [result.outcome for result in report.results] == [STORED] + [report.results[1].outcome] + [
        Outcome.NOT_SENT
    ] * 10
    assert report.results[5].reason == f"not sent: {report.error}"
    assert str(report.error).endswith("; waited 100s for it")
    assert exit_status(report) == 1


def test_for_ever(twelve):
    report = played(twelve, gone(60, store_all), retries=0, wait=math.inf)
    assert [result.outcome for result in report.results].count(STORED) >= 11


@pytest.mark.parametrize("from_start", [False, True])
def test_a_peer_that_is_not_there_in_the_beginning(twelve, free_port, from_start):
    """Is a mistake, unless the user says that it will come."""
    waits: list[float] = []
    options = SendOptions(5, 5, 5, wait=10, wait_from_start=from_start)
    report = send(REQUEST, twelve, Peer("127.0.0.1", free_port), options, control=Control(sleep=waits.append))
    assert isinstance(report.error, ConnectionFailed)
    assert (round(sum(waits)), exit_status(report)) == (10 if from_start else 0, 2)
    assert ("waited 10s for it" in str(report.error)) == from_start


@pytest.mark.parametrize(("reason", "outcome"), [(1, STORED), (7, Outcome.NOT_SENT)])
def test_a_rejection_without_a_reason_may_be_a_peer_that_starts(twelve, reason, outcome):
    rejections = [wire.AssociateReject(1, 1, reason)] * 2

    def script(peer: Wire) -> None:
        if not rejections:
            store_all(peer)
            return
        peer.read_request()
        peer.write(wire.encode(rejections.pop()))
        peer.hang()

    first = iter([gone(0, script)] * 10)
    archive = gone(0, script)
    report = played(twelve[:3], lambda peer: (next(first), archive(peer))[1], retries=1, wait=100)
    assert report.results[2].outcome is outcome
    assert isinstance(report.error, AssociationRejected) == (outcome is Outcome.NOT_SENT)


# --- a peer without room


@pytest.mark.parametrize("count", [1, 2])
def test_out_of_resources_is_asked_again(twelve, count):
    """Nothing else is pushed meanwhile, and the association is released."""
    refusals = [0xA700, 0xA702, 0xA7FF]
    archive = Archive(lambda instance: refusals.pop() if instance == "1.2.3.2" and refusals else 0)
    waits: list[float] = []
    report = played(twelve, archive, waits, retries=0, wait=60, associations=count)
    assert report.all_stored, report
    assert waits[:3] == [1, 2, 4]
    assert [result.tries for result in report.results][2] == 4
    if count == 1:
        assert archive.asked == [f"1.2.3.{i}" for i in (0, 1, 2, 2, 2, *range(2, 12))]


@pytest.mark.parametrize("wait", [0, 60])
def test_out_of_resources_for_too_long(twelve, wait):
    archive = Archive(lambda instance: 0xA700 if instance == "1.2.3.2" else 0)
    waits: list[float] = []
    report = played(twelve, archive, waits, retries=3, wait=wait)
    assert [result.outcome for result in report.results] == [STORED] * 2 + [FAILED] + [Outcome.NOT_SENT] * 9
    assert (round(sum(waits)), archive.stored) == (wait, ["1.2.3.0", "1.2.3.1"])
    refused, rest = report.results[2], report.results[3:]
    assert (refused.status, refused.reason) == (0xA700, "A700H refused: out of resources")
    assert isinstance(report.error, OutOfResources)
    assert {result.reason for result in rest} == {f"not sent: {report.error}"}
    assert exit_status(report) == 1


def test_an_object_that_may_be_there_stays_unknown(twelve):
    """Sent completely, not answered, and then there is no room."""
    calls = []

    def answer(_: str) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise EOFError
        return 0xA700

    report = played(twelve[:2], Archive(answer), retries=3, wait=10)
    assert [result.outcome for result in report.results] == [UNKNOWN, Outcome.NOT_SENT]
    assert isinstance(report.error, OutOfResources)


def test_the_last_words_of_the_wait_do_not_change_the_kind_of_error(twelve):
    def script(peer: Wire) -> None:
        peer.read_request()

    report = played(twelve[:1], script, retries=0, wait=5)
    assert isinstance(report.error, AssociationAborted)
    assert "closed the connection" in str(report.error)
    assert str(report.error).endswith("; waited 5s for it")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (30, "30s"), (90, "90s"), (120, "2m"), (7200, "2h"), (math.inf, "forever")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text
