"""What ``asprofile send`` does with a result as it comes: a line, a piece of the report, a new name for the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from asprofile.cli import send_report
from asprofile.cli.sending import rename
from asprofile.printing import printable
from asprofile.send.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.cli.growing_report import GrowingReport
    from asprofile.cli.progress import Progress
    from asprofile.cli.send_report import Style
    from asprofile.send.outcome import ObjectResult


class Teller:
    """Results in the order of the input, one at a time; ``form`` is text, json or jsonl."""

    def __init__(
        self,
        progress: Progress,
        form: str,
        style: Style,
        *,
        verbose: bool,
        quiet: bool,
        renaming: bool,
        report: GrowingReport | None,
    ) -> None:
        self._progress = progress
        self._form = form
        self._verbose = verbose
        self._renaming = renaming
        self._report = report
        self._lines = send_report.printer(style, verbose=verbose, quiet=quiet)

    def result(self, result: ObjectResult) -> None:
        """An object has ended."""
        if self._form == "text":
            for line in self._lines(result):
                self._progress.say(line)
        elif self._form == "jsonl":
            click.echo(send_report.result_line(result))
        if self._report is not None:
            self._report.add(send_report.report_block(result))
        if self._renaming and result.sop_class is not None and result.outcome is not Outcome.NOT_SENT:
            self._note(rename(result))

    def skipped(self, path: Path, reason: str) -> None:
        """A file is no object."""
        if self._form == "jsonl":
            click.echo(send_report.skipped_line(path, reason))
        elif self._form == "text" and self._verbose:
            self._progress.say(printable(f"{path}: skipped: {reason}"))

    def _note(self, problem: str) -> None:
        if problem and self._form == "text":
            self._progress.say(printable(problem))
        elif problem:
            click.echo(f"asprofile: {printable(problem)}", err=True)
