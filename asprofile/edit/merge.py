"""Merges the profiles of one file into another, with the lists that they need.

Equal lists are shared; others are added under their name or, if that is taken, under a new one. Comments are copied
too; the layout follows the file that is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from asprofile.edit import lines
from asprofile.edit.draft import Draft, Edited
from asprofile.edit.meaning import ListItem, Meaning, meaning_of
from asprofile.edit.targets import LIST_NAMES
from asprofile.errors import EditError
from asprofile.model.document import Document, Section
from asprofile.model.loadings import Case, LoadOutcome, outcome
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.program import command
from asprofile.text import Edit, encode

Clash = Literal["error", "rename", "keep", "replace"]
"""What to do with a profile if the other file has a different one of the same name: refuse the merge, give it a new
name, leave it out, or replace the other.
"""

_LISTS = (TRANSFER_SYNTAXES, PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION)


@dataclass(slots=True)
class _Plan:
    """Where the sections of the merged file go: by supersection and label, the label in the other file.

    ``shared`` are those that are there already.
    """

    labels: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in (*_LISTS, PROFILES)})
    shared: set[tuple[str, str]] = field(default_factory=set)


def merge_files(
    document: Document, other: Document, release: str, *, profiles: Iterable[str] | None = None, clash: Clash = "error"
) -> Edited:
    """The file with the profiles of another one: all of them and every list, or only ``profiles`` and what they need.

    Raises EditError, ProfileNotFound.
    """
    draft = Draft(document, release)
    source = Draft(other, release)
    draft.depend_on(other)
    wanted = list(source.meaning.profiles) if profiles is None else [source.config.use(name).name for name in profiles]
    plan = _planned(draft, source, wanted, clash, everything=profiles is None)
    for supersection in _LISTS:
        _copy_lists(draft, source, plan, supersection)
    _copy_profiles(draft, source, plan)
    return draft.finished()


def _planned(draft: Draft, source: Draft, wanted: list[str], clash: Clash, *, everything: bool) -> _Plan:
    plan = _Plan()
    names = _names(draft, source, wanted, clash)
    kept = [name for name in wanted if name in names]
    for supersection in _LISTS:
        needed = list(source.meaning.lists[supersection])
        if not everything or len(kept) < len(wanted):
            asked = _needed(source.meaning, kept, supersection)
            needed = [label for label in needed if label in asked]
        _plan_lists(draft, source, plan, supersection, needed)
    for name in kept:
        plan.labels[PROFILES][name] = names[name]
    return plan


def _needed(meaning: Meaning, profiles: Iterable[str], supersection: str) -> set[str]:
    if supersection == TRANSFER_SYNTAXES:
        contexts = {meaning.profiles[name][PRESENTATION_CONTEXTS] for name in profiles}
        return {label for found in contexts for _, label in meaning.lists[PRESENTATION_CONTEXTS][found]}
    return {label for name in profiles if (label := meaning.profiles[name].get(supersection)) is not None}


def _plan_lists(draft: Draft, source: Draft, plan: _Plan, supersection: str, labels: Iterable[str]) -> None:
    """Whether the lists are there already, else under which label each comes."""
    mine = draft.meaning.lists[supersection]
    by_items: dict[tuple[ListItem, ...], str] = {}
    if supersection == TRANSFER_SYNTAXES:
        for known, there in mine.items():
            by_items.setdefault(tuple(there), known)
    taken: set[str] = set()
    for label in labels:
        items = _mapped(plan, supersection, source.meaning.lists[supersection][label])
        written = source.written_label(supersection, label)
        # A context list is shared with other profiles only under its own name, because an edit of it changes all of
        # them.
        equal = label if mine.get(label) == items else by_items.get(tuple(items))
        if equal is not None:
            chosen = draft.written_label(supersection, equal)
            plan.shared.add((supersection, label))
            known = "" if chosen.upper() == label else f" as {chosen}"
            draft.done.append(f"{LIST_NAMES[supersection]} {written}: there already{known}")
        else:
            chosen = _free(draft, supersection, written, taken)
            renamed = "" if chosen == written else f", as {chosen}: there is another {written}"
            draft.done.append(f"new {LIST_NAMES[supersection]} {written}{renamed}")
            taken.add(chosen.upper())
        plan.labels[supersection][label] = chosen


def _mapped(plan: _Plan, supersection: str, items: list[ListItem]) -> list[ListItem]:
    """The items with the labels of the other file."""
    if supersection != PRESENTATION_CONTEXTS:
        return items
    return [(uid, plan.labels[TRANSFER_SYNTAXES][label].upper()) for uid, label in items]


def _free(draft: Draft, supersection: str, wanted: str, taken: set[str]) -> str:
    label, number = wanted, 2
    while label.upper() in taken or draft.new_label(supersection, label) != label:
        label, number = f"{wanted}-{number}", number + 1
    return label


# -- profiles


def _names(draft: Draft, source: Draft, wanted: list[str], clash: Clash) -> dict[str, str]:
    """For each profile that is merged, its new name."""
    found: dict[str, str] = {}
    taken = set(wanted)
    kinds: dict[object, int] = {}
    mine, theirs = _resolved(draft.meaning, kinds), _resolved(source.meaning, kinds)
    for name in wanted:
        written = source.written_label(PROFILES, name)
        if name not in mine:
            found[name] = written
        elif mine[name] == theirs[name]:
            draft.done.append(f"profile {written}: there already")
        elif clash == "rename":
            found[name] = _free(draft, PROFILES, written, taken)
        elif clash == "replace":
            found[name] = written
        elif clash == "keep":
            draft.warnings.append(f"profile {written}: left out, there is another one of that name")
        else:
            raise EditError(
                f"both files have a profile {written}, and they differ (`{command('diff')}` says how): "
                "@{clash=rename} takes it over under another name, @{clash=replace} puts it in the place of the one "
                "that is there, @{clash=keep} leaves it out"
            )
        taken.add(found.get(name, "").upper())
    return found


def _resolved(meaning: Meaning, kinds: dict[object, int]) -> dict[str, tuple[int | None, ...]]:
    """What each profile means, independent of the names of its lists: a number for each of its lists, the same for
    equal ones.

    ``kinds`` has the numbers given so far: many profiles may have one list, and that may be long.
    """

    def kind(what: object) -> int:
        return kinds.setdefault(what, len(kinds))

    syntaxes = {label: kind(tuple(items)) for label, items in meaning.lists[TRANSFER_SYNTAXES].items()}
    numbers = {
        (PRESENTATION_CONTEXTS, label): kind(tuple((uid, syntaxes[named]) for uid, named in items))
        for label, items in meaning.lists[PRESENTATION_CONTEXTS].items()
    }
    for key in (ROLE_SELECTION, EXTENDED_NEGOTIATION):
        numbers |= {(key, label): kind(tuple(items)) for label, items in meaning.lists[key].items()}
    keys = (PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION)
    return {
        name: tuple(numbers[key, labels[key]] if key in labels else None for key in keys)
        for name, labels in meaning.profiles.items()
    }


def _copy_profiles(draft: Draft, source: Draft, plan: _Plan) -> None:
    """New profiles in one edit; then those that replace others."""
    there = set(draft.meaning.profiles)
    labels = {
        name: {key: plan.labels[key][label] for key, label in source.meaning.profiles[name].items()}
        for name in plan.labels[PROFILES]
    }
    new = {name: chosen for name, chosen in plan.labels[PROFILES].items() if chosen.upper() not in there}

    def block(name: str, chosen: str) -> bytes:
        section = lines.sections(source.document, PROFILES, name)[0]
        edits = [lines.retitled(source.document, section, chosen)]
        for key, label in labels[name].items():
            entry = section.get(key)
            assert entry is not None, "a profile that is loaded names its lists"
            edits.append(Edit(entry.value_span, encode(label)))
        return lines.own_block(source.document, section, edits)

    def change(meaning: Meaning, _: Case) -> None:
        for name, chosen in new.items():
            meaning.profiles[chosen.upper()] = {key: label.upper() for key, label in labels[name].items()}

    blocks = [block(name, chosen) for name, chosen in new.items()]
    if blocks:
        draft.apply(lambda document: lines.section_added(document, PROFILES, *blocks), change)
    with draft.together():
        for name, chosen in plan.labels[PROFILES].items():
            if name in new:
                draft.done.append(f"new profile {chosen}")
            else:
                _replace_profile(draft, chosen.upper(), labels[name])


def _replace_profile(draft: Draft, name: str, labels: dict[str, str]) -> None:
    for key in (PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION):
        if key in labels:
            draft.refer(name, key, labels[key])
        elif key in draft.meaning.profiles[name]:
            draft.unrefer(name, key)
    draft.done.append(f"profile {name}, in the place of the one that was there; its lists are still in the file")


# -- lists


def _copy_lists(draft: Draft, source: Draft, plan: _Plan, supersection: str) -> None:
    """Copy the sections of a supersection's lists, in one edit; the first context list gets the comment at the top of
    the other file.
    """
    labels = {
        label: chosen for label, chosen in plan.labels[supersection].items() if (supersection, label) not in plan.shared
    }
    if not labels:
        return

    def block(chosen: str, section: Section, above: bytes) -> bytes:
        edits = [lines.retitled(source.document, section, chosen)]
        if supersection == PRESENTATION_CONTEXTS:
            edits += lines.relabelled(section, plan.labels[TRANSFER_SYNTAXES])
        return above + lines.own_block(source.document, section, edits)

    def change(meaning: Meaning, case: Case) -> None:
        theirs = _meaning(source, outcome(source.document, *case))
        for label, chosen in labels.items():
            meaning.lists[supersection][chosen.upper()] = _mapped(plan, supersection, theirs.lists[supersection][label])

    found = [
        (chosen, section)
        for label, chosen in labels.items()
        for section in lines.sections(source.document, supersection, label)
    ]
    comment = lines.top_comment(source.document) if supersection == PRESENTATION_CONTEXTS else b""
    blocks = [block(*one, comment if number == 0 else b"") for number, one in enumerate(found)]
    draft.apply(lambda document: lines.section_added(document, supersection, *blocks), change)


@lru_cache(maxsize=1)
def _meaning(source: Draft, found: LoadOutcome) -> Meaning:
    """What a release loads from the other file, cached for its supersections."""
    return source.meaning if found.config is None else meaning_of(found.config)
