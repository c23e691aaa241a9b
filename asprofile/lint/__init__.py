"""The linter: rules over one exact reading of a file, findings with positions and fixes.

Pure: a file's bytes and the settings in, findings out. Reading files, choosing an exit status and printing are the
command line's. The names below are imported when first used: the settings of a project need the names of severities,
and a command that sends should not wait for the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile import when_first_used

_PUBLIC = {
    "Finding": "asprofile.lint.finding",
    "Fix": "asprofile.lint.hit",
    "Severity": "asprofile.lint.hit",
    "LintOptions": "asprofile.lint.run",
    "lint": "asprofile.lint.run",
}

__all__ = ["Finding", "Fix", "LintOptions", "Severity", "lint"]

if TYPE_CHECKING:
    from asprofile.lint.finding import Finding
    from asprofile.lint.hit import Fix, Severity
    from asprofile.lint.run import LintOptions, lint


__getattr__ = when_first_used(__name__, _PUBLIC)
