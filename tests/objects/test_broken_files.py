"""Each broken file is refused with the sentence that says what is wrong with it; each odd one is sent rightly."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from broken_files import EXPLICIT, IDENTITY, PIXELS, broken_files, encoded, head, part10, plain

from asprofile.errors import ObjectError
from asprofile.objects.as_it_is import AS_IT_IS
from asprofile.objects.converting import Converter
from asprofile.objects.header import ObjectHeader, examine, read_header

if TYPE_CHECKING:
    from pathlib import Path

META = "is damaged: the file ends inside the File Meta Information"
EARLY = "is damaged: the data set ends too early"
WALKED = "; get a complete copy (asprofile send --send-truncated sends it as it is)"
ZEROS = "is not a DICOM file (it has zeroes where one begins, as an unfinished copy may)"
INFLATED = "is damaged: its deflated data set cannot be inflated"
SEQUENCE = "(0008,1140) ReferencedImageSequence"
PIXEL_DATA = "is damaged: it ends inside (7FE0,0010) PixelData"
UID = "(0008,1155) ReferencedSOPInstanceUID"

REFUSED = {
    "empty": "is empty, not a DICOM file",
    "one byte|131 zeros|preamble alone|zeros": ZEROS,
    "preamble and DICM|header (cut before its|without a) transfer syntax": "has no Transfer Syntax UID (0002,0010)",
    "text": "is not a DICOM file (no 'DICM' at byte 128)",
    "header alone": "has an empty data set: a header, and nothing after it",
    "header cut in .*": META,
    "no preamble": "lacks the 128-byte preamble in front of its Part 10 header",
    ".*, cut in its first (tag|length)|header alone and 4 bytes": f"{EARLY}, it ends inside its first element",
    ".*, cut in its first value": f"{EARLY}, it ends inside (0008,0016)",
    ".*, cut after its first element|deflated, nothing": EARLY,
    ".*, cut in its second element": f"{EARLY}, it ends inside (0008,0018)",
    "(explicit|implicit|big endian), cut in a tag": "is damaged: it ends inside the element after (0028,0010) Rows"
    + WALKED,
    ".*, cut in a (length|value)": PIXEL_DATA,
    ".*value of 4 GiB that is not there|JPEG with a fragment of 4 GiB": f"{PIXEL_DATA}, 4,294,967,290 bytes too early",
    "a value of 2 GiB that is not there": f"{PIXEL_DATA}, 2,147,483,644 bytes too early",
    "a value of 1 MiB that is not there": f"{PIXEL_DATA}, 1,048,572 bytes too early",
    ".*, item longer than its sequence": f"is damaged: (0008,1140)[0] ends inside {UID}",
    ".*, item longer than the file|.*, item without its end, at the end": f"ends inside {SEQUENCE} in (0008,1140)[0]",
    ".*, value longer than its item": f"is damaged: (0008,1140)[0] ends inside {UID}, 4 bytes too early",
    ".*, sequence (longer than its items|without its end)": "(0028,0010) is where an item or the end of (0008",
    ".*, sequence longer than the file|.*, sequence without its end, at the end": f"it ends inside {SEQUENCE}",
    ".*, sequence without an item": f"(0008,1150) is where an item or the end of {SEQUENCE} should",
    ".*, item without its end|.*, end of a sequence": "the end of a sequence is where an element should",
    ".*, end of an item": "the end of an item is where an element should",
    ".*, item where an element should be": "an item is where an element should",
    ".*, no end one level down": f"is damaged: (0008,1140)[0] ends inside {SEQUENCE} in (0008,1140)[0]",
    ".*, private sequence, cut in an item": f"it ends inside {UID} in (0009,1001)[0], 3 bytes too early",
    ".*, private sequence, cut in a tag": f"it ends inside the element after {UID} in (0009,1001)[0]",
    "UN of undefined length, without its end": "it ends inside (0009,1001)" + WALKED,
    "UN of undefined length, cut": f"it ends inside {UID} in (0009,1001)[0], 4 bytes too early",
    "bytes of undefined length": "(0009,1001) has VR OB and an undefined length",
    "no VR in one element": "it ends inside (6F44,5E65), 16 bytes too early",
    "JPEG without its end|JPEG cut in .*": PIXEL_DATA + WALKED,
    "JPEG with a fragment longer than the file": f"{PIXEL_DATA}, 3,996 bytes too early",
    "JPEG with an element among its fragments": "(0010,0010) is where an item or the end of (7FE0,0010) PixelData",
    "JPEG with pixels as they are": "has uncompressed pixel data although its transfer syntax is JPEG Lossless",
    "JPEG marked explicit": "has compressed pixel data although its transfer syntax is an uncompressed one",
    "trailing padding, cut": "it ends inside (FFFC,FFFC) DataSetTrailingPadding, 6 bytes too early",
    "text after it": "it ends inside (616D,6564), 8,286 bytes too early",
    "four bytes after it": "it ends inside (0201,0403)",
    "a line feed after it": "it ends inside the element after (7FE0,0010) PixelData",
    "implicit marked .*": "is encoded in Implicit VR Little Endian although its Transfer Syntax UID (0002,0010)",
    "explicit marked .*": "is encoded in Explicit VR Little Endian although its Transfer Syntax UID (0002,0010)",
    "big endian marked .*": "is encoded in Explicit VR Big Endian although its Transfer Syntax UID (0002,0010)",
    "deflated marked .*": "is encoded in Deflated Explicit VR Little Endian although its Transfer Syntax UID",
    "deflated, the last .* bytes missing": "is damaged: its deflated data set ends too early" + WALKED,
    "deflated, what was cut": f"{PIXEL_DATA}, 20 bytes too early",
    "deflated, spoilt in the middle|deflated with a zlib header": INFLATED,
}
"""By a pattern of their names, and what is said of them."""

AS_IT_STANDS = ""
EVEN = "made odd values even, as PS3.5 section 7.1.1 wants them"
SENT = {
    "header with a group length .*|header without its group length|.*, whole up to there": AS_IT_STANDS,
    "UN of undefined length|an unknown VR|elements in descending order|an element twice": AS_IT_STANDS,
    "JPEG|trailing padding|another file after it": AS_IT_STANDS,
    "deflated|deflated, of odd length|deflated, text after it": AS_IT_STANDS,
    "an odd value|JPEG with a last fragment of odd length": EVEN,
    "([0-9]+) zeros after it": r"left out what is after its last element: \1 bytes of value 0",
    "trailing padding and zeros": "left out what is after its last element: 16 bytes of value 0",
}
"""The same of those that are sent, and the note that the result then has."""


def expected(table: dict[str, str], name: str) -> list[str]:
    return [
        found.expand(says) if "\\" in says else says
        for form, says in table.items()
        if (found := re.fullmatch(form, name))
    ]


def outcome(path: Path) -> tuple[str, bytes, str]:
    """Why it is refused; or what is sent, and the note."""
    header = examine(str(path))
    if not isinstance(header, ObjectHeader):
        return header.reason, b"", ""
    try:
        source = AS_IT_IS.open(header, header.transfer_syntax)
    except ObjectError as error:
        return str(error), b"", ""
    try:
        data = b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(100))))
        assert len(data) == source.length
        return "", data, getattr(source, "note", "")
    finally:
        source.close()


@pytest.mark.parametrize("name", broken_files())
def test_is_refused_with_the_right_sentence_or_sent_rightly(tmp_path: Path, name: str) -> None:
    file, whole = tmp_path / "object", broken_files()[name]
    file.write_bytes(whole)
    reason, data, note = outcome(file)
    refused, sent = expected(REFUSED, name), expected(SENT, name)
    assert len(refused) + len(sent) == 1, (name, refused, sent)
    if refused:
        assert refused[0] in reason
        return
    assert (reason, note) == ("", sent[0])
    own = whole[read_header(file).dataset_offset :]
    if note == EVEN:
        assert len(data) == len(own) + 1
    elif note:
        assert data == own.rstrip(b"\0") + b"\0" * (len(data) - len(own.rstrip(b"\0")))
        assert len(own) - len(data) == int(re.findall(r": ([0-9]+) bytes", note)[0])
    else:
        assert data == own + b"\0" * (len(own) % 2)


def test_every_row_stands_for_a_file() -> None:
    for table in (REFUSED, SENT):
        unused = [form for form in table if not any(re.fullmatch(form, name) for name in broken_files())]
        assert not unused


@pytest.mark.parametrize("size", [1 << 31, (1 << 32) - 2])
@pytest.mark.parametrize("missing", [0, 1])
def test_a_value_of_gigabytes_is_stepped_over(tmp_path: Path, size: int, missing: int) -> None:
    """In a file with a hole, which takes no room."""
    file = tmp_path / "object"
    start = part10(encoded(IDENTITY, EXPLICIT) + head(0x7FE00010, "OW", size, EXPLICIT), EXPLICIT)
    file.write_bytes(start)
    os.truncate(file, len(start) + size - missing)
    header = read_header(file)
    if missing:
        with pytest.raises(ObjectError, match=r"ends inside \(7FE0,0010\) PixelData, 1 bytes too early"):
            AS_IT_IS.open(header, EXPLICIT)
        return
    source = AS_IT_IS.open(header, EXPLICIT)
    assert source.length == header.dataset_length
    source.close()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("piece", [1 << 10, 1 << 20])
@pytest.mark.parametrize("left", [200, 400])
def test_a_file_that_is_cut_while_it_is_sent(tmp_path: Path, large: bool, piece: int, left: int) -> None:
    """It is sent as it was, or not completely, and that is noticed before its last piece."""
    file = tmp_path / "object"
    pixels = (0x7FE00010, "OB", bytes(1 << 20)) if large else PIXELS
    file.write_bytes(part10(encoded([*IDENTITY, pixels], EXPLICIT), EXPLICIT))
    header = read_header(file)
    source = AS_IT_IS.open(header, EXPLICIT)
    os.truncate(file, min(left, header.size - 1))
    with pytest.raises(ObjectError, match=r"(shrank|was written to) while it was sent"):
        list(source.pieces(memoryview(bytearray(piece))))
    source.close()


@pytest.mark.parametrize("policy", ["never", "uncompressed"])
def test_another_of_the_same_size_in_its_place_while_it_waits(tmp_path: Path, policy: str) -> None:
    file, other = tmp_path / "object", tmp_path / "other"
    file.write_bytes(part10(plain(), EXPLICIT))
    os.utime(file, ns=(1, 1))  # file systems may have coarse times
    header = read_header(file)
    other.write_bytes(file.read_bytes())
    other.replace(file)
    with pytest.raises(ObjectError, match="changed since it was looked at"):
        Converter(policy=policy).open(header, EXPLICIT)  # type: ignore[arg-type]
