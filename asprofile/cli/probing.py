"""Running a probe from a command: what is asked, how far it has come on stderr, Ctrl-C.

Not here: options and results of ``asprofile probe`` (``probe``, ``probe_report``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from asprofile.cli.stopping import ctrl_c
from asprofile.lint.render.text import printable
from asprofile.names import private, sop_classes, transfer_syntaxes
from asprofile.negotiate.probing import Probing
from asprofile.send.control import Control
from asprofile.send.probe import Asked, ProbeReport, probe

if TYPE_CHECKING:
    from asprofile.cli.peers import Destination
    from asprofile.send.options import SendOptions

_LINE_EVERY = 10.0
DEFAULT_RATE = 10.0
"""Associations a second: a peer that people work with is not to notice it."""


def storage_classes() -> Iterator[str]:
    """Every Storage SOP class that is sent on associations, private ones included."""
    for storage in sop_classes.storage_sop_classes():
        if storage.uid != sop_classes.MEDIA_STORAGE_DIRECTORY:
            yield storage.uid
    for one in private.private_sop_classes():
        if one.mistype_of is None and not sop_classes.is_storage(one.uid):
            yield one.uid


def services() -> Iterator[str]:
    """Every other SOP class that can be proposed."""
    return (one.uid for one in sop_classes.others() if one.negotiable not in ("no", "meta-only") and one.kind != "rtv")


def syntaxes() -> Iterator[str]:
    """Every transfer syntax that is used on associations."""
    return (one.uid for one in transfer_syntaxes.transfer_syntaxes() if one.on_associations)


def ask(probing: Probing, to: Destination, options: SendOptions, rate: float, *, quiet: bool) -> ProbeReport:
    """Probe at most ``rate`` associations a second (0: as fast as it goes). Ctrl-C ends it, with what is known then."""
    control = Control()
    status = _Status(quiet=quiet)
    interval = 1.0 / rate if rate else 0.0
    try:
        with ctrl_c(control, "finishing the association"):
            return probe(
                probing, to.peer, options, to.titles, interval=interval, control=control, on_asked=status.asked
            )
    finally:
        status.clear()


class _Status:
    """How far it has come: on a terminal in a line that is written over, elsewhere in a line now and then."""

    def __init__(self, *, quiet: bool) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._quiet = quiet
        self._said = time.monotonic()
        self._width = 0

    def asked(self, event: Asked) -> None:
        if self._quiet:
            return
        if event.error is not None:
            self.clear()
            click.echo(f"asprofile: {printable(str(event.error))}", err=True)
        text = f"{event.associations:,} associations, {event.left:,} pairs of SOP class and transfer syntax left"
        if self._terminal:
            click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
            self._width = len(text)
        elif time.monotonic() - self._said >= _LINE_EVERY:
            self._said = time.monotonic()
            click.echo(text, err=True)

    def clear(self) -> None:
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", nl=False, err=True)
            self._width = 0
