"""Compares two profiles by what they mean: contexts, roles, extended negotiation. Labels, numbers, comments and the
order of the contexts do not count.

The order of the transfer syntaxes in a context counts: an acceptor prefers the first one of its list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.model.words import Role
    from asprofile.negotiate.request import ProfileSource

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ContextDifference:
    """A context (SOP class, transfer syntaxes in order) and how often it is in each of the two profiles.

    ``reordered``: the other profile has one with the same transfer syntaxes in another order.
    """

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    first: int
    second: int
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class RoleDifference:
    """A SOP class whose role differs; the default where a profile does not have the class."""

    sop_class: str
    first: Role
    second: Role


@dataclass(frozen=True, slots=True)
class ExtendedDifference:
    """A SOP class whose extended negotiation differs; None: there is none."""

    sop_class: str
    first: bytes | None
    second: bytes | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``contexts`` in the order of the SOP classes of the first profile, then of the second.

    ``only_first`` and ``only_second`` are the pairs of SOP class and transfer syntax that only one of the profiles has
    in any context.
    """

    contexts: tuple[ContextDifference, ...]
    roles: tuple[RoleDifference, ...]
    extended: tuple[ExtendedDifference, ...]
    only_first: tuple[Pair, ...]
    only_second: tuple[Pair, ...]

    @property
    def equal(self) -> bool:
        return not (self.contexts or self.roles or self.extended)


def compare(first: ProfileSource, second: ProfileSource) -> Comparison:
    """The differences between two profiles."""
    pairs = [list(dict.fromkeys(_pairs(profile))) for profile in (first, second)]
    sets = [frozenset(found) for found in pairs]
    return Comparison(
        tuple(_contexts(first, second)),
        tuple(_roles(first, second)),
        tuple(_extended(first, second)),
        tuple(pair for pair in pairs[0] if pair not in sets[1]),
        tuple(pair for pair in pairs[1] if pair not in sets[0]),
    )


def _pairs(profile: ProfileSource) -> Iterable[Pair]:
    return ((context.abstract_syntax, uid) for context in profile.contexts for uid in context.transfer_syntaxes)


def _contexts(first: ProfileSource, second: ProfileSource) -> Iterable[ContextDifference]:
    counts = [
        Counter((c.abstract_syntax, c.transfer_syntaxes) for c in profile.contexts) for profile in (first, second)
    ]
    differing = [context for context in counts[0] | counts[1] if counts[0][context] != counts[1][context]]
    # By their transfer syntaxes in any order: very many contexts may have the same SOP class.
    sets = Counter((uid, *sorted(syntaxes)) for uid, syntaxes in differing)
    places = {uid: place for place, uid in enumerate(_classes(first, second))}
    # Those of the first profile come first, as in any diff; the sort keeps the order of the files.
    for uid, syntaxes in sorted(differing, key=lambda context: places[context[0]]):
        reordered = sets[(uid, *sorted(syntaxes))] > 1
        one, two = (count[uid, syntaxes] for count in counts)
        yield ContextDifference(uid, syntaxes, one, two, reordered)


def _classes(first: ProfileSource, second: ProfileSource) -> list[str]:
    return list(dict.fromkeys(context.abstract_syntax for profile in (first, second) for context in profile.contexts))


def _roles(first: ProfileSource, second: ProfileSource) -> Iterable[RoleDifference]:
    one, two = ({context.abstract_syntax: context.role for context in profile.contexts} for profile in (first, second))
    for uid, role in one.items():
        if uid in two and two[uid] != role:
            yield RoleDifference(uid, role, two[uid])
    # For a class that only one of them has, the role is a difference too.
    for uid, role in one.items():
        if uid not in two and role != "default":
            yield RoleDifference(uid, role, "default")
    for uid, role in two.items():
        if uid not in one and role != "default":
            yield RoleDifference(uid, "default", role)


def _extended(first: ProfileSource, second: ProfileSource) -> Iterable[ExtendedDifference]:
    one, two = ({item.sop_class: item.data for item in profile.extended} for profile in (first, second))
    for uid in dict.fromkeys((*one, *two)):
        if one.get(uid) != two.get(uid):
            yield ExtendedDifference(uid, one.get(uid), two.get(uid))
