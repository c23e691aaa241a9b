"""The supersections, sections and entries of a file as plain lists, made in one walk over its items.

What the linter needs in addition to the model: entries that are made once and kept, and the place of what DCMTK drops.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from asprofile.edit.numbering import number_in
from asprofile.syntax import Entry, Header, Space
from asprofile.syntax.columns import is_aligned
from asprofile.syntax.tree import Item


class SectionPart:
    """``[name]`` and its entries; ``by_key`` has the first entry of each key, which is the one that counts."""

    __slots__ = ("_numbered", "by_key", "entries", "header")

    def __init__(self, header: Header) -> None:
        self.header = header
        self.entries: list[Entry] = []
        self.by_key: dict[str, Entry] = {}
        self._numbered: dict[str, list[Entry]] = {}

    @property
    def name(self) -> str:
        return self.header.name

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.by_key.setdefault(entry.key, entry)
        self._numbered.clear()

    @property
    def is_aligned(self) -> bool:
        return is_aligned(self.entries)

    def numbered(self, prefix: str) -> Iterator[Entry]:
        """The entries ``prefix1``, ``prefix2``, ... up to the first number that is missing."""
        found = self._numbered.get(prefix)
        if found is None:
            found = self._numbered[prefix] = []
            while (entry := self.by_key.get(f"{prefix}{len(found) + 1}")) is not None:
                found.append(entry)
        return iter(found)

    def by_number(self, prefix: str) -> dict[int, Entry]:
        """The entries with a number that DCMTK would ask for if it came so far, each with it, in file order."""
        return {number: entry for entry in self.by_key.values() if (number := number_in(entry, prefix)) is not None}


class SupersectionPart:
    """``[[name]]`` and its sections; ``orphans`` are the entries in front of its first section, which DCMTK drops.

    ``number`` counts those of the file from 0.
    """

    __slots__ = ("header", "number", "orphans", "sections")

    def __init__(self, header: Header, number: int) -> None:
        self.header = header
        self.number = number
        self.sections: list[SectionPart] = []
        self.orphans: list[Entry] = []

    @property
    def name(self) -> str:
        return self.header.name


class OutsideItem(NamedTuple):
    """A header or entry that DCMTK drops because it has no place; ``supersection`` is the one it is in, if any."""

    item: Entry | Header
    supersection: SupersectionPart | None


class Outline:
    """A file's parts in order. ``loose`` are the sections in front of the first supersection."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.supersections: list[SupersectionPart] = []
        self.loose: list[SectionPart] = []
        self.outside: list[OutsideItem] = []
        self._first: dict[str, SupersectionPart] = {}
        self._by_start: dict[int, SupersectionPart] = {}
        self._by_name: dict[str, dict[str, list[SectionPart]]] = {}
        current: SupersectionPart | None = None
        section: SectionPart | None = None
        for item in items:
            if isinstance(item, Space):
                continue
            if isinstance(item, Entry):
                if section is not None:
                    section.add(item)
                if section is None or current is None:
                    self.outside.append(OutsideItem(item, current))
                if section is None and current is not None:
                    current.orphans.append(item)
            elif item.level == 2:
                current, section = SupersectionPart(item, len(self.supersections)), None
                self.supersections.append(current)
                self._first.setdefault(current.name, current)
            else:
                section = SectionPart(item)
                if current is not None:
                    current.sections.append(section)
                else:
                    self.loose.append(section)
                    self.outside.append(OutsideItem(item, None))

    def supersection(self, name: str) -> SupersectionPart | None:
        """The first supersection of that name, the only one that DCMTK reads."""
        return self._first.get(name)

    def part_of(self, header: Header) -> SupersectionPart:
        """The supersection that begins with that header."""
        if not self._by_start:
            self._by_start.update((part.header.span.start, part) for part in self.supersections)
        return self._by_start[header.span.start]

    def sections(self, name: str) -> list[SectionPart]:
        """The sections of the supersection of that name."""
        found = self.supersection(name)
        return found.sections if found else []

    def by_name(self, supersection: str) -> Mapping[str, Sequence[SectionPart]]:
        """Its sections by their names, each in file order: a file may have very many of one name, and of many names."""
        found = self._by_name.get(supersection)
        if found is None:
            found = self._by_name[supersection] = {}
            for section in self.sections(supersection):
                found.setdefault(section.name, []).append(section)
        return found
