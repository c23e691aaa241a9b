"""``[receive]`` of the settings in place of options that were not given, judged as the options would be.

What runs a command, stores outside of the project's directory or uses keys from outside it needs trust where the
settings are not the user's own, as a peer of such a file does (``trusting``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from asprofile.cli.trusting import check_receive

if TYPE_CHECKING:
    from asprofile.settings.receiving import ReceiveSettings

_ANOTHER: Final = {
    "profile": ("accept_all",),
    "accept-all": ("profile",),
    "identities": ("identity_command",),
    "identity-command": ("identities",),
}
"""Options which, if they are given, take the place of what the settings say under a key."""


def fill(given: dict[str, Any], settings: ReceiveSettings | None) -> None:
    """Put what the settings say into ``given``, the values of all parameters. Raises ConfigurationError."""
    if settings is None:
        return
    context = click.get_current_context()
    used: dict[str, Any] = {}
    for key, value in settings.values:
        param = _param(context, key)
        if _is_said(context, param.name or "") or any(_is_said(context, one) for one in _ANOTHER.get(key, ())):
            continue
        try:
            given[param.name or ""] = _judged(param, value, context)
        except click.BadParameter as error:
            raise settings.error(key, error.message) from None
        used[key] = value
    check_receive(settings, used, given)


def _param(context: click.Context, key: str) -> click.Parameter:
    return next(one for one in context.command.params if f"--{key}" in one.opts or one.opts == [key])


def _is_said(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)


def _judged(param: click.Parameter, value: Any, context: click.Context) -> Any:
    """Raises BadParameter."""
    if isinstance(value, bool):
        return value
    if param.multiple or param.nargs == -1:
        return tuple(param.type.convert(one, param, context) for one in value)
    if isinstance(value, str | int | float | Path):
        return param.type.convert(value, param, context)
    return value
