"""``--help`` of every command."""

from __future__ import annotations

from typing import Any

import click


class WithHelp(click.Command):
    """A command with click's own ``--help``, but for its text: click's goes through ``gettext``, which looks for
    translations in all languages of the user each time a command starts, where nothing else is translated.
    """

    _own_help: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        names = self.get_help_option_names(ctx)
        if self._own_help is None and names and self.add_help_option:
            self._own_help = click.Option(
                sorted(names, key=len),
                is_flag=True,
                expose_value=False,
                is_eager=True,
                help="Show this message and exit.",
                callback=_show_help,
            )
        return self._own_help


def _show_help(ctx: click.Context, _: click.Parameter, value: Any) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()
