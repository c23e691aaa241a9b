"""The options of sending: each is declared in one place, and has the name of what it means to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest
from click.testing import CliRunner

from asprofile.cli.options import SENDING, option, together
from asprofile.cli.send_options import manners, send_options
from asprofile.send.options import SendOptions
from asprofile.value import replaced

GIVEN = {
    "--window 7": {"window": 7},
    "--associations 3": {"associations": 3},
    "--retries 0": {"retries": 0},
    "--wait 2m": {"wait": 120.0, "wait_from_start": True},
    "--stop-on-failure": {"stop_on_failure": True},
    "--check-uids": {"check_uids": True},
    "--priority low": {"priority": 2},
    "--max-send-pdu 4096": {"max_send_pdu": 4096},
    "--connect-timeout 0": {"connect_timeout": None},
    "--acse-timeout 0.5": {"acse_timeout": 0.5},
    "--dimse-timeout 3": {"dimse_timeout": 3.0},
    "--abort": {"abort_at_end": True},
}
DEFAULTS = SendOptions(associations=None)


def values(*arguments: str, declared: Callable[[Any], Any] = manners) -> dict[str, Any]:
    """What click makes of the arguments of a command with these options."""
    found: dict[str, Any] = {}

    @click.command()
    @declared
    def command(**given: Any) -> None:
        found.update(given)

    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return found


@pytest.mark.parametrize("text", GIVEN)
def test_each_means_what_it_says(text: str) -> None:
    assert send_options(values(*text.split())) == replaced(DEFAULTS, **GIVEN[text])


def test_the_defaults_are_the_engine_s_own() -> None:
    assert send_options(values()) == DEFAULTS
    assert {text.split()[0] for text in GIVEN} == {f"--{name.replace('_', '-')}" for name in values()} - {
        "--abort-at-end"
    } | {"--abort"}


def test_an_option_is_one_row() -> None:
    """One for a field that has none: nothing else needs to know of it."""
    made = option("--fitted", heading=SENDING, is_flag=True, help="Made up.")
    assert send_options(values("--fitted", declared=together(manners, made))) == replaced(DEFAULTS, fitted=True)


def test_a_pdu_that_is_too_short() -> None:
    with pytest.raises(click.BadParameter, match="give 1024 bytes or more, or 0"):
        send_options(values("--max-send-pdu", "1023"))
