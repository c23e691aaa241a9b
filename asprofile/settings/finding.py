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

    [peers.pacs]                   # the peers that commands know by name; see ``peers``
    address = "PACS@10.0.0.5:11112"

Belongs here: which file counts. The settings as values are in ``project``, what may be in a file in ``keys``.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from asprofile.errors import ConfigurationError
from asprofile.regular import read_regular
from asprofile.settings.project import ProjectSettings
from asprofile.value import replaced

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILES = ("asprofile.toml", "pyproject.toml")


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
