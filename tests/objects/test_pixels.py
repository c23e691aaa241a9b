"""Decompression: the pixels, and the attributes that go with them, against DCMTK's decompressors and pydicom."""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Element,
    Fragments,
    Sequence,
    encoded,
    in_order,
    part10,
    words,
)
from programs import need
from pydicom.encaps import generate_fragments
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from asprofile.errors import ObjectError
from asprofile.objects import pixels
from asprofile.objects.converting import Converter
from asprofile.objects.header import read_header
from asprofile.objects.rules import WritingRules

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

JPEG, LOSSLESS, JPEG_LS, NEAR, J2K, RLE = (
    f"1.2.840.10008.1.2.{end}" for end in ("4.50", "4.70", "4.80", "4.81", "4.90", "5")
)
WRAPPED = "1.2.840.10008.1.2.1.98"


def image(
    *, colour: bool = False, bits: int = 8, frames: int = 1, signed: bool = False, planar: int = 0
) -> list[Element]:
    """An image of 40 by 36, each frame another one."""
    rows, columns, samples = 40, 36, 3 if colour else 1
    count = rows * columns * samples * frames
    stored = 12 if bits == 16 else 8
    values = (np.arange(count) * 5 + np.arange(count) // (rows * columns) * 31) % (1 << stored)
    data = values.astype("<u2" if bits == 16 else "u1").tobytes()
    elements: list[Element] = [
        (0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"),
        (0x00080018, "UI", b"1.2.3.4\0"),
        (0x0020000D, "UI", b"1.2.3.7\0"),
        (0x0020000E, "UI", b"1.2.3.8\0"),
        (0x00280002, "US", words(samples)),
        (0x00280004, "CS", b"RGB " if colour else b"MONOCHROME2 "),
        (0x00280008, "IS", f"{frames} ".encode()[:2]),
        (0x00280010, "US", words(rows)),
        (0x00280011, "US", words(columns)),
        (0x00280100, "US", words(bits)),
        (0x00280101, "US", words(stored)),
        (0x00280102, "US", words(stored - 1)),
        (0x00280103, "US", words(int(signed))),
        (0x7FE00010, "OW" if bits == 16 else "OB", data),
    ]
    return in_order([*elements, (0x00280006, "US", words(planar))] if colour else elements)


def decompressed(path: Path, target: str = EXPLICIT, **rules: bool) -> bytes:
    source = Converter("lossy", rules=WritingRules(**rules)).open(read_header(path), target)
    data = b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(999))))
    source.close()
    assert len(data) == source.length
    return data


def read(data: bytes, syntax: str = EXPLICIT) -> Dataset:
    return pydicom.dcmread(io.BytesIO(part10(data, syntax)))


def run(*arguments: str | Path) -> None:
    subprocess.run([need(str(arguments[0]), "dcmtk"), *arguments[1:]], check=True)


WAYS: list[tuple[str, str, list[str], str, list[str], dict[str, Any]]] = [
    (JPEG, "dcmcjpeg", ["+eb"], "dcmdjpeg", ["+cn"], {}),
    (JPEG, "dcmcjpeg", ["+eb", "+cy", "+s4"], "dcmdjpeg", [], {"colour": True}),
    ("1.2.840.10008.1.2.4.51", "dcmcjpeg", ["+ee"], "dcmdjpeg", ["+cn"], {"bits": 16}),
    (LOSSLESS, "dcmcjpeg", ["+e1"], "dcmdjpeg", ["+cn"], {"bits": 16, "frames": 3}),
    (LOSSLESS, "dcmcjpeg", ["+e1"], "dcmdjpeg", ["+cn"], {"colour": True}),
    ("1.2.840.10008.1.2.4.57", "dcmcjpeg", ["+el"], "dcmdjpeg", ["+cn"], {"bits": 16}),
    (JPEG_LS, "dcmcjpls", ["+el"], "dcmdjpls", [], {"bits": 16, "frames": 2}),
    (JPEG_LS, "dcmcjpls", ["+el"], "dcmdjpls", [], {"colour": True}),
    (NEAR, "dcmcjpls", ["+en", "+md", "2"], "dcmdjpls", [], {}),
    (RLE, "dcmcrle", [], "dcmdrle", [], {"bits": 16, "frames": 3}),
    (RLE, "dcmcrle", [], "dcmdrle", [], {"colour": True, "frames": 2}),
    (RLE, "dcmcrle", [], "dcmdrle", [], {"colour": True, "planar": 1}),
]


@pytest.mark.peer
@pytest.mark.parametrize(("syntax", "encoder", "options", "decoder", "decoding", "kind"), WAYS)
def test_the_pixels_are_those_of_dcmtk(
    tmp_path: Path,
    syntax: str,
    encoder: str,
    options: list[str],
    decoder: str,
    decoding: list[str],
    kind: dict[str, Any],
) -> None:
    plain, small, out = tmp_path / "plain", tmp_path / "small", tmp_path / "out"
    plain.write_bytes(part10(encoded(image(**kind), EXPLICIT), EXPLICIT))
    run(encoder, *options, plain, small)
    run(decoder, *decoding, small, out)
    assert read_header(small).transfer_syntax == syntax
    ours, theirs = read(decompressed(small)), pydicom.dcmread(out)
    # Decoders of lossy compression may differ by a rounding.
    difference = ours.pixel_array.astype(int) - theirs.pixel_array.astype(int)
    assert np.abs(difference).max() <= (3 if syntax in (JPEG, "1.2.840.10008.1.2.4.51") else 0)
    for keyword in ("PhotometricInterpretation", "BitsAllocated", "BitsStored", "NumberOfFrames", "SamplesPerPixel"):
        assert ours.get(keyword) == theirs.get(keyword), keyword
    assert ours.get("LossyImageCompression") == theirs.get("LossyImageCompression")


def compressed(tmp_path: Path, syntax: str, offset_table: str = "basic", **kind: Any) -> Path:
    """A file compressed with pydicom."""
    plain = pydicom.dcmread(io.BytesIO(part10(encoded(image(**kind), EXPLICIT), EXPLICIT)))
    plain.compress(UID(syntax), encapsulate_ext=offset_table == "extended", generate_instance_uid=False)
    file = tmp_path / "compressed"
    plain.save_as(file)
    return file


@pytest.mark.parametrize("offset_table", ["basic", "extended"])
@pytest.mark.parametrize(
    "kind", [{"bits": 16, "frames": 2}, {"bits": 16, "signed": True}, {"colour": True, "frames": 2}], ids=str
)
@pytest.mark.parametrize("syntax", [J2K, JPEG_LS, RLE])
def test_lossless_ways_give_back_every_pixel(
    tmp_path: Path, syntax: str, kind: dict[str, Any], offset_table: str
) -> None:
    file = compressed(tmp_path, syntax, offset_table, **kind)
    found = read(decompressed(file))
    assert np.array_equal(found.pixel_array, read(encoded(image(**kind), EXPLICIT)).pixel_array)
    assert "ExtendedOffsetTable" not in found
    assert found.PhotometricInterpretation == ("RGB" if kind.get("colour") else "MONOCHROME2")


@pytest.mark.parametrize("target", [IMPLICIT, BIG, DEFLATED])
def test_into_every_encoding(tmp_path: Path, target: str) -> None:
    file = compressed(tmp_path, RLE, bits=16, frames=2)
    found = read(decompressed(file, target), target)
    assert np.array_equal(found.pixel_array, read(encoded(image(bits=16, frames=2), EXPLICIT)).pixel_array)


def test_icons_are_decompressed_too(tmp_path: Path) -> None:
    *_, fragment = generate_fragments(pydicom.dcmread(compressed(tmp_path, RLE)).PixelData)
    values = [b"", fragment]
    icon = [element for element in image() if element[0] >> 16 == 0x28]
    for undefined in (False, True):
        item = [*icon, (0x7FE00010, "OB", Fragments(values))]
        sequence = Sequence([item], undefined, undefined)
        elements = in_order([*image(), (0x00880200, "SQ", sequence)])
        elements[-1] = (0x7FE00010, "OB", Fragments(values))
        file = tmp_path / "icon"
        file.write_bytes(part10(encoded(elements, EXPLICIT), RLE))
        for rules in ({}, {"dcmtk": True}):
            found = read(decompressed(file, **rules))
            assert found.PixelData == image()[-1][2] == found.IconImageSequence[0].PixelData


def test_encapsulated_uncompressed(tmp_path: Path) -> None:
    pixel_data = image(frames=2)[-1][2]
    half = len(pixel_data) // 2
    elements = image(frames=2)
    elements[-1] = (0x7FE00010, "OB", Fragments([b"", pixel_data[:half], pixel_data[half:]]))
    file = tmp_path / "wrapped"
    file.write_bytes(part10(encoded(elements, EXPLICIT), WRAPPED))
    assert Converter("uncompressed").targets("", WRAPPED)
    assert decompressed(file) == encoded(image(frames=2), EXPLICIT)


class TestRefusals:
    def refused(self, tmp_path: Path, elements: list[Element], syntax: str) -> str:
        file = tmp_path / "bad"
        file.write_bytes(part10(encoded(elements, EXPLICIT), syntax))
        with pytest.raises(ObjectError) as caught:
            Converter("lossy").open(read_header(file), EXPLICIT)
        return str(caught.value)

    @pytest.mark.parametrize("syntax", [JPEG, LOSSLESS, JPEG_LS, J2K, RLE])
    def test_garbage(self, tmp_path: Path, syntax: str) -> None:
        elements = [*image()[:-1], (0x7FE00010, "OB", Fragments([b"", b"garbage!" * 20]))]
        assert "cannot be decompressed" in self.refused(tmp_path, elements, syntax)

    def test_too_few_frames(self, tmp_path: Path) -> None:
        file = compressed(tmp_path, RLE)
        data = pydicom.dcmread(file)
        data.NumberOfFrames = 3
        data.save_as(file)
        with pytest.raises(ObjectError, match="cannot be decompressed"):
            Converter("lossy").open(read_header(file), EXPLICIT)

    def test_without_the_attributes_of_an_image(self, tmp_path: Path) -> None:
        elements = [element for element in image() if element[0] not in (0x00280010, 0x00280101)]
        elements[-1] = (0x7FE00010, "OB", Fragments([b"", struct.pack("<16I", *[0] * 16)]))
        assert "its image lacks bits stored, rows" in self.refused(tmp_path, elements, RLE)

    def test_a_missing_codec_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        decoder = get_decoder(UID(J2K))
        monkeypatch.setattr(decoder, "_available", {})
        elements = [*image()[:-1], (0x7FE00010, "OB", Fragments([b"", b"garbage!"]))]
        reason = self.refused(tmp_path, elements, J2K)
        assert "no codec for JPEG 2000" in reason
        assert "pip install 'dicom-asprofile[codecs]'" in reason


def test_the_frames_go_to_a_file_and_not_to_memory() -> None:
    """A large object is decoded frame by frame; what holds the frames leaves memory after when they get many."""
    file = pixels.spool()
    file.write(bytes(5 << 20))
    assert file._rolled  # type: ignore[attr-defined]
    file.close()
