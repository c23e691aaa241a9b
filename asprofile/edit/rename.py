"""A profile or a list of a file renamed, with everything that refers to it."""

from __future__ import annotations

import re

from asprofile.edit import lines
from asprofile.edit.draft import Draft, Edited
from asprofile.edit.meaning import Meaning, meaning_of
from asprofile.edit.targets import LIST_NAMES
from asprofile.errors import EditError
from asprofile.model.document import Document
from asprofile.model.loadings import Case, loaded
from asprofile.model.words import (
    ASSOCIATION_ROLES,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILES,
    TRANSFER_SYNTAXES,
    looked_up,
)

SECTION_KINDS = {PROFILES: "profile", **LIST_NAMES}
"""What can be renamed: the supersection, and what a section of it is called."""

_LABEL = re.compile(r"[A-Za-z0-9_-]+")


def kinds_of(document: Document, name: str, release: str) -> list[str]:
    """The supersections (keys of KINDS) that have a section of that name which DCMTK loads."""
    meaning = _meaning(document, release)
    wanted = looked_up(name)
    return [kind for kind in SECTION_KINDS if wanted in _names(meaning, kind)]


def names(document: Document, release: str) -> list[str]:
    """Every name of a profile or list, for suggestions."""
    meaning = _meaning(document, release)
    return list(dict.fromkeys(name for kind in SECTION_KINDS for name in _names(meaning, kind)))


def rename_section(document: Document, kind: str, old: str, new: str, release: str) -> Edited:
    """The file with a profile or list (``kind``: a key of KINDS) under another name. Raises EditError."""
    if _LABEL.fullmatch(new) is None:
        raise EditError(f"{new!r} is no name that DCMTK keeps: write letters, digits, `-` and `_` only")
    draft = Draft(document, release)
    meaning = draft.meaning
    before, after = looked_up(old), new.upper()
    if before not in _names(meaning, kind):
        raise EditError(f"there is no {SECTION_KINDS[kind]} {old}")
    if after != before and draft.new_label(kind, new) != new:
        raise EditError(
            f"there is a {SECTION_KINDS[kind]} {new} already, and DCMTK would take the two as one; choose another name"
        )

    def change(meaning: Meaning, _: Case) -> None:
        _rename(meaning, kind, before, after)

    draft.apply(lambda document: lines.renamed(document, kind, before, new), change)
    draft.done.append(f"{SECTION_KINDS[kind]} {before} is now {new}")
    return draft.finished()


def _meaning(document: Document, release: str) -> Meaning:
    configs = (loaded(document, release, role) for role in ASSOCIATION_ROLES)
    found = next((config for config in configs if config is not None), None)
    if found is None:
        raise EditError(f"DCMTK {release} does not load the file")
    return meaning_of(found)


def _names(meaning: Meaning, kind: str) -> list[str]:
    return list(meaning.profiles if kind == PROFILES else meaning.lists[kind])


def _rename(meaning: Meaning, kind: str, old: str, new: str) -> None:
    if kind == PROFILES:
        meaning.profiles[new] = meaning.profiles.pop(old)
        return
    assert kind in NUMBERED_KEYS
    meaning.lists[kind][new] = meaning.lists[kind].pop(old)
    if kind == TRANSFER_SYNTAXES:
        for items in meaning.lists[PRESENTATION_CONTEXTS].values():
            items[:] = [(uid, new if label == old else label) for uid, label in items]
    for labels in meaning.profiles.values():
        if labels.get(kind) == old:
            labels[kind] = new
