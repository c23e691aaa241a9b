"""Asking a peer what it accepts, from a command: the options for it, how far it has come, Ctrl-C.

Not here: what is said in the end (``report.probe``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

import asprofile
from asprofile.api.asking import RATE
from asprofile.cli import send_options
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.options import LIMITS, option, together
from asprofile.cli.retries import Retries
from asprofile.cli.send_options import NotNegative

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.errors import AssociationError
    from asprofile.model.reference import ProfileReference
    from asprofile.negotiate.probing import Acceptance
    from asprofile.send.destination import Destination
    from asprofile.send.probe import ProbeReport

_LINE_EVERY: Final = 10.0


class _Rate(NotNegative):
    name = "rate"
    what = "a number of associations a second, 0 for no limit"


options = together(
    option(
        "--rate",
        heading=LIMITS,
        type=_Rate(),
        default=RATE,
        show_default=True,
        metavar="N",
        help="Associations per second, one at a time; 0.2 is one in five seconds, 0 means no limit.",
    ),
    send_options.retries,
    send_options.connect_timeout,
    send_options.acse_timeout,
)
"""Options with the names of ``ProbeManners``'s fields."""
NAMES: Final = ("rate", "retries", "connect_timeout", "acse_timeout")
"""The names of ``options``."""


@dataclass(frozen=True, slots=True)
class ProbeManners:
    """How a peer is asked: the values of ``options``."""

    rate: float
    retries: int
    connect_timeout: float
    acse_timeout: float


# --- Asking -----------------------------------------------------------------------------------------------------------


def ask(
    to: Destination,
    manners: ProbeManners,
    profile: ProfileReference | None = None,
    *,
    quiet: bool,
    **asked: Any,
) -> ProbeOutcome:
    """Ask the peer for a profile, or for pairs; ``asked`` is as for ``asprofile.probe``. Ctrl-C ends it with what is
    known.
    """
    control = asprofile.Control()
    progress = _Progress(quiet=quiet)
    words = "interrupted" if profile is not None else "ending with what is known; once more ends at once"
    with ctrl_c(control, control.abort, words):
        found = asprofile.probe(
            to,
            profile,
            rate=manners.rate,
            retries=manners.retries,
            connect_timeout=manners.connect_timeout or None,
            acse_timeout=manners.acse_timeout or None,
            on_answer=progress.left,
            on_retry=_noting(quiet=quiet),
            control=control,
            **asked,
        )
    progress.end()
    return found


def incomplete(report: ProbeReport) -> str:
    """What is missing, for people; empty if nothing is."""
    acceptance: Acceptance = report.acceptance
    if acceptance.complete and not report.interrupted and report.error is None:
        return ""
    unanswered = sum(one.state == "unanswered" for one in acceptance.answers)
    missing = acceptance.wanted - len(acceptance.answers) + unanswered
    what = f"no answer for {missing:,} of {acceptance.wanted:,} pairs" if missing else "the order of preference"
    return f"incomplete{' (interrupted)' if report.interrupted else ''}: {what}"


def _noting(*, quiet: bool) -> Callable[[AssociationError, float], None]:
    """Says that an association is tried again."""
    retries = Retries()

    def note(error: AssociationError, seconds: float) -> None:
        if not quiet:
            click.echo(retries.line(error, seconds), err=True)

    return note


class _Progress:
    """How many pairs are left: one line that changes on a terminal, else a line every ten seconds."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._associations = 0
        self._last = time.monotonic()

    def left(self, pairs: int) -> None:
        self._associations += 1
        if self._quiet:
            return
        text = f"{self._associations:,} associations, {pairs:,} pairs left to ask"
        if self._is_terminal:
            click.echo(f"\r{text:<60}", err=True, nl=False)
        elif time.monotonic() - self._last >= _LINE_EVERY:
            self._last = time.monotonic()
            click.echo(text, err=True)

    def end(self) -> None:
        if self._is_terminal and not self._quiet and self._associations:
            click.echo(f"\r{'':<60}\r", err=True, nl=False)
