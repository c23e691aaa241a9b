"""``asprofile storescu`` sends what storescu sends: every data set, byte for byte, in the same context."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom
import pytest
from made_data_sets import BIG, DEFLATED, EXPLICIT, IMPLICIT, encoded, part10, rich
from pydicom import dcmread
from pydicom.filebase import DicomBytesIO
from storescu_peer import Heard, Peer
from storescu_real import Said, ours, real

if TYPE_CHECKING:
    from pydicom import Dataset

pytestmark = pytest.mark.peer

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def both(take: tuple[str, ...], *arguments: str) -> tuple[tuple[Heard, Said], tuple[Heard, Said]]:
    """What a peer that takes these transfer syntaxes hears of the real one, and of ours."""
    found = []
    for program in (real, ours):
        with Peer(take=take) as peer:
            said = program(*(word.replace("PORT", str(peer.port)) for word in arguments))
            found.append((peer.next(), said))
    return found[0], found[1]


def same(theirs: Heard, mine: Heard) -> None:
    assert mine.contexts == theirs.contexts
    assert mine.commands == theirs.commands
    assert [len(data) for data in mine.data_sets] == [len(data) for data in theirs.data_sets]
    assert mine.data_sets == theirs.data_sets
    assert mine.end == theirs.end


@pytest.fixture
def made(tmp_path: Path) -> list[str]:
    """The same rich object in each uncompressed encoding, lengths defined and not, with and without header."""
    for syntax, name in ((EXPLICIT, "le"), (IMPLICIT, "li"), (BIG, "be"), (DEFLATED, "de")):
        for undefined in (False, True):
            data = encoded(rich(undefined=undefined, group_lengths=undefined), syntax)
            (tmp_path / f"{name}{int(undefined)}.dcm").write_bytes(part10(data, syntax))
    return sorted(path.name for path in tmp_path.glob("*.dcm"))


TO = ("127.0.0.1", "PORT")
OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "as it is": ((EXPLICIT, IMPLICIT, BIG), ()),
    "little endian": ((EXPLICIT,), ("-xe",)),
    "implicit": ((IMPLICIT,), ("-xi",)),
    "big endian": ((BIG,), ("-xb",)),
    "deflated": ((DEFLATED, EXPLICIT), ("-xd",)),
    "deflated, fast": ((DEFLATED, EXPLICIT), ("-xd", "+cl", "1")),
    "deflated, small": ((DEFLATED, EXPLICIT), ("-xd", "+cl", "9")),
    "deflated, stored": ((DEFLATED, EXPLICIT), ("-xd", "+cl", "0")),
    "deflated not accepted": ((IMPLICIT,), ("-xd",)),
    "old value representations": ((EXPLICIT,), ("-u",)),
    "old value representations, big endian": ((BIG,), ("-u", "-xb")),
    "combined": ((BIG, IMPLICIT), ("+C",)),
    "required": ((EXPLICIT, IMPLICIT), ("-R",)),
    "files only": ((EXPLICIT,), ("+fo",)),
    "small PDUs": ((EXPLICIT,), ("--max-send-pdu", "4096", "--repeat", "2")),
    "aborted": ((EXPLICIT,), ("--abort",)),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_made_objects(made: list[str], name: str) -> None:
    take, options = OPTIONS[name]
    (theirs, their_run), (mine, my_run) = both(take, *options, *TO, *made)
    assert (their_run.status, my_run.status) == (0, 0), (their_run.err, my_run.err)
    assert len(theirs.data_sets) >= len(made)
    if "deflated" in name:
        compare_inflated(theirs, mine)
    else:
        same(theirs, mine)


def compare_inflated(theirs: Heard, mine: Heard) -> None:
    """Two libraries of one version deflate alike; of another version perhaps not, so what is inside counts."""
    import zlib

    def inside(data: bytes) -> bytes:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return inflater.decompress(data) + inflater.flush()
        except zlib.error:
            return data

    assert mine.contexts == theirs.contexts
    assert [inside(data) for data in mine.data_sets] == [inside(data) for data in theirs.data_sets]


@pytest.mark.parametrize("option", ["-f", "+f"])
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
def test_bare_data_sets(tmp_path: Path, syntax: str, option: str) -> None:
    (tmp_path / "bare").write_bytes(encoded(rich(), syntax))
    (theirs, their_run), (mine, my_run) = both((EXPLICIT,), option, *TO, "bare")
    assert (their_run.status, my_run.status) == (0, 0), (their_run.err, my_run.err)
    same(theirs, mine)


# Files of which DCMTK and we differ, and why that is right.
DIFFERENT: dict[str, str] = {}


def real_files() -> list[Path]:
    directory = Path(pydicom.__file__).parent / "data" / "test_files"
    return [path for path in sorted(directory.glob("*.dcm")) if path.name not in DIFFERENT]


@pytest.mark.parametrize("options", [(), ("-xi",), ("-xb",), ("-u",), ("-xv",)], ids=" ".join)
def test_files_of_the_field(options: tuple[str, ...]) -> None:
    """Whatever pydicom has collected: what goes, goes alike; what does not, does not."""
    names = [str(path) for path in real_files()]
    assert len(names) > 30
    (theirs, their_run), (mine, my_run) = both((), "-nh", *options, *TO, *names)
    sent = [str(len(data)) for data in theirs.data_sets]
    assert len(sent) > 20, their_run.err
    assert refused(my_run) == refused(their_run)
    same(theirs, mine)


def refused(said: Said) -> list[str]:
    """The files that were not sent, whatever the reason."""
    said_of_files = r"^E: (?:Bad DICOM file|Store Failed, file|No SOP Class .* in file): (\S+?):?(?: |$)"
    found = re.findall(said_of_files, said.err, re.M)
    return found + re.findall(r"^E: No presentation context for: .*$", said.err, re.M)


INVENTED = ("PatientName", "PatientID", "StudyInstanceUID", "StudyID", "SeriesInstanceUID", "SOPInstanceUID")


class TestInvention:
    """Values that are made up differ; where they are, and everything else, does not."""

    @staticmethod
    def read(heard: Heard) -> list[Dataset]:
        return [dcmread(DicomBytesIO(part10(data, EXPLICIT)), force=True) for data in heard.data_sets]

    def test_everything_else_is_the_same(self, made: list[str]) -> None:
        (theirs, _), (mine, _) = both((EXPLICIT,), "+IR", "2", "+IS", "2", "+IP", "2", "--repeat", "3", *TO, *made)
        theirs_read, mine_read = self.read(theirs), self.read(mine)
        assert len(theirs_read) == len(mine_read) == 3 * len(made)
        for expected, found in zip(theirs_read, mine_read, strict=True):
            assert [element.tag for element in found] == [element.tag for element in expected]
            for keyword in INVENTED:
                if keyword in expected:
                    setattr(found, keyword, getattr(expected, keyword))
            # Group lengths count the new values.
            assert [e for e in found if e != expected[e.tag] and e.tag.element != 0] == []

    def test_the_families_are_the_same(self, made: list[str]) -> None:
        """Which objects share a series, a study, a patient."""
        (theirs, _), (mine, _) = both((EXPLICIT,), "+IR", "2", "+IS", "2", "+IP", "2", "--repeat", "3", *TO, *made)
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            shapes = []
            for heard in (theirs, mine):
                values = [str(dataset[keyword].value) for dataset in self.read(heard)]
                shapes.append([values.index(value) for value in values])
            assert shapes[0] == shapes[1], keyword

    def test_the_command_names_the_new_instance(self, made: list[str]) -> None:
        _, (mine, _) = both((EXPLICIT,), "+II", *TO, *made)
        named = [command[0x1000].rstrip(b"\0").decode() for command in mine.commands]
        assert named == [str(dataset.SOPInstanceUID) for dataset in self.read(mine)]
        assert len(set(named)) == len(made)
