"""Names of files and directories from what a peer says: any text becomes a name that every system takes, and that leads
nowhere else.

Belongs here: one component of a path. Does not belong here: which values are in it (``layout``).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final
from unicodedata import category, normalize

_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
"""What separates directories, or what Windows takes in no name."""
_LOOKALIKES: Final = _FORBIDDEN | {"."}
"""What a character outside ASCII must not become where a system takes the nearest one in ASCII for it."""
_RESERVED: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"}
    | {f"{device}{number}" for device in ("COM", "LPT") for number in range(10)}
)
"""Devices of Windows, also with anything after a dot."""
_NOT_FIRST: Final = ("-", ".", " ")
_NOT_LAST: Final = (".", " ")
_DIGITS: Final = 8
SHORTEST_LIMIT: Final = 16


@lru_cache(maxsize=4096)
def is_allowed(character: str) -> bool:
    """Whether it may be in a name."""
    if character.isascii():
        return character.isprintable() and character not in _FORBIDDEN
    # Not printable are controls, marks that turn the direction of text, and halves of surrogate pairs.
    return character.isprintable() and not _LOOKALIKES.intersection(normalize("NFKC", character))


def is_reserved(name: str) -> bool:
    """Whether Windows has a device of that name."""
    return normalize("NFKC", name).partition(".")[0].rstrip(" ").upper() in _RESERVED


def safe_name(text: str, most: int) -> str:
    """``text`` as it is, in Unicode's form NFC and without blanks around it, if that is a name of at most ``most``
    bytes; otherwise one like it, with a digest of the text at its end: names of different texts stay different. Empty
    if the text is. ``most`` is at least SHORTEST_LIMIT.
    """
    plain = normalize("NFC", text.strip(" \0"))
    if not plain:
        return ""
    made = plain if _is_simple(plain) else "".join(c if is_allowed(c) else "_" for c in plain)
    if made.startswith(_NOT_FIRST):
        made = f"_{made[1:]}"
    elif category(made[0]).startswith("M") or is_reserved(made):
        made = f"_{made}"  # such a mark would join the character in front of it
    if made.endswith(_NOT_LAST):
        made = f"{made[:-1]}_"
    if made == plain and len(made.encode()) <= most:
        return made
    digest = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{_cut(made, most - _DIGITS - 1)}-{digest}"


def _is_simple(text: str) -> bool:
    """What nearly all are: the quick way to say that all characters are allowed."""
    return text.isascii() and text.isprintable() and _FORBIDDEN.isdisjoint(text)


def _cut(text: str, most: int) -> str:
    """As many whole characters as fit into so many bytes of UTF-8."""
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(". ") or "_"


def fault_of_literal(text: str) -> tuple[int, str] | None:
    """Where, and why, a text that the user wrote cannot be a part of a name; None if it can."""
    for place, character in enumerate(text):
        if not is_allowed(character):
            return place, f"{character!r} cannot be in the name of a file everywhere"
    return None


def fault_of_start(text: str) -> str:
    """Why a name cannot begin so, empty if it can."""
    return f"no name begins with {text[0]!r}" if text.startswith(_NOT_FIRST) else ""


def fault_of_end(text: str) -> str:
    """Why a name cannot end so, empty if it can."""
    return f"no name ends with {text[-1]!r}" if text.endswith(_NOT_LAST) else ""
