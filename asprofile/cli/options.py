"""Options that several commands share, and what their values mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from asprofile.errors import AsprofileError
from asprofile.names.releases import LATEST, parse_release
from asprofile.settings.project import ProjectSettings, from_file, nearest, with_own_peers

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _StrType = click.ParamType[str]
    _StrChoice = click.Choice[str]
else:
    _StrType = click.ParamType
    _StrChoice = click.Choice

F = TypeVar("F", bound=Callable[..., Any])


class ReleaseType(_StrType):
    """A DCMTK release that asprofile has tables for."""

    name = "release"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return parse_release(value)
        except AsprofileError as error:
            self.fail(str(error), param, ctx)


class Choice(_StrChoice):
    """One of some words; the error names the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            # Not needed until something is wrong.
            from asprofile.names.suggest import nearest as near

            hint = near(str(value), [str(choice) for choice in self.choices], n=1)
            self.fail(error.message.rstrip(".") + (f"; did you mean {hint[0]!r}?" if hint else "."), param, ctx)


def release(function: F) -> F:
    text = f"The DCMTK release that shall load the file.  [default: the setting, or {LATEST}]"
    return click.option("--release", type=ReleaseType(), metavar="RELEASE", help=text)(function)


def role(function: F) -> F:
    text = "Who loads it: storescu (requestor), or storescp, dcmrecv, dcmqrscp (acceptor).  [default: inferred]"
    return click.option("--role", type=Choice(["requestor", "acceptor"]), help=text)(function)


def colour(function: F) -> F:
    choices = Choice(["auto", "always", "never"])
    return click.option("--color", "colour", type=choices, default="auto", show_default=True, help="Colours.")(function)


def skip_others(function: F) -> F:
    text = "Pass over named files that are no association profiles, as in hooks that name files by their suffix."
    return click.option("--skip-others", is_flag=True, help=text)(function)


def config(function: F) -> F:
    """``--config``, also ``--settings``, and ``--isolated``."""
    return _settings(function, "--config", "--settings")


def settings(function: F) -> F:
    """``--settings`` and ``--isolated``, where ``--config`` is the file with the profile."""
    return _settings(function, "--settings")


def _settings(function: F, *names: str) -> F:
    text = "Take the settings from this file, not from the nearest asprofile.toml or pyproject.toml."
    path = click.Path(dir_okay=False, path_type=Path)
    function = click.option("--isolated", is_flag=True, help="Take no settings from files.")(function)
    return click.option(*names, "settings_file", type=path, metavar="FILE", help=text)(function)


def project(settings_file: Path | None, isolated: bool) -> ProjectSettings:
    """The settings that ``--config`` (or ``--settings``) and ``--isolated`` choose; with none of them the user's own
    peers come first.
    """
    if isolated:
        return ProjectSettings()
    return from_file(settings_file) if settings_file is not None else with_own_peers(nearest(Path.cwd()))
