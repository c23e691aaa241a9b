r"""How people name a profile: ``[FILE:]NAME``, on the command line and in settings.

| written          | file       | profile                                       |
| ---------------- | ---------- | --------------------------------------------- |
| ``NAME``         |            | ``NAME``, of the project's files or a sample  |
| ``FILE:NAME``    | ``FILE``   | ``NAME``                                      |
| ``FILE:``        | ``FILE``   | the only one                                  |
| ``-:NAME``       | ``-``      | ``NAME``, of standard input                   |
| ``a:b.cfg:NAME`` | ``a:b.cfg``| ``NAME``                                      |
| ``C:\x.cfg:NAME``| ``C:\x.cfg``| ``NAME``                                     |

The last colon separates the two: a file's name may have colons, a profile's has none (DCMTK keeps letters, digits,
``-`` and ``_`` of a section's name). A single letter before it is a drive, not a file; write ``./a`` for a file of that
name. Without a colon it is a profile, even if a file has that name.

Belongs here: the text alone. Does not belong here: whether there is such a file, or such a profile in it.
"""

from __future__ import annotations

import re

from asprofile.errors import AsprofileError
from asprofile.printing import shortened
from asprofile.value import Value

# What DCMTK can look up: it keeps these characters of a section's name, and removes white space from the name it looks
# for.
_NAME = re.compile(r"\s*[A-Za-z0-9_-][A-Za-z0-9_\s-]*", re.ASCII)


class ProfileReference(Value):
    """A profile as it was named. ``path``: the file, None for the project's files and the samples. ``name``: the
    profile's, empty for the only one of the file, None where the whole file is meant.
    """

    path: str | None
    name: str | None

    @property
    def file(self) -> str:
        """The path; to be used only where a file is given."""
        assert self.path is not None, "a file has been found"
        return self.path

    def __str__(self) -> str:
        if self.path is None or self.name is None:
            return self.path or self.name or ""
        return f"{self.path}:{self.name}"


class NotAReference(AsprofileError):
    """A text that does not name a profile; the message says what to write."""


def is_name(text: str) -> bool:
    """Whether a profile may have this name."""
    return _NAME.fullmatch(text) is not None


def parse_reference(text: str) -> ProfileReference:
    """``[FILE:]NAME``. Raises NotAReference."""
    path, colon, name = text.rpartition(":")
    shown = repr(shortened(text, 120))
    if not colon:
        if is_name(text):
            return ProfileReference(None, text)
        if not text.strip():
            raise NotAReference("the name of the profile is empty")
        raise NotAReference(f"{shown} is no name of a profile; for a file write {text}:NAME, or {text}: if it has one")
    if not path:
        raise NotAReference(f"{shown} has no file before the colon; write {name or 'NAME'}, or FILE:{name or 'NAME'}")
    if name.strip() and not is_name(name):
        raise NotAReference(f"{shown}: {name!r} is no name of a profile; for the file write {text}:NAME, or {text}:")
    if is_drive(path):
        raise NotAReference(f"{shown}: {path}: is a drive, not a file; for a file of that name write ./{text}")
    return ProfileReference(path, name if name.strip() else "")


def is_drive(path: str) -> bool:
    """Whether what is before a colon is the letter of a drive, as in ``C:\\x.cfg``."""
    return len(path) == 1 and path.isascii() and path.isalpha()
