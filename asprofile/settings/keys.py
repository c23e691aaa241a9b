"""The keys of a settings file, except for peers: one row for each key. ``docs/settings.md`` has the same keys, in the
same order.

A new table is a ``Table`` of its own with a row in ``ROOT``, and a field in ``project``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from asprofile.errors import AsprofileError
from asprofile.lint.hit import SEVERITIES
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST, parse_release
from asprofile.settings.project import LintSettings, ProjectSettings
from asprofile.settings.tables import (
    KeyedValues,
    KeyRow,
    OneOf,
    Setting,
    SettingsFile,
    Table,
    as_table,
    parsed,
    strings,
)

if TYPE_CHECKING:
    from asprofile.settings.peers import PeerSettings
    from asprofile.settings.receiving import ReceiveSettings


def read(name: str, data: bytes) -> ProjectSettings | None:
    """The settings in a file of that name, None if there are none in it. Raises ConfigurationError."""
    file = SettingsFile(Path(name), data)
    found = parsed(file)
    for key in file.root:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None:
        return None
    settings: ProjectSettings = ROOT.read(Setting(file, (), found), path=file.path)
    return settings


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


def _receive(setting: Setting) -> ReceiveSettings:
    # Not needed by those who receive nothing.
    from asprofile.settings.receiving import read_receive

    return read_receive(setting)


_ROLE = OneOf(get_args(AssociationRole))

LINT = Table(
    LintSettings,
    (
        KeyRow("select", strings),
        KeyRow("extend-select", strings),
        KeyRow("ignore", strings),
        KeyRow("fail-on", OneOf(tuple(SEVERITIES))),
        KeyRow("per-file-ignores", KeyedValues(strings)),
    ),
)
ROOT = Table(
    ProjectSettings,
    (
        KeyRow("release", _release),
        KeyRow("role", _ROLE),
        KeyRow("profiles", strings),
        KeyRow("exclude", strings),
        KeyRow("per-file-role", KeyedValues(_ROLE)),
        KeyRow("lint", as_table, table=LINT),
        KeyRow("peers", _peers),
        KeyRow("receive", _receive),
    ),
)
