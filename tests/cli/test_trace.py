"""``asprofile trace``: what it prints, and that the commands that it names work."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from program_logs import LOGS

from asprofile.cli.root import cli

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]


def test_a_log_of_standard_input(run: Run) -> None:
    result = run("trace", "-", stdin=LOGS["DCMTK"].text.encode())
    assert result.status == 1
    assert result.out.splitlines()[2].startswith("* the acceptor does not take MR Image Storage")


def test_all_is_well(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "good.log"
    path.write_text(LOGS["pynetdicom"].text.replace("0xA700 - Failure", "0x0000 - Success"))
    result = run("trace", str(path))
    assert (result.status, "nothing was refused" in result.out) == (0, True)


def test_no_association_in_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.log"
    path.write_text("nothing of the kind\n")
    result = run("trace", str(path))
    assert (result.status, result.out) == (2, "")
    assert "no association in it" in result.err


@pytest.mark.parametrize("name", LOGS)
def test_json_fits_its_schema(name: str, run: Run, schema: Callable[[str], Any]) -> None:
    result = run("trace", "-", "--json", stdin=LOGS[name].text.encode())
    schema("trace")(result.json)
    assert result.json["associations"][0]["causes"]


@pytest.mark.parametrize("name", ["DCMTK", "Orthanc", "dcm4che 2"])
def test_a_page(name: str, run: Run) -> None:
    page = run("trace", "-", "--html", stdin=LOGS[name].text.encode()).out
    assert page.startswith("<!DOCTYPE html>")
    assert "Association 1" in page


def test_commands_that_it_names_are_understood(run: Run) -> None:
    """All of all logs; what stands for what is not known is put in."""
    seen = set()
    for log in LOGS.values():
        for cause in run("trace", "-", "--json", stdin=log.text.encode()).json["associations"][0]["causes"]:
            seen |= {remedy["command"] for remedy in cause["remedies"] if remedy["command"]}
    assert {command.split()[1] for command in seen} >= {"probe", "echo", "generate", "send"}
    for command in seen:
        words = shlex.split(command.replace("HOST:PORT", "127.0.0.1:1"))
        if words[0] == "dcmdump":
            continue
        assert words[0] == "asprofile"
        cli.make_context("asprofile", list(words[1:]), resilient_parsing=False)
