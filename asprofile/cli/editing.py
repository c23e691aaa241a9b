"""What the commands that edit a profile file have in common: reading it, refusing one that does not load, saying what
was done, showing or writing the result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from asprofile.cli import options
from asprofile.cli.diffs import show_diff
from asprofile.cli.files import MAX_EDITED_ITEMS, STDIN, check_profile, read_one
from asprofile.cli.locking import held
from asprofile.cli.profiles import only_of, show_error
from asprofile.cli.references import parse
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import check_output, replace_file, same_file, write_file
from asprofile.edit import Edited
from asprofile.errors import LoadError
from asprofile.lint.extent import MOST_FOR_ALL, extent
from asprofile.model import Document, Loading, read
from asprofile.model.loadings import loaded
from asprofile.printing import brief, printable
from asprofile.program import command
from asprofile.syntax.recognise import profile_only
from asprofile.text import Source

# Nobody reads so many lines, and a file may have a hundred thousand entries that change.
_MOST_SAID = 1_000

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be edited, which ``release`` loads; ``path`` is what the user gave."""

    path: str
    source: Source
    document: Document
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


def opened(path: str, values: dict[str, Any], *, must_load: bool = True, writes: bool = True) -> Opened:
    """Read the file, which has to be a profile, and have it to ourselves if it will be written; where the release does
    not load it, say why and what would help, and end with exit status 2.
    """
    settings_file: Path | None = values["settings_file"]
    project = options.project(settings_file, values["isolated"])
    if writes and (values["output"] is not None or values["force"]) and _elsewhere(path, values) == values["output"]:
        check_output(values["output"], force=values["force"], protected=profile_only)
        writes = False
    if writes and path != STDIN and not values["diff"]:
        # What takes long comes first, so that whoever waits does not wait for it.
        import_module("asprofile.lint.run")
        # Until the command ends: two edits at once would each write what it made of the same file.
        click.get_current_context().with_resource(held(path))
    source = read_one(path, values["stdin_filename"], MAX_EDITED_ITEMS)
    check_profile(source.data, source.path)
    found = Opened(path, source, read(source.data), values["release"] or project.release, values["colour"])
    if must_load:
        _check(found)
    return found


def _check(found: Opened) -> None:
    # What a requestor loads, an acceptor does, too.
    if loaded(found.document, found.release, "acceptor") is None:
        problem = Loading(found.document, found.release, "acceptor", most=1).problems[0]
        error = LoadError(problem.code, problem.message, problem.span)
        show_error(found.source, error, found.release, found.colour)
        click.echo(f"asprofile: {printable(found.source.path)}: {_remedy(found)}", err=True)
        done(2)


def _remedy(found: Opened) -> str:
    """What the linter's fixes would do for a file that does not load."""
    # Not needed for files that load.
    from asprofile.lint.fixes.rounds import fix
    from asprofile.lint.run import LintOptions

    settings = LintOptions(release=found.release)
    # Of larger files the linter has no fixes.
    tried = ((False, "--fix"), (True, "--fix --unsafe-fixes")) if extent(found.document.tree.count) == "all" else ()
    for unsafe, flags in tried:
        fixed = fix(found.source, settings, unsafe=unsafe)
        if not Loading(read(fixed.data), found.release, "acceptor").problems:
            codes = ", ".join(dict.fromkeys(finding.code for finding in fixed.applied))
            return f"it does not load; `{command('lint')} {flags}` would mend that ({codes}), --diff shows how"
    return f"it does not load; `{command('lint')}` says what is wrong and what to write instead"


def conclude(found: Opened, edited: Edited, values: dict[str, Any]) -> NoReturn:
    """Say what was done; write the file, or show what would be written. Ends the command."""
    quiet, diff, output = values["quiet"], values["diff"], _elsewhere(found.path, values)
    changed = edited.data != found.source.data
    # Before anything is written: an error here leaves the file alone.
    warnings = (*edited.warnings, *_new_findings(found, edited.data))
    if not diff:
        _write(found, edited.data, output, changed=changed, force=values["force"])
    name = found.source.path if output is None or output == STDIN else output
    for line in () if quiet else _some(edited.done) or ("nothing to do",):
        _say(name, line, found.colour)
    for line in _some(warnings):
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


def profile_of(found: Opened, name: str) -> str:
    """The name of the profile that is meant: the one that is said, or the only one."""
    return name or only_of(list(Loading(found.document, found.release, "acceptor").config.profiles), found.path)


def in_turn(found: Opened, edits: Iterable[Callable[[Document], Edited]]) -> Edited:
    """Several edits, each of what the one before has made."""
    data = found.source.data
    said: list[str] = []
    warnings: list[str] = []
    for edit in edits:
        edited = edit(read(data))
        data = edited.data
        said += edited.done
        warnings += edited.warnings
    return Edited(data, tuple(said), tuple(warnings))


def _say(name: str, line: str, colour: str) -> None:
    style = style_for(colour, sys.stderr)
    click.echo(f"{style(printable(name), 'bold')}: {printable(brief(line))}", err=True)


def _new_findings(found: Opened, data: bytes) -> Iterator[str]:
    """What the linter says of the lines that are new, and did not say before."""
    before = found.source
    if data == before.data:
        return
    if extent(found.document.tree.count) != "all":
        yield f"over {MOST_FOR_ALL:,} headers and entries: the changed file was not linted, `{command('lint')}` does it"
        return
    from asprofile.lint.run import LintOptions, lint

    settings = LintOptions(release=found.release)
    known = {(finding.code, finding.message) for finding in lint(before, settings).findings}
    old = {before.line_text(line) for line in range(1, len(before.line_starts) + 1)}
    after = Source(data, before.path)
    for finding in lint(after, settings).findings:
        line = after.line_of(finding.span.start)
        if finding.severity == "info" or (finding.code, finding.message) in known or after.line_text(line) in old:
            continue
        yield f"line {line}: {finding.code} {finding.message}"
