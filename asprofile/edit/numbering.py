"""Numbered lists: entries taken out, added and numbered, so that the numbers stay without a gap.

The one place that knows how. Lines and keys are set as their neighbours are: comments stay, and so does the column of
the ``=`` where it is one. It works on the sections of a document and of the linter's outline. Whether it may be done at
all is for those to decide who ask: other numbers could bring entries to life that DCMTK does not read now.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from asprofile.model.words import SPELLED_KEYS
from asprofile.syntax import Entry
from asprofile.syntax.columns import is_aligned
from asprofile.text import Edit, Span, line_start, next_line

Edits = list[Edit]

LINE_END = re.compile(rb"\r\n?|\n")
COMMENT = re.compile(rb"(?:(?<=[\r\n])|\A)#[^\r\n]*(?:\r\n?|\n|\Z)")
MAX_DIGITS = 4000  # of a number in a key; int() takes 4,300

_NUMBER = re.compile(r"([A-Z_-]*?)([0-9]+)\Z")


def number_of(key: str) -> tuple[str, str]:
    """The letters and the digits of a numbered key; the digits are empty when it has none."""
    letters = key.rstrip("0123456789")
    if letters.isalpha():
        return letters, key[len(letters) :]
    match = _NUMBER.match(key)
    return (match.group(1), match.group(2)) if match else (key, "")


def number_in(entry: Entry, prefix: str) -> int | None:
    """The number of a key that DCMTK would ask for if it came so far (or 0)."""
    letters, digits = number_of(entry.key)
    if letters != prefix or not 0 < len(digits) <= MAX_DIGITS or (digits.startswith("0") and digits != "0"):
        return None
    return int(digits)


class NumberedSection(Protocol):
    """A section with its entries in file order."""

    @property
    def entries(self) -> Iterable[Entry]: ...

    def numbered(self, prefix: str) -> Iterator[Entry]:
        """The entries ``prefix1``, ``prefix2``, ... up to the first number that is missing."""


# -- keys


def spelled_key(prefix: str, number: int) -> str:
    """The key as DCMTK's documentation spells it."""
    return f"{SPELLED_KEYS[prefix]}{number}"


def key_edits(entry: Entry, prefix: str, number: int, *, aligned: bool = False) -> Edits:
    """Make the key that of this number. Only the number is written where the rest is right, so that the file keeps its
    spelling.
    """
    edits = numbered_as(entry, number, aligned=aligned) if number_of(entry.key)[0] == prefix else None
    return [Edit(entry.key_span, spelled_key(prefix, number).encode("ascii"))] if edits is None else edits


def numbered_key(entry: Entry, number: int) -> bytes:
    """The key of an entry with another number, as it is written then; for a key that has one."""
    (edit,) = key_edits(entry, number_of(entry.key)[0], number)
    return entry.data[entry.key_span.start : edit.span.start] + edit.replacement


def numbered_as(entry: Entry, number: int, *, aligned: bool) -> Edits | None:
    """Put another number in the place of the key's; with ``aligned`` the ``=`` stays where it is, if there is room.
    None where there are none or the file has something between the digits.
    """
    digits = number_of(entry.key)[1].encode("ascii")
    end = entry.key_span.end
    start = end - len(digits)
    if not digits or entry.data[start:end] != digits:
        return None
    text = b"%d" % number
    edits = [Edit(Span(start, end), text)]
    blanks = entry.data[end : entry.raw_key.end]
    surplus = len(padded(blanks, len(digits), len(text), aligned)) - len(blanks)
    if surplus > 0:
        edits.append(Edit(Span(end, end), b" " * surplus))
    elif surplus < 0:
        edits.append(Edit(Span(end, end - surplus), b""))
    return edits


def padded(blanks: bytes, old: int, new: int, aligned: bool) -> bytes:
    """What is between a key and its ``=``, when the key has ``new`` characters for ``old``: as it is, or so many blanks
    that the ``=`` stays in its column.
    """
    if not aligned or blanks.strip(b" "):
        return blanks
    return b" " * max(old + len(blanks) - new, min(1, len(blanks)))


def entry_like(entry: Entry, prefix: str, number: int, value: bytes, *, aligned: bool) -> bytes:
    """The line of another entry, set as this one is: its spelling of the key, its blanks around the ``=``."""
    span = entry.key_span
    digits = number_of(entry.key)[1].encode("ascii")
    key, before = entry.data[span.start : span.end], entry.data[span.end : entry.raw_key.end]
    after = entry.data[entry.raw_value.start : entry.value_span.start]
    stem = key.removesuffix(digits)
    if not digits or stem == key or before.strip(b" \t") or after.strip(b" \t") or LINE_END.search(stem):
        return spelled_key(prefix, number).encode("ascii") + b" = " + value
    written = stem + b"%d" % number
    return written + padded(before, len(key), len(written), aligned) + b"=" + after + value


# -- entries


def taken_out(data: bytes, section: NumberedSection, prefix: str, gone: Collection[Span]) -> Edits | None:
    """Remove the entries with these spans from a section, and give those after them the numbers that close the gaps.
    None where one of them cannot be given another number.
    """
    edits: Edits = []
    number = 0
    aligned = is_aligned(section.entries)
    for entry in section.numbered(prefix):
        if entry.span in gone:
            edits.append(without(data, entry))
            continue
        number += 1
        if entry.key != f"{prefix}{number}":
            numbered = numbered_as(entry, number, aligned=aligned)
            if numbered is None:
                return None
            edits += numbered
    return edits


def usual_line_end(data: bytes) -> bytes:
    """The kind of line end that most lines have; of equally many the one that comes first."""
    counts = Counter(LINE_END.findall(data))
    return max(counts, key=lambda end: counts[end], default=b"\n")


def without(data: bytes, entry: Entry) -> Edit:
    """Takes an entry's lines out, except the comments between them and what is in front of it on its first line."""
    start, end = entry.key_span.start, entry.value_span.end
    begin = line_start(data, start)
    if data[begin:start].strip(b" \t\0"):
        match = LINE_END.search(data, end)
        return Edit(Span(start, match.start() if match else len(data)), b"")
    end = next_line(data, end)
    return Edit(Span(begin, end), b"".join(COMMENT.findall(data, begin, end)))


def new_lines(data: bytes, at: int, lines: Sequence[bytes]) -> Edit:
    """Lines at the start of a line, ended as the one above; or after a last one that has no end, as most lines are."""
    above = LINE_END.fullmatch(data, at - (2 if data[max(at - 2, 0) : at] == b"\r\n" else 1), at) if at else None
    if at and above is None:
        end = usual_line_end(data)
        return Edit(Span(at, at), b"".join(end + line for line in lines))
    end = above.group() if above else usual_line_end(data)
    return Edit(Span(at, at), b"".join(line + end for line in lines))
