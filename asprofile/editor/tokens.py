"""What each piece of a file's text is, for editors that colour by meaning: comments, headers, keys, numbers, names.

The pieces are in the order of the file, each on one line, and none overlaps another. What DCMTK drops counts as what it
looks like. How an editor counts and names them belongs in ``lsp``.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asprofile.edit.numbering import COMMENT, number_of
from asprofile.editor.labels import stripped
from asprofile.editor.opened import OpenFile
from asprofile.model.uid import is_number, resolve
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILE_KEYS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.names import uids
from asprofile.syntax import Entry, Header, Space
from asprofile.text import Span

TokenKind = Literal["comment", "supersection", "label", "key", "number", "uid", "name", "role", "data", "text"]

_BLANKS = b" \t\0\v\f"
_LINE = re.compile(rb"[^\r\n]+")
_DIGITS = b"0123456789"
_RIGHT: dict[str, TokenKind] = {PRESENTATION_CONTEXTS: "label", ROLE_SELECTION: "role", EXTENDED_NEGOTIATION: "data"}


@dataclass(frozen=True, slots=True)
class TextToken:
    """A piece of one line, not empty. ``is_declared``: the label of a header; ``is_retired``: the standard has retired
    what it names.
    """

    span: Span
    kind: TokenKind
    is_declared: bool = False
    is_retired: bool = False


def tokens(file: OpenFile, within: Span | None = None) -> Iterator[TextToken]:
    """The pieces that touch ``within`` (None: all); none for a file that is no profile."""
    if not file.is_profile:
        return
    for token in heapq.merge(_comments(file.data), _of_items(file), key=lambda token: token.span):
        if within is None or (token.span.start < within.end and within.start < token.span.end):
            yield token


def _comments(data: bytes) -> Iterator[TextToken]:
    for match in COMMENT.finditer(data):
        span = Span(match.start(), match.start() + len(match.group().rstrip(b"\r\n")))
        yield TextToken(span, "comment")


def _of_items(file: OpenFile) -> Iterator[TextToken]:
    supersection = ""
    for item in file.subject.items:
        if isinstance(item, Space):
            continue
        if isinstance(item, Header):
            if item.level == 2:
                supersection = item.name
            kind: TokenKind = "supersection" if item.level == 2 else "label"
            for span in _pieces(file.data, stripped(file.data, item.raw_name)):
                yield TextToken(span, kind, is_declared=True)
        else:
            yield from _entry(file, supersection, item)


def _entry(file: OpenFile, supersection: str, entry: Entry) -> Iterator[TextToken]:
    yield from _key(file.data, entry)
    if supersection == PROFILES and entry.key in PROFILE_KEYS:
        yield from _tokens(file.data, entry.value_span, "label")
    elif number_of(entry.key)[0] != NUMBERED_KEYS.get(supersection):
        yield from _tokens(file.data, entry.value_span, "text")
    elif supersection == TRANSFER_SYNTAXES:
        yield from _name(file, entry.value, entry.value_span)
    else:
        name, backslash, rest = entry.value.partition(b"\\")
        left, right = entry.parts((0, len(name)), (len(name) + len(backslash), len(entry.value)))
        yield from _name(file, name, left)
        if rest:
            yield from _tokens(file.data, right, _RIGHT[supersection])


def _key(data: bytes, entry: Entry) -> Iterator[TextToken]:
    """The letters, and the number behind them where the key is one of a list."""
    pieces = list(_pieces(data, entry.key_span))
    is_numbered = number_of(entry.key)[0] in NUMBERED_KEYS.values()
    for place, span in enumerate(pieces, start=1):
        is_last = is_numbered and place == len(pieces)
        middle = span.start + len(data[slice(*span)].rstrip(_DIGITS)) if is_last else span.end
        letters = stripped(data, Span(span.start, middle))
        if letters.start < letters.end:
            yield TextToken(letters, "key")
        if middle < span.end:
            yield TextToken(Span(middle, span.end), "number")


def _name(file: OpenFile, text: bytes, span: Span) -> Iterator[TextToken]:
    uid = resolve(text.strip(_BLANKS), file.release)
    info = uids.describe(uid) if uid is not None else None
    retired = info is not None and info.retired
    yield from _tokens(file.data, span, "uid" if is_number(text.lstrip(_BLANKS)) else "name", is_retired=retired)


def _tokens(data: bytes, span: Span, kind: TokenKind, *, is_retired: bool = False) -> Iterator[TextToken]:
    for piece in _pieces(data, span):
        yield TextToken(piece, kind, is_retired=is_retired)


def _pieces(data: bytes, span: Span) -> Iterator[Span]:
    """The text of a span line by line, without blanks around it and without comment lines."""
    for match in _LINE.finditer(data, *span):
        start, end = match.span()
        begins_line = start == 0 or data[start - 1] in b"\r\n"
        if begins_line and data[start] in b"#":
            continue
        piece = stripped(data, Span(start, end))
        if piece.start < piece.end:
            yield piece
