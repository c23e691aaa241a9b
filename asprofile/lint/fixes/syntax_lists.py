"""Fixes that change a transfer syntax list as a whole: entries taken out, values put in another order.

For the rules of group 4, which say what is wrong with a list. Single edits on numbered entries are made by ``lists``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from asprofile.lint.fixes.lists import removal
from asprofile.lint.hit import Fix
from asprofile.model.words import TRANSFER_SYNTAXES
from asprofile.text import Edit

if TYPE_CHECKING:
    from asprofile.lint.subject import Subject
    from asprofile.model.config import TransferSyntaxItem, TransferSyntaxList

# DCMTK's condition for a list that is too long to be used.
TOO_MANY = 1067


def repeated(found: TransferSyntaxList) -> list[TransferSyntaxItem]:
    """The items whose transfer syntax is in the list before them."""
    first: dict[str, TransferSyntaxItem] = {}
    return [item for item in found.items if first.setdefault(item.uid, item) is not item]


def is_refused(subject: Subject, label: str) -> bool:
    """Whether the release refuses to use the list for its length, which is said once."""
    return any(
        profile.refusal is not None
        and profile.refusal.subject == label
        and profile.refusal.code == TOO_MANY
        and subject.stance(profile.context_list, "requestor") != "no"
        for profile in subject.config.profiles.values()
    )


def removed(subject: Subject, found: TransferSyntaxList, unwanted: Collection[TransferSyntaxItem]) -> Fix | None:
    """Take the items out and renumber the others; None where nothing would be left, or not every entry is read."""
    values = {item.span for item in unwanted}
    entries = {field.entry.span for field in subject.fields_of("transfer syntax", found.label) if field.span in values}
    edits = removal(subject, TRANSFER_SYNTAXES, found.label, entries)
    what = f"{len(entries)} entries" if len(entries) > 1 else "the entry"
    return Fix(f"remove {what}", edits, safe=False) if edits else None


def reordered(subject: Subject, found: TransferSyntaxList, order: Sequence[TransferSyntaxItem]) -> Fix:
    """Put the values in this order; keys and comments stay where they are."""
    edits = [
        Edit(old.span, subject.data[new.span.start : new.span.end])
        for old, new in zip(found.items, order, strict=True)
        if old.span != new.span
    ]
    return Fix("put the entries in order", tuple(edits), safe=False)
