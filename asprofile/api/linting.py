"""Findings in a profile file, and their fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.api.inputs import Input, source_of
from asprofile.api.words import Words, role_of, words_of
from asprofile.lint.run import LintOptions, LintReport
from asprofile.lint.run import lint as lint_source
from asprofile.names.releases import LATEST, parse_release

if TYPE_CHECKING:
    from asprofile.lint.fixes.rounds import Fixed
    from asprofile.model.words import AssociationRole


def lint(
    source: Input,
    *,
    release: str = LATEST,
    role: AssociationRole | None = None,
    select: Words = ("ALL",),
    ignore: Words = (),
) -> LintReport:
    """What is wrong with a profile file: what DCMTK refuses, what it silently loses, and contexts that no object
    can use; with the place, and what to write instead.

    Args:
        source: A path, the bytes of a file, or what was read before.
        release: The DCMTK release that shall load it.
        role: Who loads it, ``"requestor"`` or ``"acceptor"``; None: as far as the file shows it.
        select: The rules that run: codes, prefixes such as ``"AP2"``, or ``"ALL"``.
        ignore: The rules that do not; the more exact code decides.

    Returns:
        The findings in the order of their places, and how many more a comment in the file silences.

    Raises:
        ConfigurationError: A code is no rule.
        UnknownRelease: There are no tables for that release.
        OSError: A path cannot be read.

    Examples:
        >>> report = asprofile.lint("slips.cfg", ignore="AP6")
        >>> for finding in report.findings:
        ...     line = report.source.line_of(finding.span.start)
        ...     print(f"{line}: {finding.code} {finding.severity}")
        4: AP201 error

    The rules, each with its source: https://asprofile.readthedocs.io/rules/.
    """
    return lint_source(source_of(source), _settings(release, role, select, ignore))


def fix(
    source: Input,
    *,
    release: str = LATEST,
    role: AssociationRole | None = None,
    select: Words = ("ALL",),
    ignore: Words = (),
    unsafe_fixes: bool = False,
) -> Fixed:
    """The file with all safe fixes applied: every release that loaded it loads the same from it afterwards, or more,
    which a slip had lost. The file itself is left alone.

    Args:
        source: A path, the bytes of a file, or what was read before.
        release: The DCMTK release that shall load it.
        role: Who loads it, ``"requestor"`` or ``"acceptor"``; None: either.
        select: The rules whose findings are fixed.
        ignore: The rules whose findings are not.
        unsafe_fixes: Apply the other fixes too, which change what is proposed or accepted.

    Returns:
        The file as it came out (``data``), the findings that were fixed (``applied``), and those that are left
        (``report``).

    Raises:
        ConfigurationError: A code is no rule.
        UnknownRelease: There are no tables for that release.
        OSError: A path cannot be read.

    Examples:
        >>> fixed = asprofile.fix("slips.cfg")
        >>> [finding.code for finding in fixed.applied]
        ['AP201']
        >>> fixed.data.split(b"\\n")[3]
        b'TransferSyntax2 = LittleEndianImplicit'
    """
    # Not needed to lint.
    from asprofile.lint.fixes.rounds import fix as fix_source

    return fix_source(source_of(source), _settings(release, role, select, ignore), unsafe=unsafe_fixes)


def _settings(release: str, role: AssociationRole | None, select: Words, ignore: Words) -> LintOptions:
    return LintOptions(parse_release(release), role_of(role), words_of(select), words_of(ignore))
