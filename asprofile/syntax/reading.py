"""What DCMTK keeps of the raw text of a key, a name or a value.

The grammar says where each begins and ends; these functions say which bytes in between DCMTK keeps (OFConfigFile, 3.6.0
to 3.7.0). Raw text never begins at the first byte of a line, so a comment in it always has a line end before it.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache

from asprofile.text import Span

_KEPT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
_UPPER = bytes(range(256)).upper()
_DROPPED = bytes(byte for byte in range(256) if _UPPER[byte] not in _KEPT)
_COMMENT = re.compile(rb"(?<=\n)#[^\n]*\n?")
_CONTINUATION = re.compile(rb"\n[ \t\n]*")
_LINE_END = re.compile(rb"\r\n?|\n")
_BLANKS = b" \t\n"
_LONG = 10_000


def kept_characters(raw: bytes) -> str:
    """What is kept of a key or a name: letters, in upper case, digits, ``-`` and ``_``. Everything else is dropped."""
    if b"#" in raw:
        raw = _without_comments(raw)
    return raw.translate(_UPPER, _DROPPED).decode("ascii")


def value_text(data: bytes, span: Span) -> bytes:
    """The value of an entry, given the span from its ``=`` to the next item."""
    raw = data[span.start : span.end]
    line = raw.rstrip(b"\r\n")
    if b"\n" not in line and b"\r" not in line:
        return line.replace(b"\0", b" ").lstrip(_BLANKS)
    if raw.endswith((b"\n\xff", b"\r\xff")):
        raw = raw[:-1]
    raw = _without_comments(raw).replace(b"\0", b" ").lstrip(_BLANKS)
    return _joined(raw).rstrip(b"\n")


def value_offsets(data: bytes, span: Span) -> range | array[int]:
    """For each byte of the value, its offset in the file; a line end that is kept is at its first byte."""
    start, end = span
    raw = data[start:end]
    line = raw.rstrip(b"\r\n")
    if b"\n" in line or b"\r" in line:
        return _offsets(raw, start) if len(raw) < _LONG else _long_offsets(raw, start)
    end = start + len(line)
    return range(end - len(line.lstrip(b" \t\0")), end)


@lru_cache(maxsize=1)
def _long_offsets(raw: bytes, start: int) -> array[int]:
    """The same for a value of very many lines. It is cached, because each release and each rule asks for it; do not
    change it.
    """
    return _offsets(raw, start)


def _offsets(raw: bytes, start: int) -> array[int]:
    """DCMTK's own loop over a value of several lines, with offsets in place of bytes."""
    kept = array("Q")
    at_line_start = False
    skipping = True
    offset = 0
    while offset < len(raw):
        byte = raw[offset]
        if byte in b"\r\n":
            if not skipping:
                kept.append(start + offset)
            skipping = at_line_start = True
            offset += 2 if raw[offset : offset + 2] == b"\r\n" else 1
        elif at_line_start and byte in b"#":
            offset = _behind_line(raw, offset)
        elif byte in b" \t\0":
            at_line_start = False
            if not skipping:
                kept.append(start + offset)
            offset += 1
        elif at_line_start:
            break
        else:
            kept.append(start + offset)
            skipping = False
            offset += 1
    while kept and raw[kept[-1] - start] in b"\r\n":
        kept.pop()
    return kept


def _joined(raw: bytes) -> bytes:
    """Each line end with all the space after it made one LF. (What re.sub does, in a tenth of the memory.)"""
    joined = bytearray()
    start = 0
    for match in _CONTINUATION.finditer(raw):
        joined += raw[start : match.start()]
        joined += b"\n"
        start = match.end()
    joined += raw[start:]
    return bytes(joined)


def _behind_line(raw: bytes, offset: int) -> int:
    match = _LINE_END.search(raw, offset)
    return match.end() if match else len(raw)


def _without_comments(raw: bytes) -> bytes:
    """Line ends made LF, comment lines gone with their line ends."""
    return _COMMENT.sub(b"", raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
