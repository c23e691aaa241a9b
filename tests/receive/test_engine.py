"""The receiver: with our sender, with DCMTK's senders, and with peers that misbehave."""

from __future__ import annotations

import errno
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from factories import CT, CT_PROFILE, IMPLICIT, VERIFICATION, profile, write_ct
from programs import need

from asprofile.errors import ConfigurationError, ConnectionFailed, OutOfResources
from asprofile.negotiate.request import AssociateAccept, OperationsWindow, propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.receive import incoming
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, NotStored, Received
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.policy import granted_window
from asprofile.send.engine import Outcome, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, ("1.2.840.10008.1.2.1", IMPLICIT)))


class Log(list):
    """What a receiver reports."""

    @property
    def received(self) -> list[Received]:
        return [item for item in self if isinstance(item, Received)]

    @property
    def problems(self) -> list[str]:
        """Why associations did not end in order, and objects were not stored."""
        return [item.reason for item in self if isinstance(item, AssociationEnded | NotStored) and item.reason]

    def await_end(self) -> None:
        """Until an association has ended."""
        deadline = time.monotonic() + 60
        while not any(isinstance(item, AssociationEnded) for item in self):
            assert time.monotonic() < deadline, self
            time.sleep(0.01)


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "received"
    path.mkdir()
    return path


@pytest.fixture
def receiver(directory, log):
    """Starts receivers with options; all are stopped, and no thread is left."""
    before = threading.active_count()
    running = []

    def start(acceptor=ACCEPTOR, **options):
        receiver = Receiver(acceptor, directory, ReceiveOptions(**options), log.append)
        receiver.start()
        running.append(receiver)
        return receiver

    yield start
    for each in running:
        each.stop()
    assert threading.active_count() == before
    assert not list(directory.glob(".incoming*"))


def data_set(path: Path) -> bytes:
    return path.read_bytes()[read_header(path).dataset_offset :]


@pytest.fixture
def objects(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    write_ct(source / "a.dcm", "1.2.3.1")
    write_ct(source / "b.dcm", "1.2.3.2", transfer_syntax=IMPLICIT)
    write_ct(source / "c.dcm", "1.2.3.3", side=900)
    return source


def test_our_sender_and_our_receiver(receiver, log, objects, directory):
    port = receiver().port
    request = propose(CT_PROFILE, called_ae="STORE", calling_ae="ME")
    report = send(request, scan([objects]), Peer("127.0.0.1", port))
    assert report.all_stored, report
    assert [item.sop_instance for item in log.received] == ["1.2.3.1", "1.2.3.2", "1.2.3.3"]
    for item, source in zip(log.received, sorted(objects.iterdir()), strict=True):
        assert data_set(item.path) == data_set(source)
        assert item.size == len(data_set(source))
        assert (item.calling_ae, item.called_ae, item.sop_class) == ("ME", "STORE", CT)
        assert read_header(item.path).transfer_syntax == item.transfer_syntax == read_header(source).transfer_syntax
    assert sorted(directory.iterdir()) == sorted(item.path for item in log.received)
    assert log.problems == []


def test_many_senders_at_once(receiver, log, objects):
    port = receiver().port
    reports = []

    def one():
        reports.append(send(propose(CT_PROFILE), scan([objects]), Peer("127.0.0.1", port)))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(report.all_stored for report in reports)
    assert len(log.received) == 18
    assert sorted(item.placing for item in log.received) == ["new"] * 3 + ["same"] * 15


class Raw:
    """A requestor that says what a test wants."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.sock.close()

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self):
        header = self.stream.read(6)
        if len(header) < 6:
            return None
        pdu_type, length = wire.HEADER.unpack(header)
        body = self.stream.read(length)
        if pdu_type != wire.P_DATA_TF:
            return wire.decode(pdu_type, body)
        [value] = wire.data_values(memoryview(body))
        return dimse.decode(bytes(value.data))

    def associate(self, request=None):
        self.say(wire.encode(request or propose(CT_PROFILE)))
        return self.hear()

    def command(self, data: bytes, context_id: int = 3) -> None:
        self.say(wire.data_header(context_id, len(data), command=True, last=True) + data)

    def data(self, data: bytes, context_id: int = 3, last: bool = True) -> None:
        self.say(wire.data_header(context_id, len(data), command=False, last=last) + data)


def test_echo_and_release(receiver, log):
    with Raw(receiver().port) as raw:
        assert isinstance(raw.associate(), AssociateAccept)
        raw.command(dimse.echo_request(7), 1)
        answer = raw.hear()
        assert (answer.field, answer.responded_to, answer.status) == (dimse.C_ECHO_RQ | dimse.RESPONSE, 7, 0)
        raw.say(wire.encode(wire.ReleaseRequest()))
        assert raw.hear() == wire.ReleaseResponse()
        assert raw.hear() is None
    assert log.problems == []


@pytest.mark.parametrize(
    ("options", "change", "reject"),
    [
        ({"ae_title": "OTHER"}, {}, wire.AssociateReject(1, 1, 7)),
        ({"max_associations": 0}, {}, wire.AssociateReject(2, 3, 2)),
        ({}, {"application_context": "1.2.3"}, wire.AssociateReject(1, 1, 2)),
    ],
)
def test_rejections(receiver, options, change, reject):
    from asprofile.value import replaced

    with Raw(receiver(**options).port) as raw:
        assert raw.associate(replaced(propose(CT_PROFILE), **change)) == reject
        assert raw.hear() is None


def test_limit_of_associations_and_a_place_that_becomes_free(receiver):
    port = receiver(max_associations=1).port
    with Raw(port) as first:
        assert isinstance(first.associate(), AssociateAccept)
        with Raw(port) as second:
            assert second.associate() == wire.AssociateReject(2, 3, 2)
        first.say(wire.encode(wire.ReleaseRequest()))
        first.hear()
        first.hear()
    for _ in range(100):
        with Raw(port) as third:
            if isinstance(third.associate(), AssociateAccept):
                return
    pytest.fail("the place never became free")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (dimse.store_request("1.2.3", "1.2.3.4", 5), 0xA900),
        (dimse.store_request(CT, "", 5), 0x0117),
        (dimse.store_request(CT, "1.2.3.4", 5).replace(b"\0\x08\2\0\0\0\1\0", b"\0\x08\2\0\0\0\1\1"), 0xC000),
        (dimse.echo_request(5).replace(b"\0\0\0\1\2\0\0\0\x30\0", b"\0\0\0\1\2\0\0\0\x20\0"), 0x0211),
    ],
)
def test_requests_that_cannot_be_done(receiver, directory, command, status):
    with Raw(receiver().port) as raw:
        raw.associate()
        raw.command(command)
        if dimse.decode(command).has_data_set:
            raw.data(b"half ", last=False)
            raw.data(b"and half")
        answer = raw.hear()
        assert (answer.responded_to, answer.status) == (5, status)
        assert answer.comment
        raw.command(dimse.echo_request(6), 1)
        assert raw.hear().status == 0
    assert list(directory.iterdir()) == []


def test_a_fault_of_ours_ends_one_association_and_is_told(receiver, log, objects, monkeypatch, capfd):
    port = receiver().port
    with monkeypatch.context() as patch:
        patch.setattr(Acceptor, "_begin_store", lambda *_: 1 / 0)
        send(propose(CT_PROFILE), scan([objects]), Peer("127.0.0.1", port), SendOptions(retries=0))
    assert send(propose(CT_PROFILE), scan([objects]), Peer("127.0.0.1", port)).all_stored
    assert "ZeroDivisionError: division by zero" in log.problems
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("when", ["open", "write", "close", "commit"])
def test_disk_full(receiver, log, directory, objects, monkeypatch, when):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    name = {"open": "__init__", "write": "write", "close": "close", "commit": "commit"}[when]
    with monkeypatch.context() as patch:
        patch.setattr(incoming.PartialFile, name, full)
        peer = Peer("127.0.0.1", receiver().port)
        report = send(propose(CT_PROFILE), scan([objects / "a.dcm"]), peer, SendOptions(wait=0))
    assert report.results[0].outcome is Outcome.FAILED
    assert report.results[0].status == 0xA700
    assert "no space left on device" in report.results[0].comment
    assert isinstance(report.error, OutOfResources)
    assert "no space left" in log.problems[0]
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize(
    ("last_words", "problem"),
    [
        (b"", "closed the connection without releasing"),
        (wire.encode(wire.Abort(0, 0)), "aborted the association by its application"),
        (b"rubbish!", "broke the protocol: unrecognized PDU type 72H"),
        (wire.HEADER.pack(4, 0xFFFFFFFF), "broke the protocol: P-DATA-TF of 4294967295 bytes"),
    ],
)
def test_objects_that_are_never_completed(receiver, log, directory, last_words, problem):
    started = receiver()
    with Raw(started.port) as raw:
        raw.associate()
        raw.command(dimse.store_request(CT, "1.2.3.4", 1))
        raw.data(b"half of it", last=False)
        raw.say(last_words)
    log.await_end()
    [lost, ended] = [item for item in log if isinstance(item, NotStored | AssociationEnded)]
    assert (lost.sop_instance, lost.size, lost.status) == ("1.2.3.4", 10, 0)
    assert problem in ended.reason
    assert (ended.objects, ended.failed) == (0, 1)
    assert list(directory.iterdir()) == []


def test_strangers(receiver, log):
    started = receiver()
    with Raw(started.port) as raw:
        raw.say(b"GET / HTTP/1.1\r\n\r\n")
        assert raw.hear() == wire.Abort(2, 0)
    started.stop()
    assert "is this a DICOM port?" in log.problems[0]


def test_silence_has_a_limit(receiver, log):
    started = receiver(acse_timeout=0.1)
    with Raw(started.port) as raw:
        assert raw.hear() == wire.Abort(0, 0)
    started.stop()
    assert "nothing came for too long" in log.problems[0]


def test_stop_ends_associations(receiver, log):
    started = receiver()
    with Raw(started.port) as raw:
        raw.associate()
        raw.command(dimse.store_request(CT, "1.2.3.4", 1))
        raw.data(b"half", last=False)
        started.stop()
        assert raw.stream.read() == b""


def test_it_has_no_port_before_it_has_begun(tmp_path):
    for value in ("port", "host"):
        with pytest.raises(ConfigurationError, match="is not started"):
            getattr(Receiver(ACCEPTOR, tmp_path), value)


def test_waiting_until_it_has_finished_takes_no_time_of_the_processor(receiver, directory):
    started = receiver()
    with Raw(started.port) as raw:
        raw.associate()
        raw.command(dimse.store_request(CT, "1.2.3.4", 1))
        raw.data(b"half", last=False)
        while not list(directory.iterdir()):
            time.sleep(0.01)
        started.finish()
        assert not started.wait(0.3)
        before = time.process_time()
        assert not started.wait(1.0)
        assert time.process_time() - before < 0.5
        raw.data(b"half")
        assert raw.hear().status == 0
        assert raw.hear() == wire.Abort(0, 0)
    assert started.wait(60)


def test_where_it_cannot_listen_or_store(receiver, tmp_path):
    port = receiver().port
    with pytest.raises(ConnectionFailed, match="cannot listen on"):
        Receiver(ACCEPTOR, tmp_path, ReceiveOptions(port=port)).start()
    with pytest.raises(ConfigurationError, match="is not a directory to store into"):
        Receiver(ACCEPTOR, tmp_path / "none").start()


# --- DCMTK's senders


def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([need(program, "dcmtk"), *map(str, arguments)], check=False, capture_output=True, timeout=60)


STORESCU = """
[[TransferSyntaxes]]
[E]
TransferSyntax1 = LittleEndianExplicit
[I]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\\E
PresentationContext2 = CTImageStorage\\I
[[Profiles]]
[Default]
PresentationContexts = C
"""


@pytest.mark.peer
def test_echoscu(receiver, log):
    done = run("echoscu", "127.0.0.1", receiver().port)
    assert done.returncode == 0, done.stderr
    assert log.problems == []


@pytest.mark.peer
@pytest.mark.parametrize("options", [(), ("-pdu", "131072")])
def test_storescu(receiver, log, objects, tmp_path, options):
    config = tmp_path / "scu.cfg"
    config.write_text(STORESCU)
    done = run("storescu", *options, "-xf", config, "Default", "+sd", "127.0.0.1", receiver().port, objects)
    assert done.returncode == 0, done.stderr
    stored = {item.sop_instance: data_set(item.path) for item in log.received}
    assert stored == {read_header(path).sop_instance: data_set(path) for path in objects.iterdir()}
    assert log.problems == []


@pytest.mark.peer
def test_dcmsend(receiver, log, objects):
    (objects / "b.dcm").unlink()  # dcmsend would convert it to the acceptor's first transfer syntax
    done = run("dcmsend", "+sd", "127.0.0.1", receiver().port, objects)
    assert done.returncode == 0, done.stderr
    stored = {item.sop_instance: data_set(item.path) for item in log.received}
    assert stored == {read_header(path).sop_instance: data_set(path) for path in objects.iterdir()}
    assert len(stored) == 2
    assert log.problems == []


# --- several objects ahead of the answers (PS3.7 D.3.3.3)


@pytest.mark.parametrize(("window", "granted"), [(128, 64), (0, 64), (5, 5), (1, 1)])
def test_a_window_isgranted_window(receiver, log, tmp_path, window, granted):
    source = tmp_path / "many"
    source.mkdir()
    for number in range(20):
        write_ct(source / f"{number:02}.dcm", f"1.2.3.{number}")
    started = receiver(window=window)
    report = send(propose(CT_PROFILE), scan([source]), Peer("127.0.0.1", started.port), SendOptions(window=64))
    assert report.all_stored, report
    assert report.window == granted
    # The answers come in the order of the requests.
    assert [item.sop_instance for item in log.received] == [f"1.2.3.{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("asked", "most", "granted"),
    [(None, 128, None), (7, 1, None), (7, 5, 5), (7, 9, 7), (0, 5, 5), (7, 0, 7), (0, 0, 0)],
)
def test_how_much_isgranted_window(asked, most, granted):
    wish = None if asked is None else OperationsWindow(asked, 1)
    assert granted_window(wish, most) == (None if granted is None else OperationsWindow(granted, 1))


def test_objects_that_nobody_asks_about_are_not_told(receiver, log, objects, directory):
    started = receiver(tell_objects=False)
    assert send(propose(CT_PROFILE), scan([objects]), Peer("127.0.0.1", started.port)).all_stored
    started.stop()
    [ended] = (item for item in log if isinstance(item, AssociationEnded))
    assert (log.received, ended.objects, len(list(directory.iterdir()))) == ([], 3, 3)
