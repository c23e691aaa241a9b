"""The formats, a file each, with a ``FORMAT``: what it is called, what it reads and writes, how its files are
recognised. A new file here is a new format; nothing else lists them.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import PurePath
from typing import Final

from asprofile.convert.formats.form import Format

PROFILE_FORMAT: Final = "profile"
"""DCMTK's own format."""

_LOG: Final = "log"
_OTHERS: Final = frozenset({"__init__", "form"})
_FIRST: Final = (PROFILE_FORMAT, "json", "yaml")


def _formats() -> tuple[Format, ...]:
    """Our own first, then the others by name."""
    files = [file.removesuffix(".py") for file in os.listdir(__path__[0]) if file.endswith(".py")]  # noqa: PTH208
    found = [import_module(f"{__name__}.{file}").FORMAT for file in sorted(files) if file not in _OTHERS]
    own = {name: place for place, name in enumerate(_FIRST)}
    return tuple(sorted(found, key=lambda one: (own.get(one.name, len(own)), one.name)))


CONVERT_FORMATS: Final = _formats()


def by_name(name: str) -> Format:
    """Raises KeyError for a name that is none."""
    return {one.name: one for one in CONVERT_FORMATS}[name]


def begun(head: bytes) -> Format | None:
    """The format of what has these first bytes, where they tell."""
    return next((one for one in CONVERT_FORMATS if one.begins is not None and one.begins(head)), None)


def guessed(file: str, text: str) -> list[Format]:
    """The formats that a file may be, by what is in it and, where that is no help, by its name; none where it is
    nothing that is known."""
    found = [one for one in CONVERT_FORMATS if one.looks_like is not None and one.looks_like(text)]
    if len(found) > 1 and any(one.name == _LOG for one in found):
        return [one for one in found if one.name == _LOG]  # lines of a log may look like those of a list
    named = [one for one in CONVERT_FORMATS if one.read is not None and _is_named(one, file)]
    if len(found) != 1 and named and (not found or named[0] in found):
        return named[:1]
    return found


def target_of(file: str) -> Format | None:
    """The format that a file of that name shall have; JSON unless the name says more. None where it says nothing."""
    for one in CONVERT_FORMATS:
        if one.write is not None and _is_named(one, file):
            return one
    return by_name("json") if file.lower().endswith(".json") else None


def _is_named(one: Format, file: str) -> bool:
    name = PurePath(file.replace("\\", "/")).name.lower()
    return any(re.fullmatch(pattern, name) for pattern in one.names)
