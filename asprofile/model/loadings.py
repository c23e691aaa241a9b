"""What every release loads from a file, in either role: loaded once for all releases that load the same.

A loading records what it asked about its release: the UIDs of some names, and one or two limits. Another release that
gives the same answers loads the same. From most files all releases load the same; in the worst case there are twenty
loadings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from asprofile.model import uid
from asprofile.model.config import Config
from asprofile.model.document import Document
from asprofile.model.loader import Loading
from asprofile.model.words import RELEASE_LIMITS, AssociationRole, Limit

Case: TypeAlias = tuple[str, AssociationRole]


class LoadOutcome:
    """What one or several releases load from a file: ``config``, None where they refuse it.

    They share this object; ``config`` has the release and role of one of them.
    """

    __slots__ = ("_limits", "_names", "config")

    def __init__(self, loading: Loading) -> None:
        self.config: Config | None = None if loading.problems else loading.config
        self._names = {name: uid.resolve(name, loading.release) for name in loading.names if uid.varies(name)}
        self._limits: Mapping[Limit, object] = loading.limits

    def holds_for(self, release: str, role: AssociationRole) -> bool:
        """Whether that release, in that role, loads the same from the file."""
        return all(RELEASE_LIMITS[limit](release, role) == answer for limit, answer in self._limits.items()) and all(
            uid.resolve(name, release) == resolved for name, resolved in self._names.items()
        )


def outcome(document: Document, release: str, role: AssociationRole) -> LoadOutcome:
    """What a release loads from a file in a role; cached in the document."""
    known: dict[tuple[str, str], LoadOutcome] = document.outcomes
    found = known.get((release, role))
    if found is None:
        others = dict.fromkeys(known.values())
        found = next((one for one in others if one.holds_for(release, role)), None)
        known[release, role] = found = found or LoadOutcome(Loading(document, release, role, most=1))
    return found


def loaded(document: Document, release: str, role: AssociationRole) -> Config | None:
    """What a release loads from a file in a role; None where it refuses the file."""
    config = outcome(document, release, role).config
    if config is None or (config.release, config.role) == (release, role):
        return config
    return Config(
        release,
        role,
        config.profiles,
        config.transfer_syntax_lists,
        config.context_lists,
        config.role_lists,
        config.extended_lists,
    )
