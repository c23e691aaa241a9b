"""Asking a peer what it accepts, from a command: the options for it, how far it has come, Ctrl-C.

Not here: what is said in the end (``report.probe``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from asprofile.cli import send_options
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.options import LIMITS, option
from asprofile.cli.retries import Retries
from asprofile.cli.send_options import NotNegative
from asprofile.names import private, sop_classes, transfer_syntaxes
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, VERIFICATION
from asprofile.negotiate.probing import Acceptance, Probing
from asprofile.negotiate.request import AssociateRequest, ProposedContext, check
from asprofile.send.control import Control
from asprofile.send.options import SendOptions

if TYPE_CHECKING:
    from asprofile.errors import AssociationError
    from asprofile.negotiate.probing import Pair
    from asprofile.send.destination import Destination
    from asprofile.send.probe import OneReport, ProbeReport

F = TypeVar("F", bound=Callable[..., Any])

RATE: Final = 5.0
"""Associations a second: with an answer in no time, all there is takes half a minute."""
_LINE_EVERY: Final = 10.0


class _Rate(NotNegative):
    name = "rate"
    what = "a number of associations a second, 0 for no limit"


_OPTIONS = (
    option(
        "--rate",
        heading=LIMITS,
        type=_Rate(),
        default=RATE,
        show_default=True,
        metavar="N",
        help="Associations a second, one at a time; 0.2 is one in five seconds, 0 no limit.",
    ),
    send_options.retries,
    send_options.connect_timeout,
    send_options.acse_timeout,
)


def options(function: F) -> F:
    """Options with the names of ``ProbeManners``'s fields."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


@dataclass(frozen=True, slots=True)
class ProbeManners:
    """How a peer is asked: the values of ``options``."""

    rate: float
    retries: int
    connect_timeout: float
    acse_timeout: float

    @property
    def pause(self) -> float:
        return 1 / self.rate if self.rate else 0.0

    def options(self, to: Destination) -> SendOptions:
        return SendOptions(
            connect_timeout=self.connect_timeout or None,
            acse_timeout=self.acse_timeout or None,
            retries=self.retries,
            link=to.link,
        )


# --- What there is to ask ---------------------------------------------------------------------------------------------


def every_class(*, services: bool) -> tuple[str, ...]:
    """All storage SOP classes that are known, private ones too; with ``services``, what else can be proposed."""
    standard = [one.uid for one in sop_classes.storage_sop_classes()]
    vendors = [one.uid for one in private.private_sop_classes() if services or one.kind == "storage"]
    others = [one.uid for one in sop_classes.others() if one.negotiable in ("yes", "with-meta")] if services else []
    return (*others, *standard, *vendors)


def every_syntax() -> tuple[str, ...]:
    """All transfer syntaxes that are known, also those that nothing can be sent with."""
    return tuple(one.uid for one in transfer_syntaxes.transfer_syntaxes())


def pairs_of(classes: Iterable[str], syntaxes: Iterable[str]) -> list[Pair]:
    syntaxes = tuple(syntaxes)
    return [(uid, syntax) for uid in classes for syntax in syntaxes]


# --- Asking -----------------------------------------------------------------------------------------------------------


def ask(pairs: Iterable[Pair], to: Destination, manners: ProbeManners, *, order: bool, quiet: bool) -> ProbeReport:
    """Ask the peer for each of the pairs. Ctrl-C ends it with what is known."""
    # Slow to import, and not needed for the options.
    from asprofile.send.probe import probe

    def request_with(contexts: tuple[ProposedContext, ...]) -> AssociateRequest:
        request = AssociateRequest(to.called_ae, to.calling_ae, contexts, max_pdu=to.max_pdu, user_identity=to.identity)
        check(request)
        return request

    request_with((ProposedContext(1, VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,)),))  # titles are wrong before asking
    control = Control()
    progress = _Progress(quiet=quiet)
    with ctrl_c(control, control.abort, "ending with what is known; once more ends at once"):
        report = probe(
            Probing(pairs, order=order),
            request_with,
            to.peer,
            manners.options(to),
            pause=manners.pause,
            control=control,
            on_answer=progress.left,
            on_retry=_noting(quiet=quiet),
        )
    progress.end()
    return report


def ask_once(request: AssociateRequest, to: Destination, manners: ProbeManners, *, quiet: bool) -> OneReport:
    """One association, exactly as a sender would make it."""
    from asprofile.send.probe import probe_once

    control = Control()
    with ctrl_c(control, control.abort, "interrupted"):
        retry = _noting(quiet=quiet)
        return probe_once(request, to.peer, manners.options(to), control=control, on_retry=retry)


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
