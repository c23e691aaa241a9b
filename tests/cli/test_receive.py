"""``asprofile receive``: a process that is started, sent to, and told to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, CT_PROFILE, write_ct
from requestor import Requestor
from running_receiver import LIMIT, Running

from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.receive.options import ReceiveOptions
from asprofile.send.engine import send
from asprofile.send.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

PROCESSES = ["1", "2"]
needs_signals = pytest.mark.skipif(os.name == "nt", reason="has no signals for others")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Running]]:
    monkeypatch.chdir(tmp_path)
    running: list[Running] = []

    def begin(*arguments: str, **more: str) -> Running:
        running.append(Running(*arguments, **more))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.communicate()


def inbox() -> list[str]:
    return sorted(path.name for path in Path("inbox").iterdir())


def begin(requestor: Requestor) -> None:
    """An object, of which the acceptor has the first half in a file when this comes back."""
    requestor.pdv(dimse.store_request(CT, "1.2.3", 1), command=True)
    requestor.pdv(b"half", last=False)
    end = time.monotonic() + LIMIT
    while not inbox():
        assert time.monotonic() < end
        time.sleep(0.01)


def data_set(path: Path) -> bytes:
    return path.read_bytes()[read_header(path).dataset_offset :]


@needs_signals
def test_what_is_sent_is_stored_and_told(start: Callable[..., Running], tmp_path: Path) -> None:
    objects = [write_ct(tmp_path / f"{number}.dcm", f"1.2.3.{number}") for number in range(3)]
    running = start()
    assert (running.begun["event"], running.begun["version"], running.begun["ae_title"]) == ("listening", 1, None)
    assert running.begun["accepts"] == "ACCEPTORALL of acceptor_all.cfg, 269 SOP classes"
    request = propose(CT_PROFILE, calling_ae="ME", called_ae="YOU")
    assert send(request, scan(objects), Peer("127.0.0.1", running.port)).all_stored
    running.until("end")
    running.process.send_signal(signal.SIGTERM)
    assert running.end() == (0, "finishing what is being received; once more to abort\n")
    requested, association, *stored, end = running.events[1:]
    assert (requested["event"], requested["contexts_proposed"], requested["peer"]) == ("requested", 3, end["peer"])
    assert (association["calling_ae"], association["called_ae"], association["contexts_accepted"]) == ("ME", "YOU", 3)
    assert [one["event"] for one in stored] == ["stored"] * 3
    for one, path in zip(stored, objects, strict=True):
        assert data_set(Path(one["path"])) == data_set(path)
        assert (one["bytes"], one["placing"], one["sop_class"]) == (len(data_set(path)), "new", CT)
    assert (end["state"], end["stored"], end["not_stored"], end["reason"]) == ("released", 3, 0, "")
    assert inbox() == [f"1.2.3.{number}.dcm" for number in range(3)]


@needs_signals
def test_a_layout(start: Callable[..., Running], tmp_path: Path) -> None:
    objects = [write_ct(tmp_path / f"{number}.dcm", f"1.2.3.{number}") for number in range(2)]
    running = start("--layout", "{calling}/{PatientID}/{StudyDate:%Y/%m}/{SOPInstanceUID}.dcm")
    request = propose(CT_PROFILE, calling_ae="ME")
    assert send(request, scan(objects), Peer("127.0.0.1", running.port)).all_stored
    running.until("end")
    assert [one["path"] for one in running.events if one["event"] == "stored"] == [
        str(Path(f"inbox/ME/T1/2024/02/1.2.3.{number}.dcm")) for number in range(2)
    ]


def test_a_layout_that_is_wrong(run: Callable[..., Result]) -> None:
    result = run("receive", "0", "--into", "a", "--layout", "{PatientIT}/x.dcm")
    assert (result.status, result.out) == (2, "")
    first, shown, mark = result.err.splitlines()
    assert first.startswith("asprofile: --layout: 'PatientIT' is no keyword of a DICOM attribute; did you mean Patient")
    assert (shown, mark) == ("  {PatientIT}/x.dcm", "   ^")


@needs_signals
@pytest.mark.parametrize("processes", PROCESSES)
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_finishes_an_object(
    start: Callable[..., Running], first: signal.Signals, processes: str
) -> None:
    running = start("--processes", processes)
    with Requestor(running.port) as requestor:
        begin(requestor)
        running.process.send_signal(first)
        assert b"finishing" in running.hear()
        requestor.pdv(b" and half")
        answer = requestor.hear()
        assert isinstance(answer, dimse.CommandSet)
        assert answer.status == 0
        assert requestor.hear() == wire.Abort(0, 0)
    status, _ = running.end()
    assert status == 0
    assert Path("inbox/1.2.3.dcm").read_bytes().endswith(b"half and half")
    assert (running.events[-1]["state"], running.events[-1]["stored"]) == ("stopped", 1)


@needs_signals
@pytest.mark.parametrize("processes", PROCESSES)
def test_the_second_signal_aborts(start: Callable[..., Running], processes: str) -> None:
    running = start("--processes", processes)
    with Requestor(running.port) as requestor:
        begin(requestor)
        running.process.send_signal(signal.SIGINT)
        assert b"finishing" in running.hear()
        running.process.send_signal(signal.SIGINT)
        status, _ = running.end()
    assert status == 130
    assert inbox() == []
    lost = next(event for event in running.events if event["event"] == "not_stored")
    assert (lost["sop_instance"], lost["status"]) == ("1.2.3", 0)
    end = running.events[-1]
    assert (end["event"], end["state"], end["reason"]) == ("end", "stopped", "we are stopping")


@needs_signals
@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="has no such sockets")
def test_systemd_is_told(start: Callable[..., Running], tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        # A path of pytest's may be longer than such an address can be.
        name = f"asprofile-test-{os.getpid()}"
        try:
            sock.bind(f"\0{name}")
        except OSError:
            pytest.skip("the system has no such names")
        sock.settimeout(LIMIT)
        running = start(NOTIFY_SOCKET=f"@{name}", WATCHDOG_USEC="2000")
        assert sock.recv(200).startswith(b"READY=1\nSTATUS=receives ACCEPTORALL")
        assert sock.recv(200) == b"WATCHDOG=1"
        running.process.send_signal(signal.SIGTERM)
        while (said := sock.recv(200)) == b"WATCHDOG=1":
            pass
        assert said == b"STOPPING=1\nSTATUS=finishes what is being received"
        assert running.end()[0] == 0


@needs_signals
def test_a_socket_that_is_passed_in(tmp_path: Path) -> None:
    """As systemd does it: descriptors from 3 on, and whose they are."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        code = (
            "import os, sys\n"
            "os.dup2(int(sys.argv[1]), 3)\n"
            "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
            "command = ['-m', 'asprofile', 'receive', '--into', sys.argv[2], '--isolated', '--format', 'jsonl']\n"
            "os.execv(sys.executable, [sys.executable, *command])"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(sock.fileno()), str(tmp_path)],
            pass_fds=(sock.fileno(),),
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        try:
            assert process.stdout is not None
            begun = json.loads(process.stdout.readline())
            assert begun["port"] == sock.getsockname()[1]
            with Requestor(begun["port"]):
                process.send_signal(signal.SIGTERM)
                assert process.wait(LIMIT) == 0
        finally:
            process.kill()
            process.communicate()


@needs_signals
def test_nobody_reads_any_more(start: Callable[..., Running]) -> None:
    running = start()
    assert running.process.stdout is not None
    with Requestor(running.port) as requestor:
        begin(requestor)
        running.process.stdout.close()
        requestor.pdv(b" and half")
        answer = requestor.hear()
        assert isinstance(answer, dimse.CommandSet)
        assert answer.status == 0
        assert requestor.hear() == wire.Abort(0, 0)
    assert running.process.wait(LIMIT) == 1
    assert running.process.stderr is not None
    assert running.process.stderr.read() == b""
    assert inbox() == ["1.2.3.dcm"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_a_full_disk_behind_its_output_is_told_and_ends_it(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "asprofile", "receive", "127.0.0.1:0", "--into", str(tmp_path), "--isolated"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            timeout=LIMIT,
            check=False,
        )
    assert (process.returncode, process.stderr) == (1, b"asprofile: standard output: no space left on device\n")


def test_a_directory_that_cannot_be_written_to(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asprofile.api.receiving.os.access", lambda *_: False)
    result = run("receive", "0", "--into", "a")
    assert (result.status, result.err) == (2, "asprofile: a: cannot store there: not writable\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", "--into", "a"), "'x' is no address: write [AET@][HOST:]PORT"),
        (("65536", "--into", "a"), "'65536' is no address"),
        (("::1:104", "--into", "a"), "is no address"),
        (("@104", "--into", "a"), "'' is not an AE title"),
        (("SEVENTEENLETTERSX@104", "--into", "a"), "is not an AE title"),
        (("1",), "Missing option '--into'"),
        (("1", "--into", ""), "an empty name"),
        (("  @104", "--into", "a"), "'' is not an AE title"),
        (("1", "--into", "none/a"), "none/a: cannot store there: no such file or directory"),
        (("1", "--into", "file"), "file: cannot store there: it is no directory"),
        (("1", "--into", "a", "--accept-all", "--profile", "X"), "--accept-all takes the place of --profile"),
        (("1", "--into", "a", "--profile", "AcceptorAl"), "did you mean ACCEPTORALL"),
        (("1", "--into", "a", "--only-from", "ME@host"), "'host' is no address: write an IP address"),
        (("1", "--into", "a", "--only-from", "@10.0.0.1"), "'' is not an AE title"),
        (("1", "--into", "a", "--max-pdu", "100"), "give 4096 to 16777216 bytes"),
        (("203.0.113.1:0", "--into", "a"), "cannot listen on 203.0.113.1:0"),
    ],
)
def test_what_is_not_possible(run: Callable[..., Result], arguments: tuple[str, ...], message: str) -> None:
    Path("file").touch()
    result = run("receive", *arguments)
    assert result.status == 2
    assert message in result.err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), False),
        (("--quiet",), False),
        (("--verbose",), True),
        (("--verbose", "--quiet"), False),
        (("--format", "jsonl"), True),
        (("--format", "jsonl", "--quiet"), True),
        (("--exec", "true"), True),
        (("--on-study", "-", "--quiet"), True),
        (("--metrics", "0"), True),
    ],
)
def test_stored_objects_are_told_where_somebody_wants_to_know(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: tuple[str, ...], told: bool
) -> None:
    asked: list[ReceiveOptions] = []

    def receive(*_: object, options: ReceiveOptions, **__: object) -> None:
        asked.append(options)
        raise ConfigurationError("enough is known")

    monkeypatch.setattr("asprofile.cli.receive.receive", receive)
    assert run("receive", "0", "--into", str(tmp_path), *given).status == 2
    assert [one.tell_objects for one in asked] == [told]
