"""What ``asprofile storescu`` says of files that are broken, beside the storescu that is installed."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Fragments,
    encoded,
    head,
    padded,
    part10,
    words,
)
from storescu_peer import Peer
from storescu_real import Said, ours, real

pytestmark = pytest.mark.peer

JPEG = "1.2.840.10008.1.2.4.70"
IDENTITY = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
ROWS, PIXELS = (0x00280010, "US", words(2)), (0x7FE00010, "OB", b"\1\2\3\4")
FRAGMENTS = (0x7FE00010, "OB", Fragments([b"", b"abcdefgh", b"abcd"]))
PLAIN = [*IDENTITY, ROWS, PIXELS]


def files() -> dict[str, bytes]:
    body, implicit, big = (encoded(PLAIN, syntax) for syntax in (EXPLICIT, IMPLICIT, BIG))
    good, jpeg = part10(body, EXPLICIT), encoded([*IDENTITY, FRAGMENTS], EXPLICIT)
    deflater = zlib.compressobj(wbits=-15)
    deflated = deflater.compress(body) + deflater.flush()
    start, rest = encoded(IDENTITY, EXPLICIT), encoded([ROWS, PIXELS], EXPLICIT)
    unended = head(0x00081140, "SQ", 0xFFFFFFFF, EXPLICIT) + struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    return {
        "cut in the header": good[:160],
        "cut in a tag": good[:-14],
        "cut in a value": good[:-2],
        "whole up to there": good[:-16],
        "implicit, cut in a value": part10(implicit, IMPLICIT)[:-3],
        "big endian, cut in a value": part10(big, BIG)[:-3],
        "JPEG without its end": part10(jpeg, JPEG)[:-8],
        "JPEG cut in a fragment": part10(jpeg, JPEG)[:-10],
        "deflated, cut": part10(deflated[:-5], DEFLATED),
        "implicit as explicit": part10(implicit, EXPLICIT),
        "explicit as implicit": part10(body, IMPLICIT),
        "big endian as little": part10(big, EXPLICIT),
        "a sequence without its end": part10(start + unended + rest, EXPLICIT),
        "a sequence without item": part10(start + unended[:-8] + rest, EXPLICIT),
        "4 zeros": good + bytes(4),
        "12 zeros": good + bytes(12),
        "100 zeros": good + bytes(100),
        "8 zeros": good + bytes(8),
        "512 zeros": good + bytes(512),
    }


def verdict(said: Said) -> tuple[int, bool, list[str]]:
    """Exit status, whether the file is called bad, and DCMTK's number for why."""
    return said.status, "E: Bad DICOM file: " in said.err, re.findall(r"Store SCU Failed: ([0-9a-f:]{9}) ", said.err)


@pytest.mark.parametrize("name", files())
def test_a_broken_file_has_the_same_status_and_condition(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.dcm").write_bytes(files()[name])
    found = []
    for program in (real, ours):
        with Peer(take=(EXPLICIT, IMPLICIT, BIG, JPEG, DEFLATED)) as peer:
            found.append(verdict(program("127.0.0.1", str(peer.port), str(tmp_path / "a.dcm"))))
    assert found[1] == found[0]
