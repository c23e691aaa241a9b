"""Reading the tables under ``data/``; what their cells mean is known to the modules that use them.

``scripts/facts --check`` checks the form of a table (``text.table_rows``), so the reader relies on it.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from asprofile.text import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without pathlib, whose import takes longer than reading all tables.
_DATA = os.path.join(os.path.dirname(__file__), "data")  # noqa: PTH118, PTH120


def rows(table: str) -> Iterator[list[str]]:
    """The cells of each row of ``data/<table>.tsv``, without comments and column names."""
    with open(os.path.join(_DATA, f"{table}.tsv"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        text = file.read()
    return table_rows(text)
