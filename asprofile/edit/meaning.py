"""What a release loads from a file as plain lists without positions: what an edit is held against.

An edit says what it does to the meaning; whether the edited text has that meaning is found out by loading it
(``draft``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from asprofile.model.config import Config
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)

ListItem: TypeAlias = tuple[str, str]
"""An entry of a list: a UID, and the rest.

The rest is the label of a transfer syntax list (in a context), the role, the extended negotiation data in hexadecimal
digits, or nothing (in a transfer syntax list).
"""

Lists: TypeAlias = dict[str, list[ListItem]]


@dataclass(slots=True)
class Meaning:
    """``lists``: supersection, label, items in order. ``profiles``: name, key (that of a supersection), label.

    Made to be changed: an edit changes it as it changes the file.
    """

    lists: dict[str, Lists]
    profiles: dict[str, dict[str, str]]

    def users(self, key: str, label: str) -> list[str]:
        """The profiles that name that list."""
        return [name for name, labels in self.profiles.items() if labels.get(key) == label]


def meaning_of(config: Config) -> Meaning:
    """The meaning of a loaded file."""
    lists: dict[str, Lists] = {name: {} for name in NUMBERED_KEYS}
    for label, syntaxes in config.transfer_syntax_lists.items():
        lists[TRANSFER_SYNTAXES][label] = [(item.uid, "") for item in syntaxes.items]
    for label, contexts in config.context_lists.items():
        lists[PRESENTATION_CONTEXTS][label] = [(item.abstract_syntax, item.label) for item in contexts.items]
    for label, roles in config.role_lists.items():
        lists[ROLE_SELECTION][label] = [(item.sop_class, item.role) for item in roles.items]
    for label, extended in config.extended_lists.items():
        lists[EXTENDED_NEGOTIATION][label] = [(item.sop_class, item.data.hex()) for item in extended.items]
    return Meaning(lists, {name: _labels(config, name) for name in config.profiles})


def _labels(config: Config, name: str) -> dict[str, str]:
    profile = config.profiles[name]
    labels = {PRESENTATION_CONTEXTS: profile.context_list.label}
    if profile.role_list is not None:
        labels[ROLE_SELECTION] = profile.role_list.label
    if profile.extended_list is not None:
        labels[EXTENDED_NEGOTIATION] = profile.extended_list.label
    return labels
