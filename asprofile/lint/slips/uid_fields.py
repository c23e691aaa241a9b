"""The places of a file where a UID or a symbolic name is, and what a release makes of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from asprofile.lint.outline import Outline
from asprofile.model import uid as uids
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.names.uids import SymbolKind
from asprofile.syntax import Entry
from asprofile.text import Span
from asprofile.value import Value

UidPlace = Literal["transfer syntax", "abstract syntax", "role", "extended negotiation"]

_PLACES: dict[str, UidPlace] = {
    TRANSFER_SYNTAXES: "transfer syntax",
    PRESENTATION_CONTEXTS: "abstract syntax",
    ROLE_SELECTION: "role",
    EXTENDED_NEGOTIATION: "extended negotiation",
}


class UidField(Value):
    """A UID or symbolic name in an entry that DCMTK reads, and its place.

    ``text`` is as DCMTK takes it (blanks included), ``uid`` what the release resolves it to (None: not a valid UID),
    ``section`` the name of the list.
    """

    place: UidPlace
    text: bytes
    uid: str | None
    span: Span
    entry: Entry
    section: str

    @property
    def kind(self) -> SymbolKind:
        """What belongs there."""
        return "transfer-syntax" if self.place == "transfer syntax" else "sop-class"


def uid_fields(outline: Outline, release: str) -> Iterator[UidField]:
    """Every UID or name in an entry that DCMTK reads, in the order in which it reads them."""
    for name, prefix in NUMBERED_KEYS.items():
        for section in outline.sections(name):
            for entry in section.numbered(prefix):
                text, backslash, _ = entry.value.partition(b"\\")
                if name == TRANSFER_SYNTAXES:
                    text = entry.value
                elif not backslash:
                    # Which part of it is a name cannot be told; that there is no backslash is said.
                    continue
                span = entry.part(0, len(text))
                yield UidField(_PLACES[name], text, uids.resolve(text, release), span, entry, section.name)
