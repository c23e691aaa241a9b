"""``asprofile storescp`` at work: commands, peers that leave, what is refused at the start, how it ends."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_data_sets import DEFLATED, EXPLICIT, IMPLICIT, encoded
from programs import free_tcp_port

from asprofile.dcmtk_cli.arguments import parse
from asprofile.dcmtk_cli.checks import log_level
from asprofile.dcmtk_cli.dumps import received
from asprofile.dcmtk_cli.log import Log
from asprofile.dcmtk_cli.tls import CommandLineCalls
from asprofile.negotiate.request import AssociateRequest, ProposedContext
from asprofile.net import dimse, wire
from asprofile.receive.files import PartialFile
from asprofile.send.control import Control
from asprofile.storescp.options import dcmrecv, storescp
from asprofile.storescp.run import run
from asprofile.storescp.settings import dcmrecv_settings, storescp_settings

CT = "1.2.840.10008.5.1.4.1.1.2"
SECONDS = 30
PIECE = 8192
"""Bytes of a data set in a PDU."""
OUTSIDE = CommandLineCalls(lambda _: "", lambda _name, _judge: None)


@dataclass
class Listening:
    port: int
    log: io.StringIO
    control: Control


def started(words: list[str], program: str = "storescp", control: Control | None = None) -> tuple[int, str]:
    """A run to its end: the exit status and the log."""
    log = io.StringIO()
    table, meaning = (storescp(), storescp_settings) if program == "storescp" else (dcmrecv(), dcmrecv_settings)
    line = parse(words, table)
    level = log_level(line)
    status = run(meaning(line, level), Log(level, log, log), "3.7.0", OUTSIDE, control or Control())
    return status, log.getvalue()


@contextmanager
def listening(*words: str) -> Iterator[Listening]:
    port, control, log = free_tcp_port(), Control(), io.StringIO()
    line = parse(["-v", "-dhl", *words, str(port)], storescp())
    wanted = storescp_settings(line, "info")
    ended: list[int] = []
    thread = threading.Thread(
        target=lambda: ended.append(run(wanted, Log("info", log, log), "3.7.0", OUTSIDE, control)), daemon=True
    )
    thread.start()
    try:
        yield Listening(port, log, control)
    finally:
        control.finish()
        thread.join(SECONDS)
    assert ended == [0]


def connected(port: int) -> socket.socket:
    """A connection, once it listens."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


class Sender:
    """A requestor with one context, by hand: it says what it likes."""

    def __init__(self, port: int, calling: str = "TEST", syntax: str = EXPLICIT) -> None:
        self._socket = connected(port)
        request = AssociateRequest("PACS", calling, (ProposedContext(1, CT, (syntax,)),))
        self._socket.sendall(wire.encode(request))
        self.answer = self._pdu()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def store(self, instance: str, data: bytes, sop_class: str = CT) -> int | None:
        """The status; None if the association was aborted."""
        self.begin(instance, data, sop_class, last=True)
        return self.status()

    def begin(self, instance: str, data: bytes, sop_class: str = CT, *, last: bool) -> None:
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)] or [b""]
        controls = [0] * (len(pieces) - 1) + [2 if last else 0]
        command = dimse.store_request(sop_class, instance, 1)
        for control, content in ((3, command), *zip(controls, pieces, strict=True)):
            value = bytes((1, control)) + content
            fragment = len(value).to_bytes(4, "big") + value
            self._socket.sendall(b"\4\0" + len(fragment).to_bytes(4, "big") + fragment)

    def status(self) -> int | None:
        pdu = self._pdu()
        return dimse.decode(pdu[12:]).status if pdu[:1] == b"\4" else None

    def release(self) -> None:
        self._socket.sendall(wire.encode(wire.ReleaseRequest()))
        assert self._pdu()[0] == 6

    def _pdu(self) -> bytes:
        head = self._exactly(6)
        return head + self._exactly(int.from_bytes(head[2:], "big"))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                return data
            data += more
        return data


def ct(instance: str, study: str = "1.2.3", syntax: str = EXPLICIT) -> bytes:
    def uid(text: str) -> bytes:
        return text.encode() + b"\0" * (len(text) % 2)

    elements = [
        (0x00080016, "UI", uid(CT)),
        (0x00080018, "UI", uid(instance)),
        (0x00100010, "PN", b"Doe^Jane"),
        (0x0020000D, "UI", uid(study)),
    ]
    return encoded(elements, syntax)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def names(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def test_commands_after_objects_and_studies(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    told = tmp_path / "told"
    on_object, on_study = f"echo object '#p' '#f' #a #c >> {told}", f"echo study '#p' >> {told}"
    words = ("-od", str(out), "-su", "S", "-xcr", on_object, "-xcs", on_study, "-rns", "-xs", "-tos", "1")
    with listening(*words) as server, Sender(server.port, "A$(x)") as sender:
        for instance, study in (("1.1", "9.1"), ("1.2", "9.1"), ("1.3", "9.2")):
            assert sender.store(instance, ct(instance, study)) == 0
        eventually(lambda: told.exists() and told.read_text().count("study") == 2)
        sender.release()
    assert told.read_text().splitlines() == [
        f"object {out}/S_9.1 CT.1.1 A__x_ PACS",
        f"object {out}/S_9.1 CT.1.2 A__x_ PACS",
        f"object {out}/S_9.2 CT.1.3 A__x_ PACS",
        f"study {out}/S_9.1",
        f"study {out}/S_9.2",
    ]
    assert names(out) == ["S_9.1/CT000001", "S_9.1/CT000002", "S_9.2/CT000001"]


def test_numbering_writes_over_nothing(tmp_path: Path) -> None:
    with listening("-od", str(tmp_path), "-su", "S", "-rns") as server, Sender(server.port) as sender:
        for instance, study in (("1.1", "9.1"), ("1.2", "9.2"), ("1.3", "9.1"), ("1.4", "9.3")):
            assert sender.store(instance, ct(instance, study)) == 0
        eventually(lambda: "cannot rename file" in server.log.getvalue())
        sender.release()
    assert names(tmp_path) == ["S_9.1/CT.1.3", "S_9.1/CT000001", "S_9.2/CT000001", "S_9.3/CT.1.4"]


@pytest.mark.parametrize("words", [(), ("+B",)])
def test_an_object_that_does_not_arrive_changes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    with listening("-od", str(tmp_path), *words) as server:
        with Sender(server.port) as sender:
            assert sender.store("1.1", ct("1.1")) == 0
            before = (tmp_path / "CT.1.1").read_bytes()
            sender.begin("1.1", ct("1.1")[:40], last=False)
        eventually(lambda: "DIMSE failure" in server.log.getvalue())
        with Sender(server.port) as sender:
            sender.release()
    assert names(tmp_path) == ["CT.1.1"]
    assert (tmp_path / "CT.1.1").read_bytes() == before


@pytest.mark.parametrize("instance", ["../../x", "/etc/x", "a/../b", "..", "1.2\\3", "$(x)"])
def test_no_instance_leads_out_of_the_directory(tmp_path: Path, instance: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with listening("-od", str(out), "+B") as server, Sender(server.port) as sender:
        assert sender.store(instance, b"whatever") == 0
        sender.release()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(names(out)) == 1


@pytest.mark.parametrize(
    ("data", "sop_class", "instance", "status"),
    [
        (ct("1.1"), CT, "1.1", 0),
        (ct("1.1"), CT, "1.2", 0xA900),
        (ct("1.1"), "1.2.840.10008.5.1.4.1.1.4", "1.1", 0xA900),
        (encoded([(0x00100010, "PN", b"Doe^Jane")], EXPLICIT), CT, "1.1", 0xC000),
        (ct("1.1")[:-3], CT, "1.1", None),
        (b"", CT, "1.1", None),
    ],
)
def test_what_is_answered(tmp_path: Path, data: bytes, sop_class: str, instance: str, status: int | None) -> None:
    """As by storescp 3.6.7: what does not belong together is stored and told, what is no data set ends it."""
    with listening("-od", str(tmp_path)) as server, Sender(server.port) as sender:
        assert sender.store(instance, data, sop_class) == status
        if status is not None:
            sender.release()
    assert len(names(tmp_path)) == (status is not None)


def test_a_study_that_is_missing_or_would_be_the_directory_above(tmp_path: Path) -> None:
    with listening("-od", str(tmp_path), "-su", "") as server, Sender(server.port, syntax=IMPLICIT) as sender:
        assert sender.store("1.1", ct("1.1", "..", IMPLICIT)) == 0xC000
        assert sender.store("1.1", encoded([(0x00080018, "UI", b"1.1\0")], IMPLICIT)) == 0xC000
        assert sender.store("1.1", ct("1.1", "1.5", IMPLICIT)) == 0
        sender.release()
    assert names(tmp_path) == ["1.5/CT.1.1"]


def test_a_study_whose_directory_cannot_be_made(tmp_path: Path) -> None:
    """The first object of it finds that out; the next cannot be written, which is another answer (storescp 3.6.7)."""
    with listening("-od", str(tmp_path), "-su", "no/where") as server, Sender(server.port) as sender:
        found = [sender.store(one, ct(one, study)) for one, study in (("1.1", "9.1"), ("1.2", "9.1"), ("1.3", "9.2"))]
        sender.release()
    assert found == [0xC000, 0xA700, 0xC000]
    log = server.log.getvalue()
    assert log.count("could not create subdirectory for study") == 2
    assert f"cannot write DICOM file: {tmp_path}/no/where_9.1/CT.1.2: No such file or directory" in log
    assert names(tmp_path) == []


@pytest.mark.parametrize("release", ["3.6.7", "3.7.0"])
def test_who_answers_is_not_known_in_a_request(release: str) -> None:
    """storescp and dcmrecv show nobody; only storescu of releases up to 3.6.7 has a text there."""
    request = AssociateRequest("PACS", "TEST", (ProposedContext(1, CT, (IMPLICIT,)),))
    assert "Responding Application Name:" in [line.rstrip() for line in received(request, 16384, release).splitlines()]


def test_what_is_no_directory_or_no_port(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    assert started(["-od", missing, "11112"]) == (1, "F: specified output directory does not exist\n")
    status, text = started(["-od", missing, "11112"], "dcmrecv")
    assert (status, text.splitlines()[-1]) == (45, "F: cannot specify output directory: Directory does not exist")
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, text = started(["-od", str(tmp_path), port])
        assert status == 1
        assert text == "E: cannot create network: 0006:031c TCP Initialization Error: Address already in use\n"
        assert started(["-od", str(tmp_path), port], "dcmrecv")[0] == 64
    for name, status in (("storescp", 1), ("dcmrecv", 66)):
        assert started(["-xf", missing, "X", "11112"], name)[0] == status
    keys = ["+tls", missing, missing, "11112"]
    for name, status in (("storescp", 1), ("dcmrecv", 71)):
        assert started(["-od", str(tmp_path), *keys[:3], str(free_tcp_port())], name)[0] == status


def test_it_ends_with_the_object_in_hand(tmp_path: Path) -> None:
    control, port, log = Control(), free_tcp_port(), io.StringIO()
    wanted = storescp_settings(parse(["-od", str(tmp_path), str(port)], storescp()), "info")
    thread = threading.Thread(target=run, args=(wanted, Log("info", log, log), "3.7.0", OUTSIDE, control), daemon=True)
    thread.start()
    data = ct("1.1")
    with Sender(port) as sender:
        sender.begin("1.1", data[:8], last=False)
        eventually(lambda: "Received Store Request" in log.getvalue())
        control.finish()
        value = b"\1\2" + data[8:]
        fragment = len(value).to_bytes(4, "big") + value
        sender._socket.sendall(b"\4\0" + len(fragment).to_bytes(4, "big") + fragment)
        assert sender.status() == 0
        assert sender.status() is None
    thread.join(SECONDS)
    assert not thread.is_alive()
    assert names(tmp_path) == ["CT.1.1"]


@pytest.mark.parametrize("words", [(), ("--fork",)])
@pytest.mark.parametrize("tag", [0x00080016, 0x00080018, 0x0020000D])
@pytest.mark.parametrize("length", [0, 63, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000])
def test_a_value_of_any_length_ends_no_more_than_its_object(
    tmp_path: Path, tag: int, length: int, words: tuple[str, ...]
) -> None:
    """In Implicit VR a UID may have more bytes than the header of a file holds."""
    elements = [(0x00080016, "UI", CT.encode() + b"\0"), (0x00080018, "UI", b"1.2.3\0"), (0x0020000D, "UI", b"1.2\0")]
    long = [(one, vr, b"1" * length if one == tag else value) for one, vr, value in elements]
    with listening("-od", str(tmp_path), *words) as there:
        with Sender(there.port, syntax=IMPLICIT) as sender:
            sender.store("1.2.3", encoded(long, IMPLICIT))
        with Sender(there.port) as sender:
            assert sender.store("1.2.4", ct("1.2.4")) == 0
            sender.release()
    assert "internal error" not in there.log.getvalue()


@pytest.mark.parametrize("title", ["\xe9\xff", "\x1b[2J", "A\\B", "\x80", "a\tb", " X"])
def test_titles_come_back_as_they_were_sent(tmp_path: Path, title: str) -> None:
    with listening("-od", str(tmp_path)) as there, Sender(there.port, calling=title) as sender:
        assert sender.answer[0] == 2
        assert sender.answer[26:42] == title.encode("latin-1").ljust(16)
        sender.release()


def test_a_peer_that_goes_on_talking_does_not_keep_it(tmp_path: Path) -> None:
    with listening("-od", str(tmp_path)) as there, Sender(there.port) as sender:
        assert sender.store("1.2.3", ct("1.2.3")) == 0
        there.control.finish()
        # It has ended when it says so, or has closed the connection while we write.
        with contextlib.suppress(OSError):
            for instance in range(4, 5000):
                if sender.store(f"1.2.{instance}", ct(f"1.2.{instance}")) is None:
                    break
            else:
                pytest.fail("5,000 objects after it was told to end, it still takes them")


def test_what_aborts_ends_an_object_in_the_middle(tmp_path: Path) -> None:
    with listening("-od", str(tmp_path)) as there, Sender(there.port) as sender:
        sender.begin("1.2.3", ct("1.2.3")[:20], last=False)
        there.control.finish()
        there.control.abort()
        assert sender.status() is None
    assert names(tmp_path) == []


def test_a_fault_of_ours_ends_one_association(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise struct.error("not foreseen")

    with listening("-od", str(tmp_path)) as there:
        with monkeypatch.context() as patch:
            patch.setattr("asprofile.storescp.provider.StorageProvider._begin", broken)
            with Sender(there.port) as sender:
                assert sender.store("1.2.3", ct("1.2.3")) is None
        with Sender(there.port) as sender:
            assert sender.store("1.2.4", ct("1.2.4")) == 0
            sender.release()
    assert "internal error, association closed (error: not foreseen)" in there.log.getvalue()


def test_whom_the_tcp_wrapper_denies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is closed before anything is said, and the log has DCMTK's line; the rules are read for each connection."""
    monkeypatch.chdir(tmp_path)
    tables = tmp_path / "hosts.allow", tmp_path / "hosts.deny"
    monkeypatch.setattr("asprofile.storescp.run.ACCESS_TABLES", tables)
    denied = "E: Receiving Association failed: 0006:0324 TCP wrapper: denied connection from unknown (127.0.0.1)"
    answered: list[str] = []
    with listening("+ac") as server:
        for rule in ("x: ALL", "storescp: 127.", "ALL: @group", ""):
            tables[1].write_text(f"{rule}\n")
            with connected(server.port) as sock, contextlib.suppress(ConnectionResetError):
                sock.sendall(wire.encode(AssociateRequest("A", "B", (ProposedContext(1, CT, (IMPLICIT,)),))))
                answered += [rule] if sock.recv(6) else []  # or reset, where it had not read the request
    assert answered == ["x: ALL", ""]
    assert [line.partition(": /")[0] for line in server.log.getvalue().splitlines() if "wrapper" in line] == [
        denied
    ] * 2
    assert "line 1: '@group' is a netgroup" in server.log.getvalue()


def test_rules_of_the_tcp_wrapper_that_cannot_be_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tables = tmp_path / "hosts.allow", tmp_path / "hosts.deny"
    monkeypatch.setattr("asprofile.storescp.run.ACCESS_TABLES", tables)
    tables[0].write_text("storescp: ALL: spawn /bin/mail\n")
    status, log = started(["+ac", str(free_tcp_port())])
    assert status == 2
    assert "hosts.allow, line 1: the option 'spawn /bin/mail' is not done here" in log


@pytest.mark.parametrize("syntax", [EXPLICIT, DEFLATED])
def test_held_in_memory_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syntax: str) -> None:
    """Short ones after long ones in the same memory, also after one that is damaged: the same files either way, and
    of those that are held none is written twice.
    """

    def long(instance: str, size: int) -> bytes:
        pixels = (0x7FE00010, "OB", bytes(range(256)) * (size // 256))
        uids = (0x00080016, CT.encode()), (0x00080018, instance.encode()), (0x0020000D, b"1.2")
        return encoded([*((tag, "UI", uid + b"\0") for tag, uid in uids), pixels], syntax)

    begun: list[Path] = []
    file = PartialFile.__init__

    def counted(self: PartialFile, directory: str) -> None:
        begun.append(Path(directory))
        file(self, directory)

    monkeypatch.setattr(PartialFile, "__init__", counted)
    found, counts = [], []
    for most in (1 << 20, 0):
        monkeypatch.setattr("asprofile.storescp.incoming._MOST_HELD", most)
        out = tmp_path / str(most)
        out.mkdir()
        begun.clear()
        with listening("-od", str(out), "+xd" if syntax == DEFLATED else "+x=") as server:
            for sent in (("1.1.1", 70_000), ("1.1.2", 9_984), ("1.1.3", 0)), (("1.1.4", 300_032), ("1.1.5", 256)):
                with Sender(server.port, syntax=syntax) as sender:
                    assert [sender.store(one, long(one, size)) for one, size in sent] == [0] * len(sent)
                    assert sender.store("1.1.9", long("1.1.9", 25_600)[:-300]) is None
        found.append({path.name: path.read_bytes() for path in out.iterdir()})
        counts.append(len(begun))
    assert sorted(found[0]) == [f"CT.1.1.{number}" for number in range(1, 6)]
    assert found[0] == found[1]
    assert counts == [5, 12]
