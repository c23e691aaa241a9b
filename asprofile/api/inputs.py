"""What a caller may give for a profile file: one rule for all.

A ``str`` or a ``pathlib.Path`` is the path of a file, ``bytes`` are what is in one, and what was read already is taken
as it is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from asprofile.api.files import MAX_SIZE, content
from asprofile.regular import open_named
from asprofile.text import Source

if TYPE_CHECKING:
    from asprofile.model.document import Document

Input: TypeAlias = "str | os.PathLike[str] | bytes | Source | Document"
"""A path; the bytes of a file; or what was read of one before."""

IN_MEMORY = "<bytes>"
"""The name of what came without one."""


def source_of(given: Input, *, limit: int | None = MAX_SIZE) -> Source:
    """The bytes of a file, with its name. ``limit``: the most bytes that are read of a path.

    Raises OSError for a path that cannot be read (a directory, a pipe and a device among them), UnreadableFile for
    a file over the limit, TypeError for anything else than an Input.
    """
    if isinstance(given, Source):
        return given
    if isinstance(given, (bytes, bytearray, memoryview)):
        return Source(bytes(given), IN_MEMORY)
    if isinstance(given, (str, os.PathLike)):
        return _from_path(os.fspath(given), limit)
    # Not needed by those who give a file.
    from asprofile.model.document import Document

    if isinstance(given, Document):
        return Source(given.data, IN_MEMORY)
    raise TypeError(f"a path, bytes, a Source or a Document, not {type(given).__name__}")


def _from_path(path: str, limit: int | None) -> Source:
    if not isinstance(path, str):
        raise TypeError("a path is a str or a Path; bytes are what is in a file")
    if "\n" in path and not os.path.lexists(path):
        raise FileNotFoundError(f"no file {path[:60]!r}; a str is a path: for the text of a file give text.encode()")
    with open_named(path) as file:
        return content(file, path, limit)
