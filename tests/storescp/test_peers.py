"""The real storescp and dcmrecv beside ours: the same options, the same senders, the same names and bytes of files.

Each program listens once for a set of options; every sender sends objects of its own to both. Compared are all that
they stored (but for who wrote the file), what the senders were told, and the lines of the log.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_data_sets import BIG, DEFLATED, EXPLICIT, IMPLICIT, Element, encoded, in_order, part10, rich
from programs import free_tcp_port, need

pytestmark = pytest.mark.peer

SECONDS = 60
ASPROFILE = (sys.executable, "-m", "asprofile")
CT = "1.2.840.10008.5.1.4.1.1.2"
PROFILE = """[[TransferSyntaxes]]
[Any]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = BigEndianExplicit
TransferSyntax3 = DeflatedLittleEndianExplicit
TransferSyntax4 = LittleEndianImplicit
[[PresentationContexts]]
[All]
PresentationContext1 = VerificationSOPClass\\Any
PresentationContext2 = SecondaryCaptureImageStorage\\Any
PresentationContext3 = CTImageStorage\\Any
[[Profiles]]
[All]
PresentationContexts = All
"""


def replaced(elements: list[Element], **values: bytes) -> list[Element]:
    """With other values, by keyword: ``instance``, ``sop_class``, ``study``, ``patient``."""
    tags = {"sop_class": 0x00080016, "instance": 0x00080018, "patient": 0x00100010, "study": 0x0020000D}
    tags["series_date"] = 0x00080021
    vrs = {0x00080016: "UI", 0x00080018: "UI", 0x00100010: "PN", 0x0020000D: "UI", 0x00080021: "DA"}
    new = {
        tags[name]: value + (b" " if name in ("patient", "series_date") else b"\0") * (len(value) % 2)
        for name, value in values.items()
    }
    kept = [element for element in elements if element[0] not in new]
    return in_order([*kept, *((tag, vrs[tag], value) for tag, value in new.items())])


def made(directory: Path, sender: str) -> list[Path]:
    """Files of one sender: every uncompressed transfer syntax, lengths of all kinds, two studies, two classes."""
    number = {"storescu": 1, "dcmsend": 2, "asprofile": 3, "pynetdicom": 4}[sender]
    files = []
    for at, (syntax, undefined, lengths) in enumerate(
        [(EXPLICIT, False, False), (EXPLICIT, True, True), (IMPLICIT, True, False), (IMPLICIT, False, True),
         (BIG, False, False), (BIG, True, True), (DEFLATED, False, False), (DEFLATED, True, True)]
    ):  # fmt: skip
        instance = f"1.2.826.0.1.3680043.2.1143.{number}.{at}"
        sop_class = CT if at % 3 == 1 else "1.2.840.10008.5.1.4.1.1.7"
        data = replaced(
            rich(undefined=undefined, group_lengths=lengths),
            instance=instance.encode(),
            sop_class=sop_class.encode(),
            study=b"1.2.3.%d.%d" % (number, at // 4),
            patient=(b"M\xfcller^Anne", b"O'Brien^/../x", b"", b"Doe^John ")[at % 4],
            series_date=(b"20240131", b"2024.01.31", b"20241301", b"")[at % 4],
        )
        path = directory / f"{sender}{at}.dcm"
        path.write_bytes(part10(encoded(data, syntax), syntax, sop_class, instance))
        files.append(path)
    return files


# --- senders: each gives the statuses that it was answered


def by_storescu(port: int, files: list[Path]) -> object:
    statuses = []
    # All of it in one association, each transfer syntax proposed.
    for syntax in ("-xe", "-xd"):
        done = subprocess.run(
            [need("storescu", "dcmtk"), "-v", syntax, "127.0.0.1", str(port), *map(str, files)],
            capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ, "TCP_NODELAY": "1"},
        )  # fmt: skip
        statuses.append((done.returncode, re.findall(r"Received Store Response \((.*)\)", done.stderr + done.stdout)))
    return statuses


def by_dcmsend(port: int, files: list[Path]) -> object:
    done = subprocess.run(
        [need("dcmsend", "dcmtk"), "-v", "127.0.0.1", str(port), *map(str, files)],
        capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ, "TCP_NODELAY": "1"},
    )  # fmt: skip
    return done.returncode, re.findall(r"Received C-STORE Response \((.*)\)", done.stderr + done.stdout)


def by_asprofile(port: int, files: list[Path]) -> object:
    done = subprocess.run(
        [*ASPROFILE, "send", "--wait", "0", "--retries", "0", f"127.0.0.1:{port}", *map(str, files)],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, re.findall(r"\d+ stored", done.stdout + done.stderr)


def by_pynetdicom(port: int, files: list[Path]) -> object:
    from pydicom import dcmread
    from pynetdicom import AE

    entity = AE("PYNETDICOM")
    for sop_class in ("1.2.840.10008.5.1.4.1.1.7", CT):
        for syntax in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
            entity.add_requested_context(sop_class, syntax)
    association = entity.associate("127.0.0.1", port)
    if not association.is_established:
        return "none"
    statuses = []
    for path in files:
        try:
            statuses.append(getattr(association.send_c_store(dcmread(path)), "Status", None))
        except (ValueError, RuntimeError) as error:  # no context, or no association any more
            statuses.append(type(error).__name__)
    if association.is_established:
        association.release()
    # Who is aborted may hear of it only when the next object is on its way.
    return [status for status in statuses if status is not None and status != "RuntimeError"]


SENDERS: dict[str, Callable[[int, list[Path]], object]] = {
    "storescu": by_storescu,
    "dcmsend": by_dcmsend,
    "asprofile": by_asprofile,
    "pynetdicom": by_pynetdicom,
}


# --- the two programs


@dataclass
class Outcome:
    files: dict[str, tuple[bytes, bytes]]
    answers: dict[str, object]
    log: list[str]
    status: int


def release() -> str:
    found = re.search(r"v(\d+\.\d+\.\d+)", subprocess.run(
        [need("storescp", "dcmtk"), "--version"], capture_output=True, text=True, check=False).stdout)  # fmt: skip
    assert found is not None
    return found[1]


def run(program: list[str], options: list[str], directory: Path, sent: dict[str, list[Path]], settle: float) -> Outcome:
    """Run a program over what the senders send, one after the other, and end it."""
    directory.mkdir()
    port = free_tcp_port()
    log = directory.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, "-v", *options, str(port)], cwd=directory, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "TCP_NODELAY": "1"},
        )  # fmt: skip
    try:
        await_listening(port, process, log)
        answers = {sender: SENDERS[sender](port, files) for sender, files in sent.items()}
        time.sleep(settle)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
    return Outcome(dict(stored(directory)), answers, lines(log.read_text(errors="replace")), process.returncode)


def await_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Without connecting: that would be in the log."""
    wanted = f"{port:04X}"
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        tables = [Path(f"/proc/net/tcp{version}").read_text() for version in ("", "6")]
        rows = [line.split() for table in tables for line in table.splitlines()[1:]]
        if any(row[3] == "0A" and row[1].endswith(f":{wanted}") for row in rows):
            return
        time.sleep(0.02)
    pytest.fail(f"{process.args!r} does not listen: {log.read_text(errors='replace')}")


def stored(directory: Path) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """Each file by its name: the header without who wrote it, and the data set."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(directory)), parted(path.read_bytes())


def parted(data: bytes) -> tuple[bytes, bytes]:
    if data[128:132] != b"DICM":
        return b"", data
    elements, at = [], 132
    while data[at : at + 2] == b"\2\0":
        number = int.from_bytes(data[at + 2 : at + 4], "little")
        long = data[at + 4 : at + 6] == b"OB"
        size = 12 + int.from_bytes(data[at + 8 : at + 12], "little") if long else 8 + int.from_bytes(
            data[at + 6 : at + 8], "little")  # fmt: skip
        if number not in (0x0000, 0x0012, 0x0013):
            elements.append(data[at : at + size])
        at += size
    return b"".join(elements), data[at:]


def lines(text: str) -> list[str]:
    """What scripts look for: no dots, which depend on PDUs, no times, no numbers that are made up."""
    text = re.sub(r"RECV: \.*", "RECV:", text)
    text = re.sub(r" in (child|parent) process \(pid: \d+\)", "", text)
    found = [line.rstrip() for line in text.splitlines() if line.strip() and "finishing what" not in line]
    return [without_chance(line) for line in found]


def without_chance(name: str) -> str:
    name = re.sub(r"(?<!\d)\d{8}_\d{9}(?!\d)", "TIME", name)
    name = re.sub(r"(?<!\d)\d{17}(_\d{4})?\.", "TIME.", name)
    name = re.sub(r"(?<!\d)\d{14}\.\d{6}\.", "TIME.", name)
    name = re.sub(r"\.X\.[\d.]+", ".X.UID", name)
    return re.sub(r"_[0-9a-f]{16}\b", "_RANDOM", name)


def contents(files: dict[str, tuple[bytes, bytes]]) -> list[tuple[str, tuple[bytes, bytes]]]:
    return sorted((without_chance(name), data) for name, data in files.items())


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    directory = tmp_path_factory.mktemp("sent")
    return {sender: made(directory, sender) for sender in SENDERS}


STORESCP = {
    "defaults": "",
    "bit preserving": "+B",
    "bit preserving, data sets": "+B -F",
    "all accepted": "+xa",
    "implicit": "-fe .dcm +xi",
    "big endian": "+xb +tb",
    "little endian": "+xe +te +u +e",
    "implicit written": "+ti -e +g",
    "deflated written": "+td +cl 9 -g",
    "deflated preferred": "+xd +cl 1",
    "old representations": "-u -F",
    "sorted by study": "-su STUDY",
    "sorted in a row": "-ss '' -fe .img",
    "sorted by patient": "-sp",
    "sorted, times": "-tn -ss S",
    "unique": "+uf",
    "times": "-tn",
    "renamed": "-ss R -rns -tos 1",
    "renamed by time": "-tn -ss R -rns -tos 1",
    "ignored": "--ignore",
    "side by side": "--fork",
    "profile": "-xf profile.cfg all",
    "refused": "--refuse",
    "rejected": "--reject",
    "aborted during": "--abort-during",
    "aborted after": "--abort-after",
    "promiscuous": "-pm -up -pdu 4096",
    "titles and times": "-aet OTHER -ta 5 -td 5 -ts 5 -dhl",
    "times, extension": "-tn -fe .x",
    "the last name counts": "+uf -uf -fe dcm",
    "side by side, sorted": "--fork -su S",
    "bit preserving, times": "+B -tn",
    "bit preserving, unique": "+B +uf -fe .q",
    "ignored, sorted": "--ignore -su S",
    "sorted, no prefix": "-su ''",
    "no directory": "-ss no/where",
    "lossless preferred": "+xs -fe .l",
    "RLE preferred": "+xr",
    "everybody let in": "+ac -ac",
}  # fmt: skip
DCMRECV = {
    "defaults": "",
    "profile": "-xf profile.cfg all",
    "bit preserving": "-xf profile.cfg all +B",
    "by date": "-xf profile.cfg all +ssd",
    "unique": "-xf profile.cfg all +fu -fe .dcm",
    "short": "-xf profile.cfg all +fsu",
    "system time": "-xf profile.cfg all +fst",
    "ignored": "-xf profile.cfg all --ignore",
    "title": "-xf profile.cfg all -aet NOBODY",
    "any title": "-xf profile.cfg all -aet NOBODY -uca -dhl",
    "small PDUs": "-xf profile.cfg all -pdu 4096 -ta 9 -td 9",
    "no subdirectories": "-xf profile.cfg all +ssd -s -fe .a",
}


CASES = [("storescp", name) for name in STORESCP] + [("dcmrecv", name) for name in DCMRECV]
SOME = ("defaults", "bit preserving", "implicit written", "sorted by patient", "renamed by time", "by date")
EVERY = os.environ.get("MATRIX") == "all"
"""Every set of options with each sender, some minutes; otherwise some sets, and the senders take turns."""


@pytest.mark.parametrize(
    ("program", "name"),
    [
        pytest.param(*case, id=" ".join(case))
        for case in CASES
        if EVERY or (case[1] in SOME and case != ("dcmrecv", "defaults"))
    ],
)
def test_the_same_files_and_answers(program: str, name: str, sent: dict[str, list[Path]], tmp_path: Path) -> None:
    (tmp_path / "profile.cfg").write_text(PROFILE)
    options = (STORESCP if program == "storescp" else DCMRECV)[name]
    words = [str(tmp_path / word) if word == "profile.cfg" else word.strip("'") for word in options.split()]
    settle = 2.5 if "-tos" in words else 0.0
    senders = list(SENDERS) if EVERY else [list(SENDERS)[CASES.index((program, name)) % len(SENDERS)]]
    some = {sender: sent[sender] for sender in senders}
    theirs = run([need(program, "dcmtk")], words, tmp_path / "theirs", some, settle)
    ours = run([*ASPROFILE, program, "--release", release()], words, tmp_path / "ours", some, settle)
    assert ours.answers == theirs.answers
    assert [name for name, _ in contents(ours.files)] == [name for name, _ in contents(theirs.files)]
    assert contents(ours.files) == contents(theirs.files)
    assert ours.status == 0
    assert told(ours.log) == told(theirs.log)


def told(log: list[str]) -> list[str]:
    """Without the details of DCMTK's state machine, and what it says twice."""
    found: list[str] = []
    for line in log:
        line = re.sub(r"^RECV: ?(?=[IWE]: )", "", line)
        if "0006:0303" not in line and not ("ABORT initiated" in line and found[-1:] == [line]):
            found.append(line)
    return found


def ours_and_theirs(options: list[str], files: list[Path], tmp_path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The whole files of both, by name."""
    found = []
    for name, program in (("theirs", [need("storescp", "dcmtk")]), ("ours", [*ASPROFILE, "storescp"])):
        outcome = run(program, options, tmp_path / name, {"asprofile": files}, 0.0)
        assert outcome.answers["asprofile"] == (0, [f"{len(files)} stored"]), outcome.log
        found.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    return found[1], found[0]


@pytest.mark.parametrize("options", ["+p 512 64", "+p 0 256 -e", "+p 1024 0 +ti", "+p 512 16 +tb +g", "+p 2 14 +te -g"])
def test_padding(options: str, tmp_path: Path) -> None:
    """The same but for how much is missing in the file, which depends on the name of who writes it."""
    converts = "t" in options
    files = made(tmp_path, "asprofile")[: 6 if converts else 8]  # without those that are deflated
    ours, theirs = ours_and_theirs(["+xb" if converts else "+xd", *options.split()], files, tmp_path)
    assert ours.keys() == theirs.keys()
    unit = int(options.split()[1])
    for name in ours:
        data = [parted(one[name])[1] for one in (ours, theirs)]
        if unit:
            deflated = b"1.2.840.10008.1.2.1.99" in ours[name][:600]
            data = [zlib.decompress(one, -15) if deflated else one for one in data]
            if not deflated:
                assert len(ours[name]) % unit == len(theirs[name]) % unit == 0
            data = [without_padding(one) for one in data]
        assert data[0] == data[1]


def without_padding(data: bytes) -> bytes:
    """Without the last element, if that is Data Set Trailing Padding, in whatever encoding."""
    at = data.rfind(b"\xfc\xff\xfc\xff")
    at = at if at >= 0 else data.rfind(b"\xff\xfc\xff\xfc")
    return data[:at] if at >= 0 and not data[at + 12 :].strip(b"\0") else data


@pytest.mark.parametrize("options", ["+uc", "+uc +tb", "+uc +ti", "+uc +te -e +g", "-uc"])
@pytest.mark.parametrize("syntax", [EXPLICIT, BIG])
def test_elements_whose_vr_was_lost(options: str, syntax: str, tmp_path: Path) -> None:
    items = b"".join(
        (
            b"\xfe\xff\x00\xe0\xff\xff\xff\xff\x08\x00\x50\x11\x08\x00\x00\x001.2.3.4\0",
            b"\x08\x00\x55\x11\x04\x00\x00\x001.2\0\xfe\xff\x0d\xe0\0\0\0\0",
        )
    )
    instance = "1.2.826.0.1.3680043.2.1143.9.1"
    elements: list[Element] = [
        (0x00080016, "UI", CT.encode() + b"\0"),
        (0x00080018, "UI", instance.encode()),
        (0x00080060, "UN", b"CT"),
        (0x00081140, "UN", items),
        (0x00090010, "UN", b"NOBODY KNOWS"),
        (0x00091001, "UN", b"\1\2\3\4"),
        (0x00091010, "UN", b""),
        (0x00101030, "UN", b"70.5"),
        (0x00189087, "UN", b"\0\0\0\0\0\0\xf0\x3f"),
        (0x0020000D, "UI", b"1.2.3.1\0"),
        (0x00280010, "UN", b"\2\1"),
        (0x00280103, "US", b"\0\0"),
        (0x00280106, "UN", b"\2\1"),
        (0x00290010, "LO", b"SIEMENS CSA HEADER"),
        (0x00291008, "UN", b"IMAGE NUM 4 "),
        (0x00291009, "UN", b"20240131"),
        (0x00291010, "UN", b"\1\2\3\4"),
        (0x0040A160, "UN", b"text"),
        (0x60023000, "UN", b"\1\2\3\4"),
    ]
    path = tmp_path / "un.dcm"
    path.write_bytes(part10(encoded(elements, syntax), syntax, CT, instance))
    ours, theirs = ours_and_theirs(["+xb" if syntax == BIG else "+xe", *options.split()], [path], tmp_path)
    assert {name: parted(data) for name, data in ours.items()} == {name: parted(data) for name, data in theirs.items()}
