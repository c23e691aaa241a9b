"""The command line: one module a command, imported only when that command runs.

This package is the only place that prints, exits or knows click. Exit status: 0 clean or done, 1 it ran and found
something, 2 it could not do the job.
"""

from __future__ import annotations

from asprofile.cli.start import main

__all__ = ["main"]
