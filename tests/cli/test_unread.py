"""Commands that show or use a file say that entries of it are not read, and what to type to see which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import write_ct

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

SAID = "1 entry is not read; asprofile lint gap.cfg"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, clean: str) -> None:
    (tmp_path / "clean.cfg").write_text(clean)
    (tmp_path / "gap.cfg").write_text(clean.replace("PresentationContext3", "PresentationContext4"))
    write_ct(tmp_path / "ct.dcm")


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "FILE"],
        ["show", "FILE", "Small"],
        ["show", "FILE", "--html"],
        ["convert", "FILE", "--to", "json"],
        ["plan", "ct.dcm", "--profile", "FILE:Small"],
        ["simulate", "FILE", "clean.cfg"],
        ["simulate", "clean.cfg", "FILE"],
        ["diff", "FILE", "FILE"],
        ["probe", "127.0.0.1:1", "--profile", "FILE:Small", "--retries", "0"],
        ["send", "127.0.0.1:1", "ct.dcm", "--profile", "FILE:Small", "--wait", "0", "--retries", "0"],
    ],
)
def test_it_is_said(run: Run, arguments: list[str]) -> None:
    gap = run(*(word.replace("FILE", "gap.cfg") for word in arguments))
    assert SAID in gap.out + gap.err
    clean = run(*(word.replace("FILE", "clean.cfg") for word in arguments))
    assert clean.status == gap.status
    assert "not read" not in clean.out + clean.err
    assert run("lint", "gap.cfg").status == 1


def test_json(run: Run, schema: Any) -> None:
    found = run("show", "gap.cfg", "--format", "json").json
    schema("show")(found)
    assert found["unread_entries"] == 1
    assert run("show", "clean.cfg", "--format", "json").json["unread_entries"] == 0


def test_standard_input_has_no_name_to_lint(run: Run) -> None:
    out = run("show", "-", stdin=Path("gap.cfg").read_bytes()).out
    assert "1 entry is not read; `lint` says which" in out
