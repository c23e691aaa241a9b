"""Text of any of the encodings in which a log arrives: UTF-8, or UTF-16 as PowerShell's ``>`` writes it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from asprofile.errors import AsprofileError

_HEAD = 1024
_BUFFER = 1 << 20
_LONGEST = 1 << 24
"""Characters."""


class _Rest(io.RawIOBase):
    """What was read of a stream already, and the stream after it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] if len(self._head) else self._stream.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


# What begins so is packed, and by what it is unpacked to standard output.
_PACKED = (
    (b"\x1f\x8b", "gzip", "zcat"),
    (b"BZh", "bzip2", "bzcat"),
    (b"\xfd7zXZ", "xz", "xzcat"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat"),
    (b"PK\x03\x04", "a ZIP archive", "unzip -p"),
)


class Packed(AsprofileError):
    """It is compressed, and must be unpacked first."""


def with_head(head: bytes, stream: BinaryIO) -> BinaryIO:
    """A stream of which ``head`` was read already, from its beginning again."""
    return io.BufferedReader(_Rest(head, stream), _BUFFER)


def text_of(stream: BinaryIO, then: str = "asprofile generate --from-log -") -> Iterator[str]:
    """The lines, ending with LF, CR or CRLF; bytes that are invalid in the encoding are replaced. A line that is longer
    than any log has is handed out in parts, and NULs in front of one are left out: a log that was cut at its beginning
    while its program goes on to write has them. Raises Packed, which says to unpack it and give it to ``then``.
    """
    head = stream.read(_HEAD)
    for magic, what, unpacking in _PACKED:
        if head.startswith(magic):
            raise Packed(f"it is packed ({what}); {unpacking} FILE | {then}")
    rest = io.BufferedReader(_Rest(head, stream))
    with io.TextIOWrapper(rest, encoding=_encoding(head), errors="replace") as text:
        while line := text.readline(_LONGEST):
            if line[0] != "\0" or (line := line.lstrip("\0")):
                yield line


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    # Nearly all of a log is ASCII, in which every other byte is zero in UTF-16.
    most = len(head) // 2 * 3 // 4
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) > 1 and max(even, odd) > most >= 2 * min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"
