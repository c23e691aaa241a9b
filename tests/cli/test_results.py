"""``-o FILE``: what is printed meanwhile goes there in the end, however much it is."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import click
import pytest

from asprofile.cli.results import written
from asprofile.cli.writing import Unwritable

LINE, LINES = "x" * (1 << 20), 40


def shown(output: Path, *, force: bool = False) -> int:
    """Print much; how many bytes of memory that took at most."""
    tracemalloc.start()
    try:
        with click.Context(click.Command("some")), written(str(output), force=force, quiet=True):
            for _ in range(LINES):
                print(LINE)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("exists", [False, True])
def test_much_output_is_not_held_in_memory(tmp_path: Path, exists: bool) -> None:
    output = tmp_path / "out"
    if exists:
        output.write_text("before")
    assert shown(output, force=exists) < 20 << 20
    assert output.stat().st_size == LINES * (len(LINE) + 1)
    assert output.read_text() == f"{LINE}\n" * LINES


def test_what_cannot_be_written_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out"
    output.write_text("before")
    with pytest.raises(Unwritable):
        shown(output)
    assert capsys.readouterr().out == f"{LINE}\n" * LINES
    assert output.read_text() == "before"
