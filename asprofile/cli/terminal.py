"""Colour, and whether there is a terminal to be coloured; how wide it is."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from asprofile.printing import Style, plain

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def wants_colour(choice: str, stream: TextIO | None) -> bool:
    """``--color``, then FORCE_COLOR, then NO_COLOR (each only when not empty), then a terminal that is not dumb. A
    stream that is closed (None) is none.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR"):
        return False
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """Columns for prose: those of the terminal, or of COLUMNS, 80 where there is neither, and 100 at most, because
    longer lines are hard to read.
    """
    # Only what shows prose or a table has a use for it.
    from shutil import get_terminal_size

    return max(30, min(get_terminal_size((80, 24)).columns, 100))


def style_for(choice: str, stream: TextIO | None = None) -> Style:
    """What colours text, or leaves it."""
    return _coloured if wants_colour(choice, stream or sys.stdout) else plain


def _coloured(text: str, style: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"
