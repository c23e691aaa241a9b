"""All that may be in a settings file, but for peers: a row a key. ``docs/settings.md`` has the same keys, in the same
order.

A new table is a ``Table`` of its own with a row in ``ROOT``, and a field in ``project``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.lint.hit import SEVERITIES
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST, parse_release
from asprofile.printing import printable, shortened
from asprofile.settings.project import LintSettings, ProjectSettings
from asprofile.settings.tables import KeyRow, Setting, SettingsFile, Table, as_table, named, one_of, strings

if TYPE_CHECKING:
    from asprofile.settings.peers import PeerSettings

# A key of more parts than anybody writes; the parser of TOML takes time that grows with their square.
_LONG_KEY = re.compile(r"""(?<![\w"'.-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""")


def read(name: str, data: bytes) -> ProjectSettings | None:
    """The settings in a file of that name, None if there are none in it. Raises ConfigurationError."""
    file = SettingsFile(Path(name), data)
    found = _parsed(file)
    for key in file.root:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None:
        return None
    settings: ProjectSettings = ROOT.read(Setting(file, (), found), path=file.path)
    return settings


def _parsed(file: SettingsFile) -> object:
    try:
        text = file.text
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file.path}: not UTF-8: {error.reason} at byte {error.start}") from None
    try:
        if _LONG_KEY.search(text):
            raise ValueError("a key of more than a hundred parts")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # It says where: "Invalid value (at line 1, column 11)".
        reason, place = str(error), ""
        if found := re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", reason, re.DOTALL):
            reason, place = found[1], f":{found[2]}:{found[3]}"
        raise ConfigurationError(f"{file.path}{place}: not TOML: {printable(shortened(reason))}") from None
    except RecursionError:
        raise ConfigurationError(
            f"{file.path}: not TOML that can be read: tables or lists within each other, too deep"
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever else the parser does, it is the file
        reason = printable(shortened(str(error)))
        raise ConfigurationError(f"{file.path}: not TOML that can be read: {reason}") from None


def _release(setting: Setting) -> str:
    if not isinstance(setting.value, str):
        raise setting.error(f'is not a string such as "{LATEST}"')
    try:
        return parse_release(setting.value)
    except AsprofileError as error:
        raise setting.error(str(error)) from None


def _peers(setting: Setting) -> tuple[PeerSettings, ...]:
    # Not needed by those who name no peers.
    from asprofile.settings.peers import read_peers

    return read_peers(setting)


_ROLE = one_of(*get_args(AssociationRole))

LINT = Table(
    LintSettings,
    (
        KeyRow("select", strings),
        KeyRow("extend-select", strings),
        KeyRow("ignore", strings),
        KeyRow("fail-on", one_of(*SEVERITIES)),
        KeyRow("per-file-ignores", named(strings)),
    ),
)
ROOT = Table(
    ProjectSettings,
    (
        KeyRow("release", _release),
        KeyRow("role", _ROLE),
        KeyRow("profiles", strings),
        KeyRow("exclude", strings),
        KeyRow("per-file-role", named(_ROLE)),
        KeyRow("lint", as_table, table=LINT),
        KeyRow("peers", _peers),
    ),
)
