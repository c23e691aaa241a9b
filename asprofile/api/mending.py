"""What would make a profile file load that a release refuses."""

from __future__ import annotations

from dataclasses import dataclass

from asprofile.lint.extent import MOST_FOR_ALL
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions
from asprofile.model.document import read
from asprofile.model.loadings import loaded
from asprofile.syntax.recognise import has_more_items
from asprofile.text import Source


@dataclass(frozen=True, slots=True)
class MendingFixes:
    """The rules whose fixes would make a file load; ``unsafe``: not the safe ones alone."""

    codes: tuple[str, ...]
    unsafe: bool


def mending_fixes(source: Source, release: str) -> MendingFixes | None:
    """The linter's fixes after which the release loads the file; None if they are not enough."""
    # Of larger files the linter has no fixes.
    if has_more_items(source.data, MOST_FOR_ALL):
        return None
    for unsafe in (False, True):
        fixed = fix(source, LintOptions(release=release), unsafe=unsafe)
        if loaded(read(fixed.data), release, "acceptor") is not None:
            return MendingFixes(tuple(dict.fromkeys(finding.code for finding in fixed.applied)), unsafe)
    return None
