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
    """Pattern by pattern, with how many parts those before may have used up: no pattern takes time beyond the product
    of both.
    """
    used = {0}
    for pattern in patterns:
        if pattern == "**":
            used = set(range(min(used), len(parts) + 1))
        else:
            used = {count + 1 for count in used if count < len(parts) and fnmatchcase(parts[count], pattern)}
        if not used:
            return False
    return len(parts) in used
