"""Make a file that shows a difference as small as it can be (delta debugging): first by lines, then by bytes."""

from __future__ import annotations

from collections.abc import Callable


def minimise(data: bytes, differs: Callable[[bytes], bool]) -> bytes:
    """The smallest file found for which ``differs`` still holds; it holds for ``data``."""
    lines = _smaller(data.splitlines(keepends=True), lambda some: differs(b"".join(some)))
    single = _smaller([bytes([byte]) for byte in b"".join(lines)], lambda some: differs(b"".join(some)))
    return b"".join(single)


def _smaller(parts: list[bytes], differs: Callable[[list[bytes]], bool]) -> list[bytes]:
    """No run of parts that could be left out is left in: runs of half the parts first, then of ever fewer."""
    size = max(1, len(parts) // 2)
    while True:
        shrunk = False
        at = 0
        while at < len(parts):
            rest = parts[:at] + parts[at + size :]
            if differs(rest):
                parts, shrunk = rest, True
            else:
                at += size
        if size == 1 and not shrunk:
            return parts
        size = max(1, size // 2)
