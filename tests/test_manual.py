"""The manual pages: one of each command, readable by man, with everything that the commands' help has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest
from programs import need

from asprofile.cli.root import cli
from asprofile.cli.standing_in import StandInCommand

MANUAL = Path(__file__).resolve().parents[1] / "man"
assert isinstance(cli, click.Group)
CONTEXT = click.Context(cli, info_name="asprofile", **cli.context_settings)
COMMANDS = sorted(cli.list_commands(CONTEXT))


def shown(name: str) -> str:
    """The page as man shows it, on very long lines; fails where groff complains of anything."""
    command = [need("groff", "groff-base"), "-man", "-ww", "-Tutf8", "-rLL=2000n", "-rHY=0", "-P-c", str(MANUAL / name)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    return re.sub(r".\x08", "", done.stdout)


def test_there_is_a_page_of_each_command() -> None:
    assert {path.name for path in MANUAL.iterdir()} == {"asprofile.1", *(f"asprofile-{name}.1" for name in COMMANDS)}


def test_the_first_page_names_all_others() -> None:
    page = shown("asprofile.1")
    assert re.findall(r"^ +asprofile-([\w-]+)\(1\)$", page, re.M) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_says_what_the_help_says(name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    assert command is not None
    page = shown(f"asprofile-{name}.1")
    for title in ("NAME", "SYNOPSIS", "DESCRIPTION", "SEE ALSO"):
        assert f"\n{title}\n" in page
    assert re.search(rf"^ +asprofile-{name} - \w.{{10,}}$", page, re.M)
    if isinstance(command, StandInCommand):
        expected = command.whole_help().removeprefix("Usage: ")
    else:
        context = click.Context(command, parent=CONTEXT, info_name=name)
        records = [param.get_help_record(context) for param in command.get_params(context)]
        parts = [word for record in records if record is not None for word in record]
        expected = "\n".join([command.help or "", *parts, *getattr(command, "examples", ())])
    said = " ".join(page.split())
    missing = [line for line in expected.replace("\b", "").splitlines() if " ".join(line.split()) not in said]
    assert missing == []
