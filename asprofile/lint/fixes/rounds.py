"""Applying the fixes of findings: those that do not get in each other's way at once, then again on what comes out,
until nothing is left to be fixed.

Pure. A rule says whether its fix is safe; here that is checked before it is believed. What a fix changes is the rule's
business, writing files the command line's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from asprofile.lint.finding import Finding
from asprofile.lint.fixes.conflicts import Conflicts
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.model.kept import Loadings, keeps_model, still_loads
from asprofile.model.words import ASSOCIATION_ROLES
from asprofile.text import Edit, Source, apply_edits
from asprofile.value import Value

# Bytes of a header or entry, with its line end and the comments and empty lines around it.
_USUAL_ITEM = 32

# Headers and entries that are read for rounds and for checks of fixes, each of which reads the whole file. A file of
# usual size has some hundred; of a very large one some fixes are made, and the next run makes the next ones.
MOST_READ = 60_000

# Fixes that renumber a list get in each other's way, so each entry of a list may need a round of its own. DCMTK's
# longest list has 212 entries.
MAX_ROUNDS = 300


class Fixed(Value):
    """A file with fixes applied.

    ``applied`` are the findings whose fixes were, in the order in which that happened; their positions are those of
    the file at that time. ``withheld`` are, in the same way, the findings whose fix is called safe but would have
    changed what some release loads (with ``unsafe`` it was then taken for an unsafe one), or would have left a file
    that does not load: a fault of the rule, or of what the fix brings back. ``report`` is on what came out: its source,
    and what is left to be found there.
    """

    applied: tuple[Finding, ...]
    withheld: tuple[Finding, ...]
    report: LintReport

    @property
    def data(self) -> bytes:
        """The file as it came out."""
        return self.report.source.data


Check = Callable[[Loadings, Loadings], bool]


class _Work:
    """How much has been read; nothing more is begun when that is enough."""

    def __init__(self) -> None:
        self._read = 0

    @property
    def may_go_on(self) -> bool:
        return self._read <= MOST_READ

    def read(self, loadings: Loadings) -> None:
        # What DCMTK takes for no entry at all is looked at, too: it may be mended.
        self._read += max(loadings.document.tree.count, len(loadings.data) // _USUAL_ITEM)


def fix(source: Source, settings: LintOptions | None = None, *, unsafe: bool = False) -> Fixed:
    """The file with all safe fixes applied, and with ``unsafe`` then the others, until none is left.

    A safe fix is applied only when every release that loaded the file loads the same from it afterwards, or more; an
    unsafe one only when the release of the settings still loads the file if it did before. Both are about the role of
    the settings; where they leave it open, about either.
    """
    settings = settings or LintOptions()
    roles = ASSOCIATION_ROLES if settings.role is None else (settings.role,)
    applied: list[Finding] = []
    withheld: list[Finding] = []
    seen = {source.data}
    report, loadings = lint(source, settings), Loadings(source.data)

    def keeps(before: Loadings, after: Loadings) -> bool:
        return keeps_model(before, after, roles)

    def loads(before: Loadings, after: Loadings) -> bool:
        return still_loads(before, after, settings.release, roles)

    work = _Work()
    for _ in range(MAX_ROUNDS):
        work.read(loadings)
        if not work.may_go_on:
            break
        fixable = [finding for finding in report.findings if _changes(finding, loadings.data)]
        # The unsafe ones wait until the safe ones are done: each is then judged on a file as sound as can be.
        chosen, refused = _chosen([finding for finding in fixable if _is_safe(finding)], loadings, keeps, work)
        withheld += refused
        if not chosen and unsafe:
            chosen, refused = _chosen(fixable, loadings, loads, work)
            withheld += refused
        loadings = _after(loadings, chosen)
        # A file seen before: two rules that undo each other's fixes would go on for ever.
        if loadings.data in seen:
            break
        seen.add(loadings.data)
        applied += chosen
        report = lint(Source(loadings.data, source.path), settings)
    return Fixed(tuple(applied), _each_once(withheld), report)


def _chosen(
    wanted: Sequence[Finding], before: Loadings, check: Check, work: _Work
) -> tuple[list[Finding], list[Finding]]:
    """Of the findings, in order, those whose fixes can be applied together, and those whose fix fails the check."""
    if not wanted:
        return [], []
    conflicts = Conflicts(before.document)
    together = [finding for finding in wanted if conflicts.add(_edits(finding))]
    if _passes(before, together, check):
        return together, []
    return _chosen_one_by_one(wanted, before, check, work)


def _chosen_one_by_one(
    wanted: Sequence[Finding], before: Loadings, check: Check, work: _Work
) -> tuple[list[Finding], list[Finding]]:
    chosen: list[Finding] = []
    refused: list[Finding] = []
    conflicts = Conflicts(before.document)
    for finding in wanted:
        if not conflicts.fits(_edits(finding)):
            continue
        work.read(before)
        if not work.may_go_on:
            break
        if _passes(before, [*chosen, finding], check):
            conflicts.add(_edits(finding))
            chosen.append(finding)
        elif not _passes(before, [finding], check):
            refused.append(finding)
    return chosen, refused


def _passes(before: Loadings, findings: Iterable[Finding], check: Check) -> bool:
    return check(before, _after(before, findings))


def _after(before: Loadings, findings: Iterable[Finding]) -> Loadings:
    # Findings that one and the same change mends have equal edits, which are made once. Thousands may share one fix of
    # thousands of edits: that is seen before its edits are compared.
    fixes = {id(edits): edits for edits in map(_edits, findings)}
    edits = dict.fromkeys(edit for fix_edits in fixes.values() for edit in fix_edits)
    return Loadings(apply_edits(before.data, edits))


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix is not None else ()


def _changes(finding: Finding, data: bytes) -> bool:
    return any(data[edit.span.start : edit.span.end] != edit.replacement for edit in _edits(finding))


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safe


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is refused is refused again in the next round, at another place perhaps."""
    return tuple({(finding.code, finding.message): finding for finding in findings}.values())
