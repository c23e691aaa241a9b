"""File names as services want them: relative to the root of the repository, with forward slashes, or as a URI.

Pure: nothing is looked up on disk, and no link is followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from types import ModuleType

from asprofile.lint.run import LintReport
from asprofile.text import Source
from asprofile.value import replaced


def relative(path: str, current: str, root: str, *, climb: bool = False, flavour: ModuleType = os.path) -> str:
    """``path`` (relative to the directory ``current``, or absolute) as seen from the directory ``root``.

    With forward slashes. When it is not below ``root`` it is absolute, or with ``climb`` begins with ``..`` if there is
    a way. ``flavour`` is ``posixpath`` or ``ntpath``: on POSIX a backslash in a name is no separator.
    """
    whole: str = flavour.normpath(flavour.join(current, path))
    base: str = flavour.join(flavour.normpath(root), "")
    if flavour.normcase(whole).startswith(flavour.normcase(base)):
        whole = whole[len(base) :]
    elif climb and flavour.splitdrive(whole)[0].lower() == flavour.splitdrive(base)[0].lower():
        whole = flavour.relpath(whole, base)
    return whole.replace("\\", "/") if flavour.sep == "\\" else whole


def located(reports: Iterable[LintReport], current: str, root: str) -> list[LintReport]:
    """The reports under names relative to ``root``."""
    return [
        replaced(report, source=Source(report.source.data, relative(report.source.path, current, root)))
        for report in reports
    ]


def uri(path: str) -> str:
    """A relative path as a relative reference, an absolute one as a ``file`` URI (RFC 3986, RFC 8089); always ASCII."""
    # Only where URIs are wanted: it is a large module.
    from urllib.parse import quote

    quoted = quote(os.fsencode(path), safe="/~!$&'()*+,;=@")
    if path.startswith("//"):
        return f"file:{quoted}"
    if path.startswith("/"):
        return f"file://{quoted}"
    if path[1:3] == ":/":
        return f"file:///{path[0]}:{quoted.removeprefix(path[0]).removeprefix('%3A')}"
    return quoted
