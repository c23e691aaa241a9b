"""Reading the tables under ``data/``; what their cells mean is known to the modules that use them.

A table is UTF-8 text: comment lines that start with ``#``, a line of column names, then one line for each row, with
cells separated by tabs and nothing quoted. ``scripts/facts --check`` checks the form, so the reader relies on it.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without pathlib, whose import takes longer than reading all tables.
_DATA = os.path.join(os.path.dirname(__file__), "data")  # noqa: PTH118, PTH120


def rows(table: str) -> Iterator[list[str]]:
    """The cells of each row of ``data/<table>.tsv``, without comments and column names."""
    with open(os.path.join(_DATA, f"{table}.tsv"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        text = file.read()
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("#"):
            break  # the column names
    for line in lines:
        yield line.split("\t")
