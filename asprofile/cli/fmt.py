"""``asprofile fmt``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import asprofile
from asprofile.api.files import STDIN, UnreadableFile, each_once, excluder, for_people
from asprofile.cli import options
from asprofile.cli.diffs import show_diff
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import Unwritable, check_output, replace_file, write_file
from asprofile.printing import printable, visible
from asprofile.syntax.recognise import profile_only
from asprofile.text import Source


@options.command(
    summary="Lay out profile files.",
    examples=("asprofile fmt my.cfg", "asprofile fmt --check profiles", "asprofile fmt my.cfg -o -"),
)
@options.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options.option(
    "--check",
    heading=options.FIXES,
    is_flag=True,
    help="Write nothing; list the files that would change, with exit status 1.",
)
@options.flag("--diff", heading=options.FIXES)
@options.option(
    "--renumber",
    heading=options.FIXES,
    is_flag=True,
    help="Renumber entries after a gap, so that DCMTK reads them too.",
)
@options.stdin_filename
@options.skip_others
@options.exclude
@options.output
@options.colour
@options.quiet("only what went wrong.")
@options.config
def command(
    paths: tuple[str, ...],
    check: bool,
    diff: bool,
    renumber: bool,
    stdin_filename: str,
    skip_others: bool,
    exclude: tuple[str, ...],
    output: str | None,
    force: bool,
    colour: str,
    quiet: bool,
    settings_file: Path | None,
    isolated: bool,
) -> None:
    """Lay out association profiles: `=` aligned in each section, one blank line between sections, no blanks at line
    ends, one kind of line end. Names, values and comments stay as they are, and DCMTK loads the same as before. A file
    with text that could not be kept, or that DCMTK would not read as it looks, is refused and left alone.

    PATH is a file, `-` for standard input (the result goes to standard output), or a directory, which is walked for
    files that are association profiles. With --output, the result of one file is written there, and the file stays as
    it is.
    """
    _check_output(output, paths, force=force, only_shown=check or diff)
    excluded = excluder(options.project(settings_file, isolated), exclude)
    run = _Run(check, diff, renumber, colour, quiet, output, force)
    for path, source in each_once(paths, stdin_filename, skip_others=skip_others, excluded=excluded):
        if isinstance(source, UnreadableFile):
            run.fail(str(source))
        else:
            run.file(path, source)
    if run.files or not skip_others:
        run.summarise()
    if run.failed:
        done(2)
    done(1 if run.changed and (check or diff) else 0)


def _check_output(output: str | None, paths: tuple[str, ...], *, force: bool, only_shown: bool) -> None:
    check_output(output, force=force, protected=profile_only, inputs=paths)
    if output is not None and (len(paths) > 1 or Path(paths[0]).is_dir()):
        raise click.UsageError("--output is for one file; several are formatted where they are")
    if output is not None and only_shown:
        raise click.UsageError("--check and --diff write nothing; leave out --output")


class _Run:
    """One run over files, and what came of them."""

    def __init__(
        self, check: bool, diff: bool, renumber: bool, colour: str, quiet: bool, output: str | None, force: bool
    ) -> None:
        self.failed = 0
        self.changed = 0
        self._unchanged = 0
        self._check = check
        self._diff = diff
        self._renumber = renumber
        self._colour = colour
        self._quiet = quiet
        self._output = output
        self._force = force

    @property
    def files(self) -> int:
        """How many files there were."""
        return self.failed + self.changed + self._unchanged

    def fail(self, message: str) -> None:
        self.failed += 1
        click.echo(f"asprofile: {printable(message)}", err=True)

    def file(self, path: str, source: Source) -> None:
        """Format what was read from ``path``."""
        try:
            data = asprofile.format(source, renumber=self._renumber)
        except asprofile.NotFormatted as error:
            from asprofile.lint.render.text import located  # much of the linter, for what goes wrong only

            self.failed += 1
            style = style_for(self._colour, sys.stderr)
            for line in located(for_people(source), error.span, f"not formatted: {error}", style):
                click.echo(line, err=True)
            return
        except asprofile.AsprofileError as error:
            self.fail(str(error))
            return
        if self._output is not None:
            write_file(self._output, data, force=self._force, protected=profile_only)
            self._unchanged += data == source.data
            self.changed += data != source.data
        elif data == source.data:
            self._unchanged += 1
            if path == STDIN and not (self._check or self._diff):
                click.echo(data, nl=False)
        else:
            self._changed(path, source, data)

    def _changed(self, path: str, source: Source, data: bytes) -> None:
        if self._diff:
            show_diff(source.path, source.data, data, self._colour)
        if self._check:
            click.echo(f"would be formatted: {visible(source.path)}", err=self._diff)
        elif not self._diff and path == STDIN:
            click.echo(data, nl=False)
        elif not self._diff:
            try:
                replace_file(source.path, data, source.data)
            except Unwritable as error:
                self.fail(str(error))
                return
            if not self._quiet:
                click.echo(f"formatted: {visible(source.path)}", err=True)
        self.changed += 1

    def summarise(self) -> None:
        if not self.files:
            click.echo("asprofile: no association profile in there; a file that is named is always formatted", err=True)
        elif not self._quiet:
            verb = "would be formatted" if self._check or self._diff else "formatted"
            counts = ((self.changed, verb), (self._unchanged, "as it should be"), (self.failed, "not formatted"))
            click.echo("files: " + ", ".join(f"{count} {what}" for count, what in counts if count), err=True)
