"""Objects counted by SOP class and transfer syntax, and the contexts that a profile has for them, before any peer.

One object is decided in ``choose.plan``; nothing is kept of an object but its two UIDs, so it does not matter how many
there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from asprofile.names import transfer_syntaxes
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import plan

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateRequest


@dataclass(frozen=True, slots=True)
class Planned:
    """Where objects of a SOP class in a transfer syntax go.

    ``contexts`` are the ids of all contexts that propose the two together, in order. ``certain``: in one of them the
    peer has no other choice. ``missing`` says why there is none.
    """

    sop_class: str
    transfer_syntax: str
    contexts: tuple[int, ...]
    certain: bool
    missing: NoContext | None


class Plan:
    """A profile's contexts for objects that are counted one by one."""

    def __init__(self, request: AssociateRequest, adviser: Adviser = Adviser()) -> None:  # noqa: B008 - a value
        self._request = request
        self._adviser = adviser
        self._planned: dict[tuple[str, str], Planned] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(
        self, sop_class: str, transfer_syntax: str, checked: Callable[[NoContext], NoContext] | None = None
    ) -> Planned:
        """Count an object, and say where it goes; ``checked`` gives a refusal that holds for this object."""
        kind = sop_class, transfer_syntax
        self._counts[kind] = self._counts.get(kind, 0) + 1
        found = self._planned.get(kind)
        if found is None:
            found = self._planned[kind] = _planned(self._request, sop_class, transfer_syntax, self._adviser)
            if found.missing is not None and checked is not None:
                found = self._planned[kind] = replace(found, missing=checked(found.missing))
        return found

    @property
    def rows(self) -> list[tuple[Planned, int]]:
        """What was counted and how often: first what has a context, by its id, then what has none, the most first."""
        rows = [(found, self._counts[kind]) for kind, found in self._planned.items()]
        return sorted(rows, key=lambda row: (not row[0].contexts, row[0].contexts[:1], -row[1], row[0].sop_class))

    @property
    def objects(self) -> int:
        return sum(self._counts.values())

    @property
    def without(self) -> int:
        """How many objects have no context."""
        return sum(self._counts[kind] for kind, found in self._planned.items() if found.missing is not None)


def additions(
    request: AssociateRequest, missing: Iterable[Planned]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What to add so that each has a context of its own: SOP classes, with the transfer syntaxes for all of them.

    With the default transfer syntax, where a class has to be offered with it too (PS3.5 10.1) and is not.
    """
    wanted: dict[str, list[str]] = {}
    for one in missing:
        wanted.setdefault(one.sop_class, []).append(one.transfer_syntax)
    groups: dict[tuple[str, ...], list[str]] = {}
    for sop_class, syntaxes in wanted.items():
        if not _has_default(request, sop_class) and any(map(_needs_default, syntaxes)):
            syntaxes.append(IMPLICIT_VR_LITTLE_ENDIAN)
        groups.setdefault(tuple(dict.fromkeys(syntaxes)), []).append(sop_class)
    return ((tuple(classes), syntaxes) for syntaxes, classes in groups.items())


def _has_default(request: AssociateRequest, sop_class: str) -> bool:
    return any(
        context.abstract_syntax == sop_class and IMPLICIT_VR_LITTLE_ENDIAN in context.transfer_syntaxes
        for context in request.contexts
    )


def _needs_default(uid: str) -> bool:
    """Who has only lossy objects may leave the default transfer syntax out."""
    syntax = transfer_syntaxes.get(uid)
    return syntax is not None and (syntax.is_native or (syntax.lossless_only and not syntax.is_video))


def _planned(request: AssociateRequest, sop_class: str, transfer_syntax: str, adviser: Adviser) -> Planned:
    first = plan(request, sop_class, transfer_syntax, adviser=adviser)
    if isinstance(first, NoContext):
        return Planned(sop_class, transfer_syntax, (), certain=False, missing=first)
    fitting = [
        context
        for context in request.contexts
        if context.abstract_syntax == sop_class and transfer_syntax in context.transfer_syntaxes
    ]
    certain = any(set(context.transfer_syntaxes) == {transfer_syntax} for context in fitting)
    return Planned(sop_class, transfer_syntax, tuple(context.id for context in fitting), certain, missing=None)
