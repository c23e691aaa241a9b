"""The table of forms: each row has its renderer, each renderer its row, each command its row."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from package_source import ROOT

import asprofile.render
from asprofile.cli.commands import COMMANDS, get
from asprofile.lint.render import LINT_FORMATS
from asprofile.render import RENDERERS, STREAMS, forms, rendered
from asprofile.render.look import ReportLook

MODULES = {name for row in RENDERERS.values() for name in row.values()}


def test_every_module_has_a_row() -> None:
    there = {path.stem for path in Path(asprofile.render.__file__).parent.glob("*.py")}
    streams = {f"receive_{form}" for form in STREAMS["receive"]}
    assert there == MODULES | streams | {"__init__", "look", "columns"}


@pytest.mark.parametrize(
    "module",
    [*(f"asprofile.render.{name}" for name in sorted(MODULES)), *(f"asprofile.lint.render.{n}" for n in LINT_FORMATS)],
)
def test_renderers_have_one_signature(module: str) -> None:
    function = import_module(module).render
    assert len(inspect.signature(function).parameters) == 2
    assert list(inspect.signature(function).parameters)[1] in ("look", "_")
    assert inspect.signature(function).return_annotation == "Iterator[str]"


def test_what_format_takes_is_the_table() -> None:
    """Of each command that has the option; `lint` has a table of its own, `check` is a step of `migrate`,
    `drift` what `probe --baseline` finds, and `gaps` the end of what `simulate` says."""
    found = {}
    for name in COMMANDS:
        command = get(name)
        assert command is not None
        option = next((one for one in command.params if "--format" in one.opts), None)
        if option is not None:
            assert isinstance(option.type, click.Choice)
            found[name] = tuple(option.type.choices)
    tables = {
        **{name: forms(name) for name in (*RENDERERS, *STREAMS) if name not in ("migrate-check", "drift", "gaps")},
        "lint": tuple(LINT_FORMATS),
    }
    assert set(forms("migrate-check")) < set(forms("migrate"))
    assert set(forms("drift")) < set(forms("probe"))
    assert set(forms("gaps")) < set(forms("simulate"))
    assert found == tables


def test_a_row_and_a_module_are_a_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe of CONTRIBUTING."""
    added = ModuleType("asprofile.render.diff_csv")

    def render(found: Any, look: ReportLook) -> Any:
        yield f"{found},{look.refused}"

    added.render = render  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, added.__name__, added)
    monkeypatch.setitem(RENDERERS, "diff", {**RENDERERS["diff"], "csv": "diff_csv"})
    assert "csv" in forms("diff")
    assert list(rendered("diff", "csv", "x", ReportLook())) == ["x,False"]


@pytest.mark.parametrize("command", [name for name, row in RENDERERS.items() if "json" in row])
def test_json_has_a_schema(command: str) -> None:
    assert (ROOT / "docs" / "schema" / f"{command}.json").is_file()
