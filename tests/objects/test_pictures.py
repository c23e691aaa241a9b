"""A table of compressed pictures: what is sent is the same picture, with attributes that fit, or nothing.

Lossless codes give back the samples they were made of, which the table knows; lossy JPEG has to be what dcmdjpeg makes
of it. Whoever reads the result: pydicom, and for some of each kind dcm2pnm.
"""

from __future__ import annotations

import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest
from made_data_sets import BIG, EXPLICIT, IMPLICIT, Fragments, Sequence, encoded, part10, words
from made_pictures import (
    BASELINE,
    COLUMNS,
    EXTENDED,
    HT,
    HT_LOSSY,
    HT_RPCL,
    J2K,
    J2K_LOSSY,
    JFIF,
    JPEG_LS,
    LOSSLESS,
    LOSSLESS_1,
    NEAR,
    RLE,
    ROWS,
    Kind,
    adobe,
    compressed,
    described,
    ht_frame,
    ht_samples,
    j2k,
    jpeg_lossless,
    jpeg_ls_frame,
    native,
    patched,
    rle,
    samples_of,
    segment,
    with_marker,
    without_applications,
    wrapped,
)
from programs import need
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from asprofile.errors import ObjectError
from asprofile.objects.converting import Converter
from asprofile.objects.header import read_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom.dataset import Dataset


def sent(file: Path, target: str = EXPLICIT) -> bytes:
    source = Converter("lossy").open(read_header(file), target)
    try:
        return b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(4096))))
    finally:
        source.close()


def read(data: bytes, syntax: str = EXPLICIT) -> Dataset:
    return pydicom.dcmread(io.BytesIO(part10(data, syntax)))


def samples_in(found: Dataset, kind: Kind) -> Any:
    """The samples as they are in the pixel data: frames by rows by columns by samples."""
    return pixel_array(found, raw=True).reshape(kind.frames, kind.rows, kind.columns, kind.samples)


# What changes, by Photometric Interpretation; nothing else does.
AFTER = {"YBR_FULL_422": "YBR_FULL", "YBR_RCT": "RGB", "YBR_ICT": "RGB"}


def checked_attributes(found: Dataset, kind: Kind, photometric: str) -> None:
    assert found.PhotometricInterpretation == photometric
    assert (found.BitsAllocated, found.BitsStored, found.HighBit) == (kind.allocated, kind.stored, kind.stored - 1)
    assert (found.Rows, found.Columns, found.SamplesPerPixel) == (kind.rows, kind.columns, kind.samples)
    assert (found.PixelRepresentation, found.get("NumberOfFrames", 1)) == (int(kind.signed), kind.frames)
    assert found.get("PlanarConfiguration") == (None if kind.samples == 1 else kind.planar or 0)
    assert found.SOPInstanceUID == "1.2.3.4"
    assert not any(tag in found for tag in (0x7FE00001, 0x7FE00002, 0x7FE00003))
    length = kind.rows * kind.columns * kind.samples * kind.frames * kind.allocated // 8
    assert len(found.PixelData) == length + length % 2


GREY = [
    Kind(),
    Kind(photometric="MONOCHROME1"),
    Kind(stored=6),
    Kind(signed=True),
    Kind(photometric="PALETTE COLOR"),
    Kind(allocated=16, stored=8),
    Kind(allocated=16, stored=10),
    Kind(allocated=16, stored=12, photometric="MONOCHROME1"),
    Kind(allocated=16, stored=12, signed=True),
    Kind(allocated=16, stored=16),
    Kind(allocated=16, stored=16, signed=True),
    Kind(allocated=16, stored=12, photometric="MONOCHROME2", frames=3),
    Kind(rows=5, columns=7, frames=3),
    Kind(rows=1, columns=1),
]
COLOUR = [
    Kind(photometric="RGB"),
    Kind(photometric="RGB", frames=2),
    Kind(photometric="RGB", allocated=16, stored=12),
    Kind(photometric="YBR_FULL"),
    Kind(photometric="YBR_FULL_422"),
    Kind(photometric="RGB", rows=5, columns=7),
]
BY_PLANE = [replace(kind, planar=1) for kind in COLOUR]
TABLES = [Kind(frames=3, table=table) for table in ("empty", "wrong", "short", "swapped", "extended")]
PIECES = [Kind(frames=frames, pieces=3, table=table) for frames in (1, 3) for table in ("right", "empty", "wrong")]
J2K_COLOUR = [kind for kind in COLOUR if kind.photometric != "YBR_FULL_422"]

Lossless = tuple[str, Kind, "Callable[..., bytes]", dict[str, Any]]
TABLE: list[Lossless] = [
    *((RLE, kind, rle, {}) for kind in (*GREY, *COLOUR, *BY_PLANE, *TABLES)),
    (RLE, Kind(pieces=3), rle, {}),
    (RLE, Kind(allocated=32, stored=32), rle, {}),
    (RLE, Kind(allocated=32, stored=32, signed=True), rle, {}),
    (RLE, Kind(photometric="RGB", allocated=32, stored=32), rle, {}),
    *((LOSSLESS_1, kind, jpeg_lossless, {}) for kind in (*GREY, *COLOUR, *TABLES, *PIECES)),
    *((LOSSLESS, Kind(allocated=16, stored=16), jpeg_lossless, {"predictor": number}) for number in range(2, 8)),
    *((LOSSLESS, Kind(photometric="RGB"), jpeg_lossless, {"predictor": number}) for number in range(2, 8)),
    (LOSSLESS_1, Kind(allocated=16, stored=12, signed=True), jpeg_lossless, {"precision": 16}),
    (LOSSLESS_1, Kind(allocated=16, stored=8), jpeg_lossless, {"precision": 16}),
    (LOSSLESS_1, Kind(photometric="RGB"), jpeg_lossless, {"names": b"RGB"}),
    *((JPEG_LS, kind, jpeg_ls_frame, {}) for kind in (*GREY[:-1], *COLOUR, *BY_PLANE, *TABLES, *PIECES)),
    *((JPEG_LS, kind, jpeg_ls_frame, {"interleave": mode}) for kind in (COLOUR[0], BY_PLANE[1]) for mode in (0, 1)),
    (JPEG_LS, Kind(allocated=16, stored=12, signed=True), jpeg_ls_frame, {"precision": 16}),
    (NEAR, Kind(), jpeg_ls_frame, {}),
    *((J2K, kind, j2k, {}) for kind in (*GREY, *J2K_COLOUR, *TABLES, *PIECES) if kind.rows == ROWS),
    (J2K, Kind(photometric="YBR_RCT"), j2k, {"transformed": True}),
    (J2K, Kind(photometric="YBR_RCT", frames=2, pieces=2), j2k, {"transformed": True}),
    (J2K, Kind(photometric="RGB"), j2k, {"transformed": True}),
    (J2K, Kind(allocated=32, stored=24), j2k, {}),
    (J2K, Kind(allocated=32, stored=20, signed=True), j2k, {}),
    (J2K, Kind(allocated=16, stored=12), j2k, {"precision": 16}),
    (J2K_LOSSY, Kind(allocated=16, stored=12), j2k, {}),
]  # fmt: skip
NAMES = [f"{number}-{row[0][18:]}-{row[1].photometric}-{row[1].stored}" for number, row in enumerate(TABLE)]


@pytest.mark.parametrize(("syntax", "kind", "encoder", "options"), TABLE, ids=NAMES)
def test_lossless_codes_give_back_every_sample(
    tmp_path: Path, syntax: str, kind: Kind, encoder: Callable[..., bytes], options: dict[str, Any]
) -> None:
    file = tmp_path / "in"
    file.write_bytes(compressed(replace(kind, syntax=syntax), encoder, **options))
    found = read(sent(file))
    checked_attributes(found, kind, AFTER.get(kind.photometric, kind.photometric))
    mask = (1 << kind.stored) - 1
    assert np.array_equal(samples_in(found, kind).astype(int) & mask, samples_of(kind).astype(int) & mask)
    assert "LossyImageCompression" not in found


@pytest.mark.parametrize("syntax", [HT, HT_RPCL, HT_LOSSY])
@pytest.mark.parametrize("name", ["MONOCHROME2", "signed", "YBR_RCT"])
def test_high_throughput_jpeg_2000(tmp_path: Path, syntax: str, name: str) -> None:
    kind = Kind(syntax, name) if name == "YBR_RCT" else Kind(syntax, allocated=16, stored=16, signed=name == "signed")
    kind = replace(kind, rows=9, columns=12, frames=2, pieces=2, table="empty")
    file = tmp_path / "in"
    file.write_bytes(wrapped(kind, [ht_frame(name)] * 2))
    found = read(sent(file))
    checked_attributes(found, kind, AFTER.get(kind.photometric, kind.photometric))
    assert np.array_equal(samples_in(found, kind), np.stack([ht_samples(name)] * 2))


class TestNearlyLossless:
    @pytest.mark.parametrize(
        "kind", [Kind(), Kind(photometric="RGB"), Kind(allocated=16, stored=16, signed=True)], ids=str
    )
    def test_jpeg_ls(self, tmp_path: Path, kind: Kind) -> None:
        file = tmp_path / "in"
        file.write_bytes(compressed(replace(kind, syntax=NEAR), jpeg_ls_frame, near=2))
        found = read(sent(file))
        # It is the bits that are nearly the same, also of negative numbers: -32768 may become 32766, for each decoder.
        assert ((samples_in(found, kind).astype(int) - samples_of(kind) + 2) % (1 << kind.stored)).max() <= 4
        assert found.LossyImageCompression == "01"  # the transfer syntax no longer tells

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            (Kind(photometric="YBR_ICT"), {"transformed": True}),
            (Kind(photometric="YBR_FULL"), {}),
            (Kind(allocated=16, stored=12, signed=True), {}),
        ],
        ids=str,
    )
    def test_jpeg_2000(self, tmp_path: Path, kind: Kind, options: dict[str, Any]) -> None:
        file = tmp_path / "in"
        file.write_bytes(compressed(replace(kind, syntax=J2K_LOSSY), j2k, compression_ratios=[1.5], **options))
        found = read(sent(file))
        off = np.abs(samples_in(found, kind).astype(int) - samples_of(kind))
        assert off.mean() <= (1 << kind.stored) / 64
        assert found.PhotometricInterpretation == AFTER.get(kind.photometric, kind.photometric)
        assert found.LossyImageCompression == "01"

    def test_what_leaves_bits_stored_is_refused(self, tmp_path: Path) -> None:
        kind = Kind(NEAR, allocated=16, stored=12)
        frame = jpeg_ls_frame(kind, samples_of(kind)[0] // 4095 * 4098, precision=16, near=1)
        assert "do not fit Bits Stored (12)" in refused(tmp_path, wrapped(kind, [frame]))


# --- against DCMTK

PHOTO = Kind(photometric="RGB", rows=20, columns=24)
COLOUR_OPTIONS = (["+cy", "+s4"], ["+cy", "+s2"], ["+cy", "+n2"], ["+cy", "+n1"], ["+cy", "+np"], ["+cr"])
DCMTK: list[tuple[str, Kind, list[str]]] = [
    *((BASELINE, PHOTO, ["+eb", *options]) for options in COLOUR_OPTIONS),
    *((EXTENDED, PHOTO, ["+ee", *options]) for options in COLOUR_OPTIONS[:3]),
    (BASELINE, replace(PHOTO, planar=1), ["+eb", "+cy"]),
    (BASELINE, replace(PHOTO, photometric="YBR_FULL"), ["+eb", "+s4"]),
    (BASELINE, replace(PHOTO, frames=3), ["+eb", "+cy", "-ot"]),
    (BASELINE, replace(PHOTO, frames=3), ["+eb", "+cy", "+s4", "+fs", "1"]),
    (BASELINE, replace(PHOTO, rows=17, columns=19), ["+eb", "+cy"]),
    (BASELINE, Kind(), ["+eb"]),
    (BASELINE, Kind(photometric="MONOCHROME1", frames=2), ["+eb"]),
    (BASELINE, Kind(stored=7), ["+eb"]),
    (BASELINE, Kind(allocated=16, stored=12), ["+eb"]),
    (EXTENDED, Kind(allocated=16, stored=12), ["+ee"]),
    (EXTENDED, Kind(allocated=16, stored=10, frames=2), ["+ee"]),
    (EXTENDED, Kind(photometric="MONOCHROME1", allocated=16, stored=16), ["+ee"]),
    (EXTENDED, Kind(), ["+ee", "-ho"]),
    (LOSSLESS_1, Kind(allocated=16, stored=12, signed=True), ["+e1"]),
    (LOSSLESS_1, replace(PHOTO, frames=2), ["+e1", "+fs", "1"]),
    (LOSSLESS_1, replace(PHOTO, photometric="YBR_FULL"), ["+e1"]),
    (LOSSLESS, Kind(allocated=16, stored=16), ["+el", "+sv", "6"]),
    (LOSSLESS, Kind(allocated=16, stored=12), ["+el", "+sv", "4"]),
    (JPEG_LS, Kind(allocated=16, stored=12, signed=True), ["+el"]),
    (JPEG_LS, replace(PHOTO, planar=1), ["+el", "+in"]),
    (JPEG_LS, PHOTO, ["+el", "+is"]),
    (NEAR, Kind(allocated=16, stored=12), ["+en"]),
    (RLE, replace(PHOTO, planar=1, frames=2), []),
    (RLE, Kind(photometric="PALETTE COLOR"), []),
    (RLE, Kind(allocated=16, stored=12, signed=True), []),
]  # fmt: skip
ENCODERS = {
    BASELINE: "jpeg",
    EXTENDED: "jpeg",
    LOSSLESS: "jpeg",
    LOSSLESS_1: "jpeg",
    JPEG_LS: "jpls",
    NEAR: "jpls",
    RLE: "rle",
}


@pytest.fixture(scope="module")
def encoded_by_dcmtk(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """For each row of DCMTK the compressed file, and what DCMTK's own decoder makes of it."""
    directory = tmp_path_factory.mktemp("dcmtk")
    programs = {
        name: need(name, "dcmtk") for kind in ("jpeg", "jpls", "rle") for name in (f"dcmc{kind}", f"dcmd{kind}")
    }

    def both(number: int) -> tuple[Path, Path]:
        syntax, kind, options = DCMTK[number]
        plain, small, out = (directory / f"{number}.{end}" for end in ("plain", "small", "out"))
        plain.write_bytes(native(kind, samples_of(kind)))
        subprocess.run([programs[f"dcmc{ENCODERS[syntax]}"], *options, plain, small], check=True)
        subprocess.run([programs[f"dcmd{ENCODERS[syntax]}"], small, out], check=True)
        return small, out

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(both, range(len(DCMTK))))


@pytest.mark.peer
@pytest.mark.parametrize("number", range(len(DCMTK)), ids=lambda number: f"{number}-{' '.join(DCMTK[number][2])}")
def test_the_picture_is_that_of_dcmtk(encoded_by_dcmtk: list[tuple[Path, Path]], number: int) -> None:
    syntax, _, options = DCMTK[number]
    file, theirs_file = encoded_by_dcmtk[number]
    assert read_header(file).transfer_syntax == syntax
    ours, theirs = read(sent(file)), pydicom.dcmread(theirs_file)
    # Lossless YBR_FULL stays it; dcmdjpeg makes RGB of it, as pydicom does when it reads ours.
    lossy = syntax in (BASELINE, EXTENDED)
    off = np.abs(ours.pixel_array.astype(int) - theirs.pixel_array.astype(int))
    subsampled = lossy and ours.SamplesPerPixel == 3 and not {"+s4", "+cr"} & {*options}
    if subsampled:  # decoders interpolate colours in their own ways, at the edges of blocks
        assert off.mean() <= 2 and off.max() <= 40
    else:
        assert off.max() <= (4 if lossy or ours.PhotometricInterpretation == "YBR_FULL" else 0)
    for keyword in (
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
        "SamplesPerPixel",
        "NumberOfFrames",
    ):
        assert ours.get(keyword) == theirs.get(keyword), keyword
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "SOPInstanceUID", "SmallestImagePixelValue"):
        assert ours.get(keyword) == theirs.get(keyword), keyword
    if lossy:
        assert ours.PhotometricInterpretation == theirs.PhotometricInterpretation
        assert ours.get("PlanarConfiguration") == theirs.get("PlanarConfiguration")


@pytest.mark.peer
def test_dcm2pnm_shows_it_alike(encoded_by_dcmtk: list[tuple[Path, Path]], tmp_path: Path) -> None:
    """Of each kind of colours and of bits one, from both, in an encoding that each peer takes."""
    dcm2pnm = need("dcm2pnm", "dcmtk")
    chosen = (0, 1, 4, 5, 9, 12, 15, 18, 22, 24, 28, 30, 33)

    def picture(file: Path) -> Any:
        done = subprocess.run([dcm2pnm, "+op", file], check=True, capture_output=True)
        kind, size, top, data = done.stdout.split(b"\n", 3)
        return kind, size, top, np.frombuffer(data, "u1").astype(int)

    def both(number: int) -> tuple[Any, Any]:
        ours = tmp_path / f"{number}"
        ours.write_bytes(part10(sent(encoded_by_dcmtk[number][0], IMPLICIT), IMPLICIT))
        return picture(ours), picture(encoded_by_dcmtk[number][1])

    with ThreadPoolExecutor(4) as pool:
        for number, (ours, theirs) in zip(chosen, pool.map(both, chosen), strict=True):
            assert ours[:3] == theirs[:3], DCMTK[number]
            assert np.abs(ours[3] - theirs[3]).mean() <= 2, DCMTK[number]


# --- what is refused


def refused(tmp_path: Path, content: bytes) -> str:
    file = tmp_path / "in"
    file.write_bytes(content)
    with pytest.raises(ObjectError, match="cannot be decompressed") as caught:
        sent(file)
    return str(caught.value)


ENCODERS_OF: dict[str, Callable[..., bytes]] = {
    RLE: rle, LOSSLESS_1: jpeg_lossless, JPEG_LS: jpeg_ls_frame, J2K: j2k,
}  # fmt: skip
GREATER = Kind(rows=ROWS + 1), Kind(columns=COLUMNS + 1), Kind(rows=60000), Kind(rows=65535, columns=4000)
SMALLER = Kind(rows=ROWS - 1), Kind(columns=COLUMNS - 1), Kind(rows=COLUMNS, columns=ROWS), Kind(rows=1)


class TestLies:
    """The object says one thing, the header of a frame another; nothing is decoded then."""

    @pytest.fixture(autouse=True)
    def _no_decoder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def decoded(*_: object) -> None:
            raise AssertionError("a lying frame came to a decoder")

        monkeypatch.setattr("asprofile.objects.decoding._decoded", decoded)

    @pytest.mark.parametrize("syntax", [RLE, LOSSLESS_1, JPEG_LS, J2K])
    @pytest.mark.parametrize("said", [*GREATER, *SMALLER], ids=lambda kind: f"{kind.rows} by {kind.columns}")
    def test_of_rows_and_columns(self, tmp_path: Path, syntax: str, said: Kind) -> None:
        if syntax == RLE and said.rows * said.columns == ROWS * COLUMNS:
            return  # RLE does not say how many rows its pixels make
        true = Kind()
        frame = ENCODERS_OF[syntax](true, samples_of(true)[0])
        reason = refused(tmp_path, wrapped(replace(said, syntax=syntax), [frame]))
        assert ("pixels" if syntax == RLE else "Rows and Columns say") in reason

    @pytest.mark.parametrize("syntax", [RLE, LOSSLESS_1, JPEG_LS, J2K])
    @pytest.mark.parametrize(
        ("true", "said"),
        [
            (Kind(), Kind(photometric="RGB")),
            (Kind(photometric="RGB"), Kind()),
            (Kind(), Kind(allocated=16, stored=12)),
            (Kind(allocated=16, stored=12), Kind()),
            (Kind(allocated=16, stored=9), Kind(allocated=16, stored=16)),
        ],
        ids=["colour said", "grey said", "12 bits said", "8 bits said", "16 bits said"],
    )
    def test_of_samples_and_bits(self, tmp_path: Path, syntax: str, true: Kind, said: Kind) -> None:
        if syntax == RLE and true.allocated == said.allocated and true.samples == said.samples:
            return  # RLE has the bytes, whatever their bits
        frame = ENCODERS_OF[syntax](true, samples_of(true)[0])
        reason = refused(tmp_path, wrapped(replace(said, syntax=syntax), [frame]))
        wrong = "Bits Stored says" if true.samples == said.samples else "Samples per Pixel says"
        assert ("RLE segments" if syntax == RLE else wrong) in reason

    @pytest.mark.parametrize("signed", [False, True])
    def test_of_the_sign(self, tmp_path: Path, signed: bool) -> None:
        true = Kind(allocated=16, stored=12, signed=not signed)
        frame = j2k(true, samples_of(true)[0])
        reason = refused(tmp_path, wrapped(replace(true, syntax=J2K, signed=signed), [frame]))
        assert "Pixel Representation says" in reason

    @pytest.mark.parametrize("frames", [1, 2, 4])
    @pytest.mark.parametrize("syntax", [RLE, LOSSLESS_1, JPEG_LS, J2K])
    def test_of_the_number_of_frames(self, tmp_path: Path, syntax: str, frames: int) -> None:
        true = Kind(frames=3)
        made = [ENCODERS_OF[syntax](true, frame) for frame in samples_of(true)]
        for table in ("right", "empty"):
            reason = refused(tmp_path, wrapped(replace(true, syntax=syntax, frames=frames, table=table), made))
            one_of_all = syntax == RLE and frames == 1
            assert ("pixels in a segment" if one_of_all else f"Number of Frames says {frames}") in reason

    @pytest.mark.parametrize("count", [b"-1", b"1e", b"x "])
    def test_a_number_of_frames_that_is_none(self, tmp_path: Path, count: bytes) -> None:
        kind = Kind(RLE, changes={0x00280008: ("IS", count)})
        assert "Number of Frames is" in refused(tmp_path, compressed(kind, rle))

    @pytest.mark.parametrize("syntax", [LOSSLESS_1, JPEG_LS, J2K])
    @pytest.mark.parametrize("rows", [0, 65535])
    def test_of_a_frame_that_asks_for_much_memory(self, tmp_path: Path, syntax: str, rows: int) -> None:
        true = Kind()
        frame = ENCODERS_OF[syntax](true, samples_of(true)[0])
        size = rows.to_bytes(2) * 2
        marker = {LOSSLESS_1: b"\xff\xc3", JPEG_LS: b"\xff\xf7"}
        if syntax == J2K:
            frame = patched(frame, b"\xff\x51", 4, (rows or 1 << 31).to_bytes(4) * 2)
        else:
            frame = patched(frame, marker[syntax], 3, size)
        assert "Rows and Columns say" in refused(tmp_path, wrapped(Kind(syntax), [frame]))
        both = refused(tmp_path, wrapped(Kind(syntax, rows=65535, columns=65535), [frame]))
        assert "samples (65535 by 65535 pixels)" in both

    @pytest.mark.parametrize("syntax", [LOSSLESS_1, RLE])
    def test_too_short_for_so_many_pixels(self, tmp_path: Path, syntax: str) -> None:
        true = Kind()
        frame = ENCODERS_OF[syntax](true, samples_of(true)[0])
        if syntax == LOSSLESS_1:
            frame = patched(frame, b"\xff\xc3", 3, words(0x0020, 0x0020))
        assert "is too short" in refused(tmp_path, wrapped(Kind(syntax, rows=0x2000, columns=0x2000), [frame]))

    @pytest.mark.parametrize(
        ("marked", "encoder", "syntax", "said", "options"),
        [
            ("YBR_RCT", j2k, J2K, "has no multiple component transformation", {}),
            ("YBR_FULL", j2k, J2K, "it has a multiple component transformation", {"transformed": True}),
            ("YBR_FULL", jpeg_lossless, LOSSLESS_1, "its components are named R, G, B", {"names": b"RGB"}),
            ("YBR_ICT", jpeg_lossless, LOSSLESS_1, "has no multiple component transformation", {}),
            ("YBR_RCT", jpeg_ls_frame, JPEG_LS, "has no multiple component transformation", {}),
            *((old, jpeg_lossless, LOSSLESS_1, "is none that is decompressed", {})
              for old in ("YBR_PARTIAL_422", "YBR_PARTIAL_420", "HSV", "ARGB", "CMYK", "")),
        ],
    )  # fmt: skip
    def test_of_colours(
        self,
        tmp_path: Path,
        marked: str,
        encoder: Callable[..., bytes],
        syntax: str,
        said: str,
        options: dict[str, Any],
    ) -> None:
        kind = Kind(syntax, marked)
        assert said in refused(tmp_path, wrapped(kind, [encoder(kind, samples_of(kind)[0], **options)]))

    @pytest.mark.parametrize(
        ("marked", "markers", "said"),
        [
            ("RGB", JFIF, "has YCbCr colours (it has a JFIF marker)"),
            ("RGB", adobe(1), "its Adobe marker says transform 1"),
            ("YBR_FULL", adobe(0), "has RGB colours (its Adobe marker says transform 0)"),
            ("YBR_FULL", JFIF + adobe(0), "is said to be both RGB"),
            ("RGB", JFIF + adobe(0), "is said to be both RGB"),
        ],
    )
    @pytest.mark.parametrize(("syntax", "encoder"), [(LOSSLESS_1, jpeg_lossless), (JPEG_LS, jpeg_ls_frame)])
    def test_of_markers(
        self, tmp_path: Path, syntax: str, encoder: Callable[..., bytes], marked: str, markers: bytes, said: str
    ) -> None:
        kind = Kind(syntax, marked)
        frame = with_marker(encoder(kind, samples_of(kind)[0]), markers)
        assert said in refused(tmp_path, wrapped(kind, [frame]))

    @pytest.mark.parametrize(
        ("kind", "change", "said"),
        [
            (Kind(), (0x00280010, "US", words(0)), "0 by 36 pixels"),
            (Kind(), (0x00280100, "US", words(12)), "Bits Allocated is 12"),
            (Kind(), (0x00280101, "US", words(9)), "Bits Stored is 9 with Bits Allocated 8"),
            (Kind(), (0x00280103, "US", words(2)), "Pixel Representation is 2"),
            (Kind(), (0x00280002, "US", words(4)), "Samples per Pixel is 4"),
            (Kind(allocated=16, stored=12), (0x00280102, "US", words(15)), "High Bit is 15, not 11"),
        ],
        ids=str,
    )
    def test_attributes_that_describe_no_image(self, tmp_path: Path, kind: Kind, change: Any, said: str) -> None:
        tag, vr, value = change
        content = compressed(replace(kind, syntax=LOSSLESS_1, changes={tag: (vr, value)}), jpeg_lossless)
        assert said in refused(tmp_path, content)

    def test_native_pixels_in_a_compressed_object(self, tmp_path: Path) -> None:
        content = native(Kind(), samples_of(Kind())).replace(EXPLICIT.encode() + b"\0", RLE.encode() + b"\0")
        (tmp_path / "in").write_bytes(content)
        with pytest.raises(ObjectError, match="has uncompressed pixel data although its transfer syntax is RLE"):
            sent(tmp_path / "in")


def test_one_lying_frame_among_many(tmp_path: Path) -> None:
    kind = Kind(frames=3)
    for syntax, encoder in ENCODERS_OF.items():
        frames = [encoder(kind, frame) for frame in samples_of(kind)]
        other = replace(kind, rows=ROWS + 1)
        frames[1] = encoder(other, samples_of(other)[0])
        assert "the 2. frame has" in refused(tmp_path, wrapped(replace(kind, syntax=syntax), frames)), syntax


class TestStreams:
    @pytest.mark.parametrize("syntax", [RLE, LOSSLESS_1, JPEG_LS, J2K])
    def test_cut_anywhere(self, tmp_path: Path, syntax: str) -> None:
        kind = Kind(syntax)
        frame = ENCODERS_OF[syntax](kind, samples_of(kind)[0])
        for length in range(0, len(frame) - 1, max(1, len(frame) // 25)):
            refused(tmp_path, wrapped(kind, [frame[:length]]))

    def test_a_hole_in_a_tile(self, tmp_path: Path) -> None:
        """Decoders of JPEG 2000 go on without what is missing, and give a picture."""
        frame = j2k(Kind(), samples_of(Kind())[0])
        start = frame.index(b"\xff\x93") + 2
        for length in (1, 20, len(frame) - start - 4):
            content = wrapped(Kind(J2K), [frame[:start] + frame[start + length :]])
            assert "tiles do not lead to its end" in refused(tmp_path, content)
        open_end = patched(frame, b"\xff\x90", 4, bytes(4))
        (tmp_path / "in").write_bytes(wrapped(Kind(J2K), [open_end]))
        assert np.array_equal(samples_in(read(sent(tmp_path / "in")), Kind()), samples_of(Kind()))

    @pytest.mark.parametrize("undefined", [False, True])
    def test_icons_are_looked_at_as_well(self, tmp_path: Path, undefined: bool) -> None:
        icon, kind = Kind(frames=1), Kind(RLE)
        frame = rle(icon, samples_of(icon)[0])
        for said, reason in (
            (icon, ""),
            (replace(icon, rows=ROWS - 1), "pixels in a segment"),
            (Kind(photometric="RGB"), "RLE"),
        ):
            item = [element for element in described(said) if element[0] >> 16 == 0x28]
            item.append((0x7FE00010, "OB", Fragments([b"", frame])))
            changes: Any = {0x00880200: ("SQ", Sequence([item], undefined, undefined))}
            (tmp_path / "in").write_bytes(wrapped(replace(kind, changes=changes), [frame]))
            if reason:
                with pytest.raises(ObjectError, match=reason):
                    sent(tmp_path / "in")
            else:
                found = read(sent(tmp_path / "in"))
                assert found.IconImageSequence[0].PixelData == found.PixelData
                assert "LossyImageCompression" not in found

    def test_a_native_icon_stays(self, tmp_path: Path) -> None:
        kind = Kind(RLE)
        item = [(0x00280010, "US", words(2)), (0x7FE00010, "OB", b"\1\2\3\4")]
        content = wrapped(
            replace(kind, changes={0x00880200: ("SQ", Sequence([item]))}), [rle(kind, samples_of(kind)[0])]
        )  # type: ignore[list-item, dict-item]
        (tmp_path / "in").write_bytes(content)
        assert read(sent(tmp_path / "in")).IconImageSequence[0].PixelData == b"\1\2\3\4"

    @pytest.mark.parametrize("transform", [1, 4])
    def test_a_point_transform(self, tmp_path: Path, transform: int) -> None:
        """libjpeg and DCMTK make different pictures of lossless JPEG that has one."""
        frame = patched(jpeg_lossless(Kind(), samples_of(Kind())[0]), b"\xff\xda", 7, bytes((transform,)))
        assert "point transform" in refused(tmp_path, wrapped(Kind(LOSSLESS_1), [frame]))
        scan = patched(jpeg_ls_frame(Kind(), samples_of(Kind())[0]), b"\xff\xda", 7, bytes((transform,)))
        assert "point transform" in refused(tmp_path, wrapped(Kind(JPEG_LS), [scan]))

    def test_two_images_in_one_frame(self, tmp_path: Path) -> None:
        frame = jpeg_lossless(Kind(), samples_of(Kind())[0])
        assert "holds more than one image" in refused(tmp_path, wrapped(Kind(LOSSLESS_1), [frame + frame]))

    def test_a_lossy_image_in_a_lossless_transfer_syntax(self, tmp_path: Path) -> None:
        near = jpeg_ls_frame(Kind(), samples_of(Kind())[0], near=3)
        assert "was compressed with loss" in refused(tmp_path, wrapped(Kind(JPEG_LS), [near]))
        wavelet = j2k(Kind(), samples_of(Kind())[0], compression_ratios=[2])
        assert "was compressed with loss" in refused(tmp_path, wrapped(Kind(J2K), [wavelet]))

    def test_a_palette_with_loss(self, tmp_path: Path) -> None:
        kind = Kind(NEAR, "PALETTE COLOR")
        assert "indices of a palette" in refused(tmp_path, compressed(kind, jpeg_ls_frame, near=1))

    def test_a_jp2_file(self, tmp_path: Path) -> None:
        content = compressed(Kind(J2K), j2k, codec_format=1)
        assert "JP2 file" in refused(tmp_path, content)

    def test_padding_and_odd_things_behind_the_end(self, tmp_path: Path) -> None:
        kind = Kind(LOSSLESS_1)
        frame = jpeg_lossless(kind, samples_of(kind)[0])
        (tmp_path / "in").write_bytes(wrapped(kind, [with_marker(frame, segment(0xFFFE, b"comment")) + b"\0\0\xff\0"]))
        assert np.array_equal(samples_in(read(sent(tmp_path / "in")), kind), samples_of(kind))


@pytest.fixture(scope="module")
def frames(encoded_by_dcmtk: list[tuple[Path, Path]]) -> dict[str, tuple[Kind, bytes]]:
    """Frames of lossy JPEG, and what they show."""
    found = {}
    sought = {"444": ["+eb", "+cy", "+s4"], "422": ["+eb", "+cy", "+s2"], "rgb": ["+eb", "+cr"], "grey": ["+eb"]}
    for name, options in sought.items():
        number = next(number for number, row in enumerate(DCMTK) if row[2] == options)
        file = pydicom.dcmread(encoded_by_dcmtk[number][0])
        found[name] = DCMTK[number][1], next(generate_frames(file.PixelData, number_of_frames=1))
    return found


class TestByteOrder:
    """Native pixel data in the wrong VR: bytes have no order, so words in them cannot get another one."""

    def test_words_in_a_vr_of_bytes(self, tmp_path: Path) -> None:
        kind = Kind(allocated=16, stored=12)
        file = tmp_path / "in"
        data = samples_of(kind).tobytes()
        for vr, syntax, target in (("OB", EXPLICIT, BIG), ("UN", EXPLICIT, BIG), ("OB", BIG, IMPLICIT)):
            file.write_bytes(part10(encoded([*described(kind), (0x7FE00010, vr, data)], syntax), syntax))
            with pytest.raises(ObjectError, match="readers disagree on their order"):
                sent(file, target)
        file.write_bytes(part10(encoded([*described(kind), (0x7FE00010, "OB", data)], EXPLICIT), EXPLICIT))
        assert np.array_equal(samples_in(read(sent(file, IMPLICIT), IMPLICIT), kind), samples_of(kind))

    @pytest.mark.parametrize("syntax", [LOSSLESS_1, RLE])
    @pytest.mark.parametrize("allocated", [8, 16, 32])
    def test_every_target(self, tmp_path: Path, syntax: str, allocated: int) -> None:
        if (syntax, allocated) == (LOSSLESS_1, 32):
            return
        kind = Kind(allocated=allocated, stored=min(12, allocated), frames=2)
        file = tmp_path / "in"
        file.write_bytes(compressed(replace(kind, syntax=syntax), ENCODERS_OF[syntax]))
        for target in (IMPLICIT, EXPLICIT, BIG):
            if target == BIG and allocated == 32:
                with pytest.raises(ObjectError, match="readers disagree on their order"):
                    sent(file, target)
                continue
            assert np.array_equal(samples_in(read(sent(file, target), target), kind), samples_of(kind)), target


@pytest.mark.peer
class TestLossyJpeg:
    """Frames of dcmcjpeg with other markers, other sizes, or in another object."""

    @pytest.mark.parametrize(
        ("name", "marked", "markers", "said"),
        [
            ("422", "RGB", b"", "its second and third component are subsampled"),
            ("444", "RGB", JFIF, "it has a JFIF marker"),
            ("rgb", "YBR_FULL_422", b"", "its components are named R, G, B"),
            ("rgb", "RGB", adobe(1), "is said to be both RGB"),
            ("444", "YBR_FULL", adobe(0), "has RGB colours"),
            ("422", "YBR_FULL_422", adobe(0), "is said to be both RGB"),
            ("444", "YBR_PARTIAL_422", b"", "is none that is decompressed"),
            ("444", "YBR_RCT", b"", "has no multiple component transformation"),
            ("grey", "PALETTE COLOR", b"", "indices of a palette"),
        ],
    )
    def test_contradictions(
        self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]], name: str, marked: str, markers: bytes, said: str
    ) -> None:
        kind, frame = frames[name]
        frame = with_marker(without_applications(frame), markers)
        assert said in refused(tmp_path, wrapped(replace(kind, syntax=BASELINE, photometric=marked), [frame]))

    @pytest.mark.parametrize(
        ("name", "marked"), [("422", "YBR_FULL_422"), ("422", "YBR_FULL"), ("444", "YBR_FULL_422")]
    )
    @pytest.mark.parametrize("markers", [b"", JFIF, adobe(1), JFIF + adobe(1)], ids=["none", "JFIF", "Adobe", "both"])
    def test_markers_that_agree_change_nothing(
        self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]], name: str, marked: str, markers: bytes
    ) -> None:
        kind, frame = frames[name]
        kind = replace(kind, syntax=BASELINE, photometric=marked)
        pictures = []
        for content in (frame, with_marker(without_applications(frame), markers)):
            (tmp_path / "in").write_bytes(wrapped(kind, [content]))
            pictures.append(read(sent(tmp_path / "in")))
        assert pictures[0].PixelData == pictures[1].PixelData
        assert pictures[1].PhotometricInterpretation == "RGB"
        assert pictures[1].LossyImageCompression == "01"

    @pytest.mark.parametrize(
        ("change", "value"), [(3, b"\xff\xff\xff\xff"), (3, b"\0\0"), (5, b"\0\x30"), (2, b"\x0c"), (7, b"\1")], ids=str
    )
    @pytest.mark.parametrize("name", ["444", "422"])
    def test_lies(
        self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]], name: str, change: int, value: bytes
    ) -> None:
        kind, frame = frames[name]
        lying = patched(frame, b"\xff\xc0", change, value)
        refused(tmp_path, wrapped(replace(kind, syntax=BASELINE, photometric="YBR_FULL_422"), [lying]))

    def test_a_size_that_both_claim_and_no_byte_shows(
        self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]]
    ) -> None:
        kind, frame = frames["grey"]
        lying = patched(frame, b"\xff\xc0", 3, b"\x20\0\x20\0")
        kind = replace(kind, syntax=BASELINE, rows=0x2000, columns=0x2000)
        assert "is too short" in refused(tmp_path, wrapped(kind, [lying]))

    def test_without_loss_says_the_transfer_syntax(self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]]) -> None:
        kind, frame = frames["grey"]
        assert "was compressed with loss" in refused(tmp_path, wrapped(replace(kind, syntax=LOSSLESS_1), [frame]))

    @pytest.mark.parametrize("sampling", [b"\x41", b"\x12", b"\x44"], ids=["4:1:1", "4:4:0", "4:1:0"])
    def test_subsampling_that_decoders_treat_variously(
        self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]], sampling: bytes
    ) -> None:
        kind, frame = frames["422"]
        content = wrapped(
            replace(kind, syntax=BASELINE, photometric="YBR_FULL_422"), [patched(frame, b"\xff\xc0", 9, sampling)]
        )
        assert "otherwise than 4:2:2 and 4:2:0" in refused(tmp_path, content)

    def test_signed_samples(self, tmp_path: Path, frames: dict[str, tuple[Kind, bytes]]) -> None:
        kind, frame = frames["grey"]
        assert "no signed samples" in refused(tmp_path, wrapped(replace(kind, syntax=BASELINE, signed=True), [frame]))
