"""Resolves the text of a UID or a symbolic name to a UID, as DCMTK does (DcmUIDHandler)."""

from __future__ import annotations

import re
from functools import lru_cache

from asprofile.names import symbols
from asprofile.names.well_known import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN

# DCMTK resolves these two by the byte order of its machine, which is little endian on all machines in use today.
MACHINE_DEPENDENT = {
    "LocalEndianExplicit": EXPLICIT_VR_LITTLE_ENDIAN,
    "OppositeEndianExplicit": EXPLICIT_VR_BIG_ENDIAN,
}

# A UID may have 64 characters, and DCMTK's longest name has fewer than 80. Longer texts are not cached.
_LONG = 128

_DIGITS_AND_DOTS = re.compile(rb"[0-9.]+\Z")


def is_number(text: bytes) -> bool:
    """Whether DCMTK takes the text for a UID, without a look-up."""
    return b"0" <= text[:1] <= b"9"


def symbol(text: bytes) -> str:
    """The symbolic name that DCMTK looks up; a ``=`` in front is skipped, as in the input of dump2dcm."""
    return text.removeprefix(b"=").decode("latin-1")


def resolve(text: bytes, release: str) -> str | None:
    """The UID for a UID or symbolic name, as ``release`` resolves it; None where it says "not a valid UID".

    The check is DCMTK's: digits and dots, not empty. ``1..2.`` passes; length and components are not looked at.
    """
    return _resolved(text, release) if len(text) <= _LONG else _resolved.__wrapped__(text, release)


def varies(text: bytes) -> bool:
    """Whether not all releases resolve it alike."""
    name = symbol(text)
    return not is_number(text) and name not in MACHINE_DEPENDENT and name in symbols.names_that_vary()


# A file uses a few names many times, and a thousand files use the same ones.
@lru_cache(maxsize=4096)
def _resolved(text: bytes, release: str) -> str | None:
    if not is_number(text):
        name = symbol(text)
        uid = MACHINE_DEPENDENT.get(name) or symbols.uid_of(name, release)
        if uid is not None:
            return uid
    return text.decode("ascii") if _DIGITS_AND_DOTS.match(text) else None
