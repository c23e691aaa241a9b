"""What the commands that edit a profile file have in common: reading it, refusing one that does not load, saying what
was done, showing or writing the result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from asprofile import Edited, LoadError, Source
from asprofile.api.files import STDIN, read_one
from asprofile.api.mending import mending_fixes
from asprofile.api.references import parse
from asprofile.cli import options
from asprofile.cli.diffs import show_diff
from asprofile.cli.locking import held
from asprofile.cli.profiles import show_error
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import check_output, replace_file, same_file, write_file
from asprofile.printing import brief, printable
from asprofile.program import command
from asprofile.syntax.recognise import profile_only

# Nobody reads so many lines, and a file may have a hundred thousand entries that change.
_MOST_SAID = 1_000

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be edited; ``path`` is what the user gave."""

    path: str
    source: Source
    release: str
    colour: str


def output_options(function: F) -> F:
    """The options of every command that edits."""
    for option in (
        options.config,
        options.quiet("only what went wrong."),
        options.colour,
        options.output,
        options.stdin_filename,
        options.release,
        options.flag("--diff", heading=options.FIXES),
    ):
        function = option(function)
    return function


def opened(path: str, values: dict[str, Any], *, writes: bool = True) -> Opened:
    """Read the file, and have it to ourselves if it will be written."""
    settings_file: Path | None = values["settings_file"]
    project = options.project(settings_file, values["isolated"])
    if writes and (values["output"] is not None or values["force"]) and _elsewhere(path, values) == values["output"]:
        check_output(values["output"], force=values["force"], protected=profile_only)
        writes = False
    if writes and path != STDIN and not values["diff"]:
        # Until the command ends: two edits at once would each write what it made of the same file.
        click.get_current_context().with_resource(held(path))
    source = read_one(path, values["stdin_filename"])
    return Opened(path, source, values["release"] or project.release, values["colour"])


@contextmanager
def mended(found: Opened) -> Iterator[None]:
    """An edit of a file that has to load: where it does not, say why and what would help, exit status 2."""
    try:
        yield
    except LoadError as error:
        if error.source is None:
            raise
        show_error(error, found.colour)
        click.echo(f"asprofile: {printable(error.source.path)}: {_remedy(error.source, found.release)}", err=True)
        done(2)


def _remedy(source: Source, release: str) -> str:
    """What the linter's fixes would do for a file that does not load."""
    found = mending_fixes(source, release)
    if found is None:
        return f"it does not load; `{command('lint')}` says what is wrong and what to write instead"
    flags = "--fix --unsafe-fixes" if found.unsafe else "--fix"
    return f"it does not load; `{command('lint')} {flags}` would mend that ({', '.join(found.codes)}), --diff shows how"


def conclude(found: Opened, edited: Edited, values: dict[str, Any]) -> NoReturn:
    """Say what was done; write the file, or show what would be written. Ends the command."""
    quiet, diff, output = values["quiet"], values["diff"], _elsewhere(found.path, values)
    changed = edited.data != found.source.data
    if not diff:
        _write(found, edited.data, output, changed=changed, force=values["force"])
    name = found.source.path if output is None or output == STDIN else output
    for line in () if quiet else _some(edited.done) or ("nothing to do",):
        _say(name, line, found.colour)
    for line in _some(edited.warnings):
        _say(name, f"warning: {line}", found.colour)
    if diff:
        show_diff(found.source.path, found.source.data, edited.data, found.colour)
        done(1 if changed else 0)
    done(0)


def _elsewhere(path: str, values: dict[str, Any]) -> str | None:
    """The file of ``--output``, if it is not the one that is edited."""
    output: str | None = values["output"]
    return None if output is None or (output != STDIN and path != STDIN and same_file(output, path)) else output


def _some(lines: Sequence[str]) -> Sequence[str]:
    """The first of very many lines, and how many more there are."""
    more = len(lines) - _MOST_SAID
    return lines if more <= 0 else (*lines[:_MOST_SAID], f"and {more:,} more of this")


def _write(found: Opened, data: bytes, output: str | None, *, changed: bool, force: bool) -> None:
    if output == STDIN or (output is None and found.path == STDIN):
        click.echo(data, nl=False)
    elif output is not None:
        write_file(output, data, force=force, protected=profile_only)
    elif changed:
        replace_file(found.path, data, found.source.data)


def target(file: str, words: tuple[str, ...], what: str) -> tuple[str, str, tuple[str, ...]]:
    """What ``FILE:NAME WORD...`` and ``FILE NAME WORD...`` mean: the file, the name (empty: the only profile) and the
    words, of which there is at least one, a ``what``. Raises UsageError.
    """
    reference = parse(file)
    if reference.path is None or reference.name is None:
        if len(words) < 2:
            raise click.UsageError(f"Missing argument '{what if words else 'NAME'}'.")
        return reference.path or file, words[0], words[1:]
    if not words:
        raise click.UsageError(f"Missing argument '{what}'.")
    return reference.path, reference.name, words


def _say(name: str, line: str, colour: str) -> None:
    style = style_for(colour, sys.stderr)
    click.echo(f"{style(printable(name), 'bold')}: {printable(brief(line))}", err=True)
