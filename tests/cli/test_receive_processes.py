"""``asprofile receive --processes``: as with one, whichever process has an association, and if one of them dies."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, CT_PROFILE
from requestor import Requestor
from running_receiver import LIMIT, Running

from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="is looked at by what Linux says of processes")
HALF = wire.data_header(3, 100, command=True, last=True) + bytes(40)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Running]]:
    monkeypatch.chdir(tmp_path)
    running: list[Running] = []

    def begin(*arguments: str, **more: str) -> Running:
        running.append(Running(*arguments, **more))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate(timeout=LIMIT)


def processes(running: Running) -> list[int]:
    """Those that it has started and that run."""
    tasks = Path(f"/proc/{running.process.pid}/task").glob("*/children")
    return [process for task in tasks for process in map(int, task.read_text().split()) if lives(process)]


def lives(process: int) -> bool:
    """Whether it runs, and is not only waited for by nobody."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def send(port: int, objects: list[tuple[str, bytes]]) -> list[int]:
    """Send these instances with these data sets in one association: the answers."""
    found = []
    with Requestor(port) as requestor:
        for number, (instance, data) in enumerate(objects):
            requestor.pdv(dimse.store_request(CT, instance, number), command=True)
            requestor.pdv(data)
            said = requestor.hear()
            assert isinstance(said, dimse.CommandSet)
            found.append(said.status or 0)
        requestor.say(wire.encode(wire.ReleaseRequest()))
        requestor.hear()
    return found


def sent_at_once(port: int, parts: list[list[tuple[str, bytes]]]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in parts]

    def one(number: int) -> None:
        found[number] = send(port, parts[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return found


def data_sets() -> dict[str, bytes]:
    """The files, and what is behind the header of each."""
    found = {path.name: path.read_bytes() for path in Path("inbox").iterdir()}
    return {name: content[content.index(b"data ") :] for name, content in found.items()}


def test_equal_and_unequal_objects_at_once(start: Callable[..., Running]) -> None:
    """Each instance comes from all senders at the same time, with the same bytes, or with others of each."""
    chance = random.Random(15)
    parts = []
    for sender in range(4):
        equal = [(f"1.2.{number}", b"data of %d" % number) for number in range(40)]
        unequal = [(f"1.3.{number}", b"data of %d" % (sender % 2)) for number in range(40)]
        parts.append(chance.sample(equal + unequal, 80))
    running = start("--processes", "3")
    assert sent_at_once(running.port, parts) == [[0] * 80] * 4
    running.process.send_signal(signal.SIGTERM)
    status, _ = running.end()
    assert status == 0
    found = data_sets()
    wanted = {f"1.2.{number}": {b"data of %d" % number} for number in range(40)}
    wanted |= {f"1.3.{number}": {b"data of 0", b"data of 1"} for number in range(40)}
    instances: dict[str, list[bytes]] = {}
    for name, data in found.items():
        instances.setdefault(name.removesuffix(".dcm").partition("-")[0], []).append(data)
    assert {name: sorted(data) for name, data in instances.items()} == {n: sorted(d) for n, d in wanted.items()}
    ends = [event for event in running.events if event["event"] == "end"]
    assert sorted(end["association"] for end in ends) == [1, 2, 3, 4]
    assert [(end["state"], end["stored"]) for end in ends] == [("released", 80)] * 4
    placed = [event["placing"] for event in running.events if event["event"] == "stored"]
    assert (placed.count("new"), placed.count("beside"), placed.count("same")) == (80, 40, 200)


@pytest.mark.parametrize("option", ["--max-associations", "--max-per-host"])
def test_a_limit_is_for_all_of_them_together(start: Callable[..., Running], option: str) -> None:
    running = start("--processes", "2", option, "2")
    with Requestor(running.port), Requestor(running.port):
        assert answer(running.port) == wire.AssociateReject(2, 3, 2)
    end = time.monotonic() + LIMIT
    while answer(running.port) == wire.AssociateReject(2, 3, 2):
        assert time.monotonic() < end, "no place becomes free"


def answer(port: int) -> object:
    """What is answered to a request."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock, sock.makefile("rb") as stream:
        sock.sendall(wire.encode(propose(CT_PROFILE)))
        pdu_type, length = wire.HEADER.unpack(stream.read(6))
        return wire.decode(pdu_type, stream.read(length))


def test_a_process_that_dies_is_told_and_another_takes_its_place(start: Callable[..., Running]) -> None:
    running = start("--processes", "2")
    with Requestor(running.port) as one, Requestor(running.port) as other:
        for number, requestor in enumerate((one, other)):
            requestor.pdv(dimse.store_request(CT, f"1.2.{number}", 1), command=True)
            requestor.pdv(b"half", last=False)
        before = processes(running)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        ended = running.until("process_ended")
        assert (ended["process"], ended["reason"]) == (before[0], "ended by signal 9")
        assert ended["associations_lost"] == 1
        lost = running.until("end")
        assert lost["state"] == "failed"
        assert lost["reason"].endswith("ended by signal 9")
        assert [send(running.port, [(f"1.3.{number}", b"data ")]) for number in range(3)] == [[0]] * 3
    end = time.monotonic() + LIMIT
    while len(processes(running)) != 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    running.process.send_signal(signal.SIGTERM)
    status, _ = running.end()
    assert status == 0
    stored = sorted(path.name for path in Path("inbox").glob("*.dcm"))
    assert stored == ["1.3.0.dcm", "1.3.1.dcm", "1.3.2.dcm"]


def begun(count: int = 1) -> None:
    """Wait until objects that are sent are being received: what was only sent is not."""
    end = time.monotonic() + LIMIT
    while len(list(Path("inbox").glob(".incoming-*"))) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_nothing_is_left_if_the_one_that_listens_is_killed(start: Callable[..., Running]) -> None:
    """The others finish what they receive, and end."""
    running = start("--processes", "2", before="from asprofile.receive import processes; processes._ORPHANED = 3600")
    with Requestor(running.port) as requestor:
        requestor.pdv(dimse.store_request(CT, "1.2.3", 1), command=True)
        requestor.pdv(b"half", last=False)
        begun()
        started = processes(running)
        running.process.kill()
        requestor.pdv(b" and half")
        said = requestor.hear()
        assert isinstance(said, dimse.CommandSet)
        assert said.status == 0
        assert requestor.hear() == wire.Abort(0, 0)
    end = time.monotonic() + LIMIT
    while any(map(lives, started)):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert Path("inbox/1.2.3.dcm").read_bytes().endswith(b"half and half")


@pytest.mark.parametrize("is_ending", [False, True], ids=["at once", "while it ends"])
def test_a_sender_that_stalls_does_not_keep_them_if_the_one_that_listens_is_killed(
    start: Callable[..., Running], is_ending: bool
) -> None:
    """Nobody is left who could tell them to end: they do after a while, long before --idle-timeout."""
    running = start("--processes", "2", "--idle-timeout", "3600", before=(
        "from asprofile.receive import processes; processes._ORPHANED = 0.3"
    ))  # fmt: skip
    with Requestor(running.port) as one, Requestor(running.port) as other:
        for number, requestor in enumerate((one, other)):
            requestor.pdv(dimse.store_request(CT, f"1.2.{number}", 1), command=True)
            requestor.pdv(b"half", last=False)
        begun(2)
        started = processes(running)
        assert len(started) == 2
        if is_ending:
            running.process.send_signal(signal.SIGTERM)
            running.hear()
        running.process.kill()
        end = time.monotonic() + LIMIT
        while any(map(lives, started)):
            assert time.monotonic() < end
            time.sleep(0.05)
    assert list(Path("inbox").iterdir()) == []


def test_a_command_that_never_comes_whole_does_not_keep_them(start: Callable[..., Running]) -> None:
    """Each process has an association that says nothing more; the signal ends them all."""
    running = start("--processes", "2")
    with Requestor(running.port) as one, Requestor(running.port) as other:
        one.say(HALF)
        other.say(HALF)
        running.process.send_signal(signal.SIGTERM)
        status, _ = running.end()
    assert status == 0
    assert [event["state"] for event in running.events if event["event"] == "end"] == ["stopped"] * 2


def test_a_counter_counts_in_one_process(run: Callable[..., Result]) -> None:
    result = run("receive", "0", "--into", "inbox", "--processes", "2", "--layout", "{counter}.dcm")
    assert (result.status, result.out) == (2, "")
    assert "{counter} of a layout counts in one process" in result.err


def test_a_flood_that_no_process_can_take_costs_nobody_his_connection(start: Callable[..., Running]) -> None:
    """They are stopped while hundreds come from one address, and then one from another."""
    running = start("--processes", "2")
    stopped = processes(running)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    assert running.process.stdout is not None
    reader = threading.Thread(target=running.process.stdout.readlines)
    reader.start()
    flood = [socket.create_connection(("127.0.0.1", running.port), timeout=LIMIT) for _ in range(700)]
    try:
        with socket.create_connection(("127.0.0.1", running.port), LIMIT, source_address=("127.0.0.2", 0)) as late:
            late.sendall(wire.encode(propose(CT_PROFILE)))
            for process in stopped:
                os.kill(process, signal.SIGCONT)
            assert late.recv(1) == bytes((wire.ASSOCIATE_AC,))
    finally:
        for one in flood:
            one.close()
        running.process.kill()
        reader.join()
