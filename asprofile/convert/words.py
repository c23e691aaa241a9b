"""UIDs and names as other programs write them, and names for people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from asprofile.errors import ConversionError
from asprofile.names import uids
from asprofile.names.by_name import by_name
from asprofile.names.releases import LATEST
from asprofile.names.suggest import suggest_symbol
from asprofile.names.uids import SymbolKind

# What can be in a profile file for a UID, well-formed or not. 64 characters are what goes over the wire.
_UID = re.compile(r"[0-9][0-9.]{0,63}")
# Longer than any name. To look for a similar name takes long for such a word.
_LONG = 100
_WHAT: dict[SymbolKind, str] = {"sop-class": "SOP class", "transfer-syntax": "transfer syntax"}


class UnknownName(ConversionError):
    """A name that may be another program's own; its UID is not known."""


def uid_of(word: str, kind: SymbolKind, line: int | None = None, column: int | None = None) -> str:
    """The UID for a UID, a keyword of PS3.6 or a name of DCMTK's; raises UnknownName with what may be meant, and
    ConversionError for what is none of them."""
    text = word.strip()
    if _UID.fullmatch(text):
        return text
    if text[:1].isdigit():
        raise ConversionError(f"{quoted(text)} is no UID: digits and dots, at most 64", line, column)
    uid = by_name().get(text)
    if uid is None:
        near = suggest_symbol(text, LATEST, kind) if len(text) <= _LONG else []
        hint = f"; did you mean {' or '.join(near)}?" if near else "; give its UID"
        raise UnknownName(f"no {_WHAT[kind]} {quoted(text)} is known{hint}", line, column)
    info = uids.describe(uid)
    if info is not None and (info.kind == "transfer-syntax") != (kind == "transfer-syntax"):
        raise ConversionError(f"{text} is no {_WHAT[kind]}", line, column)
    return uid


def quoted(text: str) -> str:
    """What a file says, for a message; no more of it than one wants to read."""
    return repr(text) if len(text) <= _LONG else f"{text[:_LONG]!r}..."


def named(uid: str) -> str:
    """The UID's name for people, which is the UID where nothing is known of it."""
    return uids.display_name(uid)


def listed(words: Iterable[str], most: int = 3) -> str:
    """``A, B, C and 5 more``."""
    found = list(words)
    if len(found) <= most + 1:
        return " and ".join(part for part in (", ".join(found[:-1]), *found[-1:]) if part)
    return f"{', '.join(found[:most])} and {len(found) - most} more"


def ascii_only(text: str) -> str:
    """The text for a comment that every program can read: what is not printable ASCII becomes a question mark."""
    return "".join(one if " " <= one <= "~" else "?" for one in text)
