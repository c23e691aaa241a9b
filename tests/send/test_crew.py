"""More associations where they help: the peers say when, and how many they take. No clock decides here."""

from __future__ import annotations

import threading

import pytest
from factories import CT_PROFILE, objects_until_release, write_ct

from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.send import growth
from asprofile.send.control import Beside, Control
from asprofile.send.engine import Finished, Outcome, Progress, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.session import Session
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_all, store_until_release

REQUEST = propose(CT_PROFILE)
AUTO = SendOptions(10, 20, 20, retries=1, wait=0, associations=None)


@pytest.fixture
def twenty(tmp_path):
    return [read_header(write_ct(tmp_path / f"{i:02}.dcm", f"1.2.3.{i}")) for i in range(20)]


@pytest.fixture
def far(monkeypatch):
    """The distance takes the time, and the first object says so."""
    monkeypatch.setattr(growth.Growth, "can_be_far", lambda *_, **__: True)
    monkeypatch.setattr(growth.Taken, "is_far", lambda *_: True)
    monkeypatch.setattr(growth, "_IN_A_ROW_NEARBY", 1)


class Meeting:
    """A script: takes objects, but answers the third object of the first association only when ``count`` are open."""

    def __init__(self, count: int) -> None:
        self.all_here = threading.Barrier(count)
        self.stored: list[str] = []
        self.connections = 0
        self._lock = threading.Lock()

    def __call__(self, peer: Wire) -> None:
        with self._lock:
            self.connections += 1
            number = self.connections
        peer.accept()
        for count, (command, context_id) in enumerate(objects_until_release(peer), 1):
            if count == (3 if number == 1 else 2):
                self.all_here.wait(30)
            self.stored.append(command.sop_instance)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))


def test_it_grows_where_the_distance_is_the_limit(twenty, far, monkeypatch):
    monkeypatch.setattr(growth, "MOST", 2)
    meeting, finished = Meeting(2), []
    with ScriptedPeer(meeting, at_once=4) as peer:
        report = send(
            REQUEST,
            twenty,
            Peer("127.0.0.1", peer.port),
            AUTO,
            lambda event: finished.append(event.result) if isinstance(event, Finished) else None,
        )
    assert report.all_stored, report
    assert (report.at_once, report.associations, meeting.connections) == (2, 2, 2)
    assert sorted(meeting.stored) == sorted(header.sop_instance for header in twenty)
    assert [result.path for result in finished] == [header.path for header in twenty]


@pytest.fixture
def distant(monkeypatch):
    """The peer is on another machine, and the connection alone says that the distance will take the time."""
    monkeypatch.setattr(Session, "is_nearby", False)
    monkeypatch.setattr(Session, "distance", 0.1)


def test_a_distant_peer_gets_all_at_once(twenty, distant):
    """No first object is answered before each of four associations has brought one."""
    all_here = threading.Barrier(4)

    def script(peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        all_here.wait(30)
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        store_until_release(peer)

    with ScriptedPeer(script, script, script, script, at_once=4) as peer:
        report = send(REQUEST, twenty, Peer("127.0.0.1", peer.port), AUTO)
    assert report.all_stored, report
    assert (report.at_once, report.associations) == (4, 4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_more_are_opened_than_there_are_objects(twenty, distant, count):
    with ScriptedPeer(store_all, at_once=4) as peer:
        report = send(REQUEST, twenty[:count], Peer("127.0.0.1", peer.port), AUTO)
        assert peer.connections <= count
    assert report.all_stored, report
    assert report.associations <= count


@pytest.mark.parametrize("what", [ValueError, KeyboardInterrupt])
def test_an_input_that_breaks_while_it_is_looked_through_for_more(twenty, distant, what):
    def items():
        yield twenty[0]
        raise what

    with ScriptedPeer(store_all, at_once=4) as peer, pytest.raises(what):
        send(REQUEST, items(), Peer("127.0.0.1", peer.port), AUTO)


def test_those_that_do_not_help_are_closed_and_nothing_is_lost(tmp_path, monkeypatch):
    """Two associations, of which the second is let go after a while: the first sends the rest."""
    forty = [read_header(write_ct(tmp_path / f"{i:02}.dcm", f"1.2.3.{i}")) for i in range(40)]
    answered = iter(range(100))

    second_is_here, second_is_gone = threading.Event(), threading.Event()

    def add(trial, *_, settled):
        if next(answered) == 10:
            return trial.TRY
        return trial.WORSE if settled and trial.before and second_is_here.is_set() else trial.NOTHING

    monkeypatch.setattr(growth._Trial, "add", add)

    def first(peer: Wire) -> None:
        peer.accept()
        for number in range(39):
            command, _, context_id = peer.read_object()
            if number == 20:
                assert second_is_here.wait(30)
            if number == 21:
                assert second_is_gone.wait(30)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    def second(peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        second_is_here.set()
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()
        second_is_gone.set()

    finished = []
    with ScriptedPeer(first, second, at_once=4) as peer:
        report = send(
            REQUEST,
            forty,
            Peer("127.0.0.1", peer.port),
            AUTO,
            lambda event: finished.append(event.result.path) if isinstance(event, Finished) else None,
        )
    assert report.all_stored, report
    assert (report.error, report.at_once, report.associations) == (None, 2, 2)
    assert finished == [header.path for header in forty]


def test_it_stays_at_one_where_it_is_not(twenty, monkeypatch):
    monkeypatch.setattr(growth.Taken, "is_far", lambda *_: False)
    with ScriptedPeer(store_all, at_once=4) as peer:
        report = send(REQUEST, twenty, Peer("127.0.0.1", peer.port), AUTO)
    assert report.all_stored
    assert (report.at_once, report.associations) == (1, 1)


def test_a_rejected_one_is_a_limit_and_no_error(twenty, far):
    rejected = threading.Event()

    def first(peer: Wire) -> None:
        peer.accept()
        for number in range(20):
            if number == 3:
                assert rejected.wait(30)
            peer.answer()
        peer.release()

    def others(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(2, 3, 2)))
        rejected.set()
        peer.hang()

    with ScriptedPeer(first, others, at_once=4) as peer:
        report = send(REQUEST, twenty, Peer("127.0.0.1", peer.port), AUTO)
        assert peer.connections == 2
    assert report.all_stored, report
    assert (report.error, report.at_once) == (None, 1)


@pytest.mark.parametrize("says", [b"", wire.encode(wire.Abort(0, 0))], ids=["nothing", "abort"])
def test_one_that_is_not_answered_is_not_waited_for(twenty, far, says):
    """As from a peer that serves one association after another: it is given up when there is nothing left to send."""
    asked, over = threading.Event(), threading.Event()

    def first(peer: Wire) -> None:
        peer.accept()
        for number in range(20):
            if number == 3:
                assert asked.wait(30)
            peer.answer()
        over.set()
        peer.release()

    def second(peer: Wire) -> None:
        peer.read_request()
        asked.set()
        if says:
            peer.write(says)
        else:
            assert peer.read_pdu()[0] == wire.ABORT
            assert over.is_set()

    with ScriptedPeer(first, second, at_once=4) as peer:
        report = send(
            REQUEST, twenty, Peer("127.0.0.1", peer.port), SendOptions(None, None, None, wait=0, associations=None)
        )
    assert report.all_stored, report
    assert (report.error, report.at_once, report.associations) == (None, 1, 1)


def test_what_the_caller_raises_in_another_thread_comes_out(twenty, far, monkeypatch):
    monkeypatch.setattr(growth, "MOST", 2)
    here = threading.current_thread()

    class Mine(Exception):
        pass

    def raising(event) -> None:
        if isinstance(event, Progress) and threading.current_thread() is not here:
            raise Mine

    def first(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.hang()

    def second(peer: Wire) -> None:
        peer.accept()
        peer.hang()

    with ScriptedPeer(first, second, at_once=4) as peer, pytest.raises(Mine):
        send(REQUEST, twenty, Peer("127.0.0.1", peer.port), SendOptions(20, 20, None, associations=None), raising)


def test_no_object_is_left_when_the_first_is_lost(twenty, far, monkeypatch):
    """The first breaks off for good while the second works."""
    monkeypatch.setattr(growth, "MOST", 2)
    second_is_here = threading.Event()

    def first(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.read_object()
        assert second_is_here.wait(30)

    def second(peer: Wire) -> None:
        second_is_here.set()
        store_all(peer)

    with ScriptedPeer(first, second, second, at_once=4) as peer:
        report = send(REQUEST, twenty, Peer("127.0.0.1", peer.port), AUTO, control=Control(sleep=lambda _: None))
    assert [result.outcome for result in report.results] == [Outcome.STORED] * 20


def test_a_window_makes_more_associations_needless(twenty, far, tmp_path):
    from asprofile.receive.engine import Receiver

    received = tmp_path / "received"
    received.mkdir()
    with Receiver(CT_PROFILE, received) as receiver:
        report = send(REQUEST, twenty, Peer("127.0.0.1", receiver.port), AUTO)
    assert report.all_stored
    assert (report.at_once, report.window) == (1, 128)


@pytest.mark.parametrize(("count", "window"), [(2, 4), (3, 2), (2, 128)])
def test_windows_and_several_associations(twenty, tmp_path, count, window):
    from asprofile.receive.engine import Receiver
    from asprofile.receive.events import Received

    received, got, finished = tmp_path / "received", [], []
    received.mkdir()
    with Receiver(CT_PROFILE, received, on_event=got.append) as receiver:
        report = send(
            REQUEST,
            twenty,
            Peer("127.0.0.1", receiver.port),
            SendOptions(20, 20, 20, associations=count, window=window),
            lambda event: finished.append(event.result) if isinstance(event, Finished) else None,
        )
    assert report.all_stored, report
    assert (report.window, report.at_once <= count) == (window, True)
    assert [result.path for result in finished] == [header.path for header in twenty]
    assert sorted(one.sop_instance for one in got if isinstance(one, Received)) == sorted(
        header.sop_instance for header in twenty
    )


def test_a_stop_on_failure_wants_one_alone(twenty, far):
    with ScriptedPeer(store_all, at_once=4) as peer:
        options = SendOptions(20, 20, 20, associations=None, stop_on_failure=True)
        report = send(REQUEST, twenty, Peer("127.0.0.1", peer.port), options)
    assert report.all_stored
    assert (report.at_once, report.associations) == (1, 1)


class Waiting:
    def __init__(self) -> None:
        self.interrupted = 0

    def interrupt(self) -> None:
        self.interrupted += 1


@pytest.mark.parametrize("order", ["watch dismiss", "dismiss watch", "watch joins dismiss", "joins watch dismiss"])
def test_what_is_dismissed(order):
    """What is being opened is; what is open goes on."""
    control = Control()
    beside, waiting = Beside(control), Waiting()
    for step in order.split():
        if step == "watch":
            beside.watch(waiting)
        elif step == "dismiss":
            beside.dismiss()
        else:
            assert beside.joins()
    assert waiting.interrupted == ("joins" not in order)
    assert beside.joins() == ("joins" in order)
    control.abort()
    assert waiting.interrupted == 1 + ("joins" not in order)
    beside.forget(waiting)
    control.abort()
    assert waiting.interrupted == 1 + ("joins" not in order)
