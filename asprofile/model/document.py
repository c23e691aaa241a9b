"""The tree of sections and entries as DCMTK holds it after reading a file, before it looks anything up.

Supersections have sections, sections have entries, all in file order. What is outside is dropped, as DCMTK drops it: a
section before the first supersection, an entry outside any section.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

from asprofile.syntax import Entry, Header, SyntaxTree, parse
from asprofile.syntax.tree import Item
from asprofile.text import decode

# Up to this many items, searching them for a key is as fast as making an index.
_FEW_ITEMS = 12


class Section:
    """``[name]`` and the entries up to the next header."""

    # A file may have very many sections: each keeps only where its items are.
    __slots__ = ("_by_key", "_end", "_number", "_tree")

    def __init__(self, tree: SyntaxTree, number: int, end: int) -> None:
        self._tree = tree
        self._number = number
        self._end = end
        self._by_key: dict[str, int] | None = None

    @property
    def header(self) -> Header:
        return _header(self._tree, self._number)

    @property
    def name(self) -> str:
        return self._tree.name(self._number)

    @property
    def next_header(self) -> Header | None:
        """The header after the section, None after the last."""
        return _header(self._tree, self._end) if self._end < len(self._tree) else None

    @property
    def entries(self) -> Iterator[Entry]:
        """All entries in file order; they are made at each call, because a section may be large."""
        return (item for item in self.items if isinstance(item, Entry))

    @property
    def items(self) -> Iterator[Item]:
        """The items after the header, up to the next header: entries, and the space between them."""
        return self._tree.items(self._number + 1, self._end)

    def get(self, key: str) -> Entry | None:
        """The entry that DCMTK finds under ``key`` (upper case)."""
        number = self._first(key)
        if number is None:
            return None
        item = self._tree[number]
        assert isinstance(item, Entry)
        return item

    def _first(self, key: str) -> int | None:
        """The item number of the first entry of that key: the first of two equal keys counts."""
        if self._by_key is not None:
            return self._by_key.get(key)
        entries = self._tree.keys(self._number + 1, self._end)
        if self._end - self._number <= _FEW_ITEMS:
            return next((number for number, found in entries if found == key), None)
        self._by_key = {}
        for number, found in entries:
            self._by_key.setdefault(found, number)
        return self._by_key.get(key)

    def numbered(self, prefix: str) -> Iterator[Entry]:
        """The entries ``prefix1``, ``prefix2``, ... up to the first number that is missing."""
        number = 1
        while (entry := self.get(f"{prefix}{number}")) is not None:
            yield entry
            number += 1


class Supersection:
    """``[[name]]`` and its sections; entries before its first section are dropped."""

    __slots__ = ("_by_name", "_number", "_tree", "sections")

    def __init__(self, tree: SyntaxTree, number: int, sections: Sequence[Section]) -> None:
        self._tree = tree
        self._number = number
        self.sections = sections
        self._by_name: dict[str, list[Section]] | None = None

    @property
    def header(self) -> Header:
        return _header(self._tree, self._number)

    @property
    def name(self) -> str:
        return self._tree.name(self._number)

    def named(self, name: str) -> Sequence[Section]:
        """The sections of that name, in file order. The first call makes an index of all."""
        if self._by_name is None:
            self._by_name = {}
            for section in self.sections:
                self._by_name.setdefault(section.name, []).append(section)
        return self._by_name.get(name, ())


class Document:
    """What DCMTK reads from a file; it can be made from any bytes and never fails.

    ``tree`` is the lossless tree, ``supersections`` what DCMTK has after reading; ``outcomes`` is where ``loadings``
    caches what releases load from the file.
    """

    def __init__(self, tree: SyntaxTree) -> None:
        self.tree = tree
        self.outcomes: dict[tuple[str, str], Any] = {}
        self.supersections = tuple(_supersections(tree))

    @property
    def data(self) -> bytes:
        return self.tree.data

    def to_bytes(self) -> bytes:
        """The file, byte for byte, from the tree."""
        return self.tree.to_bytes()

    @property
    def sections(self) -> list[tuple[str, str | None]]:
        """(supersection, section) in file order; a supersection itself comes first, with None."""
        found: list[tuple[str, str | None]] = []
        for supersection in self.supersections:
            found.append((supersection.name, None))
            found += ((supersection.name, section.name) for section in supersection.sections)
        return found

    @property
    def entries(self) -> list[tuple[str, str, str, str]]:
        """(supersection, section, key, value) in file order.

        Values are UTF-8; bytes that are not are kept as surrogate escapes.
        """
        return [
            (supersection.name, section.name, entry.key, decode(entry.value))
            for supersection in self.supersections
            for section in supersection.sections
            for entry in section.entries
        ]

    def supersection(self, name: str) -> Supersection | None:
        """The first supersection of that name: DCMTK never looks at a second one."""
        return self._first_of_name.get(name)

    @cached_property
    def _first_of_name(self) -> dict[str, Supersection]:
        return {found.name: found for found in reversed(self.supersections)}

    @property
    def outside(self) -> Iterator[Header | Entry]:
        """The headers and entries that DCMTK drops because they are outside any section or supersection, in file
        order.
        """
        in_supersection = in_section = False
        for item in self.tree:
            if isinstance(item, Header):
                in_supersection = in_supersection or item.level == 2
                in_section = item.level == 1 and in_supersection
                if item.level == 1 and not in_supersection:
                    yield item
            elif isinstance(item, Entry) and not in_section:
                yield item


def read(data: bytes) -> Document:
    """Read the bytes of a profile file as DCMTK does. Never raises: any bytes give a document."""
    return Document(parse(data))


def _header(tree: SyntaxTree, number: int) -> Header:
    item = tree[number]
    assert isinstance(item, Header)
    return item


def _supersections(tree: SyntaxTree) -> Iterator[Supersection]:
    current: int | None = None
    sections: list[Section] = []
    for (number, brackets), (end, _) in pairwise(chain(tree.headers(), ((len(tree), 0),))):
        if brackets > 1:
            if current is not None:
                yield Supersection(tree, current, sections)
            current, sections = number, []
        elif current is not None:
            sections.append(Section(tree, number, end))
    if current is not None:
        yield Supersection(tree, current, sections)
