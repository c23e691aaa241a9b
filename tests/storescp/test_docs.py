"""The guide has each option of both programs, with what it does here."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.dcmtk_cli.program import DcmtkProgram
from asprofile.storescp.options import dcmrecv, storescp

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "coming-from-storescp.md"
ROWS = {
    (cells[0], of): cells[2]
    for line in GUIDE.read_text("utf-8").splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
    for of in (["storescp", "dcmrecv"] if cells[1] == "both" else [cells[1]])
}


@pytest.mark.parametrize("program", [storescp(), dcmrecv()], ids=["storescp", "dcmrecv"])
def test_the_table_is_the_one_of_the_options(program: DcmtkProgram) -> None:
    expected = {}
    for option in program.options:
        words = " ".join(f"`{word}`" for word in (option.short, option.long) if word)
        expected[" ".join([words, *(name.upper() for name in option.arguments)])] = option.help
    del expected["`--release` RELEASE"]
    assert {words: text for (words, of), text in ROWS.items() if of == program.name} == expected
