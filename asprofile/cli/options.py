"""The vocabulary of the command line: what each option that several commands have is called and means, in one place.

An option has the same meaning, type and help wherever it is; ``detail`` adds to the help what it is in one command, and
a default may be another one. Each is under a heading. `tests/cli/test_vocabulary.py` walks all commands and holds
that. What one command alone has is with that command, made by ``option``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from asprofile.cli.help_texts import HELP, text_of
from asprofile.cli.helping import WithHelp
from asprofile.errors import AsprofileError, LayoutError, LoadError, WhereError
from asprofile.names.releases import LATEST, parse_release
from asprofile.printing import printable
from asprofile.render import forms
from asprofile.text import UNNAMED

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from asprofile.model.reference import ProfileReference
    from asprofile.objects.header import Judge
    from asprofile.objects.where import Where
    from asprofile.settings.project import ProjectSettings

    # Generic in the stubs of click, but not in every click that is installed.
    _StrType = click.ParamType[str]
    _StrChoice = click.Choice[str]
else:
    _StrType = click.ParamType
    _StrChoice = click.Choice

F = TypeVar("F", bound=Callable[..., Any])

# --- Headings, in the order in which help has them --------------------------------------------------------------------

PROFILE: Final = "Profile"
SELECTION: Final = "What it looks at"
CONTENT: Final = "What it makes"
RULES: Final = "Rules"
FIXES: Final = "Fixes"
SENDING: Final = "Sending"
GOING_ON: Final = "Going on"
VERIFICATION: Final = "Verification"
CONVERSION: Final = "Conversion"
AFTERWARDS: Final = "Afterwards"
PEER: Final = "Peer"
TLS: Final = "TLS"
IDENTITY: Final = "User identity"
LIMITS: Final = "Limits"
OUTPUT: Final = "Output"
SETTINGS: Final = "Settings and help"

HEADINGS: Final = (
    PROFILE, SELECTION, CONTENT, RULES, FIXES, SENDING, GOING_ON, VERIFICATION, CONVERSION, AFTERWARDS, PEER, TLS,
    IDENTITY, LIMITS, OUTPUT, SETTINGS,
)  # fmt: skip


class Option(click.Option):
    """An option under a heading of the help."""

    def __init__(self, *args: Any, heading: str = SETTINGS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = heading

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """An empty name of a file would be the current directory, or nothing at all: a variable of a script that is
        not set, most likely.
        """
        if self.metavar in _PATHS and "" in (value if isinstance(value, list | tuple) else (value,)):
            raise click.BadParameter("an empty name is that of no file or directory.", ctx, self)
        return super().process_value(ctx, value)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return _completed(self, ctx, incomplete)


class Argument(click.Argument):
    """An argument that a shell completes by its metavar."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return _completed(self, ctx, incomplete)


def argument(name: str, **attributes: Any) -> Callable[[F], F]:
    """An argument of a command."""
    return click.argument(name, cls=Argument, **attributes)


_PATHS: Final = frozenset({"FILE", "PATH", "PATH..."})
# What cannot be known beforehand.
_NOTHING = frozenset({
    "AET", "BYTES", "SIZE", "SECONDS", "DURATION", "N", "GLOB", "KEYWORD=VALUE", "HEX", "LABEL", "TITLE", "DN", "SUITE",
    "NEW", "EXPRESSION", "0-9", "NAME", "LAYOUT", "COMMAND",
})  # fmt: skip


def _completed(param: click.Parameter, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    if isinstance(param.type, click.Choice):
        return param.type.shell_complete(ctx, param, incomplete)
    metavar = param.metavar or ""
    if metavar in _NOTHING or (not metavar and isinstance(param, Option)):
        return []
    # Only a shell asks for it.
    from asprofile.cli.completing import complete

    return complete(ctx, metavar, incomplete)


def option(*names: str, heading: str, **attributes: Any) -> Callable[[F], F]:
    """An option of a command; ``heading`` is one of HEADINGS."""
    return click.option(*names, cls=Option, heading=heading, **attributes)


def together(*decorators: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options as one decorator; help has them in this order."""

    def decorate(function: F) -> F:
        for one in reversed(decorators):
            function = one(function)
        return function

    return decorate


_OUTPUT: Final = "asprofile.cli.options.output"
_FORCE: Final = "asprofile.cli.options.force"


class Command(WithHelp):
    """A command whose help has its options under headings, and examples that can be typed as they are."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def ends_as_its_job(self, ctx: click.Context) -> bool:  # noqa: ARG002 - for those that decide by it
        """The output is a report of work done elsewhere: the exit status is that of the work, even if the output
        fails.
        """
        return False

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; with ``-o FILE`` of ``report``, what it shows goes to that file."""
        output, force = ctx.meta.get(_OUTPUT), bool(ctx.meta.get(_FORCE))
        if output is None and not force:
            return self._invoked(ctx)
        # Not needed by those who want no file.
        from asprofile.cli.results import checked, written

        if not checked(output, force=force, values=ctx.params) or output is None:
            return self._invoked(ctx)
        if "colour" in ctx.params:
            # A file is no terminal, whatever is wanted of one.
            ctx.params["colour"] = "never"
        quiet = bool(ctx.params.get("quiet"))
        with written(output, force=force, quiet=quiet, keeps_status=self.ends_as_its_job(ctx)):
            return self._invoked(ctx)

    def _invoked(self, ctx: click.Context) -> Any:
        """Run it; a file that DCMTK refuses is shown where it is wrong, with exit status 2."""
        try:
            return super().invoke(ctx)
        except LoadError as error:
            if error.source is None:
                raise
            # Not needed until a file is refused.
            from asprofile.cli.profiles import show_error

            show_error(error, ctx.params.get("colour", "auto"))
            ctx.exit(2)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: dict[str, list[tuple[str, str]]] = {heading: [] for heading in HEADINGS}
        for param in self.get_params(ctx):
            # Arguments are in the usage line and in the text; click has a record of them from 8.5 on.
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx)) is not None:
                rows[getattr(param, "heading", SETTINGS)].append(record)
        for heading, records in rows.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self.examples:
            # Not needed by a command that runs.
            from asprofile.program import started

            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{started(example)}\n")


def command(*, summary: str, examples: Sequence[str] = (), cls: type[Command] = Command) -> Callable[[F], Command]:
    """Make a function the command of its module."""

    def made(function: F) -> Command:
        return click.command(cls=cls, short_help=summary, examples=examples)(function)

    return made


# --- Types ------------------------------------------------------------------------------------------------------------


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


class LateChoice(Choice):
    """One of words that take long to come by: ``words`` is called where one is given, or help lists them."""

    def __init__(self, words: Callable[[], Sequence[str]]) -> None:
        super().__init__(())
        del self.choices
        self._words = words

    def __getattr__(self, name: str) -> Any:
        if name != "choices":
            raise AttributeError(name)
        self.choices = tuple(self._words())
        return self.choices


FILE: Final = click.Path(dir_okay=False, path_type=Path)

# --- Options that several commands have -------------------------------------------------------------------------------


def flag(name: str, *short: str, heading: str, detail: str = "") -> Callable[[F], F]:
    """An option of the vocabulary without a value."""
    return option(*short, name, heading=heading, is_flag=True, help=text_of(name, detail))


def where(function: F) -> F:
    text = (
        "Only objects of which this is true, such as 'Modality = \"CT\" and StudyDate >= 20240101': keywords, tags, "
        "Path, Size, SOPClass, TransferSyntax; =, !=, <, <=, >, >=, in, like, is null, is missing; and, or, not. Given "
        "more than once, all of them."
    )
    return option("--where", heading=SELECTION, multiple=True, metavar="EXPRESSION", help=text)(function)


def judge(texts: Sequence[str]) -> Judge | None:
    """What decides by the values of ``--where``; None without any. What is no expression ends with exit status 2."""
    found = selection(texts)
    return None if found is None else found.judge


def selection(texts: Sequence[str]) -> Where | None:
    """What ``--where`` asks for; None without any. What is no expression ends with exit status 2."""
    if not texts:
        return None
    # pydicom and lark, which nothing else here needs.
    from asprofile import where as chosen

    try:
        return chosen(*texts)
    except WhereError as error:
        refuse("--where", error)


def refuse(name: str, error: WhereError | LayoutError) -> NoReturn:
    """Say where the value of an option is wrong, and end with exit status 2."""
    for line in f"asprofile: {name}: {error}".split("\n"):  # the place is on lines of its own
        click.echo(printable(line), err=True)
    click.get_current_context().exit(2)


def release(function: F) -> F:
    return release_with(default=f"the setting, or {LATEST}")(function)


def release_with(*, default: str) -> Callable[[F], F]:
    text = text_of("--release", default=default)
    return option("--release", heading=PROFILE, type=ReleaseType(), metavar="RELEASE", help=text)


def role(function: F) -> F:
    return role_with(default="inferred")(function)


def role_with(*, default: str) -> Callable[[F], F]:
    choices = Choice(["requestor", "acceptor"])
    return option("--role", heading=PROFILE, type=choices, help=text_of("--role", default=default))


def profile(function: F) -> F:
    """``--profile [FILE:]NAME``; ``asprofile.model.reference`` reads it."""
    return option("--profile", heading=PROFILE, metavar="[FILE:]NAME", help=HELP["--profile"])(function)


def name(*, default: str) -> Callable[[F], F]:
    return option("--name", heading=CONTENT, metavar="NAME", help=text_of("--name", default=default))


def sop(function: F) -> F:
    return option("--sop", heading=CONTENT, multiple=True, metavar="SOP", help=HELP["--sop"])(function)


def ts(*, detail: str = "", default: str = "") -> Callable[[F], F]:
    """``--ts TS``, names with commas between them."""
    text = text_of("--ts", detail, default)
    return option("--ts", heading=CONTENT, multiple=True, metavar="TS", help=text)


def split_words(values: Sequence[str]) -> tuple[str, ...]:
    """The words of an option that is repeatable and takes commas."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def colour(function: F) -> F:
    choices = Choice(["auto", "always", "never"])
    return option(
        "--color", "colour", heading=OUTPUT, type=choices, default="auto", show_default=True, help=HELP["--color"]
    )(function)


def quiet(what: str) -> Callable[[F], F]:
    return flag("--quiet", "-q", heading=OUTPUT, detail=what)


def verbose(what: str) -> Callable[[F], F]:
    return flag("--verbose", "-v", heading=OUTPUT, detail=what)


def skip_others(function: F) -> F:
    return flag("--skip-others", heading=SELECTION)(function)


def exclude(function: F) -> F:
    return option("--exclude", heading=SELECTION, multiple=True, metavar="GLOB", help=HELP["--exclude"])(function)


def stdin_filename(function: F) -> F:
    return option(
        "--stdin-filename", heading=SELECTION, default=UNNAMED, metavar="NAME", help=HELP["--stdin-filename"]
    )(function)


def output(function: F) -> F:
    """``-o FILE`` and ``--force``; ``writing`` says over what nothing is written."""
    function = flag("--force", heading=OUTPUT)(function)
    return option("-o", "--output", heading=OUTPUT, metavar="FILE", help=HELP["--output"])(function)


def _kept_as(key: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keep an option's value for ``Command.invoke``."""

    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        ctx.meta[key] = value

    return keep


def report(
    command: str | Sequence[str], *, default: str | None = "text", detail: str = "", words: str = ""
) -> Callable[[F], F]:
    """``--format``, ``--json`` and ``--html`` short for it, ``-o`` and ``--force``: what a command shows, and where.
    The command gets ``form`` and prints to standard output; ``Command.invoke`` sees to the file. ``command`` is its
    name in the table of forms (``render``); of one that is not there, the forms.

    ``default`` None leaves it to the command, which says in ``words`` what it is.
    """

    shown = forms(command) if isinstance(command, str) else command

    def made(function: F) -> F:
        function = option(
            "--force", heading=OUTPUT, is_flag=True, expose_value=False, callback=_kept_as(_FORCE), help=HELP["--force"]
        )(function)
        function = option(
            "-o", "--output", heading=OUTPUT, metavar="FILE", expose_value=False, callback=_kept_as(_OUTPUT),
            help=HELP["--output"],
        )(function)  # fmt: skip
        for short in ("html", "json"):
            if short in shown:
                function = option(f"--{short}", "form", heading=OUTPUT, flag_value=short, help=HELP[f"--{short}"])(
                    function
                )
        text = text_of("--format", detail, words or default or "")
        return option("--format", "form", heading=OUTPUT, type=Choice(shown), default=default, help=text)(function)

    return made


def config(function: F) -> F:
    """``--config`` and ``--isolated``; ``project`` is what they choose."""
    function = flag("--isolated", heading=SETTINGS)(function)
    return option("--config", "settings_file", heading=SETTINGS, type=FILE, metavar="FILE", help=HELP["--config"])(
        function
    )


def project(settings_file: Path | None, isolated: bool) -> ProjectSettings:
    """The settings that ``--config`` and ``--isolated`` choose; with none of them the user's own peers come first."""
    # Not needed by a command that gets all that it needs on its command line.
    from asprofile.settings.finding import from_file, nearest, with_own_peers
    from asprofile.settings.project import ProjectSettings

    if isolated:
        return ProjectSettings()
    return from_file(settings_file) if settings_file is not None else with_own_peers(nearest(Path.cwd()))


def reference(text: str | None) -> ProfileReference:
    """The value of ``--profile`` in a command that cannot do without. Raises UsageError."""
    if text is None:
        raise click.UsageError("Missing option '--profile'.")
    # Not needed by all that have these options.
    from asprofile.api.other_kinds import optional

    return optional(text)
