#!/usr/bin/env python3
"""A migration of a mixed archive that is killed on the way: does it end by itself, and is its report true?

    python benchmarks/migrate_proof.py                          50,000 objects of a directory, killed 20 times
    python benchmarks/migrate_proof.py --from dcmqrscp          the same from DCMTK's dcmqrscp
    python benchmarks/migrate_proof.py --from orthanc           from an Orthanc
    python benchmarks/migrate_proof.py --objects 60 --kills 2   a short one

The target is an Orthanc, and the judge is what Orthanc says over REST: which instances it has, and what is in them. The
archive has objects of several SOP classes, a quarter of them in JPEG Lossless process 14, and, as archives do, one UID
with two data sets, files twice, files that are cut off or no objects, objects that nobody accepts, or that a source
lists and does not have. Each kill is a SIGKILL, of whatever the migration is doing when so many objects have come; the
first in the scan, if there are ten or more. Then the command is given once more, and has to end by itself; so has
``verify``, and then the report is compared, object by object. Needs Orthanc and DCMTK. Exit status 1 if anything is not
as it should be; what that is is said.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mixed_archive import KINDS, ONLY_IN_FILES, Archive, Expected
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import UID

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
IN_AN_AREA = 500
"""Objects in a storage area of dcmqrscp, which looks through the whole index of it for each question."""
MOST_IN_DOUBT = 128
"""As many as are in flight with one association (--window)."""
_WAIT = 60.0


class Untrue(Exception):
    """Something that is not as it should be."""


def hold(condition: bool, words: str) -> None:
    if not condition:
        raise Untrue(words)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A server, while it listens."""
    program = shutil.which(command[0], path=PATH)
    if program is None:
        raise SystemExit(f"{command[0]} is not installed")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *command[1:]], stdout=log, stderr=log, cwd=folder)
    try:
        deadline = time.monotonic() + _WAIT
        while True:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[0]} does not listen: {(folder / 'log').read_text(errors='replace')}")
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Orthanc:
    """One that runs, over DICOM and over REST."""

    port: int
    http_port: int

    @classmethod
    @contextmanager
    def started(cls, folder: Path, port: int = 0) -> Iterator[Orthanc]:
        """One without objects; DICOM on that port, or on any."""
        folder.mkdir()
        found = cls(port or free_port(), free_port())
        # Whoever is not in its DicomModalities may store, but not ask.
        settings = {
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "index"),
            "Plugins": [],
            "HttpPort": found.http_port,
            "DicomPort": found.port,
            "DicomAet": "ORTHANC",
            "DicomCheckCalledAet": False,
            "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True,
            "DicomAlwaysAllowMove": True,
            "AuthenticationEnabled": False,
            "RemoteAccessAllowed": False,
        }
        (folder / "orthanc.json").write_text(json.dumps(settings))
        with running(["Orthanc", str(folder / "orthanc.json")], found.port, folder):
            yield found

    @property
    def peer(self) -> str:
        return f"ORTHANC@127.0.0.1:{self.port}"

    def ask(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=_WAIT) as answer:
            content: bytes = answer.read()
        return content

    def count(self) -> int:
        return int(json.loads(self.ask("/statistics"))["CountInstances"])

    def has(self, count: int) -> bool:
        return self.count() >= count

    def instances(self) -> dict[str, str]:
        """Its own identifiers by SOP Instance UID. No UID is there twice."""
        found: dict[str, str] = {}
        since, page = 0, 1000
        while some := json.loads(self.ask(f"/instances?expand&since={since}&limit={page}")):
            for one in some:
                uid = one["MainDicomTags"]["SOPInstanceUID"]
                hold(uid not in found, f"Orthanc has {uid} twice")
                found[uid] = one["ID"]
            since += page
        return found


# --- where the objects are


@contextmanager
def from_directory(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Expected, list[str]]]:
    archive = Archive(folder, KINDS + ONLY_IN_FILES)
    archive.fill(options.objects)
    yield archive.expected, ["--from", str(folder)]


@contextmanager
def from_dcmqrscp(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Expected, list[str]]]:
    archive = Archive(folder / "unused", KINDS)
    titles = [f"AREA{number}" for number in range(max(2, -(-options.objects // IN_AN_AREA)))]
    areas = [folder / title for title in titles]
    lost = archive.fill_areas(areas, options.objects)
    for area in areas:
        files = sorted(map(str, area.iterdir()))
        for at in range(0, len(files), 500):
            subprocess.run(["dcmqridx", str(area), *files[at : at + 500]], check=True)
    for path in lost:
        path.unlink()
    port = free_port()
    lines = [
        "MaxPDUSize = 16384",
        "MaxAssociations = 16",
        "HostTable BEGIN",
        "HostTable END",
        "VendorTable BEGIN",
        "VendorTable END",
        "AETable BEGIN",
        *(f"{title} {area} RW (500, 1024mb) ANY" for title, area in zip(titles, areas, strict=True)),
        "AETable END",
    ]
    (folder / "dcmqrscp.cfg").write_text("\n".join(lines) + "\n")
    server = ["dcmqrscp", "+xs", "-c", str(folder / "dcmqrscp.cfg"), str(port)]
    with running(server, port, folder):
        yield archive.expected, [word for title in titles for word in ("--from", f"{title}@127.0.0.1:{port}")]


@contextmanager
def from_orthanc(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Expected, list[str]]]:
    archive = Archive(folder / "unused", KINDS)
    for number in range(options.objects):
        archive.write(number, folder / "files" / f"{number:08}.dcm")
    with Orthanc.started(folder / "source") as source:
        send = ["send", "--isolated", "-q", source.peer, str(folder / "files")]
        hold(asprofile(*send).returncode == 0, "the source does not take its objects")
        yield archive.expected, ["--from", source.peer]


SOURCES = {"directory": from_directory, "dcmqrscp": from_dcmqrscp, "orthanc": from_orthanc}


# --- the migration


def command_of(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "asprofile", *arguments]


def asprofile(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command_of(*arguments), check=False, capture_output=True, text=True)


def is_after(moment: float) -> bool:
    return time.monotonic() > moment


def killed(command: list[str], is_time: Callable[[], bool]) -> None:
    """Run it until it is time, and kill it then."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while process.poll() is None and not is_time():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    said = process.communicate()[1]
    hold(process.returncode == -signal.SIGKILL, f"it ended before it was killed, with {process.returncode}: {said}")


def sums(journal: Path) -> dict[str, int]:
    done = asprofile("migrate", "status", str(journal), "--json")
    return {state: one["objects"] for state, one in json.loads(done.stdout)["states"].items()}


def kill_often(move: list[str], journal: Path, target: Orthanc, count: int, options: argparse.Namespace) -> None:
    """Kill it at moments that are spread over all objects that arrive; check what may be known after each."""
    chance = random.Random(options.seed)
    in_scan = options.kills // 10
    for number in range(in_scan):
        killed(move, partial(is_after, time.monotonic() + chance.uniform(0.3, 2.0)))
        print(f"killed {number + 1}, in the scan", flush=True)
    left = options.kills - in_scan
    for number in range(left):
        goal = round(count * (number + chance.uniform(0.1, 0.9)) / (left + 1))
        killed(move, partial(target.has, goal))
        known = sums(journal)
        doubts = known.get("sending", 0) + known.get("in doubt", 0)
        stored = known.get("stored", 0)
        print(f"killed {in_scan + number + 1}: {stored:,} stored, {doubts} in doubt", flush=True)
        hold(doubts <= MOST_IN_DOUBT, f"{doubts} are in doubt, more than were in flight")
        hold(stored <= target.count(), "more is recorded as stored than has come")


def prove(folder: Path, options: argparse.Namespace) -> None:
    journal = folder / "journal"
    with ExitStack() as stack:
        expected, sources = stack.enter_context(SOURCES[options.source](folder / "source", options))
        target = stack.enter_context(Orthanc.started(folder / "target"))
        print(f"{options.objects:,} objects, of which {len(expected.arrives):,} have to arrive", flush=True)
        began = time.monotonic()
        move = command_of("migrate", "-q", "--isolated", str(journal), *sources, "--to", target.peer)
        kill_often(move, journal, target, len(expected.arrives), options)
        again = subprocess.run(
            move if not options.kills else command_of("migrate", str(journal)),
            check=False,
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - began
        well = not (expected.never or expected.wrong or expected.conflicts)
        hold(again.returncode == int(not well), f"it ended with {again.returncode}: {again.stderr}")
        verified = asprofile("migrate", "verify", str(journal))
        hold(verified.returncode == int(not well), f"verify ended with {verified.returncode}: {verified.stderr}")
        judge(journal, expected, target, options)
        rate = len(expected.arrives) / seconds
        print(f"killed {options.kills} times, ended by itself after {seconds:.0f} s ({rate:.0f} objects a second)")
        print("the report is true to the object", flush=True)


# --- is the report true?


def judge(journal: Path, expected: Expected, target: Orthanc, options: argparse.Namespace) -> None:
    report = json.loads(asprofile("migrate", "report", str(journal), "--json").stdout)
    table = asprofile("migrate", "report", str(journal), "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    there = target.instances()
    by_uid: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_uid.setdefault(row["sop_instance"], []).append(row)

    at_the_peer = {row["sop_instance"] for row in rows if row["state"] == "verified"}
    hold(at_the_peer == set(there), f"{len(at_the_peer ^ set(there))} are in the report or at the target, not in both")
    hold(
        set(there) == set(expected.arrives), f"{len(set(there) ^ set(expected.arrives))} did not arrive, or should not"
    )
    for uid, state in expected.never.items():
        found = [row["state"] for row in by_uid.get(uid, ())]
        hold(bool(found) and set(found) == {state}, f"{uid} is {found} and not {state}")
    hold(set(by_uid) == set(expected.arrives) | set(expected.never), "there are objects that nobody made")
    conflicts = sum(row["state"] == "conflict" for uid in expected.arrives for row in by_uid[uid])
    hold(conflicts == expected.conflicts, f"{conflicts} are in conflict with one that arrived")

    states = Counter(row["state"] for row in rows)
    hold({state: one["objects"] for state, one in report["states"].items()} == states, "the sums are those of the rows")
    hold(report["objects"] == len(rows), "all objects are in the sums")
    others = (report["again"], report["not_objects"], report["wrong"])
    hold(others == (expected.again, expected.others, expected.wrong), f"{others} files are no objects")
    hold(report["files"] == len(rows) + sum(others), "all files are in the sums")
    print(", ".join(f"{count:,} {state}" for state, count in states.most_common()) + f"; {sum(others)} other files")

    uids = sorted(expected.arrives)
    chosen = random.Random(options.seed).sample(uids, min(options.sample, len(uids)))
    for uid in chosen:
        came = dcmread(io.BytesIO(target.ask(f"/instances/{there[uid]}/file")))
        sent = [dcmread(path) for path in expected.arrives[uid]]
        hold(any(is_same(came, one) for one in sent), f"{uid} came as another data set: {expected.arrives[uid]}")
    compressed = sum(row["transfer_syntax"].startswith("1.2.840.10008.1.2.4.") for row in rows)
    print(f"{compressed:,} in JPEG Lossless process 14; {len(chosen)} compared element by element")


def is_same(came: Dataset, sent: Dataset) -> bool:
    """All elements have the values that they had; a compressed one is in the transfer syntax that it was in."""
    syntax = came.file_meta.TransferSyntaxUID, sent.file_meta.TransferSyntaxUID
    if syntax[0] != syntax[1] and any(UID(one).is_compressed for one in syntax):
        return False
    return values(came) == values(sent)


def values(data: Dataset) -> dict[int, object]:
    return {
        int(one.tag): bytes(one.value).rstrip(b"\0 ") if isinstance(one.value, bytes) else str(one.value).rstrip()
        for one in data
        if one.tag != (0xFFFC, 0xFFFC)
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--objects", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--from", dest="source", choices=SOURCES, default="directory")
    parser.add_argument("--sample", type=int, default=500, help="how many to take back and compare")
    parser.add_argument("--seed", default="", help="kill at other moments")
    parser.add_argument("--folder", type=Path, help="where all of it is made, and left; default: a temporary one")
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.folder is not None:
            options.folder.mkdir()
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asprofile-proof-")))
        (folder / "source").mkdir()
        try:
            prove(folder, options)
        except Untrue as error:
            print(f"NOT TRUE: {error}", flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
