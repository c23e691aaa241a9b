"""Recognises the common items of a large file without the parsing table, several times as fast.

These are space, headers, and entries on few lines. Everything else, and every file of ordinary size, is left to the
parser. The grammar is authoritative: tests compare the two on the same bytes.
"""

from __future__ import annotations

import re

from asprofile.syntax.table import TERMINALS
from asprofile.syntax.tree import Rows
from asprofile.text import Span

# An alternative that fails does so within the lines it began on, so the time stays linear.
# Repetitions of a group are bounded, because their memory is not given back.
_TEXT_ON = rb"[^\]\r\n]* (?: [\r\n]+ [^\]\r\n\#] [^\]\r\n]* ){0,20} [\r\n]*"
_NAME = rb"((?: [^\[\]\#\ \t\0\r\n] %s )?)" % _TEXT_ON
_ITEM = re.compile(
    rb"""
      \[ %(gap)s %(name)s \] (%(gap)s)
    | \[ %(gap)s \[ %(gap)s %(name)s \] %(text)s \] (%(gap)s)
    | (?: [^\[=\ \t\0\r\n\#] [^=\r\n]* (?: [\r\n]+ [^=\r\n\#] [^=\r\n]* ){0,20} [\r\n]* )? (=)
      [^\r\n]* (?: [\r\n]+ (?: [\#\ \t\0] [^\r\n]* [\r\n]+ ){0,20} (?![\#\ \t\0\r\n\xff]) | \Z )
    | (%(space)s)
    """
    % {b"gap": rb"[\ \t\0\r\n]*", b"name": _NAME, b"text": _TEXT_ON, b"space": TERMINALS["SPACE"]},
    re.VERBOSE,
)
_SECTION, _SUPERSECTION, _ENTRY = 2, 4, 5

_OPEN = re.compile(rb"(?:\[+[\ \t\0\r\n]*){1,200}")
_SPACE = re.compile(TERMINALS["SPACE"])
_TEXT = re.compile(TERMINALS["TEXT"])
_CLOSE = re.compile(rb"\]+")


def take(data: bytes, offset: int, rows: Rows) -> int:
    """Add the items recognised from ``offset`` on, where an item begins. Returns where the rest begins, or the end."""
    match = _ITEM.match
    while True:
        found = match(data, offset)
        if found is None:
            if not data.startswith(b"[", offset):
                return offset
            offset = _header(data, offset, rows)
            continue
        kind, end = found.lastindex, found.end()
        if kind == _ENTRY:
            start = found.end(_ENTRY)
            rows.add_entry(end, start - 1, start)
        elif kind in (_SECTION, _SUPERSECTION):
            header_end, brackets = found.start(kind), kind // 2
            rows.add_header(header_end, found.span(kind - 1), brackets)
            if header_end < end:
                rows.add_space(end)
        elif end > offset:
            rows.add_space(end)
        else:
            return offset
        offset = end


def _header(data: bytes, offset: int, rows: Rows) -> int:
    """The header that begins there, with all its brackets."""
    brackets = 0
    while (opened := _OPEN.match(data, offset)) is not None:
        brackets += data.count(b"[", *opened.span())
        offset = _behind(_SPACE, data, opened.end())
    name = Span(offset, _behind(_TEXT, data, offset))
    offset, left = name.end, brackets
    while left and offset < len(data):
        closed = _CLOSE.match(data, offset, offset + left)
        if closed is not None:
            left -= len(closed.group())
            offset = closed.end()
        if left:
            offset = _behind(_TEXT, data, offset)
    if left:
        rows.add_unclosed(len(data), name, brackets)
    else:
        rows.add_header(offset, name, brackets)
    return offset


def _behind(piece: re.Pattern[bytes], data: bytes, offset: int) -> int:
    while (found := piece.match(data, offset)) is not None:
        offset = found.end()
    return offset
