"""``asprofile lint --fix`` and ``--diff``: fixed files written, printed or shown as diffs, and what is said of that."""

from __future__ import annotations

from collections.abc import Iterator

import click

from asprofile import fix
from asprofile.api.files import STDIN
from asprofile.cli.diffs import show_diff
from asprofile.cli.parallel import lint_with
from asprofile.cli.writing import Unwritable, replace_file
from asprofile.lint.run import LintOptions, LintReport
from asprofile.printing import plural, printable
from asprofile.text import Source


class Fixing:
    """Fixes one file after the other; ``only_show`` prints diffs and leaves the files alone.

    ``changed`` is whether any file was fixed or would be, ``failed`` whether one could not be written.
    """

    def __init__(self, settings: LintOptions, colour: str, *, unsafe: bool, only_show: bool) -> None:
        self.settings = settings
        self.failed = False
        self._colour = colour
        self._unsafe = unsafe
        self._only_show = only_show
        self._files = 0
        self._findings = 0
        self._unsafe_left = 0
        self._withheld: set[str] = set()

    @property
    def changed(self) -> bool:
        return self._files > 0

    def run(self, path: str, source: Source) -> LintReport:
        """Fix what was read from ``path`` (``-``: the fixed file goes to stdout); the report on what is left."""
        settings = self.settings
        fixed = fix(
            source,
            release=settings.release,
            role=settings.role,
            select=settings.select,
            ignore=settings.ignore,
            unsafe_fixes=self._unsafe,
        )
        if self._only_show:
            show_diff(source.path, source.data, fixed.data, self._colour)
        elif path == STDIN:
            click.echo(fixed.data, nl=False)
        elif fixed.data != source.data:
            try:
                replace_file(source.path, fixed.data, source.data)
            except Unwritable as error:
                click.echo(f"asprofile: {printable(str(error))}", err=True)
                self.failed = True
                return lint_with(source, settings)
        left = [finding for finding in fixed.report.findings if finding.fix is not None]
        self._unsafe_left += sum(not finding.fix.safe for finding in left if finding.fix is not None)
        self._withheld |= {finding.code for finding in fixed.withheld} & {finding.code for finding in left}
        if fixed.data != source.data:
            self._files += 1
            self._findings += len(fixed.applied)
        return fixed.report

    def summary(self) -> Iterator[str]:
        """How much was fixed, and which fixes were not believed."""
        if self._files:
            what = "would fix" if self._only_show else "fixed"
            yield f"{what} {plural(self._findings, 'finding')} in {plural(self._files, 'file')}"
        if self._unsafe_left and not self._unsafe:
            yield f"{self._unsafe_left} more with --unsafe-fixes, which change what is proposed or accepted"
        if self._withheld:
            codes = ", ".join(sorted(self._withheld))
            yield f"not every fix of {codes} was applied: it would have changed, or broken, what DCMTK loads today"
