"""Objects of several kinds for the proof of a migration, and what has to become of each.

Most are well: CT, MR, CR, SC, US (of several frames) and reports, a quarter of them in JPEG Lossless process 14, some
with private elements. The others are what archives have, too: one UID with two data sets, the same file twice, files
that are cut off, a private SOP class, files that are no objects.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

ROOT = "2.25.329800735698586629295641978511506172918"
EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = "1.2.840.10008.1.2"
PROCESS_14 = "1.2.840.10008.1.2.4.57"
PROCESS_14_SV1 = "1.2.840.10008.1.2.4.70"
PRIVATE_CLASS = f"{ROOT}.77"
STORAGE = "1.2.840.10008.5.1.4.1.1."
FIRST = 1_000_000_000
"""Numbers of objects and studies begin here, so that all have as many digits."""
IN_A_STUDY = 25
_STUDY_MARK, _OBJECT_MARK, _CONTENT_MARK = 9_999_999_991, 9_999_999_992, 9_999_999_993


@dataclass(frozen=True)
class Kind:
    """Of such objects one is made, and the others are it with other numbers."""

    sop_class: str
    syntax: str
    modality: str
    side: int = 16
    frames: int = 1

    @property
    def is_compressed(self) -> bool:
        return self.syntax in (PROCESS_14, PROCESS_14_SV1)


KINDS = (
    Kind(f"{STORAGE}2", EXPLICIT, "CT"),
    Kind(f"{STORAGE}4", IMPLICIT, "MR"),
    Kind(f"{STORAGE}2", PROCESS_14_SV1, "CT", 32),
    Kind(f"{STORAGE}1", EXPLICIT, "CR", 24),
    Kind(f"{STORAGE}88.11", EXPLICIT, "SR", 0),
    Kind(f"{STORAGE}7", EXPLICIT, "OT"),
    Kind(f"{STORAGE}3.1", EXPLICIT, "US", 16, 3),
    Kind(f"{STORAGE}4", PROCESS_14_SV1, "MR", 32),
)
ONLY_IN_FILES = (Kind(f"{STORAGE}1.1", PROCESS_14, "DX", 32), Kind(f"{STORAGE}128", PROCESS_14, "PT", 32))
"""dcmqrscp takes compressed objects of one transfer syntax alone."""


def object_uid(number: int) -> str:
    return f"{ROOT}.3.{FIRST + number}"


def study_uid(number: int) -> str:
    return f"{ROOT}.1.{FIRST + number}"


def _made(kind: Kind, folder: Path) -> bytes:
    """A file of that kind, with marks where numbers belong."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = kind.sop_class, f"{ROOT}.3.{_OBJECT_MARK}"
    data.StudyDate, data.StudyTime, data.Modality = "20240229", "101500", kind.modality
    data.AccessionNumber = ""
    data.PatientName, data.PatientID = f"Proof^{_STUDY_MARK}", f"P{_STUDY_MARK}"
    data.StudyInstanceUID, data.SeriesInstanceUID = f"{ROOT}.1.{_STUDY_MARK}", f"{ROOT}.2.{_STUDY_MARK}"
    data.StudyID, data.SeriesNumber, data.InstanceNumber = "1", 1, 1
    data.ImageComments = f"content {_CONTENT_MARK}"
    if kind.side:
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.Rows = data.Columns = kind.side
        if kind.frames > 1:
            data.NumberOfFrames = kind.frames
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit, data.PixelRepresentation = 15, 0
        size = kind.side * kind.side * kind.frames
        data.add_new("PixelData", "OW", b"".join((at * 2_477 % 65_521).to_bytes(2, "little") for at in range(size)))
    if kind.modality in ("CT", "OT"):
        block = data.private_block(0x0009, "ASPROFILE PROOF", create=True)
        block.add_new(1, "LO", f"private {_CONTENT_MARK}")
        block.add_new(2, "UN", bytes(range(10)))
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(kind.sop_class), data.SOPInstanceUID
    meta.TransferSyntaxUID = UID(EXPLICIT if kind.is_compressed else kind.syntax)
    data.file_meta = meta
    path, compressed = folder / "made.dcm", folder / "compressed.dcm"
    data.save_as(path, enforce_file_format=True)
    if not kind.is_compressed:
        return path.read_bytes()
    way = "+el" if kind.syntax == PROCESS_14 else "+e1"
    subprocess.run(["dcmcjpeg", way, str(path), str(compressed)], check=True)
    return compressed.read_bytes()


@dataclass
class Expected:
    """What has to become of the objects, by SOP Instance UID: ``arrives`` with one of the data sets in these files,
    ``never``: it must not be at the target, in that state in the report. ``again``, ``others``, ``wrong``: how many
    files are an object found again, no object, or an unreadable one.
    """

    arrives: dict[str, list[Path]] = field(default_factory=dict)
    never: dict[str, str] = field(default_factory=dict)
    again: int = 0
    others: int = 0
    wrong: int = 0
    conflicts: int = 0
    """Objects that are in conflict although one with their UID arrives."""


class Archive:
    """Makes the files of an archive in a folder."""

    def __init__(self, folder: Path, kinds: tuple[Kind, ...]) -> None:
        self.folder = folder
        self.expected = Expected()
        scratch = folder / "scratch"
        scratch.mkdir(parents=True)
        self._kinds = kinds
        self._made = [_made(kind, scratch) for kind in kinds]
        self._private = _made(Kind(PRIVATE_CLASS, EXPLICIT, "OT"), scratch)
        shutil.rmtree(scratch)

    def _content(self, made: bytes, number: int, content: int) -> bytes:
        for mark, value in (
            (_OBJECT_MARK, number),
            (_STUDY_MARK, number // IN_A_STUDY),
            (_CONTENT_MARK, content),
        ):
            made = made.replace(b"%d" % mark, b"%d" % (FIRST + value))
        return made

    def write(self, number: int, path: Path, *, content: int | None = None) -> Path:
        """The object with this number."""
        path.parent.mkdir(parents=True, exist_ok=True)
        made = self._made[number % len(self._made)]
        path.write_bytes(self._content(made, number, number if content is None else content))
        self.expected.arrives.setdefault(object_uid(number), []).append(path)
        return path

    def fill(self, count: int) -> None:
        """``count`` files that are objects, of which about one in fifty is not as it should be."""
        arrives, odd = self.expected.arrives, self.expected
        places = self._places(count)
        for number, path in enumerate(places):
            uid, which = object_uid(number), number % 250
            self.write(number, path)
            if which in (17, 117) and (other := next(places, None)):  # one UID, two data sets
                self.write(number, other, content=number + 1)
                del arrives[uid]
                odd.never[uid] = "conflict"
            elif which == 31 and (other := next(places, None)):  # the same file at another place
                shutil.copyfile(path, other)
                odd.again += 1
            elif which == 43:  # nobody but its maker knows the SOP class
                path.write_bytes(self._content(self._private, number, number))
                del arrives[uid]
                odd.never[uid] = "refused"
            elif which == 57:  # cut off
                path.write_bytes(path.read_bytes()[:-7])
                del arrives[uid]
                odd.never[uid] = "refused"
        (self.folder / "notes.txt").write_text("no object")
        (self.folder / "DISC.ID").write_bytes(bytes(200))
        (self.folder / "half.dcm").write_bytes((self.folder / "0000000" / "00000000.dcm").read_bytes()[:300])
        odd.others, odd.wrong = 2, 1

    def fill_areas(self, areas: list[Path], count: int) -> list[Path]:
        """``count`` objects as the storage areas of archives have them; the first of each area has another data set
        than one of the area before, under its UID. Returns files that are to be removed once they are known there.
        """
        number, lost = 0, []
        for at, area in enumerate(areas):
            for place in range(count * at // len(areas), count * (at + 1) // len(areas)):
                path = area / f"{place:08}.dcm"
                if at and place == count * at // len(areas):
                    self.write(number - 2, path, content=number)
                    self.expected.conflicts += 1
                    continue
                self.write(number, path)
                if number % 1000 == 511:
                    lost.append(path)
                    del self.expected.arrives[object_uid(number)]
                    self.expected.never[object_uid(number)] = "missing at the source"
                number += 1
        return lost

    def _places(self, count: int) -> Iterator[Path]:
        for place in range(count):
            path = self.folder / f"{place // 200:07}" / f"{place:08}.dcm"
            path.parent.mkdir(exist_ok=True)
            yield path
