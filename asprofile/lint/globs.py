"""Patterns for file names in settings.

``*``, ``?`` and ``[...]`` stay within one part of a path, ``**`` is any number of parts. A pattern without a slash is
one for the file's own name, wherever it is; one that ends with a slash means everything below. Pure: names only, no
file is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase


def fits(path: str, pattern: str) -> bool:
    """Whether a path with forward slashes fits the pattern; both are relative to the same directory."""
    pattern = pattern.removeprefix("./")
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    if pattern.endswith("/"):
        pattern += "**"
    return _fits(path.split("/"), pattern.removeprefix("/").split("/"))


def _fits(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_fits(parts[skipped:], patterns[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _fits(parts[1:], patterns[1:])
