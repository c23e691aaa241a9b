"""The last step: the text of the file is checked like a user's file before anybody gets it.

What a profile offers is decided before. This step makes sure that the text is in canonical form, lints clean, and that
every release that it names loads exactly what was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from asprofile.edit.fmt import Formatted, format_document
from asprofile.generate.render import render
from asprofile.generate.request import ProfileRequest
from asprofile.lint.finding import Finding
from asprofile.lint.fixes.ignores import ignores
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.names.releases import LATEST, RELEASES, at_least
from asprofile.text import Edit, Source, apply_edits


class NotAsPromised(AssertionError):
    """A file that is not what it should be: a mistake of ours, not of the user's."""


@dataclass(frozen=True, slots=True)
class Made:
    """The text of a file. ``silenced``: the warnings for which a comment was put into it; ``left``: findings that are
    in it and no comment silences, since they are errors, or of a rule that finds errors, too."""

    text: str
    silenced: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()

    @property
    def notes(self) -> Iterator[str]:
        """What there is to be told of the file, a sentence each."""
        for severity, found in (("silenced in it by a comment", self.silenced), ("not silenced in it", self.left)):
            by_code: dict[str, list[Finding]] = {}
            for one in found:
                by_code.setdefault(one.code, []).append(one)
            for code, several in by_code.items():
                more = f" ({len(several)} times)" if len(several) > 1 else ""
                yield f"{severity}: {several[0].severity} {code}{more}, {several[0].message}"


def finished(requests: tuple[ProfileRequest, ...], header: str) -> str:
    """The file with these profiles. Raises NotAsPromised if the linter would warn of something."""
    return made(requests, header).text


def made(requests: tuple[ProfileRequest, ...], header: str, reason: str = "") -> Made:
    """The file with these profiles, and what the linter says of it.

    ``reason`` says in a few words why there are contexts that the linter would warn about (objects that exist, a log):
    such warnings are silenced by a comment with that reason; errors are not. Without a reason there must be no
    warnings. Raises NotAsPromised.
    """
    first, *others = (replace(one, header=header) for one in requests)
    data = render(first, *others).encode("ascii")
    if not reason:
        check(data, requests)
        return Made(data.decode("ascii"))
    report = _bad(data, first, LATEST)
    wrong = {one.code for one in report.findings if one.severity == "error"}
    silenced = tuple(one for one in report.findings if one.code not in wrong)
    if silenced:
        edits = ignores(LintReport(report.source, silenced, report.suppressed), _settings(first, LATEST))
        data = apply_edits(data, (Edit(edit.span, _with_reason(edit.replacement, reason)) for edit in edits))
    check(data, requests, wrong)
    return Made(data.decode("ascii"), silenced, tuple(one for one in report.findings if one.code in wrong))


def check(data: bytes, requests: tuple[ProfileRequest, ...], known: Collection[str] = ()) -> None:
    """Raise NotAsPromised unless the file is in canonical form, lints without errors and warnings but those of the
    ``known`` codes, and every release from the oldest on loads these profiles from it.
    """
    formatted = format_document(read(data))
    if not isinstance(formatted, Formatted) or formatted.data != data:
        raise NotAsPromised("the file that was made is not in canonical form")
    for release in RELEASES:
        if at_least(release, requests[0].oldest):
            _check_loaded(data, requests, release)
    for release in dict.fromkeys((requests[0].oldest, LATEST)):
        bad = [
            f"{one.code} {one.message}" for one in _bad(data, requests[0], release).findings if one.code not in known
        ]
        if bad:
            raise NotAsPromised(f"the file that was made has findings: {bad[0]}")


def _check_loaded(data: bytes, requests: tuple[ProfileRequest, ...], release: str) -> None:
    loading = Loading(read(data), release, requests[0].role)
    if loading.problems:
        raise NotAsPromised(f"DCMTK {release} does not load the file that was made: {loading.problems[0].message}")
    for request in requests:
        profile = loading.config.use(request.name)
        loaded = [(one.abstract_syntax, one.transfer_syntaxes) for one in profile.contexts]
        asked = [(one.abstract_syntax, one.syntaxes.uids) for one in request.contexts]
        roles = {one.abstract_syntax: one.role for one in profile.contexts if one.role != "default"}
        extended = [(one.sop_class, one.data) for one in profile.extended]
        if (loaded, roles, extended) != (asked, dict(request.roles), list(request.extended)):
            raise NotAsPromised(f"DCMTK {release} loads something else than was asked for")


def _settings(request: ProfileRequest, release: str) -> LintOptions:
    return LintOptions(release=release, role=request.role)


def _bad(data: bytes, request: ProfileRequest, release: str) -> LintReport:
    report = lint(Source(data, "generated"), _settings(request, release))
    return LintReport(report.source, tuple(one for one in report.findings if one.severity != "info"), report.suppressed)


def _with_reason(comment: bytes, reason: str) -> bytes:
    line, _, _ = comment.partition(b"\n")
    return line + b" " + reason.encode("ascii", "replace") + b"\n"
