"""Prose and tables as wide as the terminal.

Not here: colour, and whether there is a terminal (``terminal``), which every command needs.
"""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.printing import Style

_WIDEST: Final = 100
"""Columns beyond which lines of prose are hard to read."""
_UNKNOWN: Final = (80, 24)


def width() -> int:
    """Columns for prose: those of the terminal, or of COLUMNS, 80 where there is neither, and 100 at most."""
    return max(30, min(shutil.get_terminal_size(_UNKNOWN).columns, _WIDEST))


def folded(text: str, columns: int, indent: str = "") -> str:
    """Prose in lines of so many columns; the first begins as ``text`` does, the others with ``indent``."""
    lines = textwrap.wrap(
        text, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, expand_tabs=False
    )
    return "\n".join(lines)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], style: Style) -> list[str]:
    """Lines of a table whose last column is prose, folded to the terminal. What is a number stands to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head) - 1)]
    numbers = [all(row[place].isdecimal() for row in rows) for place in range(len(head) - 1)]
    left = sum(widths) + 2 * len(widths)
    columns = max(width() - left, 30)
    lines = []
    for row in (head, *rows):
        cells = [
            cell.rjust(size) if is_number else cell.ljust(size)
            for cell, size, is_number in zip(row, widths, numbers, strict=False)
        ]
        first, *more = folded(row[-1], columns).split("\n")
        line = "  ".join((*cells, first)).rstrip()
        lines.append(style(line, "bold") if row is head else line)
        lines += [" " * left + one for one in more]
    return lines
