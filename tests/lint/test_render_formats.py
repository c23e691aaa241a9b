"""All formats have one signature and are in one table."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from asprofile.lint import render
from asprofile.lint.render import LINT_FORMATS
from asprofile.lint.render.look import Look
from asprofile.lint.run import lint
from asprofile.text import Source


@pytest.mark.parametrize("form", LINT_FORMATS)
def test_the_module_of_a_format_gives_lines(form: str) -> None:
    function = import_module(f"{render.__name__}.{form}").render
    assert len(inspect.signature(function).parameters) == 2
    report = lint(Source(b"[[TransferSyntaxes]]\n[A]\nTransferSyntax2 = \xff\n", "a.cfg"))
    assert report.findings
    lines = iter(function([report], Look(fail_on="info")))
    first = next(lines)
    assert isinstance(first, str)
    assert all(not line.endswith("\n") for line in (first, *lines))


def test_every_module_that_renders_is_in_the_table() -> None:
    files = Path(render.__file__).parent.glob("*.py")
    modules = {path.stem: import_module(f"{render.__name__}.{path.stem}") for path in files if path.stem != "__init__"}
    assert {name for name, module in modules.items() if hasattr(module, "render")} == set(LINT_FORMATS)
