"""Paths in what is given to others."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath


def shareable(path: str) -> str:
    """A path for a page that may be sent on: a relative one as it is, of an absolute one or one that leads upwards (of
    any system) only the name, since folders name users and machines.
    """
    posix, windows = PurePosixPath(path), PureWindowsPath(path)
    away = path.startswith(("/", "\\", "~")) or windows.drive or ".." in (*posix.parts, *windows.parts)
    return (windows.name if "\\" in path or windows.drive else posix.name) if away else path
