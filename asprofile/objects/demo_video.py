"""A tiny real H.264 video, made from nothing: one second, eight pictures of 64x48 pixels, a bar that moves.

Here belong the H.264 bit stream (ITU-T H.264) and the MPEG-2 transport stream around it (ITU-T H.222.0), just
what the demo object needs of them. Not here: DICOM. Every picture is an IDR picture of uncompressed (I_PCM)
macroblocks: any decoder reads it, and there is no arithmetic that could differ between machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 64
HEIGHT: Final = 48
FRAMES: Final = 8
FRAME_RATE: Final = 8  # pictures a second

_START_CODE: Final = b"\0\0\0\1"
_NAL_IDR: Final = 0x65  # nal_ref_idc 3, nal_unit_type 5
_NAL_SPS: Final = 0x67
_NAL_PPS: Final = 0x68
_NAL_DELIMITER: Final = 0x09
_HIGH_PROFILE: Final = 100
_LEVEL_4_1: Final = 41
_I_PCM: Final = 25  # mb_type in an I slice, H.264 table 7-11

_PACKET: Final = 188
_PAT_PID: Final = 0x0000
_PMT_PID: Final = 0x1000
_VIDEO_PID: Final = 0x0100
_STREAM_TYPE_H264: Final = 0x1B
_CLOCK: Final = 90_000  # ticks a second of presentation times
_START_TICKS: Final = _CLOCK  # the first picture is shown one second after the first packet arrives


def make_video() -> bytes:
    """An MPEG-2 transport stream, FRAMES pictures in H.264 High Profile, Level 4.1 (PS3.5 section 8.2.7)."""
    packets = bytearray()
    packets += _section_packet(_PAT_PID, _program_association())
    packets += _section_packet(_PMT_PID, _program_map())
    counter = 0
    for index in range(FRAMES):
        pes = _packetized(_access_unit(index), _START_TICKS + index * _CLOCK // FRAME_RATE)
        for packet in _video_packets(pes, index * _CLOCK // FRAME_RATE, counter):
            packets += packet
            counter = (counter + 1) % 16
    return bytes(packets)


class _Bits:
    """Bits of an RBSP, first bit highest (H.264 section 7.2 and 9.1)."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._current = 0
        self._count = 0

    def u(self, width: int, value: int) -> None:
        for shift in range(width - 1, -1, -1):
            self._current = self._current << 1 | (value >> shift & 1)
            self._count += 1
            if self._count == 8:
                self._bytes.append(self._current)
                self._current = self._count = 0

    def ue(self, *values: int) -> None:
        """Exp-Golomb codes, unsigned; a signed 0 has the code of an unsigned one."""
        for value in values:
            width = (value + 1).bit_length()
            self.u(2 * width - 1, value + 1)

    def samples(self, values: bytes) -> None:
        """Whole bytes, behind zero bits up to the next byte."""
        self.u(-self._count % 8, 0)
        self._bytes += values

    def finish(self) -> bytes:
        """The RBSP with its stop bit."""
        self.u(1, 1)
        self.u(-self._count % 8, 0)
        return bytes(self._bytes)


def _nal(header: int, rbsp: bytes) -> bytes:
    """A NAL unit in a byte stream (H.264 annex B), with emulation prevention (section 7.4.1.1)."""
    unit = bytearray([header])
    zeros = 0
    for byte in rbsp:
        if zeros >= 2 and byte <= 3:
            unit.append(3)
            zeros = 0
        unit.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return _START_CODE + bytes(unit)


def _sequence_parameters() -> bytes:
    """H.264 section 7.3.2.1.1, with the video usability information of annex E."""
    bits = _Bits()
    bits.u(8, _HIGH_PROFILE)
    bits.u(8, 0)  # constraint flags
    bits.u(8, _LEVEL_4_1)
    bits.ue(0, 1, 0, 0)  # id, chroma 4:2:0, 8 bits luma, 8 bits chroma
    bits.u(2, 0)  # no transform bypass, no scaling matrix
    bits.ue(0, 2, 1)  # 4 bits of frame_num, output in decoding order, one reference frame
    bits.u(1, 0)  # no gaps in frame_num
    bits.ue(WIDTH // 16 - 1, HEIGHT // 16 - 1)
    bits.u(4, 0b1101)  # frames only, 8x8 inference, no cropping, usability information follows
    bits.u(9, 1 << 8 | 1)  # square pixels
    bits.u(1, 0)  # no overscan information
    bits.u(6, 0b1_101_0_1)  # video signal: unspecified format, limited range, colours described
    bits.u(24, 0x010101)  # ITU-R BT.709
    bits.u(2, 0b01)  # no chroma location; timing follows
    bits.u(32, 1)
    bits.u(32, 2 * FRAME_RATE)  # in fields
    bits.u(5, 0b10000)  # fixed rate; no HRD parameters, no picture structure, no restrictions
    return bits.finish()


def _picture_parameters() -> bytes:
    """H.264 section 7.3.2.2."""
    bits = _Bits()
    bits.ue(0, 0)  # id, sequence's id
    bits.u(2, 0)  # CAVLC, no field order information
    bits.ue(0, 0, 0)  # one slice group, one reference in either list
    bits.u(3, 0)  # no weighted prediction
    bits.ue(0, 0, 0)  # QP 26, no offsets
    bits.u(3, 0b100)  # deblocking is controlled in the slice
    bits.u(2, 0)  # no 8x8 transform, no scaling matrix
    bits.ue(0)  # second chroma offset
    return bits.finish()


def _slice(index: int) -> bytes:
    """One IDR picture in one slice (H.264 section 7.3.3), all macroblocks I_PCM (section 7.3.5)."""
    bits = _Bits()
    bits.ue(0, 7, 0)  # first macroblock, all slices of this picture are I, picture parameters
    bits.u(4, 0)  # frame_num
    bits.ue(index % 2)  # idr_pic_id: two IDR pictures in a row must differ
    bits.u(2, 0)  # no long-term reference
    bits.ue(0, 1)  # QP offset, no deblocking
    for row in range(HEIGHT // 16):
        for column in range(WIDTH // 16):
            bits.ue(_I_PCM)
            bits.samples(_macroblock(index, 16 * column, 16 * row))
    return bits.finish()


def _macroblock(index: int, left: int, top: int) -> bytes:
    """The samples of a 16x16 block, Y, Cb and Cr 4:2:0: a bright bar on a shaded, reddish ground."""
    bar = index * WIDTH // FRAMES
    luma = bytes(
        200 if bar <= x < bar + WIDTH // FRAMES else 40 + x + y
        for y in range(top, top + 16)
        for x in range(left, left + 16)
    )
    return luma + bytes([110]) * 64 + bytes([160]) * 64


def _access_unit(index: int) -> bytes:
    """One picture with all that a decoder needs to start at it; the delimiter is what H.222.0 asks for."""
    return (
        _nal(_NAL_DELIMITER, b"\x10")  # I slices only
        + _nal(_NAL_SPS, _sequence_parameters())
        + _nal(_NAL_PPS, _picture_parameters())
        + _nal(_NAL_IDR, _slice(index))
    )


def _packetized(payload: bytes, ticks: int) -> bytes:
    """A PES packet of the first video stream with a presentation time (H.222.0 section 2.4.3.6)."""
    time = bytes(
        (
            0x21 | ticks >> 29 & 0x0E,
            ticks >> 22 & 0xFF,
            ticks >> 14 & 0xFE | 1,
            ticks >> 7 & 0xFF,
            ticks << 1 & 0xFE | 1,
        )
    )
    return b"\0\0\1\xe0" + (len(payload) + 8).to_bytes(2) + b"\x84\x80\x05" + time + payload


def _video_packets(pes: bytes, clock: int, counter: int) -> Iterator[bytes]:
    """Transport packets of one PES packet (H.222.0 section 2.4.3.2); the first carries the clock."""
    field = b"\x50" + (clock << 15 | 0x7E00).to_bytes(6)  # random access point, PCR
    start = True
    while pes:
        room = _PACKET - 4 - (1 + len(field) if field else 0)
        if len(pes) < room:
            field = (field or b"\0").ljust(_PACKET - 4 - 1 - len(pes), b"\xff")
            if len(pes) == _PACKET - 5:
                field = b""  # a single byte of stuffing is a length of 0
            room = len(pes)
            adaptation = bytes([len(field)]) + field
        else:
            adaptation = bytes([len(field)]) + field if field else b""
        yield _packet_header(_VIDEO_PID, start, bool(adaptation), counter) + adaptation + pes[:room]
        pes, field, start, counter = pes[room:], b"", False, (counter + 1) % 16


def _packet_header(pid: int, start: bool, adaptation: bool, counter: int) -> bytes:
    return bytes((0x47, start << 6 | pid >> 8, pid & 0xFF, (0x30 if adaptation else 0x10) | counter))


def _section_packet(pid: int, section: bytes) -> bytes:
    """A table in a transport packet of its own, behind a pointer of 0."""
    return (_packet_header(pid, True, False, 0) + b"\0" + section).ljust(_PACKET, b"\xff")


def _program_association() -> bytes:
    """Program 1 is described in packets of _PMT_PID (H.222.0 section 2.4.4.3)."""
    return _table(0, b"\0\1" + (0xE000 | _PMT_PID).to_bytes(2))


def _program_map() -> bytes:
    """Program 1 has one H.264 stream, which carries the clock too (H.222.0 section 2.4.4.8)."""
    pid = (0xE000 | _VIDEO_PID).to_bytes(2)
    return _table(2, pid + b"\xf0\0" + bytes([_STREAM_TYPE_H264]) + pid + b"\xf0\0")


def _table(table_id: int, body: bytes) -> bytes:
    """A section of the program specific information: number 1, version 0, the only one of its table."""
    content = b"\0\1\xc1\0\0" + body
    section = bytes([table_id]) + (0xB000 | len(content) + 4).to_bytes(2) + content
    return section + _crc32(section).to_bytes(4)


def _crc32(data: bytes) -> int:
    """H.222.0 annex A: polynomial 0x04C11DB7, all ones first, high bit first, nothing inverted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = crc << 1 ^ 0x104C11DB7 if crc & 0x80000000 else crc << 1
    return crc
