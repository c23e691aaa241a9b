"""A data set that is encoded in another way than its header says is refused with that reason; no other is."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_data_sets import BIG, DEFLATED, EXPLICIT, IMPLICIT, SECONDARY_CAPTURE, encoded, padded, part10, rich

from asprofile.objects.header import ObjectHeader, examine
from asprofile.objects.mismatch import mismatch

JPEG = "1.2.840.10008.1.2.4.70"
PRIVATE = "1.3.46.670589.33.1.4.1"
NAMES = {
    EXPLICIT: "Explicit VR Little Endian",
    IMPLICIT: "Implicit VR Little Endian",
    BIG: "Explicit VR Big Endian",
    DEFLATED: "Deflated Explicit VR Little Endian",
}
SHORT = [
    (0x00080016, "UI", padded(SECONDARY_CAPTURE)),
    (0x00080018, "UI", b"1.2.3.4\0"),
    (0x00100010, "PN", b"Doe^Jo"),
]
LARGE = [*SHORT, (0x7FE00010, "OB", bytes(4 << 20))]


@pytest.mark.parametrize("elements", [SHORT, LARGE, rich(), rich(group_lengths=True), rich(undefined=True)])
@pytest.mark.parametrize("actual", NAMES)
@pytest.mark.parametrize("declared", [*NAMES, JPEG])
def test_each_encoding_under_the_name_of_each(tmp_path: Path, declared: str, actual: str, elements: list) -> None:  # type: ignore[type-arg]
    file = tmp_path / "object"
    file.write_bytes(part10(encoded(elements, actual), declared))
    found = examine(str(file))
    says = NAMES[EXPLICIT if declared == JPEG else declared]
    if says == NAMES[actual]:
        assert isinstance(found, ObjectHeader), found
    else:
        assert not isinstance(found, ObjectHeader)
        assert f"is encoded in {NAMES[actual]} although its Transfer Syntax UID (0002,0010) {declared}" in found.reason
        assert f"says {says}, so that no program can read it" in found.reason


@pytest.mark.parametrize("syntax", NAMES)
def test_a_private_transfer_syntax_may_say_anything(tmp_path: Path, syntax: str) -> None:
    file = tmp_path / "object"
    file.write_bytes(part10(encoded(SHORT, syntax), PRIVATE))
    found = examine(str(file))
    if not isinstance(found, ObjectHeader):
        assert "is encoded" not in found.reason


@given(st.sampled_from((EXPLICIT, IMPLICIT, BIG)), st.integers(1, 200))
def test_what_is_cut_is_no_mismatch(syntax: str, length: int) -> None:
    data = encoded(SHORT, syntax)[:length]
    assert mismatch(data, len(data), NAMES[syntax]) == ""


@given(st.binary(max_size=100), st.sampled_from(sorted(NAMES.values())))
def test_any_bytes_are_judged(data: bytes, declared: str) -> None:
    assert mismatch(data, len(data), declared) != declared


def test_files_of_many_makers() -> None:
    """Those that come with pydicom; one of them says JPEG and is in Implicit VR, which DCMTK does not read either."""
    directory = Path(pydicom.__file__).parent / "data" / "test_files"
    files = sorted(directory.rglob("*.dcm"))
    if not files:
        pytest.skip("this pydicom comes without files")
    refused = {
        file.name
        for file in files
        if not isinstance(found := examine(str(file)), ObjectHeader) and "is encoded" in found.reason
    }
    assert refused <= {"SC_rgb_jpeg.dcm"}
