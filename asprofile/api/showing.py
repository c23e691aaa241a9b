"""What is in a profile file, as a release loads it: to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asprofile.api.profiles import LoadedFile, load_source
from asprofile.errors import LoadError
from asprofile.lint.unread import unread_entries
from asprofile.model.config import Profile, only_of
from asprofile.model.words import AssociationRole, looked_up
from asprofile.names import symbols
from asprofile.names.uids import uid_and_name
from asprofile.negotiate.proposal_size import request_size
from asprofile.text import Source

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A loaded file, and the profiles of it that are looked at: one (``single``), or all."""

    loaded: LoadedFile
    profiles: tuple[Profile, ...]
    single: bool

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile show --json`` prints (docs/schema/show.json)."""
        loaded, config = self.loaded, self.loaded.config
        return {
            "version": JSON_VERSION,
            "path": loaded.source.path,
            "release": config.release,
            "role": config.role,
            "unread_entries": unread_entries(loaded.source.data),
            "role_reason": None if loaded.inferred is None else loaded.inferred.reason,
            "profiles": [_profile(profile, config.role, config.release) for profile in self.profiles],
        }


def shown(source: Source, name: str | None, release: str, role: AssociationRole | None, typed: str) -> Shown:
    """The profile of that name (empty: the only one; None: all). ``typed`` is how the file is written on a command
    line. Raises LoadError, ProfileNotFound, AsprofileError.
    """
    loaded = load_source(source, release, role)
    if name is None:
        return Shown(loaded, tuple(loaded.config.profiles.values()), single=False)
    return Shown(loaded, (_used(loaded, name, typed),), single=True)


def _used(loaded: LoadedFile, name: str, typed: str) -> Profile:
    """The profile that DCMTK would use under that name; also the one that an acceptor has for what it sends."""
    name = name or only_of(list(loaded.config.profiles), loaded.source.path, typed)
    try:
        return loaded.config.use(name)
    except LoadError as error:
        found = loaded.config.profiles[looked_up(name)]
        if loaded.inferred is not None and loaded.inferred.lists.get(found.context_list.label) == "requestor":
            return found
        raise LoadError(error.code, error.message, error.span, loaded.source, loaded.config.release) from None


def _profile(profile: Profile, role: AssociationRole, release: str) -> dict[str, Any]:
    size, refusal = request_size(profile, role)
    return {
        "name": profile.name,
        "request_bytes": size,
        "refusal": refusal,
        "contexts": [
            {
                "id": context.id,
                "abstract_syntax": _uid(context.abstract_syntax, release),
                "transfer_syntaxes": [_uid(uid, release) for uid in context.transfer_syntaxes],
                "role": context.role,
            }
            for context in profile.contexts
        ],
        "extended_negotiation": [
            {"sop_class": _uid(item.sop_class, release), "data": item.data.hex()} for item in profile.extended
        ],
    }


def _uid(uid: str, release: str) -> dict[str, str | None]:
    return {**uid_and_name(uid), "dcmtk_name": symbols.name_of(uid, release)}
