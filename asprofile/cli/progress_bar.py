"""The bar of a terminal, drawn by rich; apart because it is slow to import and needed only there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        sent = task.fields["sent"]
        elapsed = task.elapsed or 0.0
        rate = f" {sent / 1e6 / elapsed:,.1f} MB/s" if elapsed > 0 else ""
        return Text(f"{sent / 1e6:,.1f} MB{rate}")


@contextmanager
def bar(*, colours: bool) -> Iterator[tuple[Progress, TaskID]]:
    """Objects of objects, megabytes, rate, time left; on stderr, gone when done."""
    columns = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    console = Console(file=sys.stderr, no_color=not colours)
    # stdout is left alone: it may be a file, and is written to by ``progress``.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        yield progress, progress.add_task("sending", total=None, sent=0)
