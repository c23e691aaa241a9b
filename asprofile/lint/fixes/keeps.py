"""Whether a changed file still loads what the file loaded before, in every release.

How two loadings are compared is said in ``safety``, with which a rule finds out what it may call safe; what is done
with a fix that does not hold is decided in ``rounds``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from asprofile.lint.fixes.safety import is_kept
from asprofile.model import AssociationRole, Config, Document, read
from asprofile.model.loadings import Outcome, loaded, outcome
from asprofile.model.words import ASSOCIATION_ROLES
from asprofile.names.releases import RELEASES


class Loadings:
    """What a file is to each release and role."""

    def __init__(self, file: bytes | Document) -> None:
        self.data = file if isinstance(file, bytes) else file.data
        self._file = file

    @cached_property
    def document(self) -> Document:
        return read(self._file) if isinstance(self._file, bytes) else self._file

    def config(self, release: str, role: AssociationRole) -> Config | None:
        """What is loaded; None where the file is refused."""
        return loaded(self.document, release, role)

    def outcome(self, release: str, role: AssociationRole) -> Outcome:
        """The same for all releases that make the same of the file."""
        return outcome(self.document, release, role)


def keeps_model(before: Loadings, after: Loadings, roles: Iterable[AssociationRole] = ASSOCIATION_ROLES) -> bool:
    """Whether every release, in these roles, loads the file where it did before, and the same from it or more.

    More means: further profiles and lists, and further items behind those that were there.
    """
    if _entries(before.document) == _entries(after.document):
        return True
    pairs = ((one.outcome(release, role) for one in (before, after)) for release in RELEASES for role in roles)
    return all(_is_kept(old.config, new.config) for old, new in dict.fromkeys(map(tuple, pairs)))


def still_loads(
    before: Loadings, after: Loadings, release: str, roles: Iterable[AssociationRole] = ASSOCIATION_ROLES
) -> bool:
    """Whether the release loads the file where it did before, and uses the profiles that it used: an acceptor refuses
    one with a SOP class twice when it starts.
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


def _is_kept(old: Config | None, new: Config | None) -> bool:
    return old is None or (new is not None and is_kept(old, new))
