"""``asprofile fmt``."""

from __future__ import annotations

import sys

import click

from asprofile.cli import options
from asprofile.cli.diffs import show_diff
from asprofile.cli.files import STDIN, NoProfile, Unreadable, check_profile, each_once, for_people, of_usual_length
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import Unwritable, replace_file
from asprofile.edit import Refusal, format_document
from asprofile.lint.render.text import located
from asprofile.model import read
from asprofile.printing import printable, visible
from asprofile.text import Source


@click.command(short_help="Lay out profile files.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change, with exit status 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, with exit status 1.")
@click.option("--renumber", is_flag=True, help="Number entries behind a gap anew, so that DCMTK reads them too.")
@click.option("--stdin-filename", default="<stdin>", metavar="NAME", help="The name of standard input in messages.")
@options.skip_others
@options.colour
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
def command(
    paths: tuple[str, ...],
    check: bool,
    diff: bool,
    renumber: bool,
    stdin_filename: str,
    skip_others: bool,
    colour: str,
    quiet: bool,
) -> None:
    """Lay out association profiles: `=` aligned in each section, one blank line between sections, no blanks at line
    ends, one kind of line end. Names, values and comments stay as they are, and DCMTK loads the same as before. A file
    with text that could not be kept, or that DCMTK would not read as it looks, is refused and left alone.

    PATH is a file, `-` for standard input (the result goes to standard output), or a directory, which is walked for
    files that are association profiles.
    """
    run = _Run(check, diff, renumber, colour, quiet)
    for path, found in each_once(paths, stdin_filename, skip_others=skip_others):
        source = of_usual_length(found)
        if isinstance(source, Unreadable):
            run.fail(str(source))
        else:
            run.file(path, source)
    if run.files or not skip_others:
        run.summarise()
    if run.failed:
        done(2)
    done(1 if run.changed and (check or diff) else 0)


class _Run:
    """One run over files, and what came of them."""

    def __init__(self, check: bool, diff: bool, renumber: bool, colour: str, quiet: bool) -> None:
        self.failed = 0
        self.changed = 0
        self._unchanged = 0
        self._check = check
        self._diff = diff
        self._renumber = renumber
        self._colour = colour
        self._quiet = quiet

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
            check_profile(source.data, source.path)
        except NoProfile as error:
            self.fail(str(error))
            return
        result = format_document(read(source.data), renumber=self._renumber)
        if isinstance(result, Refusal):
            self.failed += 1
            style = style_for(self._colour, sys.stderr)
            for line in located(for_people(source), result.span, f"not formatted: {result.reason}", style):
                click.echo(line, err=True)
            return
        if result.data == source.data:
            self._unchanged += 1
            if path == STDIN and not (self._check or self._diff):
                click.echo(result.data, nl=False)
        else:
            self._changed(path, source, result.data)

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
