"""The DCMTK releases that asprofile has tables for, and their order.

Only the releases themselves; what changed between them is in ``symbols`` (names) and in the model (limits).
"""

from __future__ import annotations

import re

from asprofile.errors import UnknownRelease

RELEASES: tuple[str, ...] = (
    "3.6.0",
    "3.6.2",
    "3.6.3",
    "3.6.4",
    "3.6.5",
    "3.6.6",
    "3.6.7",
    "3.6.8",
    "3.6.9",
    "3.7.0",
)
"""DCMTK's releases, oldest first. There is no 3.6.1: only development snapshots had that number."""

LATEST = RELEASES[-1]

_AFTER = "after "
AFTER_LATEST = f"{_AFTER}{LATEST}"
"""The release to come: for what is in DCMTK's repository and not yet in a release."""

_RELEASE = r"(?i)(?:dcmtk)?[\s-]*v?(\d+(?:\.\d+){1,3})(?:[-+~_\s].*)?"


def parse_release(text: str) -> str:
    """The release that ``text`` names: ``3.6.7``, ``v3.6.7``, ``DCMTK 3.6.7``, ``DCMTK-3.6.7``, a package
    version such as ``3.6.7-9``, or ``latest``.

    Raises UnknownRelease, with the nearest release and the list of all, for any other text; TypeError for what is no
    text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a release is a str such as {LATEST!r}, not {type(text).__name__}")
    word = text.strip()
    if word.lower() == "latest":
        return LATEST
    match = re.fullmatch(_RELEASE, word)
    known = ", ".join(RELEASES)
    if match is None:
        raise UnknownRelease(f"{text!r} is not a DCMTK release such as {LATEST}; known releases: {known}")
    release = match[1]
    if release not in RELEASES:
        near = _nearest(release)
        raise UnknownRelease(f"no tables for DCMTK {release}; nearest: {near}; known releases: {known}")
    return release


def key(release: str) -> tuple[int, ...]:
    """A sort key: ``key("3.7.0") < key("after 3.7.0") < key("3.7.1")``. For well-formed releases, known or not: what is
    marked as after a release is in the one that follows it, from the day on which that is added.
    """
    number = release.removeprefix(_AFTER)
    numbers = tuple(int(part) for part in number.split("."))
    return numbers if number == release else (*numbers, 1)


def at_least(release: str, other: str) -> bool:
    """Whether ``release`` is ``other`` or newer."""
    return key(release) >= key(other)


def _nearest(release: str) -> str:
    """The newest known release that is not newer than this, or else the oldest: releases add names and seldom drop
    them.
    """
    older = [known for known in RELEASES if at_least(release, known)]
    return older[-1] if older else RELEASES[0]
