"""Which profile an edit changes, and which of its lists it may change without changing other profiles."""

from __future__ import annotations

from asprofile.edit.draft import Draft
from asprofile.errors import EditError
from asprofile.model.config import Profile
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
    looked_up,
)

LIST_NAMES = {
    TRANSFER_SYNTAXES: "transfer syntax list",
    PRESENTATION_CONTEXTS: "context list",
    ROLE_SELECTION: "role list",
    EXTENDED_NEGOTIATION: "extended negotiation list",
}

_MOST_NAMES = 8


def find_profile(draft: Draft, name: str) -> Profile:
    """The profile that DCMTK would take, whether or not it would then refuse to use it; raises ProfileNotFound."""
    config = draft.config
    found = config.profiles.get(looked_up(name))
    return found if found is not None else config.use(name)


def unshared(draft: Draft, profile: str, key: str, shared: bool) -> str | None:
    """The label of the list that a profile refers to; raises EditError if other profiles would change with it."""
    meaning = draft.meaning
    label = meaning.profiles[profile].get(key)
    if label is None or shared:
        return label
    others = [user for user in meaning.users(key, label) if user != profile]
    if others:
        named = ", ".join(others[:_MOST_NAMES]) + (
            f" and {len(others) - _MOST_NAMES:,} more" * (len(others) > _MOST_NAMES)
        )
        raise EditError(
            f"the {LIST_NAMES[key]} {label} of profile {profile} is also that of {named}: give @{{shared}} to "
            f"change all of them, or give {profile} a list of its own first"
        )
    return label
