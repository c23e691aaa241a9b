"""Which contexts of a full list could be removed, and why: those that are redundant, that no object can use, or whose
SOP classes are hardly used any more.

This module removes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asprofile.model.config import Config
from asprofile.names import sop_classes, uids
from asprofile.names.fit import judge
from asprofile.names.reasons import reason
from asprofile.names.uids import display_name


@dataclass(frozen=True, slots=True)
class Dispensable:
    """The context with number ``place`` (from 0) of its list could be removed: ``what`` it is, and ``reason`` why."""

    place: int
    what: str
    reason: str


def dispensable(config: Config, label: str) -> Iterator[Dispensable]:
    """The contexts of a requestor's list that could be removed, each once, the least useful first."""
    items = config.context_lists[label].items
    contexts = [(item.abstract_syntax, frozenset(config.transfer_syntax_lists[item.label].uids)) for item in items]
    seen: set[int] = set()
    for search in (_repeated, _impossible, _contained, _retired):
        for place, why in search(contexts):
            if place not in seen:
                seen.add(place)
                syntaxes = config.transfer_syntax_lists[items[place].label].uids
                names = ", ".join(display_name(uid) for uid in dict.fromkeys(syntaxes))
                yield Dispensable(place, f"{display_name(items[place].abstract_syntax)} with {names}", why)


# Each is compared with each, so longer lists are not checked; no request has that many contexts.
_MOST_COMPARED = 200

_Contexts = list[tuple[str, frozenset[str]]]


def _repeated(contexts: _Contexts) -> Iterator[tuple[int, str]]:
    first: dict[tuple[str, frozenset[str]], int] = {}
    for place, context in enumerate(contexts):
        known = first.setdefault(context, place)
        if known != place:
            yield place, f"context {known + 1} proposes the same"


def _impossible(contexts: _Contexts) -> Iterator[tuple[int, str]]:
    for place, (abstract_syntax, proposed) in enumerate(contexts):
        verdicts = [judge(abstract_syntax, uid) for uid in sorted(proposed)]
        if all(found.useless for found in verdicts):
            yield place, reason(verdicts[0])


def _contained(contexts: _Contexts) -> Iterator[tuple[int, str]]:
    """Only contexts that propose nothing but what a single other one proposes and more."""
    first: dict[str, dict[frozenset[str], int]] = {}
    for place, (abstract_syntax, proposed) in enumerate(contexts):
        first.setdefault(abstract_syntax, {}).setdefault(proposed, place)
    for place, (abstract_syntax, proposed) in enumerate(contexts):
        others = first[abstract_syntax]
        if len(others) > _MOST_COMPARED:
            continue
        other = next((other for more, other in others.items() if proposed < more), None)
        if other is not None:
            yield place, f"context {other + 1} proposes the same and more"


def _retired(contexts: _Contexts) -> Iterator[tuple[int, str]]:
    for place, (abstract_syntax, _) in enumerate(contexts):
        info = uids.describe(abstract_syntax)
        if info is not None and info.retired:
            successor = sop_classes.successor(abstract_syntax)
            instead = f"; {display_name(successor)} took its place" if successor else ""
            yield place, f"the SOP class is retired (PS3.6 Table A-1){instead}"
