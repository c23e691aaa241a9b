"""The settings of a project: the nearest ``asprofile.toml``, or ``pyproject.toml`` with a ``[tool.asprofile]``.

The nearest one counts alone, and the user's own settings where there is none; nothing is merged but peers: those of the
user's own settings come first. An unknown key is an error with a suggestion, because a setting that
is silently ignored is the mistake this tool is about.

    release = "3.6.7"              # the DCMTK release that shall load the files
    role = "requestor"             # or "acceptor"; inferred from the file when absent
    profiles = ["config/*.cfg"]    # files whose profiles `asprofile send --profile NAME` knows, relative to this file

    [per-file-role]                # glob, relative to this file -> role; the first that fits the file decides
    "inbox/*.cfg" = "acceptor"

    [lint]
    select = ["ALL"]               # the rules that run: codes, prefixes of codes, ALL; the more exact one decides
    extend-select = []             # and these
    ignore = ["AP211"]             # but not these
    fail-on = "warning"            # the mildest finding that makes exit status 1: error, warning or info

    [lint.per-file-ignores]        # glob, relative to this file -> rules that do not run there, whatever else is said
    "legacy/**" = ["AP4", "AP602"]

    [peers.pacs]                   # the peers that commands know by name; see `peers`
    address = "PACS@10.0.0.5:11112"

Belongs here: which file counts, and the settings as values. What may be in a file is in ``keys``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from asprofile.errors import ConfigurationError
from asprofile.lint.hit import Severity
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.printing import shortened
from asprofile.regular import read_regular
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.settings.peers import PeerSettings

SETTINGS_FILES = ("asprofile.toml", "pyproject.toml")

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
        from asprofile.settings.tables import SettingsFile

        try:
            data = read_regular(self.path)
            _settings_in(os.fspath(self.path))
        except (OSError, ConfigurationError):  # it has changed since
            data = b""
        return SettingsFile(self.path, data).error(keys, message)

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


def nearest(start: Path) -> ProjectSettings:
    """The settings for files in directory ``start``: of the nearest directory above that has any."""
    return _nearest(os.fspath(start))


def _nearest(directory: str) -> ProjectSettings:
    # Without pathlib, which a run without settings has no other use for; so are the functions below.
    while True:
        for name in SETTINGS_FILES:
            settings = _settings_in(os.path.join(directory, name))  # noqa: PTH118
            if settings is not None:
                return settings
        above = os.path.dirname(directory)  # noqa: PTH120
        if above == directory:
            return own()
        directory = above


def chosen(file: Path | None, isolated: bool) -> ProjectSettings:
    """The settings that the options ``--config`` (or ``--settings``) and ``--isolated`` choose."""
    if isolated:
        return ProjectSettings()
    return from_file(file) if file is not None else _nearest(os.getcwd())  # noqa: PTH109


def own_file() -> str:
    """Where the user's own settings are, whether there are any or not."""
    return os.path.join(own_directory(), SETTINGS_FILES[0])  # noqa: PTH118


def own_directory() -> str:
    """Where this user keeps settings of this program: what XDG says, also elsewhere, or the system's place."""
    home = os.path.expanduser("~")  # noqa: PTH111
    said = os.environ.get("XDG_CONFIG_HOME", "")
    if os.path.isabs(said):  # noqa: PTH117 - others do not count, as the specification wants it
        base = said
    elif os.name == "nt":
        base = os.environ.get("APPDATA") or os.path.join(home, "AppData", "Roaming")  # noqa: PTH118
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")  # noqa: PTH118
    else:
        base = os.path.join(home, ".config")  # noqa: PTH118
    return os.path.join(base, "asprofile")  # noqa: PTH118


def own() -> ProjectSettings:
    """The user's own settings; empty where there are none."""
    return _settings_in(own_file()) or ProjectSettings()


def with_own_peers(project: ProjectSettings) -> ProjectSettings:
    """The settings of a project with the user's own peers, which come first and which it cannot redefine."""
    mine = own()
    if mine.path == project.path or not mine.peers:
        return project
    names = {peer.name for peer in mine.peers}
    shadowed = tuple(peer for peer in project.peers if peer.name in names)
    others = tuple(peer for peer in project.peers if peer.name not in names)
    return replaced(project, peers=mine.peers + others, shadowed=shadowed)


def from_file(path: Path) -> ProjectSettings:
    """The settings of a named file; raises ConfigurationError when it has none."""
    settings = _settings_in(os.fspath(path))
    if settings is None:
        raise ConfigurationError(f"{path}: no such file, or no [tool.asprofile] in it")
    return settings


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


def _settings_in(name: str) -> ProjectSettings | None:
    try:
        data = read_regular(name)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror or error}") from None
    if os.path.basename(name) == SETTINGS_FILES[1] and b"asprofile" not in data:  # noqa: PTH119
        return None
    # Not needed by those who have no settings.
    from asprofile.settings.keys import read

    return read(name, data)
