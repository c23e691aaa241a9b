"""Several associations: beside each other, one after the other, and stopped in the middle."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, MR, objects_until_release, write_ct

from asprofile.errors import ObjectError
from asprofile.negotiate.fitting import fit
from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.send.control import Control
from asprofile.send.engine import Finished, Outcome, Progress, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu
from asprofile.value import replaced

REQUEST = propose(CT_PROFILE)
STORED, FAILED, UNKNOWN, REFUSED = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REFUSED


def beside(count: int, **more) -> SendOptions:
    return SendOptions(5, 10, 10, retries=0, wait=0, associations=count, **more)


@pytest.fixture
def many(tmp_path):
    return [read_header(write_ct(tmp_path / f"{i:02}.dcm", f"1.2.3.{i}")) for i in range(20)]


class Archive:
    """A script for any number of connections: takes everything, until the release."""

    def __init__(self) -> None:
        self.stored: list[tuple[int, str]] = []
        self.connections = 0

    def __call__(self, peer: Wire, before_the_first_answer: Callable[[], object] | None = None) -> None:
        self.connections += 1
        number = self.connections
        peer.accept()
        for command, context_id in objects_until_release(peer):
            self.stored.append((number, command.sop_instance))
            if before_the_first_answer is not None:
                before_the_first_answer()
                before_the_first_answer = None
            peer.write(data_pdu(context_id, dimse.response(command, 0)))


def to(peer: ScriptedPeer) -> Peer:
    return Peer("127.0.0.1", peer.port)


@pytest.mark.parametrize("count", [2, 5, 30])
def test_results_come_in_the_order_of_the_input(many, count):
    archive, finished = Archive(), []
    with ScriptedPeer(archive, at_once=count) as peer:
        report = send(
            REQUEST,
            iter(many),
            to(peer),
            beside(count),
            lambda event: finished.append(event.result) if isinstance(event, Finished) else None,
        )
    assert report.all_stored, report
    assert [result.path for result in report.results] == [header.path for header in many]
    assert tuple(finished) == report.results
    assert sorted(uid for _, uid in archive.stored) == sorted(header.sop_instance for header in many)
    assert 1 <= report.associations <= count


def test_the_objects_are_shared(many):
    """Each of two associations has sent an object before either of them gets an answer; of four objects, because one
    that waits for its answer has the next in its hands.
    """
    both, archive = threading.Barrier(2), Archive()

    def script(peer: Wire) -> None:
        archive(peer, before_the_first_answer=lambda: both.wait(30))

    with ScriptedPeer(script, at_once=2) as peer:
        report = send(REQUEST, many[:4], to(peer), beside(2))
    assert report.all_stored
    assert sorted(uid for _, uid in archive.stored) == [f"1.2.3.{number}" for number in range(4)]
    assert {number for number, _ in archive.stored} == {1, 2}
    assert report.associations == 2


def test_a_fault_in_one_does_not_hurt_the_others(many):
    """One association breaks for good; the other stores all but the object that was lost with it."""
    broken, archive = threading.Event(), Archive()

    def breaking(peer: Wire) -> None:
        peer.accept()
        peer.read_object()
        broken.set()

    def patient(peer: Wire) -> None:
        broken.wait(30)
        archive(peer)

    with ScriptedPeer(breaking, patient, at_once=2) as peer:
        report = send(REQUEST, many, to(peer), beside(2))
    outcomes = [result.outcome for result in report.results]
    assert outcomes.count(STORED) == 19
    assert outcomes.count(UNKNOWN) == 1
    assert "closed the connection" in str(report.error)
    assert not report.all_stored


def test_a_peer_that_takes_one_association_only(many):
    """The second is one too many; that is no fault, for the first stores everything. (What the second had taken is sent
    in another association, if the first is over by then.)
    """
    archive = Archive()

    def full(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(2, 3, 2)))
        peer.hang()

    with ScriptedPeer(archive, full, archive, at_once=2) as peer:
        report = send(REQUEST, many, to(peer), beside(2))
    assert report.all_stored, report
    assert report.associations == archive.connections <= 2


def test_what_the_caller_raises_comes_out_and_all_associations_are_aborted(many):
    class Mine(Exception):
        pass

    def raising(event) -> None:
        if isinstance(event, Progress):
            raise Mine

    aborted = []

    def script(peer: Wire) -> None:
        peer.accept()
        while True:
            if peer.read_pdu()[0] == wire.ABORT:
                aborted.append(True)
                return

    with ScriptedPeer(script, at_once=3) as peer, pytest.raises(Mine):
        send(REQUEST, many, to(peer), beside(3), raising)
    assert aborted


# --- more contexts than a request has room for


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_requests(tmp_path, count):
    """Each object goes over the request that has a context for it."""
    paths = [
        write_ct(tmp_path / f"{i:02}.dcm", f"1.2.3.{i}", sop_class=MR if i % 3 else CT, transfer_syntax=syntax)
        for i, syntax in enumerate((EXPLICIT, IMPLICIT, EXPLICIT, IMPLICIT, EXPLICIT, IMPLICIT))
    ]
    requests = (fit([(CT, EXPLICIT), (CT, IMPLICIT)])[0], fit([(MR, IMPLICIT), (MR, EXPLICIT)])[0])
    archive = Archive()
    with ScriptedPeer(archive, at_once=4) as peer:
        report = send(requests, scan([tmp_path]), to(peer), beside(count))
    assert report.all_stored, report
    assert [result.path for result in report.results] == paths
    if count == 1:
        assert report.associations == 2
        assert [uid for _, uid in archive.stored] == [f"1.2.3.{i}" for i in (0, 3, 1, 2, 4, 5)]


def test_no_context_in_any_request(tmp_path, free_port):
    write_ct(tmp_path / "mr.dcm", sop_class=MR)
    requests = (fit([(CT, EXPLICIT)])[0], fit([])[0])
    report = send(requests, scan([tmp_path]), Peer("127.0.0.1", free_port))
    assert [result.outcome for result in report.results] == [REFUSED]
    assert report.error is None


# --- stopping


def test_stop_on_failure(many):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer(0xC000)
        peer.release()

    with ScriptedPeer(script) as peer:
        report = send(REQUEST, many[:4], to(peer), beside(1, stop_on_failure=True))
    assert [result.outcome for result in report.results] == [STORED, FAILED, Outcome.NOT_SENT, Outcome.NOT_SENT]
    assert [result.reason for result in report.results[2:]] == [
        "not sent: an object before it was not stored",
        "not sent: an object before it was not stored",
    ]
    assert report.error is None


@pytest.mark.parametrize("count", [1, 2])
def test_finish(many, count):
    """What is being sent is finished, nothing is begun, the associations are released."""
    control, archive = Control(), Archive()

    def on_event(event) -> None:
        if isinstance(event, Progress):
            control.finish()

    with ScriptedPeer(archive, at_once=2) as peer:
        report = send(REQUEST, many, to(peer), beside(count), on_event, control=control)
    assert report.interrupted
    done = [result for result in report.results if result.outcome is STORED]
    assert {result.outcome for result in report.results} == {STORED, Outcome.NOT_SENT}
    assert 1 <= len(done) == len(archive.stored) <= count
    assert report.error is None
    assert not report.all_stored


@pytest.mark.parametrize("count", [1, 2])
def test_abort_from_another_thread(many, count):
    """Who waits for an answer stops waiting, with an A-ABORT; what was sent is unknown."""
    control, aborted, waiting = Control(), [], threading.Semaphore(0)

    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_object()
        aborted.append(peer.read_pdu()[0] == wire.ABORT)

    def on_event(event) -> None:
        if isinstance(event, Progress):
            waiting.release()

    def stop() -> None:
        for _ in range(count):
            waiting.acquire()
        control.abort()

    stopper = threading.Thread(target=stop)
    stopper.start()
    options = SendOptions(dimse_timeout=None, associations=count)
    with ScriptedPeer(script, at_once=2) as peer:
        report = send(REQUEST, many, to(peer), options, on_event, control=control)
    stopper.join()
    assert aborted == [True] * count
    assert report.interrupted
    begun = [result for result in report.results if result.outcome is UNKNOWN]
    assert len(begun) == count
    assert {result.reason for result in begun} == {"sent, but not answered: aborted by us: interrupted"}
    assert {result.outcome for result in report.results} == {UNKNOWN, Outcome.NOT_SENT}


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="what waits to be sent fills the system's buffer")
def test_abort_while_the_peer_takes_nothing(large):
    """The PDU that is being sent is ended, and an A-ABORT follows (test_interrupted has what is said without room)."""
    control, begun, done, said = Control(), threading.Event(), threading.Event(), []

    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        begun.set()
        done.wait(30)
        while wire.ABORT not in said:
            said.append(peer.read_pdu()[0])

    def stop() -> None:
        begun.wait(30)
        control.abort()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with ScriptedPeer(script) as peer:
        report = send(REQUEST, large, to(peer), SendOptions(dimse_timeout=None), control=control)
        done.set()
    stopper.join()
    assert [result.outcome for result in report.results] == [FAILED, *[Outcome.NOT_SENT] * (len(large) - 1)]
    assert "interrupted" in report.results[0].reason
    assert set(said) == {wire.P_DATA_TF, wire.ABORT}


def test_abort_at_end(many):
    aborted = []

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        aborted.append(peer.read_pdu()[0] == wire.ABORT)

    with ScriptedPeer(script) as peer:
        report = send(REQUEST, many[:1], to(peer), beside(1, abort_at_end=True))
    assert report.all_stored
    assert aborted == [True]


# --- what is sent


def test_max_send_pdu(large):
    sizes = set()

    def script(peer: Wire) -> None:
        peer.accept(max_pdu=0)
        while True:
            pdu_type, body = peer.read_pdu()
            assert pdu_type == wire.P_DATA_TF
            sizes.add(len(body))
            (value,) = wire.data_values(memoryview(body))
            if value.is_command:
                command = dimse.decode(bytes(value.data))
            elif value.is_last:
                break
        peer.write(data_pdu(value.context_id, dimse.response(command, 0)))
        peer.release()

    with ScriptedPeer(script) as peer:
        report = send(REQUEST, large[:1], to(peer), beside(1, max_send_pdu=20_000))
    assert report.all_stored
    assert max(sizes) == 20_000


def test_odd_uids_are_refused_where_that_is_asked(tmp_path, free_port):
    header = replaced(read_header(write_ct(tmp_path / "odd.dcm")), sop_instance="1.2.03")
    report = send(REQUEST, [header], Peer("127.0.0.1", free_port), SendOptions(check_uids=True))
    assert [result.outcome for result in report.results] == [REFUSED]
    assert "SOP Instance UID (0008,0018) that breaks PS3.5 section 9.1: '1.2.03'" in report.results[0].reason


class Relabelled:
    """A preparer that gives every object another instance UID, and can make Implicit VR of Explicit VR."""

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:
        return (IMPLICIT,) if transfer_syntax == EXPLICIT else ()

    def open(self, header, transfer_syntax):
        if header.sop_instance == "1.2.3.2":
            raise ObjectError("cannot be converted: this one is strange")
        return Prepared(header, transfer_syntax)


class Prepared:
    def __init__(self, header, transfer_syntax) -> None:
        self.header = replaced(header, sop_instance="9.9.9", transfer_syntax=transfer_syntax)
        self.length = 6

    def pieces(self, buffer):
        yield memoryview(b"abcdef")

    def close(self) -> None:
        pass


def test_a_preparer_decides_what_is_sent(many):
    seen = []

    def script(peer: Wire) -> None:
        peer.accept({3: (4, IMPLICIT)})
        for _ in range(2):
            command, data, context_id = peer.read_object()
            seen.append((command.sop_instance, data, context_id))
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    with ScriptedPeer(script) as peer:
        report = send(REQUEST, many[1:4], to(peer), beside(1), preparer=Relabelled())
    assert [result.outcome for result in report.results] == [STORED, REFUSED, STORED]
    assert seen == [("9.9.9", b"abcdef", 5)] * 2
    first, strange, _ = report.results
    assert (first.sop_instance, first.sent_instance) == ("1.2.3.1", "9.9.9")
    assert (first.transfer_syntax, first.sent_as) == (EXPLICIT, IMPLICIT)
    assert strange.reason == "cannot be converted: this one is strange"
    assert strange.path == Path(many[2].path)


class Slow:
    """A preparer whose data sets are computed when they are asked for; the one that is ``broken`` cannot be."""

    def __init__(self, broken: str = "") -> None:
        self.broken = broken
        self.computed = threading.Event()
        """The second is."""

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:
        return (transfer_syntax,)

    def open(self, header, transfer_syntax):
        return Computed(self, header)


class Computed:
    def __init__(self, slow: Slow, header) -> None:
        self.slow = slow
        self.header = header
        self.length = 6

    def pieces(self, buffer):
        if self.header.sop_instance == "1.2.3.1":
            self.slow.computed.set()
        if self.header.sop_instance == self.slow.broken:
            raise ObjectError("cannot be computed")
        yield memoryview(b"abcdef")

    def close(self) -> None:
        pass


def test_the_next_object_is_begun_while_the_peer_works(many):
    slow, taken = Slow(), []

    def script(peer: Wire) -> None:
        peer.accept()
        for _ in range(2):
            command, data, context_id = peer.read_object()
            assert slow.computed.wait(30)
            taken.append((command.sop_instance, data))
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    with ScriptedPeer(script) as peer:
        report = send(REQUEST, many[:2], to(peer), beside(1), preparer=slow)
    assert report.all_stored
    assert taken == [("1.2.3.0", b"abcdef"), ("1.2.3.1", b"abcdef")]


def test_what_is_wrong_with_the_next_object_waits_for_the_answer(many):
    def aborted(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        assert peer.read_pdu()[0] == wire.ABORT

    with ScriptedPeer(aborted, Archive()) as peer:
        report = send(REQUEST, many[:3], to(peer), beside(1), preparer=Slow("1.2.3.1"))
    assert [result.outcome for result in report.results] == [STORED, FAILED, STORED]
    assert report.results[1].reason.startswith("not sent completely: cannot be computed; the association was aborted")
