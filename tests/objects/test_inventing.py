"""Identities made up: counted as the real storescu counts them, and written where it writes them."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pydicom
import pytest
from made_data_sets import EXPLICIT, IMPLICIT, SECONDARY_CAPTURE, Element, encoded, part10
from programs import need

from asprofile.objects.converting import Converter
from asprofile.objects.header import ObjectHeader, read_header
from asprofile.objects.inventing import InventedLevel, Inventor, random_uid
from asprofile.objects.rules import WritingRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from programs import Server
    from pydicom.dataset import Dataset

ELEMENTS: list[Element] = [
    (0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"),
    (0x00080018, "UI", b"1.2.3.4\0"),
    (0x00080050, "SH", b"ACCESSED"),
    (0x00100010, "PN", b"Doe^Jo"),
    (0x00100020, "LO", b"A1"),
    (0x0020000D, "UI", b"1.2.3.7\0"),
    (0x0020000E, "UI", b"1.2.3.8\0"),
    (0x00200010, "SH", b"17"),
    (0x00200011, "IS", b"3 "),
    (0x00200013, "IS", b"12"),
]
KEYWORDS = (
    "PatientName", "PatientID", "StudyInstanceUID", "StudyID", "SeriesInstanceUID", "SeriesNumber", "SOPInstanceUID",
    "InstanceNumber", "AccessionNumber",
)  # fmt: skip
HEADER = ObjectHeader.__new__(ObjectHeader)


def plain(kind: InventedLevel, counter: int) -> str:
    return f"{ {'study': 2, 'series': 3, 'instance': 4}[kind] }.{counter}"


def sent(path: Path, converter: Converter, syntax: str = EXPLICIT) -> tuple[ObjectHeader, Dataset]:
    source = converter.open(read_header(path), syntax)
    data = b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(64))))
    source.close()
    path.with_name("sent").write_bytes(part10(data, syntax))
    return source.header, pydicom.dcmread(path.with_name("sent"))


@pytest.mark.peer
def test_counts_as_storescu_does(tmp_path: Path, storescp: Callable[..., Server]) -> None:
    """Eleven objects, two to a series, two series to a study, two studies to a patient; once without two elements."""
    server = storescp("-uf")  # a file name for each, also where the instance is the same
    files = []
    for number in range(21):
        elements = [element for element in ELEMENTS if number != 3 or element[0] not in (0x00100020, 0x00200011)]
        files.append(tmp_path / f"{number:02}")
        files[-1].write_bytes(part10(encoded(elements, EXPLICIT), EXPLICIT))
    counts = ["+IR", "2", "+IS", "2", "+IP", "2"]
    program = [need("storescu", "dcmtk"), "-q", *counts, "127.0.0.1", str(server.port), *map(str, files)]
    subprocess.run(program, check=True)
    theirs = [pydicom.dcmread(file) for file in server.directory.iterdir()]
    inventor = Inventor(2, 2, 2, uid=plain, now=lambda: 1234567890.5)
    converter = Converter(rules=WritingRules(dcmtk=True), change=inventor)
    ours = [sent(file, converter)[1] for file in files]
    assert sorted(map(shown, ours)) == sorted(map(shown, theirs))


def shown(data_set: Dataset) -> list[str]:
    """What was invented, with the time left out of it, and of UIDs only what for and which number."""
    values = [str(data_set.get(keyword)) for keyword in KEYWORDS]
    values = [re.sub(r"^1\.2\.276\.0\.7230010\.3\.1\.(\d\.\d+)\..*", r"\1", value) for value in values]
    return [re.sub(r"_\d{10}", "_", value) for value in values]


def test_the_command_names_the_new_instance(tmp_path: Path) -> None:
    file = tmp_path / "in"
    file.write_bytes(part10(encoded(ELEMENTS, IMPLICIT), IMPLICIT))
    header, data = sent(file, Converter(change=Inventor(uid=plain, now=lambda: 0)), IMPLICIT)
    assert header.sop_instance == "4.0" == data.SOPInstanceUID
    header, data = sent(file, Converter(change=Inventor()), IMPLICIT)
    assert header.sop_instance == data.SOPInstanceUID != "1.2.3.4"


def test_what_is_in_another_vr_stays(tmp_path: Path) -> None:
    elements = [(tag, "UN" if tag in (0x00080018, 0x00100020) else vr, value) for tag, vr, value in ELEMENTS]
    file = tmp_path / "in"
    file.write_bytes(part10(encoded(elements, EXPLICIT), EXPLICIT))
    header, _ = sent(file, Converter(change=Inventor()))
    assert header.sop_instance == "1.2.3.4"


def test_uids_are_uids_and_each_is_another_one() -> None:
    made = {random_uid("instance", 0) for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"2\.25\.(0|[1-9]\d*)", uid) and len(uid) <= 64 for uid in made)
