"""The last step: the text of the file, looked at as a user's file would be before anybody gets it.

What a profile offers is decided before. Here it is made sure that the text is in canonical form, lints clean, and that
every release that it names loads exactly what was asked for.
"""

from __future__ import annotations

from dataclasses import replace

from asprofile.generate.render import render
from asprofile.generate.request import Request
from asprofile.lint import Settings, lint
from asprofile.lint.add_ignores import ignores
from asprofile.lint.run import Report
from asprofile.model import Loading, read
from asprofile.names.releases import LATEST, RELEASES, at_least
from asprofile.rewrite import Formatted, format_document
from asprofile.text import Edit, Source, apply_edits


class NotAsPromised(AssertionError):
    """A file that is not what it should be: a mistake of ours, not of the user's."""


def finished(requests: tuple[Request, ...], header: str, reason: str = "") -> str:
    """The file with these profiles.

    ``reason`` says, in a few words, why contexts are there that the linter would warn of (objects that exist, a log):
    such warnings are silenced by a comment with it. Without one there must be none. Raises NotAsPromised.
    """
    first, *others = (replace(one, header=header) for one in requests)
    data = render(first, *others).encode("ascii")
    if reason:
        data = _silenced(data, first, reason)
    check(data, requests)
    return data.decode("ascii")


def check(data: bytes, requests: tuple[Request, ...]) -> None:
    """Raise NotAsPromised unless the file is in canonical form, lints without errors and warnings, and every release
    from the oldest on loads these profiles from it.
    """
    formatted = format_document(read(data))
    if not isinstance(formatted, Formatted) or formatted.data != data:
        raise NotAsPromised("the file that was made is not in canonical form")
    for release in RELEASES:
        if at_least(release, requests[0].oldest):
            _check_loaded(data, requests, release)
    for release in dict.fromkeys((requests[0].oldest, LATEST)):
        bad = [f"{one.code} {one.message}" for one in _bad(data, requests[0], release).findings]
        if bad:
            raise NotAsPromised(f"the file that was made has findings: {bad[0]}")


def _check_loaded(data: bytes, requests: tuple[Request, ...], release: str) -> None:
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


def _settings(request: Request, release: str) -> Settings:
    return Settings(release=release, role=request.role)


def _bad(data: bytes, request: Request, release: str) -> Report:
    report = lint(Source(data, "generated"), _settings(request, release))
    return Report(report.source, tuple(one for one in report.findings if one.severity != "info"), report.suppressed)


def _silenced(data: bytes, request: Request, reason: str) -> bytes:
    report = _bad(data, request, LATEST)
    if not report.findings:
        return data
    edits = ignores(report, _settings(request, LATEST))
    return apply_edits(data, (Edit(edit.span, _with_reason(edit.replacement, reason)) for edit in edits))


def _with_reason(comment: bytes, reason: str) -> bytes:
    line, _, _ = comment.partition(b"\n")
    return line + b" " + reason.encode("ascii", "replace") + b"\n"
