"""The command ``asprofile``: reads the command line, finds the module of a command."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from asprofile import __version__
from asprofile.cli.commands import COMMAND_GROUPS, COMMANDS, STAND_INS, get
from asprofile.cli.exits import READER_GONE, discard_output, say, typed
from asprofile.cli.helping import WithHelp
from asprofile.errors import AsprofileError
from asprofile.printing import printable
from asprofile.program import command, quoted

_WIDEST = 10_000
"""Help is as wide as the terminal, whatever that is."""


class _Commands(WithHelp, click.Group):
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _reader_may_leave():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader_may_leave():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from asprofile.names.suggest import nearest

            hint = nearest(name, list(COMMANDS), n=1)
            ctx.fail(f"no command {name!r}" + (f"; did you mean {hint[0]!r}?" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        width = max(map(len, COMMANDS))
        for heading, commands in COMMAND_GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:{width}}", text) for name, text in commands.items()])


# Of an error of an option; one for each word that it takes.
_MOST_LINES = 40

_VERBOSE = "asprofile.cli.root.verbose"


def _remember_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_VERBOSE] = value


def _tell_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if ctx.resilient_parsing:
        return
    if not value:
        if ctx.meta.get(_VERBOSE):
            ctx.fail("--verbose goes with --version here; a command's own --verbose comes after the command")
        return
    click.echo(f"asprofile {__version__}")
    if ctx.meta.get(_VERBOSE):
        from asprofile.names import editions

        facts = editions.sources()
        width = max(len(what) for what, _ in facts)
        for what, source in facts:
            click.echo(f"  {what:{width}}  {source}")
    ctx.exit()


@click.command(
    cls=_Commands,
    # Whether there are colours is decided in ``terminal``; click must not take them out again.
    context_settings={"help_option_names": ["-h", "--help"], "color": True, "max_content_width": _WIDEST},
    epilog="Exit status: 0 clean or done, 1 ran and found something, 2 could not do the job.",
)
@click.option("-V", "--version", is_flag=True, expose_value=False, callback=_tell_version, help="Show the version.")
@click.option(
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_remember_verbose,
    help="With --version: also the editions of DICOM and the releases of DCMTK that it supports.",
)
def cli() -> None:
    """The toolkit for DICOM association-negotiation profiles, the files that storescu, storescp and dcmrecv read with
    -xf.
    """


def run(arguments: list[str] | None) -> int:
    """Run a command; the exit status. Errors of the command go through, those of its options are shown here."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["help"]:
        # As in git; `asprofile help` and `asprofile help COMMAND`.
        given = [*given[1:2], "--help"]
    try:
        _refuse_ambiguous(given)
        status = cli.main(args=given, prog_name=command(), standalone_mode=False)
    except click.ClickException as error:
        _show(error)
        if isinstance(error, click.UsageError) and (advice := _advice(given)) is not None:
            click.echo(advice, err=True)
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except AsprofileError as error:
        if (advice := _advice(given)) is None:
            raise
        say(typed(error), 2)
        click.echo(advice, err=True)
        return 2
    return status if isinstance(status, int) else 0


def _show(error: click.ClickException) -> None:
    """As click does, but what an argument says is cut, and steers no terminal."""
    text = "\n".join(map(printable, error.format_message().split("\n")[:_MOST_LINES]))
    if isinstance(error, click.UsageError):
        click.UsageError(text, error.ctx).show()
    else:
        click.ClickException(text).show()


def _advice(given: list[str]) -> str | None:
    # Not needed by a command line that is right.
    from asprofile.cli.misuses import advice

    return advice(given)


def _refuse_ambiguous(arguments: list[str]) -> None:
    """An option that is also the name of a file here comes from a pattern (`*.cfg`) or a hook rather than from a user,
    and whoever named the file would choose our options. The commands that stand in for DCMTK's
    take their arguments as those do.
    """
    if arguments[:1] and arguments[0] in STAND_INS:
        return
    for argument in itertools.takewhile(lambda argument: argument != "--", arguments):
        if argument.startswith("-") and argument != "-" and os.path.lexists(argument):
            shown = printable(argument)
            raise click.UsageError(
                f"{shown!r} is the name of a file here, and looks like an option: write {quoted('./' + argument)}, "
                "or -- before names of files; as an option it can be given only where there is no such file"
            )


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """`asprofile show x.cfg | head`: whoever read the output has gone. That is no error, but nothing more can be
    written. It ends here because click's own way out has the exit status 1, which says that something was found.
    """
    try:
        yield
    except BrokenPipeError:
        discard_output()
        raise click.exceptions.Exit(READER_GONE) from None


def done(status: int) -> NoReturn:
    """End a command with an exit status."""
    raise click.exceptions.Exit(status)
