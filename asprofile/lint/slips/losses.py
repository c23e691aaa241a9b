"""What stands in a file and is never read by DCMTK, each with its one cause.

One place decides, so that no loss is reported twice and none by two rules; the rules of group 2 say what to do about
each cause. What the lines of the file hide from this (text that is glued or swallowed) is in ``lines``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from asprofile.lint.fixes.edits import line_end, line_start, most_like, next_line, with_number, without_lines
from asprofile.lint.outline import Outline, SectionPart, SupersectionPart
from asprofile.lint.references import undefined_labels
from asprofile.model.words import (
    LIST_OF,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILE_KEYS,
    PROFILES,
    SPELLED,
    SPELLED_KEYS,
)
from asprofile.syntax import Entry, Header
from asprofile.text import Edit, Span, encode
from asprofile.value import Value, replaced

Cause = Literal[
    "outside",  # an entry outside any section, a section outside any supersection
    "second supersection",  # the supersection of that name was read before
    "misspelt supersection",  # nobody asks for it, but for one of a like name or with such sections
    "foreign supersection",  # a supersection that nobody asks for
    "leading zero",  # numbered, but written with leading zeros
    "duplicate",  # the same key stands before it in the section
    "misspelt key",  # nobody asks for it, but for one like it
    "other key",  # a key of another supersection
    "foreign key",  # a key that nobody asks for anywhere
    "gap",  # numbered, but a number before it is missing
]
Layer = Literal["places", "keys", "numbers"]

_LAYER: dict[Cause, Layer] = {
    "outside": "places",
    "second supersection": "places",
    "misspelt supersection": "places",
    "foreign supersection": "places",
    "gap": "numbers",
}
MAX_DIGITS = 4000  # of a number in a key; int() takes 4,300
_FAR_BEYOND = 10**9  # no list has so many entries: a number like that is followed by no other
_NUMBER = re.compile(r"([A-Z_-]*?)([0-9]+)\Z")
_DIGITS = re.compile(r"[0-9]+")
_KEYS = {*SPELLED_KEYS, *PROFILE_KEYS}


class Loss(Value):
    """``item`` is not read, because of ``cause``.

    ``supersection`` and ``section`` are where it stands (the name as DCMTK keeps it, "" for none), ``missing`` is the
    number that is missing in front of a gap, ``first`` the entry or header that counts instead, ``meant`` the key or
    name that was probably meant, ``mend`` the edits that make it so, ``certain`` says that no other reading is likely.
    """

    item: Entry | Header
    cause: Cause
    supersection: str = ""
    section: SectionPart | None = None
    missing: int = 0
    first: Entry | Header | None = None
    meant: str = ""
    mend: tuple[Edit, ...] = ()
    certain: bool = True

    @property
    def entry(self) -> Entry:
        """The entry that is lost, for a cause that only entries have."""
        assert isinstance(self.item, Entry)
        return self.item

    @property
    def layer(self) -> Layer:
        return _LAYER.get(self.cause, "keys")

    @property
    def place(self) -> int:
        """An offset that tells the item from every other, however its key is read."""
        return place_of(self.item)


def place_of(item: Entry | Header) -> int:
    """An offset that tells an item from every other, whatever text is glued to its front."""
    return item.raw_key.end if isinstance(item, Entry) else item.raw_name.start


def losses(outline: Outline, data: bytes) -> Iterator[Loss]:
    """Every loss: those outside, then in file order within each supersection."""
    yield from _outside(outline, data)
    seen: dict[str, SupersectionPart] = {}
    for supersection in outline.supersections:
        name = supersection.name
        if name in seen:
            if name in SPELLED:
                first = seen[name]
                mend = _moved_behind(data, first, supersection)
                yield Loss(supersection.header, "second supersection", name, first=first.header, mend=mend)
            else:
                yield Loss(supersection.header, "foreign supersection", name)
        elif name in SPELLED:
            for section in supersection.sections:
                yield from _unread(name, section, data)
        else:
            yield _unknown_supersection(outline, supersection)
        seen.setdefault(name, supersection)


def number_of(key: str) -> tuple[str, str]:
    """The letters and the digits of a numbered key; the digits are empty when it has none."""
    letters = key.rstrip("0123456789")
    if letters.isalpha():
        return letters, key[len(letters) :]
    match = _NUMBER.match(key)
    return (match.group(1), match.group(2)) if match else (key, "")


# -- places


def _outside(outline: Outline, data: bytes) -> Iterator[Loss]:
    for item, supersection in outline.outside:
        if supersection is None or not isinstance(item, Entry):
            yield Loss(item, "outside")
            continue
        first = item is supersection.orphans[0]
        meant, mend = _header_for(outline, data, supersection) if first else ("", ())
        yield Loss(item, "outside", supersection.name, meant=meant, mend=mend)


def _header_for(outline: Outline, data: bytes, supersection: SupersectionPart) -> tuple[str, tuple[Edit, ...]]:
    """The one list that is referenced and not there, if the entries without a section can be its."""
    first = supersection.orphans[0]
    prefix = NUMBERED_KEYS.get(supersection.name)
    if (
        prefix is None
        or number_of(first.key)[0] != prefix
        or outline.supersection(supersection.name) is not supersection
    ):
        return "", ()
    labels = undefined_labels(outline, supersection.name)
    if len(labels) != 1:
        return "", ()
    start = line_start(data, first.key_span.start)
    return labels[0], (Edit(Span(start, start), b"[" + encode(labels[0]) + b"]" + line_end(data)),)


def _moved_behind(data: bytes, first: SupersectionPart, second: SupersectionPart) -> tuple[Edit, ...]:
    """The sections of a second supersection put behind those of the first."""
    removed = Edit(Span(second.header.span.start, next_line(data, second.header.span.end)), b"")
    if second.number == first.number + 1:
        return (removed,)
    here = end_of(data, first)
    block = Span(removed.span.end, end_of(data, second))
    if block.end <= block.start:
        return (removed,)
    text = data[block.start : block.end]
    text = text if text.endswith((b"\n", b"\r")) else text + line_end(data)
    return (Edit(Span(here, here), text), removed, Edit(block, b""))


def end_of(data: bytes, supersection: SupersectionPart) -> int:
    """Where the line begins behind the last line of the supersection that holds anything."""
    last: Entry | Header = supersection.header
    if supersection.sections:
        section = supersection.sections[-1]
        last = section.entries[-1] if section.entries else section.header
    end = last.value_span.end if isinstance(last, Entry) else last.span.end
    return next_line(data, end)


def _unknown_supersection(outline: Outline, supersection: SupersectionPart) -> Loss:
    name = supersection.name
    like = most_like(name, SPELLED) or kind_of(supersection.sections)
    if like is None:
        return Loss(supersection.header, "foreign supersection", name)
    there = outline.supersection(like)
    if there is not None:
        cause: Cause = "misspelt supersection" if most_like(name, [like], 0.85) else "foreign supersection"
        return Loss(supersection.header, cause, name, first=there.header, meant=like)
    edit = Edit(supersection.header.raw_name, SPELLED[like].encode("ascii"))
    certain = kind_of(supersection.sections) == like
    return Loss(supersection.header, "misspelt supersection", name, meant=like, mend=(edit,), certain=certain)


def kind_of(sections: list[SectionPart]) -> str | None:
    """The supersection whose keys stand in the sections, if they are all of one kind."""
    kinds = {kind for section in sections if (kind := kind_of_section(section)) is not None}
    return kinds.pop() if len(kinds) == 1 else None


def kind_of_section(section: SectionPart) -> str | None:
    """The supersection that a section belongs to by its keys."""
    for key in section.by_key:
        letters, digits = number_of(key)
        if digits:
            kind = next((name for name, prefix in NUMBERED_KEYS.items() if prefix == letters), None)
            if kind is not None:
                return kind
        elif key == PRESENTATION_CONTEXTS:
            return PROFILES
    return None


# -- keys and numbers


def _unread(supersection: str, section: SectionPart, data: bytes) -> Iterator[Loss]:
    prefix = NUMBERED_KEYS.get(supersection)
    if prefix is None:
        yield from _unread_in_profile(section, data)
    elif len(section.entries) != sum(1 for _ in section.numbered(prefix)):
        yield from _unread_numbered(supersection, section, prefix, data)


def _unread_numbered(supersection: str, section: SectionPart, prefix: str, data: bytes) -> Iterator[Loss]:
    count = sum(1 for _ in section.numbered(prefix))
    yield from _behind_gap(supersection, section, prefix, count)
    yield from _Keys(supersection, section, prefix, data).losses()


def _behind_gap(supersection: str, section: SectionPart, prefix: str, count: int) -> Iterator[Loss]:
    """The entries whose number is not reached, in the order of their numbers; ``meant`` are the numbers that close
    the gap, as ``renumber`` gives them: 0 comes behind what is read, which stays what it is.
    """
    numbers = {number: entry for entry in section.by_key.values() if (number := number_in(entry, prefix)) is not None}
    lost = sorted(number for number in numbers if not 1 <= number <= count)
    aligned = bool(lost) and section.is_aligned
    for new, number in enumerate(lost, start=count + 1):
        entry = numbers[number]
        mend = _number_edit(entry, prefix, new, aligned=aligned)
        yield Loss(entry, "gap", supersection, section, missing=count + 1, meant=_spelled(prefix, new), mend=mend)


def number_in(entry: Entry, prefix: str) -> int | None:
    """The number of a key that DCMTK would ask for if it came so far (or 0)."""
    letters, digits = number_of(entry.key)
    if letters != prefix or not 0 < len(digits) <= MAX_DIGITS or (digits.startswith("0") and digits != "0"):
        return None
    return int(digits)


def _number_edit(entry: Entry, prefix: str, number: int, *, aligned: bool = False) -> tuple[Edit, ...]:
    return _new_key(entry, prefix, _spelled(prefix, number), aligned=aligned)


def _spelled(prefix: str, number: int) -> str:
    return f"{SPELLED_KEYS[prefix]}{number}"


class _Keys:
    """The keys of a numbered list that are not asked for, in file order, each with the number it should have.

    That is the one behind the number of the entry above it, if the number is free; what is given to one is not given
    to another.
    """

    def __init__(self, supersection: str, section: SectionPart, prefix: str, data: bytes) -> None:
        self.supersection = supersection
        self.section = section
        self.prefix = prefix
        self.data = data
        self.taken = set(section.by_key)
        numbers = (number_in(entry, prefix) for entry in section.by_key.values())
        self.highest = max((number for number in numbers if number is not None and number < _FAR_BEYOND), default=0)
        self.place = 0
        self.missing = sum(1 for _ in section.numbered(prefix)) + 1

    def losses(self) -> Iterator[Loss]:
        for entry in self.section.entries:
            number = number_in(entry, self.prefix)
            if number is not None and self.section.by_key[entry.key] is entry:
                self.place = number if number < _FAR_BEYOND else self.place
                continue
            loss = self._loss(entry)
            if loss.meant:
                self.place = int(number_of(loss.meant.upper())[1])
                self.highest = max(self.highest, self.place)
                self.taken.add(loss.meant.upper())
            yield loss

    def _loss(self, entry: Entry) -> Loss:
        letters, digits = number_of(entry.key)
        if letters != self.prefix or not digits:
            return self._unknown(entry)
        if len(digits) > MAX_DIGITS:
            return Loss(entry, "misspelt key", self.supersection, self.section)
        first = self.section.by_key[entry.key]
        if first is entry:
            return self._renamed("leading zero", entry, int(digits))
        if entry.value == first.value:
            mend = (without_lines(self.data, Span(entry.key_span.start, entry.value_span.end)),)
            return Loss(entry, "duplicate", self.supersection, self.section, first=first, mend=mend)
        number = self.place + 1
        if f"{self.prefix}{number}" in self.taken or int(digits) != self.place:
            number = self.highest + 1
        return replaced(self._renamed("duplicate", entry, number), first=first)

    def _renamed(self, cause: Cause, entry: Entry, number: int) -> Loss:
        key = f"{self.prefix}{number}"
        if key in self.taken or number == 0:
            return Loss(entry, cause, self.supersection, self.section, first=self.section.by_key.get(key))
        meant = _spelled(self.prefix, number)
        mend = _new_key(entry, self.prefix, meant)
        return Loss(entry, cause, self.supersection, self.section, meant=meant, mend=mend)

    def _unknown(self, entry: Entry) -> Loss:
        letters = _DIGITS.sub("", entry.key)
        digits = _DIGITS.findall(entry.key)
        alike = self._is_alike(letters)
        if letters in SPELLED_KEYS if digits else entry.key in PROFILE_KEYS:
            is_other = letters != self.prefix
        else:
            is_other = letters in _KEYS and bool(digits) and not alike
        if is_other:
            return Loss(entry, "other key", self.supersection, self.section)
        if not alike and not self._takes_a_place(entry, digits):
            return Loss(entry, "foreign key", self.supersection, self.section)
        if not digits:
            return self._renamed("misspelt key", entry, self.place + 1)
        if len(digits) == 1 and len(digits[0]) <= MAX_DIGITS:
            return self._renamed("misspelt key", entry, int(digits[0]))
        return Loss(entry, "misspelt key", self.supersection, self.section)

    def _takes_a_place(self, entry: Entry, digits: list[str]) -> bool:
        """Whether its number is the one that is missing, and its value what an entry of the list has: `PC2`."""
        if digits != [str(self.missing)] or self.highest <= self.missing:
            return False
        return (b"\\" in entry.value) == (self.prefix != "TRANSFERSYNTAX") and b" " not in entry.value.strip()

    def _is_alike(self, letters: str) -> bool:
        """Whether the letters of a key are like those that belong here. `SCPSCURoleSelection1` is, too."""
        if letters.strip("-_") == self.prefix or (self.prefix == "ROLE" and "ROLE" in letters):
            return True
        return most_like(letters, [self.prefix]) is not None


def _new_key(entry: Entry, prefix: str, meant: str, *, aligned: bool = False) -> tuple[Edit, ...]:
    """Only the number is written anew where the rest is right, so that the file keeps its spelling."""
    span = entry.key_span
    written = entry.data[span.start : span.end]
    letters, digits = number_of(entry.key)
    if digits and letters == prefix and written.endswith(digits.encode("ascii")):
        return with_number(Span(span.end - len(digits), span.end), int(meant[len(prefix) :]), aligned=aligned)
    return (Edit(span, meant.encode("ascii")),)


def without_entries(section: SectionPart, entries: list[Entry], prefix: str, data: bytes) -> tuple[Edit, ...]:
    """Removes numbered entries and gives those behind them the numbers that close the gaps."""
    edits = [without_lines(data, Span(entry.key_span.start, entry.value_span.end)) for entry in entries]
    removed = {entry.key for entry in entries}
    aligned = section.is_aligned
    number = 0
    for entry in section.numbered(prefix):
        if entry.key not in removed:
            number += 1
            if int(number_of(entry.key)[1]) != number:
                edits += _number_edit(entry, prefix, number, aligned=aligned)
    return tuple(edits)


def _unread_in_profile(section: SectionPart, data: bytes) -> Iterator[Loss]:
    taken = set(section.by_key)
    for entry in section.entries:
        key = entry.key
        first = section.by_key[key]
        if key in PROFILE_KEYS:
            if first is not entry:
                same = entry.value == first.value
                span = Span(entry.key_span.start, entry.value_span.end)
                mend = (without_lines(data, span),) if same else ()
                yield Loss(entry, "duplicate", PROFILES, section, first=first, mend=mend)
            continue
        letters = _DIGITS.sub("", key)
        like = most_like(letters, PROFILE_KEYS)
        if like is None:
            cause: Cause = "other key" if letters in SPELLED_KEYS and letters != key else "foreign key"
            yield Loss(entry, cause, PROFILES, section)
        elif like in taken:
            yield Loss(entry, "misspelt key", PROFILES, section, first=section.by_key.get(like))
        else:
            taken.add(like)
            meant = SPELLED[like]
            yield Loss(
                entry,
                "misspelt key",
                PROFILES,
                section,
                meant=meant,
                mend=(Edit(entry.key_span, meant.encode("ascii")),),
            )


# -- what must be there

MANDATORY = {1050: "TRANSFERSYNTAXES", 1051: PRESENTATION_CONTEXTS, 1060: PROFILES}
Clue = Literal["misspelt", "single brackets", "sections", "none"]


class Missing(Value):
    """A supersection without which DCMTK refuses the file; ``span`` is where it was probably meant to be.

    ``mend`` are the edits that make it so, ``certain`` says that no other reading is likely.
    """

    name: str
    clue: Clue
    span: Span
    item: Header | None = None
    mend: tuple[Edit, ...] = ()
    certain: bool = True

    @property
    def spelled(self) -> str:
        return SPELLED[self.name]

    @property
    def what(self) -> str:
        return LIST_OF[self.name]


def missing_supersections(outline: Outline, data: bytes) -> Iterator[Missing]:
    """The supersections that must be there and are not, in the order in which DCMTK misses them."""
    there = {supersection.name for supersection in outline.supersections}
    claimed: set[int] = set()
    for name in MANDATORY.values():
        if name not in there:
            found = _misspelt(outline, name, claimed) or _single(outline, name) or _headless(outline, data, name)
            if found and found.item:
                claimed.add(found.item.span.start)
            yield found or Missing(name, "none", Span(0, 0))


def _misspelt(outline: Outline, name: str, claimed: set[int]) -> Missing | None:
    unknown = [
        found for found in outline.supersections if found.name not in SPELLED and found.header.span.start not in claimed
    ]
    like = most_like(name, [found.name for found in unknown])
    for found in unknown:
        if found.name == like or kind_of(found.sections) == name:
            header = found.header
            edit = Edit(header.raw_name, SPELLED[name].encode("ascii"))
            certain = kind_of(found.sections) == name
            return Missing(name, "misspelt", header.raw_name, header, (edit,), certain)
    return None


def _single(outline: Outline, name: str) -> Missing | None:
    """A section of this name and without entries is a supersection that lacks its second pair of brackets."""
    sections = [*outline.loose, *(section for part in outline.supersections for section in part.sections)]
    empty = [section for section in sections if not section.entries]
    like = most_like(name, [section.name for section in empty], 0.85)
    for section in empty:
        header = section.header
        if section.name == like and header.closed:
            opened = header.span.start
            edits = [Edit(Span(opened, opened), b"["), Edit(Span(header.span.end, header.span.end), b"]")]
            if section.name != name:
                edits.append(Edit(header.raw_name, SPELLED[name].encode("ascii")))
            return Missing(name, "single brackets", header.span, header, tuple(edits), section.name == name)
    return None


def _headless(outline: Outline, data: bytes, name: str) -> Missing | None:
    """The first section with the keys of the missing supersection."""
    sections = [*outline.loose, *(section for part in outline.supersections for section in part.sections)]
    for section in sections:
        if kind_of_section(section) == name:
            start = line_start(data, section.header.span.start)
            text = b"[[" + SPELLED[name].encode("ascii") + b"]]" + line_end(data)
            return Missing(name, "sections", section.header.span, section.header, (Edit(Span(start, start), text),))
    return None
