"""What ``asprofile send`` does with a result as it comes: a line, a piece of the report, a new name for the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from asprofile.cli.going_on import Left, words
from asprofile.cli.sending import rename
from asprofile.printing import of_file, printable
from asprofile.report.send.text import printer
from asprofile.send.outcome import Outcome
from asprofile.value import Value

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.cli.growing_report import GrowingReport
    from asprofile.cli.progress import ProgressListener
    from asprofile.printing import Style
    from asprofile.report.send.page import SendingSums
    from asprofile.report.send.sending import Sending
    from asprofile.send.outcome import ObjectResult, SendReport


class Telling(Value):
    """How results are told; ``form`` is one of ``render.STREAMS``. ``is_list``: the PATHs are DICOMDIRs."""

    form: str
    style: Style
    verbose: bool
    quiet: bool
    renaming: bool
    is_list: bool


class Teller:
    """Results in the order of the input, one at a time."""

    def __init__(self, progress: ProgressListener, manner: Telling, report: GrowingReport | None) -> None:
        self._progress = progress
        self._manner = manner
        self._form = manner.form
        self._report = report
        self._lines = printer(manner.style, verbose=manner.verbose, quiet=manner.quiet)
        self._left = Left()
        self._sums: SendingSums | None = None
        if manner.form == "html":
            # Knows all names, which others have no use for.
            from asprofile.report.send.page import SendingSums

            self._sums = SendingSums()

    def result(self, result: ObjectResult) -> None:
        """An object has ended."""
        if self._form == "text":
            for line in self._lines(result):
                self._progress.say(line)
        elif self._form == "jsonl":
            # Loaded where it is wanted, as are reports.
            from asprofile.report.send.json import result_line

            click.echo(result_line(result))
        elif self._sums is not None:
            self._sums.add(result)
        if self._report is not None:
            from asprofile.report.send.file import report_block

            self._report.add(report_block(result))
        self._left.add(result)
        if self._manner.renaming and result.sop_class is not None and result.outcome is not Outcome.NOT_SENT:
            self._note(rename(result))

    def skipped(self, path: Path, reason: str) -> None:
        """A file is no object."""
        if self._form == "jsonl":
            from asprofile.report.send.json import skipped_line

            click.echo(skipped_line(path, reason))
        elif self._form == "text" and self._manner.verbose:
            self._progress.say(f"{of_file(str(path))}: skipped: {printable(reason)}")

    def way_on(self, report: SendReport, report_file: str | None, *, repeat: int) -> str:
        """The command that sends what is left; empty if nothing is, or there is none."""
        if not report.tally.left:
            return ""
        account = report_file if self._report is not None and self._report.is_whole else None
        renamed = self._manner.renaming
        return self._left.command(words(), account, repeated=repeat > 1, renamed=renamed, is_list=self._manner.is_list)

    def end(self, report: SendReport, sending: Sending) -> None:
        """All objects have ended."""
        if self._report is not None:
            from asprofile.report.send.file import report_end

            self._report.add(report_end(report, sending))
        if self._sums is not None:
            click.echo(self._sums.page(report, sending).encode(), nl=False)

    def _note(self, problem: str) -> None:
        if problem and self._form == "text":
            self._progress.say(printable(problem))
        elif problem:
            click.echo(f"asprofile: {printable(problem)}", err=True)
