"""DCMTK's symbolic names of UIDs, release by release: what ``dcmFindUIDFromName`` knows.

``LocalEndianExplicit`` and ``OppositeEndianExplicit`` are not here: DCMTK resolves them at run time, and so does the
model. What a UID *is* belongs in ``uids``.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from asprofile.names import _tables
from asprofile.names.releases import LATEST, RELEASES, at_least, key
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

SymbolStatus = Literal["standard", "retired", "draft", "private"]


class Symbol(Value):
    """One name for one UID, and the DCMTK releases that know it.

    ``first_release`` and ``last_release`` are inclusive, from 3.5.3 on, so they may be older than RELEASES;
    ``last_release`` is None if the newest release knows the name. The ``first_release`` of a name that no release knows
    yet is after LATEST. ``status`` is what DCMTK says, which is not always what PS3.6 says (it calls the
    retired JPEG processes "standard"); see ``uids.describe`` for the standard's.
    """

    name: str
    uid: str
    first_release: str
    last_release: str | None
    status: SymbolStatus

    @property
    def current(self) -> bool:
        """Whether the newest release still knows the name."""
        return self.last_release is None and not self.to_come

    @property
    def to_come(self) -> bool:
        """Whether no release knows the name yet, but the next one will."""
        return not at_least(LATEST, self.first_release)


def uid_of(name: str, release: str) -> str | None:
    """The UID that this release of DCMTK (one of RELEASES) finds for ``name``; None if it has no such name.

    Case-sensitive and without trimming, exactly as ``dcmFindUIDFromName``.
    """
    return names_in(release).get(name)


def name_of(uid: str, release: str) -> str | None:
    """The name to write for ``uid`` in a file for that release; if it has several, the newest one."""
    return _names_by_uid(release).get(uid)


@cache
def names_in(release: str) -> Mapping[str, str]:
    """Every name of that release with its UID, in the order of the UIDs."""
    found: dict[str, str] = {}
    for name, uid, first, last, _ in _rows():
        if _within(release, first, last):
            found.setdefault(name, uid)
    return MappingProxyType(found)


def history(name: str) -> tuple[Symbol, ...]:
    """What the name has meant in all releases; empty for a name that no release knows."""
    return tuple(_symbol(row) for row in _rows() if row[0] == name)


def all_names_of(uid: str) -> tuple[Symbol, ...]:
    """Every name the UID has had, older names first."""
    return tuple(_symbol(row) for row in _rows() if row[1] == uid)


@cache
def names_of_several() -> Mapping[str, tuple[Symbol, ...]]:
    """The names that have meant more than one UID, each with its history."""
    first: dict[str, str] = {}
    several = [name for name, uid, *_ in _rows() if first.setdefault(name, uid) != uid]
    return MappingProxyType({name: history(name) for name in several})


@cache
def names_that_vary() -> frozenset[str]:
    """The names that some releases do not know, or know for another UID."""
    tables = [names_in(release) for release in RELEASES]
    everywhere = set(tables[0].items()).intersection(*(table.items() for table in tables[1:]))
    return frozenset(name for table in tables for name in table) - {name for name, _ in everywhere}


def every_symbol() -> tuple[Symbol, ...]:
    """All names of all releases, in the order of the UIDs, older names first."""
    return tuple(map(_symbol, _rows()))


@cache
def _rows() -> tuple[list[str], ...]:
    return tuple(_tables.rows("symbols"))


@cache
def _names_by_uid(release: str) -> dict[str, str]:
    # The table has older names first, so the newest of several overwrites the others.
    return {uid: name for name, uid, first, last, _ in _rows() if _within(release, first, last)}


@cache
def _within(release: str, first: str, last: str) -> bool:
    # Cached for the few distinct triples of the table: linting a file asks this for every row.
    return key(first) <= key(release) and (not last or key(release) <= key(last))


_STATUS: dict[str, SymbolStatus] = {"": "standard", "retired": "retired", "draft": "draft", "private": "private"}


def _symbol(row: list[str]) -> Symbol:
    name, uid, first, last, status = row
    return Symbol(name, uid, first, last or None, _STATUS[status])
