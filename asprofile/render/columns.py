"""Prose and tables that are as wide as they may be (``ReportLook.columns``)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.printing import Style

NARROWEST: Final = 30
"""Columns that prose has beside others, however narrow a terminal is."""


def folded(text: str, columns: int, indent: str = "") -> str:
    """Prose in lines of so many columns; the first begins as ``text`` does, the others with ``indent``."""
    lines = textwrap.wrap(
        text, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, expand_tabs=False
    )
    return "\n".join(lines)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], style: Style, columns: int) -> list[str]:
    """Lines of a table whose last column is prose, folded to ``columns``. Numbers are aligned to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head) - 1)]
    numbers = [all(row[place].isdecimal() for row in rows) for place in range(len(head) - 1)]
    left = sum(widths) + 2 * len(widths)
    prose = max(columns - left, NARROWEST)
    lines = []
    for row in (head, *rows):
        cells = [
            cell.rjust(size) if is_number else cell.ljust(size)
            for cell, size, is_number in zip(row, widths, numbers, strict=False)
        ]
        first, *more = folded(row[-1], prose).split("\n")
        line = "  ".join((*cells, first)).rstrip()
        lines.append(style(line, "bold") if row is head else line)
        lines += [" " * left + one for one in more]
    return lines
