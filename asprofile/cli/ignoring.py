"""``asprofile lint --add-ignores``: files with suppression comments written, or printed."""

from __future__ import annotations

import sys
from collections.abc import Callable

from asprofile.api.files import STDIN
from asprofile.cli.writing import Unwritable, replace_file
from asprofile.lint.fixes.ignores import ignores
from asprofile.lint.run import LintOptions, LintReport
from asprofile.text import apply_edits


def add_ignores(path: str, report: LintReport, settings: LintOptions, fail: Callable[[Exception], None]) -> int:
    """Comment on what was found in the file read from ``path`` (``-``: the file goes to stdout); how many comments.

    ``fail`` is told what could not be written.
    """
    edits = ignores(report, settings)
    data = apply_edits(report.source.data, edits)
    if path == STDIN:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif edits:
        try:
            replace_file(report.source.path, data, report.source.data)
        except Unwritable as error:
            fail(error)
            return 0
    return len(edits)
