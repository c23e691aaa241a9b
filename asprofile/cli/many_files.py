"""``--from-files A B C``: an option that takes all values up to the next one, as a shell's pattern gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from asprofile.cli import options
from asprofile.cli.help_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import click

F = TypeVar("F", bound="Callable[..., Any]")
_MANY: Final = "--from-files"


class FilesCommand(options.Command):
    """A command with the option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_spread(args)))


def _spread(args: list[str]) -> Iterator[str]:
    taking = False
    for place, argument in enumerate(args):
        if argument == "--":
            yield from args[place:]
            return
        if argument.startswith("-") and argument != "-":
            taking = argument == _MANY
            if not taking:
                yield argument
            elif place + 1 == len(args) or args[place + 1].startswith("-"):
                yield argument  # without a value, which click complains of
        else:
            yield from ((_MANY, argument) if taking else (argument,))


def option(detail: str, *, heading: str) -> Callable[[F], F]:
    """The option; ``detail`` is what the objects are for."""
    return options.option(_MANY, heading=heading, multiple=True, metavar="PATH...", help=text_of(_MANY, detail))
