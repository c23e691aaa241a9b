"""Reading the tables under ``data/``; what their cells mean is known to the modules that use them.

A table is UTF-8 text: comment lines that start with ``#``, a line of column names, then a line a row, cells
parted by tabs, nothing quoted. ``scripts/facts --check`` holds the form, so reading trusts it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).with_name("data")


def rows(table: str) -> Iterator[list[str]]:
    """The cells of each row of ``data/<table>.tsv``, without comments and column names."""
    text = (DATA / f"{table}.tsv").read_text(encoding="utf-8")
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("#"):
            break  # the column names
    for line in lines:
        yield line.split("\t")
