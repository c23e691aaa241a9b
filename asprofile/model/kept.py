"""Whether a changed file still loads what the file loaded before, in every release.

Used for edits, for the linter's fixes, and for the rules that say which fixes are safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from asprofile.model.config import Config, Profile
from asprofile.model.document import Document, read
from asprofile.model.loadings import LoadOutcome, loaded, outcome
from asprofile.model.words import ASSOCIATION_ROLES, AssociationRole
from asprofile.names.releases import RELEASES


class Loadings:
    """What each release, in each role, loads from a file."""

    def __init__(self, file: bytes | Document) -> None:
        self.data = file if isinstance(file, bytes) else file.data
        self._file = file

    @cached_property
    def document(self) -> Document:
        return read(self._file) if isinstance(self._file, bytes) else self._file

    def config(self, release: str, role: AssociationRole) -> Config | None:
        """What is loaded; None where the file is refused."""
        return loaded(self.document, release, role)

    def outcome(self, release: str, role: AssociationRole) -> LoadOutcome:
        """The outcome, one object for all releases that load the same from the file."""
        return outcome(self.document, release, role)


def keeps_model(before: Loadings, after: Loadings, roles: Iterable[AssociationRole] = ASSOCIATION_ROLES) -> bool:
    """Whether every release that loaded the file before, in these roles, still loads it and gets the same or more.

    More means: more profiles and lists, and more items at the end of lists.
    """
    if _entries(before.document) == _entries(after.document):
        return True
    pairs = ((one.outcome(release, role) for one in (before, after)) for release in RELEASES for role in roles)
    return all(_still_there(old.config, new.config) for old, new in dict.fromkeys(map(tuple, pairs)))


def still_loads(
    before: Loadings, after: Loadings, release: str, roles: Iterable[AssociationRole] = ASSOCIATION_ROLES
) -> bool:
    """Whether the release, if it loaded the file before, still loads it and uses the same profiles: an acceptor refuses
    a profile with a SOP class twice when it starts.
    """
    return all(_still_used(before.config(release, role), after.config(release, role)) for role in roles)


def _still_used(before: Config | None, after: Config | None) -> bool:
    if before is None:
        return True
    return after is not None and all(
        (now := after.profiles.get(name)) is None or now.refusal is None
        for name, profile in before.profiles.items()
        if profile.refusal is None
    )


def _entries(document: Document) -> tuple[list[tuple[str, str | None]], list[tuple[str, str, str, str]]]:
    return document.sections, document.entries


def _still_there(old: Config | None, new: Config | None) -> bool:
    return old is None or (new is not None and is_kept(old, new))


def is_kept(before: Config, after: Config) -> bool:
    """Whether ``after`` has every list and profile of ``before``, each the same or with more items at its end."""
    return (
        all(_is_kept(profile, after.profiles.get(name)) for name, profile in before.profiles.items())
        and _lists(before.transfer_syntax_lists, after.transfer_syntax_lists, lambda item: item.uid)
        and _lists(before.context_lists, after.context_lists, lambda item: (item.abstract_syntax, item.label))
        and _lists(before.role_lists, after.role_lists, lambda item: (item.sop_class, item.role))
        and _lists(before.extended_lists, after.extended_lists, lambda item: (item.sop_class, item.data))
    )


def _is_kept(before: Profile, after: Profile | None) -> bool:
    if after is None or (after.refusal is not None and before.refusal is None):
        return False
    labels = [
        (found and found.label for found in (profile.context_list, profile.role_list, profile.extended_list))
        for profile in (before, after)
    ]
    return all(old is None or old == new for old, new in zip(*labels, strict=True))


def _lists(before: Mapping[str, Any], after: Mapping[str, Any], content: Callable[[Any], object]) -> bool:
    for label, old in before.items():
        new = after.get(label)
        if new is None:
            return False
        ours, theirs = list(map(content, old.items)), list(map(content, new.items))
        if theirs[: len(ours)] != ours:
            return False
    return True
