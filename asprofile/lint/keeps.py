"""Whether a changed file still loads what the file loaded before, in every release.

How two loadings are compared is said in ``safety``, with which a rule finds out what it may call safe; what is done
with a fix that does not hold is decided in ``fixes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from asprofile.lint.safety import is_kept
from asprofile.lint.subject import ROLES
from asprofile.model import AssociationRole, Config, Document, Loading, read
from asprofile.names.releases import RELEASES


class Loadings:
    """What a file is to each release and role."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._configs: dict[tuple[str, AssociationRole], Config | None] = {}

    @cached_property
    def document(self) -> Document:
        return read(self.data)

    def config(self, release: str, role: AssociationRole) -> Config | None:
        """What is loaded; None where the file is refused."""
        case = release, role
        if case not in self._configs:
            loading = Loading(self.document, release, role)
            self._configs[case] = None if loading.problems else loading.config
        return self._configs[case]


def keeps_model(before: Loadings, after: Loadings, roles: Iterable[AssociationRole] = ROLES) -> bool:
    """Whether every release, in these roles, loads the file where it did before, and the same from it or more.

    More means: further profiles and lists, and further items behind those that were there.
    """
    if _entries(before.document) == _entries(after.document):
        return True
    return all(_is_kept(before, after, release, role) for release in RELEASES for role in roles)


def still_loads(before: Loadings, after: Loadings, release: str, roles: Iterable[AssociationRole] = ROLES) -> bool:
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


def _is_kept(before: Loadings, after: Loadings, release: str, role: AssociationRole) -> bool:
    old = before.config(release, role)
    if old is None:
        return True
    new = after.config(release, role)
    return new is not None and is_kept(old, new)
