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
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.lint.hit import SEVERITIES, Severity
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST, parse_release
from asprofile.printing import printable, shortened
from asprofile.regular import read_regular
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.settings.peers import PeerSettings

SETTINGS_FILES = ("asprofile.toml", "pyproject.toml")

_KEYS = ("release", "role", "profiles", "exclude", "per-file-role", "lint", "peers")
_LINT_KEYS = ("select", "extend-select", "ignore", "fail-on", "per-file-ignores")

# A key of more parts than anybody writes; the parser of TOML takes time that grows with their square.
_LONG_KEY = r"""(?<![\w"'.-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}"""

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
        meant = _near(name, [peer.name for peer in self.peers]) or f"; there is {known}"
        raise ConfigurationError(f"no peer {name!r} {where}{meant}")

    def profile_files(self) -> list[Path]:
        """The files that ``profiles`` names, sorted within each pattern; a pattern that fits no file is an error."""
        if self.path is None:
            return []
        found: list[Path] = []
        for pattern in self.profiles:
            files = _matching(self.path.parent, pattern)
            if not files:
                raise ConfigurationError(f"{self.path}: profiles: no file fits {pattern!r}")
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
    """The files that a pattern fits, sorted; ``**`` goes through directories, and an absolute pattern is one."""
    # Of the glob module, because that of Path refuses some patterns with exceptions.
    from glob import escape, iglob
    from itertools import islice
    from pathlib import Path

    if "**" in pattern and (os.path.isabs(pattern) or ".." in pattern.replace("\\", "/").split("/")):  # noqa: PTH117
        raise ConfigurationError(f"{directory}: profiles: {shortened(pattern)!r}: ** goes only below this directory")
    try:
        found = iglob(os.path.join(escape(str(directory)), pattern), recursive=True)  # noqa: PTH118, PTH207
        names = list(islice(found, _MANY_FILES + 1))
    except (ValueError, RecursionError):  # a NUL in the pattern, or more directories in it than anybody has
        return []
    if len(names) > _MANY_FILES:
        raise ConfigurationError(f"{directory}: profiles: {shortened(pattern)!r} fits more than {_MANY_FILES:,} files")
    return sorted(path for name in names if (path := Path(name)).is_file())


def _settings_in(name: str) -> ProjectSettings | None:
    try:
        data = read_regular(name)
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: not UTF-8: {error.reason} at byte {error.start}") from None
    is_shared = os.path.basename(name) == "pyproject.toml"  # noqa: PTH119
    if is_shared and "asprofile" not in text:
        return None
    # Not needed by those who have no settings.
    import re
    import tomllib
    from pathlib import Path

    try:
        if re.search(_LONG_KEY, text):
            raise ValueError("a key of more than a hundred parts")
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: not TOML: {printable(shortened(str(error)))}") from None
    except RecursionError:
        raise ConfigurationError(
            f"{name}: not TOML that can be read: tables or lists within each other, too deep"
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever else the parser does, it is the file
        raise ConfigurationError(f"{name}: not TOML that can be read: {printable(shortened(str(error)))}") from None
    for key in ("tool", "asprofile") if is_shared else ():
        table = table.get(key) if isinstance(table, dict) else None
    return None if table is None else _Reader(Path(name), data).settings(table)


class _Reader:
    """Checks a table; every message begins with the file and the key."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self._data = data

    def settings(self, found: object) -> ProjectSettings:
        table = self._table("tool.asprofile", found)
        self._known("", table, _KEYS)
        lint = self._table("lint", table.get("lint", {}))
        return ProjectSettings(
            self.path,
            self._release(table),
            self._choice("role", table.get("role"), get_args(AssociationRole)),
            self._strings("profiles", table.get("profiles", [])),
            self._strings("exclude", table.get("exclude", [])),
            self._roles(self._table("per-file-role", table.get("per-file-role", {}))),
            self._lint(lint),
            self._peers(table.get("peers")),
        )

    def _peers(self, table: object) -> tuple[PeerSettings, ...]:
        if table is None:
            return ()
        # Not needed by those who name no peers.
        from asprofile.settings.peers import read_peers

        return read_peers(table, self.path, self._data)

    def _lint(self, table: Mapping[str, Any]) -> LintSettings:
        self._known("lint.", table, _LINT_KEYS)
        per_file = self._table("lint.per-file-ignores", table.get("per-file-ignores", {}))
        return LintSettings(
            self._strings("lint.select", table.get("select", ["ALL"])),
            self._strings("lint.extend-select", table.get("extend-select", [])),
            self._strings("lint.ignore", table.get("ignore", [])),
            self._choice("lint.fail-on", table.get("fail-on"), SEVERITIES) or "warning",
            tuple((name, self._strings(f"lint.per-file-ignores.{name}", codes)) for name, codes in per_file.items()),
        )

    def _roles(self, table: Mapping[str, Any]) -> tuple[tuple[str, AssociationRole], ...]:
        choices = get_args(AssociationRole)
        return tuple((name, self._choice(f"per-file-role.{name}", role, choices)) for name, role in table.items())

    def _release(self, table: Mapping[str, Any]) -> str:
        release = table.get("release", LATEST)
        if not isinstance(release, str):
            raise self._error("release", f'is not a string such as "{LATEST}"')
        try:
            return parse_release(release)
        except AsprofileError as error:
            raise self._error("release", str(error)) from None

    def _known(self, prefix: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                meant = _elsewhere(prefix, key) or _near(key, known) or f"; there is {', '.join(known)}"
                raise self._error(prefix + key, f"is not a setting{meant}")

    def _table(self, key: str, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        raise self._error(key, "is not a table")

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._error(key, "is not a list of strings")

    def _choice(self, key: str, value: object, choices: tuple[str, ...]) -> Any:
        if value is None or value in choices:
            return value
        meant = _near(value, choices) if isinstance(value, str) else ""
        raise self._error(key, f"is {shortened(repr(value))}, not one of {', '.join(choices)}{meant}")

    def _error(self, key: str, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {shortened(key, 120)}: {message}")


def _near(value: str, known: Iterable[str]) -> str:
    # Not needed until something is wrong.
    from asprofile.names.suggest import nearest as near

    hint = near(value, list(known), n=1)
    return f"; did you mean {hint[0]!r}?" if hint else ""


def _elsewhere(prefix: str, key: str) -> str:
    """What to say of a key that is one of the other table."""
    if prefix and key in _KEYS:
        return " of this table; write it above [lint]"
    return "; write it in the table [lint]" if not prefix and key in _LINT_KEYS else ""
