"""Removes presentation contexts from a profile, with the roles and the extended negotiation that only they needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from asprofile.edit.draft import Draft, Edited
from asprofile.edit.targets import LIST_NAMES, find_profile, unshared
from asprofile.errors import EditError
from asprofile.model.config import some_names
from asprofile.model.document import Document
from asprofile.model.words import EXTENDED_NEGOTIATION, PRESENTATION_CONTEXTS, ROLE_SELECTION, TRANSFER_SYNTAXES
from asprofile.names.uids import display_name


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove from a profile.

    ``transfer_syntaxes``: only the contexts with exactly these, in any order; None for all of the SOP classes.
    ``shared``: change also the profiles that use the same lists. ``prune``: also remove transfer syntax lists that no
    context uses any more.
    """

    abstract_syntaxes: tuple[str, ...]
    transfer_syntaxes: tuple[str, ...] | None = None
    shared: bool = False
    prune: bool = False


def remove_contexts(document: Document, profile: str, removal: Removal, release: str) -> Edited:
    """The file without these contexts. A SOP class that the profile has no such context for is an error.

    Raises EditError, ProfileNotFound.
    """
    draft = Draft(document, release)
    name = find_profile(draft, profile).name
    label = unshared(draft, name, PRESENTATION_CONTEXTS, removal.shared)
    assert label is not None, "a profile that is loaded names its contexts"
    places = [place for uid in removal.abstract_syntaxes for place in _places(draft, name, label, uid, removal)]
    items = draft.meaning.lists[PRESENTATION_CONTEXTS][label]
    for place in places:
        draft.done.append(f"took out {_described(draft, items[place])}")
    used = {items[place][1] for place in places}
    drop_contexts(draft, name, places)
    _unused(draft, used, removal.prune)
    return draft.finished()


def drop_contexts(draft: Draft, profile: str, places: Collection[int]) -> None:
    """Remove the contexts with these numbers (from 0) from the list of a profile, with roles and extended negotiation
    that only they needed.
    """
    meaning = draft.meaning
    label = meaning.profiles[profile][PRESENTATION_CONTEXTS]
    items = meaning.lists[PRESENTATION_CONTEXTS][label]
    if len(frozenset(places)) == len(items):
        raise EditError(
            f"profile {profile} would be left without a presentation context, and DCMTK refuses such a file"
        )
    out = frozenset(places)
    left = {uid for place, (uid, _) in enumerate(items) if place not in out}
    gone = {items[place][0] for place in places} - left
    with draft.together():
        for key in (ROLE_SELECTION, EXTENDED_NEGOTIATION):
            _drop_entries(draft, label, key, gone)
        draft.remove(PRESENTATION_CONTEXTS, label, places)


def _drop_entries(draft: Draft, contexts: str, key: str, gone: set[str]) -> None:
    """Remove SOP classes from the role or extended lists of all profiles that use a context list."""
    meaning = draft.meaning
    users = meaning.users(PRESENTATION_CONTEXTS, contexts)
    known = frozenset(users)
    users_of: dict[str, list[str]] = {}
    for user, labels in meaning.profiles.items():
        if key in labels:
            users_of.setdefault(labels[key], []).append(user)
    wanted = dict.fromkeys(label for user in users if (label := meaning.profiles[user].get(key)) is not None)
    for label in wanted:
        items = meaning.lists[key][label]
        places = [place for place, (uid, _) in enumerate(items) if uid in gone]
        if not places:
            continue
        others = [user for user in users_of[label] if user not in known]
        if others:
            raise EditError(
                f"the {LIST_NAMES[key]} {label} names {display_name(items[places[0]][0])} and is also that of "
                f"{some_names(others)}: give that profile a list of its own first"
            )
        if len(places) < len(items):
            draft.remove(key, label, places)
        else:
            for user in users_of[label]:
                draft.unrefer(user, key)
            draft.remove_list(key, label)


def _places(draft: Draft, profile: str, label: str, uid: str, removal: Removal) -> list[int]:
    meaning = draft.meaning
    items = meaning.lists[PRESENTATION_CONTEXTS][label]
    of_class = [place for place, (known, _) in enumerate(items) if known == uid]
    if not of_class:
        raise EditError(f"profile {profile} has no context for {display_name(uid)} ({uid})")
    if removal.transfer_syntaxes is None:
        return of_class
    wanted = set(removal.transfer_syntaxes)
    lists = meaning.lists[TRANSFER_SYNTAXES]
    found = [place for place in of_class if {syntax for syntax, _ in lists[items[place][1]]} == wanted]
    if not found:
        there = "; ".join(_described(draft, items[place]) for place in of_class)
        raise EditError(f"profile {profile} has no context with exactly these transfer syntaxes; it has: {there}")
    return found


def _unused(draft: Draft, labels: set[str], prune: bool) -> None:
    meaning = draft.meaning
    used = {label for items in meaning.lists[PRESENTATION_CONTEXTS].values() for _, label in items}
    with draft.together():
        for label in sorted(labels - used):
            written = draft.written_label(TRANSFER_SYNTAXES, label)
            if prune:
                draft.remove_list(TRANSFER_SYNTAXES, label)
                draft.done.append(f"took out transfer syntax list {written}, which no context uses now")
            else:
                draft.warnings.append(
                    f"no context uses transfer syntax list {written} now; it stays unless such lists are pruned"
                )


def _described(draft: Draft, item: tuple[str, str]) -> str:
    syntaxes: Sequence[tuple[str, str]] = draft.meaning.lists[TRANSFER_SYNTAXES][item[1]]
    names = ", ".join(display_name(uid) for uid, _ in syntaxes)
    return f"{display_name(item[0])} with {names} (list {draft.written_label(TRANSFER_SYNTAXES, item[1])})"
