"""The demo video, taken apart by a reader of its own, and by ffprobe where that is installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from asprofile.objects.demo_video import FRAMES, HEIGHT, WIDTH, make_video

if TYPE_CHECKING:
    from pathlib import Path


def packets(stream: bytes) -> list[bytes]:
    return [stream[start : start + 188] for start in range(0, len(stream), 188)]


def payload(packet: bytes) -> bytes:
    """What a transport packet carries, after its adaptation field."""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def access_units(stream: bytes) -> list[bytes]:
    """The PES packets' contents, one for each picture."""
    units: list[bytes] = []
    for packet in packets(stream):
        if pid(packet) != 0x100:
            continue
        if packet[1] & 0x40:
            units.append(b"")
        units[-1] += payload(packet)
    return [unit[9 + unit[8] :] for unit in units]


def nal_units(unit: bytes) -> list[tuple[int, bytes]]:
    """Type and RBSP of each NAL unit."""
    nals = unit.split(b"\0\0\0\1")[1:]
    return [(nal[0] & 0x1F, nal[1:].replace(b"\0\0\3", b"\0\0")) for nal in nals]


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def u(self, width: int) -> int:
        value = 0
        for _ in range(width):
            value = value << 1 | self.data[self.at // 8] >> (7 - self.at % 8) & 1
            self.at += 1
        return value

    def ue(self) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def align(self) -> int:
        self.at += -self.at % 8
        return self.at // 8


def luma(rbsp: bytes) -> list[list[int]]:
    """The picture of an IDR slice whose macroblocks are all I_PCM."""
    reader = Reader(rbsp)
    assert [reader.ue() for _ in range(3)] == [0, 7, 0]  # first macroblock, slice type I, picture parameters
    reader.u(4)
    reader.ue()
    reader.u(2)
    assert [reader.ue(), reader.ue()] == [0, 1]
    rows = [[0] * WIDTH for _ in range(HEIGHT)]
    for block in range(WIDTH * HEIGHT // 256):
        assert reader.ue() == 25
        start = reader.align()
        for index, sample in enumerate(reader.data[start : start + 256]):
            rows[block // (WIDTH // 16) * 16 + index // 16][block % (WIDTH // 16) * 16 + index % 16] = sample
        reader.at += 384 * 8
    assert reader.u(1) == 1
    assert reader.align() == len(rbsp)
    return rows


def test_is_the_same_everywhere() -> None:
    digest = hashlib.sha256(make_video()).hexdigest()
    assert digest == "22da7a51ab4e017800f3ca73c3621f397dc90c8b34433ade2d4be6e07b7bef80"


def test_is_a_transport_stream() -> None:
    stream = make_video()
    assert len(stream) % 188 == 0
    counters = {}
    for packet in packets(stream):
        assert packet[0] == 0x47
        expected = (counters.get(pid(packet), -1) + 1) % 16
        assert packet[3] & 0x0F == expected
        counters[pid(packet)] = expected
    assert set(counters) == {0, 0x1000, 0x100}


def crc32(section: bytes) -> int:
    """CRC-32/MPEG-2 (ITU-T H.222.0 annex A); 0 for a section that ends with its own."""
    value = 0xFFFFFFFF
    for byte in section:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def test_tables_have_right_check_sums() -> None:
    assert crc32(b"123456789") == 0x0376E6E7  # the catalogued check value of CRC-32/MPEG-2
    for packet in packets(make_video())[:2]:
        section = payload(packet)[1:]
        length = 3 + ((section[1] & 0x0F) << 8 | section[2])
        assert crc32(section[:length]) == 0
        assert set(section[length:]) == {0xFF}


def test_pictures_say_what_the_transfer_syntax_says() -> None:
    units = [nal_units(unit) for unit in access_units(make_video())]
    assert len(units) == FRAMES
    for unit in units:
        assert [kind for kind, _ in unit] == [9, 7, 8, 5]  # delimiter, sequence, picture, IDR slice
        reader = Reader(unit[1][1])
        assert (reader.u(8), reader.u(8), reader.u(8)) == (100, 0, 41)  # High Profile, Level 4.1
        assert [reader.ue() for _ in range(4)] == [0, 1, 0, 0]  # id, 4:2:0, 8 bits, 8 bits
        reader.u(2)
        assert [reader.ue() for _ in range(3)] == [0, 2, 1]
        reader.u(1)
        assert (16 * (reader.ue() + 1), 16 * (reader.ue() + 1)) == (WIDTH, HEIGHT)


def test_the_bar_moves() -> None:
    for index, unit in enumerate(access_units(make_video())):
        picture = luma(nal_units(unit)[3][1])
        bright = [x for x in range(WIDTH) if picture[0][x] == 200]
        assert bright == list(range(index * 8, index * 8 + 8))
        assert all(row[x] == 200 for row in picture for x in bright)


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_ffprobe_decodes_it(tmp_path: Path) -> None:
    (tmp_path / "video.ts").write_bytes(make_video())
    entries = "stream=codec_name,profile,level,width,height,pix_fmt,nb_read_frames"
    command = ["ffprobe", "-v", "warning", "-count_frames", "-show_entries", entries, "-of", "csv=p=0"]
    result = subprocess.run([*command, tmp_path / "video.ts"], capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert result.stdout.split()[0].strip(",") == "h264,High,64,48,yuv420p,41,8"
