"""The tables of settings: every row has its field, its line in the documentation, and a value that it takes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from asprofile.settings.keys import LINT, ROOT
from asprofile.settings.peers import IDENTITY, PEER, TLS
from asprofile.settings.receiving import RECEIVE
from asprofile.settings.tables import Table

DOCS = Path(__file__).resolve().parents[2] / "docs"
TABLES = {
    "": ("settings.md", ROOT),
    "lint": ("settings.md", LINT),
    "receive": ("receiving.md", RECEIVE),
    "peers.NAME": ("peers.md", PEER),
    "peers.NAME.tls": ("peers.md", TLS),
    "peers.NAME.identity": ("peers.md", IDENTITY),
}
ALL = pytest.mark.parametrize(("name", "page", "table"), [(name, *found) for name, found in TABLES.items()])


@ALL
def test_the_page_has_each_key_once(name: str, page: str, table: Table) -> None:
    header = f"Key of `[{name}]`" if name else "Key"
    lines = (DOCS / page).read_text("utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    documented: list[str] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        first = line.split("|")[1]
        documented += [key.strip("[]").rpartition(".")[2] for key in re.findall(r"`([^`]+)`", first)]
    assert sorted(documented) == sorted(table.keys)


@ALL
def test_each_row_has_a_field(name: str, page: str, table: Table) -> None:
    fields: Any = getattr(table.make, "_fields", None) or inspect.signature(table.make).parameters
    assert [row.field for row in table.rows if row.field not in fields] == []


def test_every_table_is_among_those() -> None:
    """One that is added has its place here, and so in the documentation."""
    inner = [row.table for _, table in TABLES.values() for row in table.rows if row.table is not None]
    known = [table for _, table in TABLES.values()]
    assert all(table in known for table in inner)
    assert [table for table in known if table not in (ROOT, PEER, RECEIVE) and table not in inner] == []
