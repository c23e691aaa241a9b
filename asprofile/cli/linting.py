"""What ``asprofile lint`` does, once its options are read: files in, reports out, an exit status.

Knows nothing of click, so that the plain ``asprofile lint FILE`` starts without it; ``lint`` reads the options.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from asprofile.api.files import STDIN, NoProfile, UnreadableFile, check_profile, each_once, excluder
from asprofile.cli.reporting import report, say, say_all
from asprofile.errors import ConfigurationError
from asprofile.lint.hit import Severity, at_least
from asprofile.lint.run import LintOptions, LintReport
from asprofile.lint.select import checked, expanded, selected
from asprofile.printing import plural, printable
from asprofile.settings.finding import chosen
from asprofile.settings.project import ProjectSettings
from asprofile.text import UNNAMED, Source
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.cli.fixing import Fixing
    from asprofile.model.words import AssociationRole


class LintRequest(Value):
    """The command line, with the defaults of its options; None and () leave it to the settings."""

    paths: tuple[str, ...]
    release: str | None = None
    role: AssociationRole | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fail_on: Severity | None = None
    exit_zero: bool = False
    exclude: tuple[str, ...] = ()
    form: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    add_ignores: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None
    jobs: int | None = None
    stdin_filename: str = UNNAMED
    skip_others: bool = False
    settings_file: Path | None = None
    isolated: bool = False
    show_settings: bool = False
    colour: str = "auto"
    quiet: bool = False
    verbose: bool = False


def run(request: LintRequest) -> int:
    """Do it; the exit status."""
    project = chosen(request.settings_file, request.isolated)
    settings = _settings(request, project)
    fail_on = request.fail_on or project.lint.fail_on
    if request.show_settings:
        from asprofile.cli.settings_text import settings_text

        if request.role is not None:
            project = replaced(project, per_file_role=())
        say_all(settings_text(project, settings, fail_on))
        return 0
    return _Run(request, project, settings, fail_on).status()


def _settings(request: LintRequest, project: ProjectSettings) -> LintOptions:
    if project.path is not None:
        _check_codes(project)
    settings = LintOptions(
        request.release or project.release,
        request.role or project.role,
        (request.select or project.lint.select) + project.lint.extend_select + request.extend_select,
        project.lint.ignore + request.ignore,
    )
    selected(settings.select, settings.ignore)
    return settings


def _check_codes(project: ProjectSettings) -> None:
    """Wrong codes in the settings are said to be there, not on the command line."""
    lint = project.lint
    said = {"select": lint.select, "extend-select": lint.extend_select, "ignore": lint.ignore}
    tables: dict[tuple[str, ...], tuple[str, ...]] = {("lint", key): codes for key, codes in said.items()}
    tables |= {("lint", "per-file-ignores", pattern): codes for pattern, codes in lint.per_file_ignores}
    for keys, codes in tables.items():
        try:
            for code in codes:
                checked(code)
        except ConfigurationError as error:
            raise project.error(keys, str(error)) from None


class _Run:
    """One run over all files."""

    def __init__(
        self, request: LintRequest, project: ProjectSettings, settings: LintOptions, fail_on: Severity
    ) -> None:
        self.request = request
        self.project = project
        self.settings = settings
        self.fail_on = fail_on
        self.failed = False

    def status(self) -> int:
        request = self.request
        fixing = self._fixing() if request.fix or request.diff else None
        if request.write_baseline is not None:
            self._check_baseline(request.write_baseline)
        # Each file is read just before it is fixed; those that are only linted may be spread over processes.
        files = [] if fixing else list(self._files())
        reports = self._fixed(self._files(), fixing) if fixing else self._linted(files)
        if request.baseline is not None:
            reports = self._new(reports, request.baseline)
        if request.write_baseline is not None:
            self._write_baseline(reports, request.write_baseline)
        elif request.add_ignores:
            self._add_ignores([path for path, _ in files], reports)
        else:
            return self._report(reports, fixing)
        return 2 if self.failed else 0

    def _files(self) -> Iterator[tuple[str, Source]]:
        """What is read, each once, with the argument that it comes from."""
        request, found = self.request, False
        for path, source in each_once(
            request.paths or (".",),
            request.stdin_filename,
            skip_others=request.skip_others,
            excluded=excluder(self.project, request.exclude),
        ):
            if isinstance(source, UnreadableFile):
                self._fail(source)
            elif self._may_be_written(path, source):
                found = True
                yield path, source
        if not found and not self.failed and not self.request.skip_others:
            say("asprofile: no association profile in there; a file that is named is always checked", err=True)

    def _may_be_written(self, path: str, source: Source) -> bool:
        """Whether nothing is to be written, or it is a profile; what is none is said to be, and passed through."""
        if not (self.request.fix or self.request.diff or self.request.add_ignores):
            return True
        try:
            check_profile(source.data, source.path)
        except NoProfile as error:
            self._fail(error)
            if path == STDIN and not self.request.diff:
                sys.stdout.buffer.write(source.data)
                sys.stdout.buffer.flush()
            return False
        return True

    def _fail(self, error: Exception) -> None:
        """Say what could not be done; the other files are still done."""
        self.failed = True
        say(f"asprofile: {printable(str(error))}", err=True)

    def _settings_for(self, name: str) -> LintOptions:
        """Those for a file of that name. An exact code among the ignored ones wins over every selection."""
        ignored = self.project.ignored_in(name)
        role = self.request.role or self.project.role_of(name)
        if not ignored and role == self.settings.role:
            return self.settings
        return replaced(self.settings, role=role, ignore=self.settings.ignore + expanded(ignored))

    def _linted(self, files: Sequence[tuple[str, Source]]) -> list[LintReport]:
        from asprofile.cli.parallel import lint_all

        return lint_all([source for _, source in files], self._settings_for, self.request.jobs)

    def _fixing(self) -> Fixing:
        # Not needed where nothing is fixed.
        from asprofile.cli.fixing import Fixing

        request = self.request
        return Fixing(self.settings, request.colour, unsafe=request.unsafe_fixes, only_show=request.diff)

    def _fixed(self, files: Iterable[tuple[str, Source]], fixing: Fixing) -> list[LintReport]:
        reports = []
        for path, source in files:
            fixing.settings = self._settings_for(source.path)
            reports.append(fixing.run(path, source))
        return reports

    def _new(self, reports: list[LintReport], name: Path) -> list[LintReport]:
        from asprofile.cli.baselines import BaselineFile

        ran = frozenset(rule.code for rule in selected(self.settings.select, self.settings.ignore))
        return BaselineFile(name).without_known(reports, ran, quiet=self.request.quiet)

    def _check_baseline(self, name: Path) -> None:
        from asprofile.cli.baselines import BaselineFile

        BaselineFile(name).check()

    def _write_baseline(self, reports: list[LintReport], name: Path) -> None:
        from asprofile.cli.baselines import BaselineFile

        BaselineFile(name).write(reports)
        count = sum(len(report.findings) for report in reports)
        self._say(f"wrote {plural(count, 'finding')} to {printable(str(name))}")

    def _add_ignores(self, paths: Sequence[str], reports: Sequence[LintReport]) -> None:
        from asprofile.cli.ignoring import add_ignores

        comments = files = 0
        for path, found in zip(paths, reports, strict=True):
            added = add_ignores(path, found, self._settings_for(found.source.path), self._fail)
            comments += added
            files += added > 0
        self._say(f"added {plural(comments, 'comment')} to {plural(files, 'file')}")

    def _report(self, reports: list[LintReport], fixing: Fixing | None) -> int:
        request = self.request
        report(
            reports,
            request.form,
            colour=request.colour,
            # That nothing was found in no file at all need not be said.
            quiet=request.quiet or not reports,
            to_stderr=request.diff or (request.fix and STDIN in request.paths),
            fail_on=self.fail_on,
            fixes=fixing is None,
            verbose=request.verbose,
            left=("would be left" if request.diff else "left") if fixing is not None and fixing.changed else "",
        )
        if fixing is not None:
            for line in fixing.summary():
                self._say(line)
        if self.failed or (fixing is not None and fixing.failed):
            return 2
        if request.exit_zero:
            return 0
        found = any(at_least(finding.severity, self.fail_on) for each in reports for finding in each.findings)
        return 1 if found or (request.diff and fixing is not None and fixing.changed) else 0

    def _say(self, line: str) -> None:
        if not self.request.quiet:
            say(line, err=True)
