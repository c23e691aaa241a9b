"""The settings of a project as values.

Belongs here: what they say of a file, a peer, a profile. Which file counts is in ``finding``, what may be in one in
``keys``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from asprofile.errors import ConfigurationError
from asprofile.lint.hit import Severity
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.printing import shortened
from asprofile.regular import read_regular
from asprofile.value import Value

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.settings.peers import PeerSettings
    from asprofile.settings.receiving import ReceiveSettings

# Files that one pattern of `profiles` may fit.
_MANY_FILES = 10_000

T = TypeVar("T")


class LintSettings(Value):
    """``[lint]``: which rules run, and from which severity on the exit status is 1.

    ``per_file_ignores`` are pairs of a glob (see ``lint.globs``) and the codes of rules that do not run on such files.
    """

    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = "warning"
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()


class ProjectSettings(Value):
    """All settings; ``path`` is the file they come from, None when there is none. ``shadowed`` are peers that do not
    count, because the user's own settings have others of these names.

    ``per_file_role`` are pairs of a glob (see ``lint.globs``) and the role of those who load such files.
    """

    path: Path | None = None
    release: str = LATEST
    role: AssociationRole | None = None
    profiles: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_role: tuple[tuple[str, AssociationRole], ...] = ()
    lint: LintSettings = LintSettings()
    peers: tuple[PeerSettings, ...] = ()
    shadowed: tuple[PeerSettings, ...] = ()
    receive: ReceiveSettings | None = None

    def ignored_in(self, name: str) -> tuple[str, ...]:
        """The codes that ``per-file-ignores`` has for a file; ``name`` is relative to the current directory."""
        return tuple(code for codes in self._for_file(name, self.lint.per_file_ignores) for code in codes)

    def role_of(self, name: str) -> AssociationRole | None:
        """Who loads a file: as ``per-file-role`` has it, else ``role``; ``name`` is as for ``ignored_in``."""
        return next(self._for_file(name, self.per_file_role), self.role)

    def excludes(self, name: str) -> bool:
        """Whether ``exclude`` leaves out a file or directory that is found in a directory; ``name`` is as for
        ``ignored_in``.
        """
        return next(self._for_file(name, [(pattern, True) for pattern in self.exclude]), False)

    def _for_file(self, name: str, table: Iterable[tuple[str, T]]) -> Iterator[T]:
        """What a table of globs has for a file, in the order of the table."""
        if self.path is None or not table:
            return
        # Not needed by those who have no such settings.
        from asprofile.lint.globs import fits
        from asprofile.lint.render.paths import relative

        path = relative(name, os.getcwd(), str(self.path.parent.absolute()))  # noqa: PTH109 - a string is wanted
        yield from (value for pattern, value in table if fits(path, pattern))

    def peer(self, name: str) -> PeerSettings:
        """The peer of that name; raises ConfigurationError, which names the nearest ones, if there is none."""
        for peer in self.peers:
            if peer.name == name:
                return peer
        where = f"in {self.path}" if self.path else "(there are no settings)"
        known = ", ".join(peer.name for peer in self.peers) or "none"
        # Not needed until something is wrong.
        from asprofile.settings.tables import did_you_mean

        meant = did_you_mean(name, [peer.name for peer in self.peers]) or f"; there is {known}"
        raise ConfigurationError(f"no peer {name!r} {where}{meant}")

    def error(self, keys: tuple[str, ...], message: str) -> ConfigurationError:
        """What is wrong with the setting that these keys lead to; the file is read again to see where it is."""
        assert self.path is not None, "a setting is in a file"
        # Not needed until something is wrong.
        from asprofile.settings.tables import SettingsFile, parsed

        try:
            file = SettingsFile(self.path, read_regular(self.path))
            parsed(file)
        except (OSError, ConfigurationError):  # it has changed since
            file = SettingsFile(self.path, b"")
        return file.error(keys, message)

    def profile_files(self) -> list[Path]:
        """The files that ``profiles`` names, sorted within each pattern; a pattern that fits no file is an error."""
        if self.path is None:
            return []
        found: list[Path] = []
        for pattern in self.profiles:
            try:
                files = _matching(self.path.parent, pattern)
            except ValueError as error:
                raise self.error(("profiles",), str(error)) from None
            if not files:
                raise self.error(("profiles",), f"no file fits {pattern!r}")
            found += (file for file in files if file not in found)
        return found


def _matching(directory: Path, pattern: str) -> list[Path]:
    """The files that a pattern fits, sorted; ``**`` goes through directories, and an absolute pattern is one. Raises
    ValueError.
    """
    # Of the glob module, because that of Path refuses some patterns with exceptions.
    from glob import escape, iglob
    from itertools import islice
    from pathlib import Path

    if "**" in pattern and (os.path.isabs(pattern) or ".." in pattern.replace("\\", "/").split("/")):  # noqa: PTH117
        raise ValueError(f"{shortened(pattern)!r}: ** goes only below this directory")
    try:
        found = iglob(os.path.join(escape(str(directory)), pattern), recursive=True)  # noqa: PTH118, PTH207
        names = list(islice(found, _MANY_FILES + 1))
    except (ValueError, RecursionError):  # a NUL in the pattern, or more directories in it than anybody has
        return []
    if len(names) > _MANY_FILES:
        raise ValueError(f"{shortened(pattern)!r} fits more than {_MANY_FILES:,} files")
    return sorted(path for name in names if (path := Path(name)).is_file())
