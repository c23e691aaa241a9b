"""Running the command line as a plain call, in an empty directory and without the user's environment."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from surroundings import _plain_surroundings as _plain_surroundings

from asprofile.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    """What a command line did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """``run("lint", "x.cfg", stdin=b"...")``."""

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        assert "Traceback" not in captured.err
        return Result(ended.value.code, captured.out, captured.err)

    return call


@pytest.fixture
def schema() -> Callable[[str], Any]:
    """``schema("show")``: the JSON Schema of that output, as a check that raises where a value does not fit."""
    from jsonschema import Draft202012Validator

    def load(name: str) -> Any:
        found = json.loads((ROOT / "docs" / "schema" / f"{name}.json").read_text("utf-8"))
        Draft202012Validator.check_schema(found)
        return Draft202012Validator(found).validate

    return load


@pytest.fixture
def clean() -> str:
    """The text of a profile file without a fault, profile NAME."""
    return CLEAN


CLEAN = """\
# What a small sender needs.
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = MRImageStorage\\Uncompressed

[[Profiles]]
[Small]
PresentationContexts = Contexts
"""
