"""The linter: rules over one exact reading of a file, findings with positions and fixes.

Pure: a file's bytes and the settings in, findings out. Reading files, choosing an exit status and printing are the
command line's.
"""

from __future__ import annotations

from asprofile.lint.finding import Finding, Fix, Severity
from asprofile.lint.run import Settings, lint

__all__ = ["Finding", "Fix", "Settings", "Severity", "lint"]
