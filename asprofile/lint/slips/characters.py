"""Bytes that no text editor shows and that DCMTK takes for text, or for blanks: byte-order marks, NUL, 0xFF."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Literal

from asprofile.syntax.recognise import utf_16
from asprofile.text import Edit, Span
from asprofile.value import Value

CharacterSlipKind = Literal["byte-order mark", "UTF-16", "NUL", "0xFF"]

_MARK = re.compile(rb"(?<![^\r\n])\xef\xbb\xbf")
_NULS = re.compile(rb"\0+")
# Each line with the line ends after it, the last one also without: a search for what begins at `=`, or for a line end
# that there must be, would begin again at every character.
_LINE_BEFORE_FF = re.compile(rb"([^\r\n]*)(?:[\r\n]+(\xff)?|\Z)")


class CharacterSlip(Value):
    """``span`` is the first such byte, ``count`` how many places there are, ``mend`` the edits that leave only what
    was meant.
    """

    kind: CharacterSlipKind
    span: Span
    mend: tuple[Edit, ...]
    count: int = 1


def character_slips(data: bytes) -> Iterator[CharacterSlip]:
    """Every slip of this sort. A file in UTF-16 has that one only."""
    encoding = utf_16(data)
    if encoding is not None:
        mend = _in_utf_8(data, encoding)
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield CharacterSlip("byte-order mark", Span(0, 2), mend)
        else:
            first = data.index(b"\0")
            yield CharacterSlip("UTF-16", Span(first, first + 1), mend)
        return
    if b"\xef\xbb\xbf" in data:
        for match in _MARK.finditer(data):
            yield CharacterSlip("byte-order mark", Span(*match.span()), (Edit(Span(*match.span()), b""),))
    if b"\0" in data:
        spans = [Span(*match.span()) for match in _NULS.finditer(data)]
        yield CharacterSlip("NUL", spans[0], tuple(Edit(span, b"") for span in spans), len(spans))
    if b"\xff" in data:
        for match in _LINE_BEFORE_FF.finditer(data):
            if match.group(2) and b"=" in match.group(1):
                yield CharacterSlip("0xFF", Span(*match.span(2)), (Edit(Span(*match.span(2)), b""),))


def _in_utf_8(data: bytes, encoding: str) -> tuple[Edit, ...]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ()
    return (Edit(Span(0, len(data)), text.encode("utf-8", "replace")),)
