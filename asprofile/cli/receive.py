"""``asprofile receive``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile import receive
from asprofile.cli import options, receive_options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.peer_tls import server_tls_options
from asprofile.cli.receive_following import AN_HOUR, follower
from asprofile.cli.receive_metrics import metrics_page
from asprofile.cli.receive_settings import fill
from asprofile.cli.receiving import EventTeller
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.errors import LayoutError
from asprofile.names.releases import LATEST
from asprofile.negotiate.request import MAX_MAX_PDU, MIN_MAX_PDU
from asprofile.net.listening import allow_descriptors
from asprofile.net.notify import READY, STOPPING, Watchdog, notify, passed_descriptors
from asprofile.printing import printable
from asprofile.receive.files import PARTIAL_PREFIX, PARTIAL_SUFFIX, left_over
from asprofile.receive.options import RECEIVED_PDU, OnDuplicate, ReceiveOptions, StoreOptions
from asprofile.send.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.receive.events import ReceiveEvent
    from asprofile.receive.following import Follower
    from asprofile.receive.identities import IdentityChecker
    from asprofile.settings.receiving import ReceiveSettings

_WAIT: Final = 0.5
"""Seconds between two checks whether a signal came."""
_WAIT_WITH_METRICS: Final = 0.1
"""Seconds that a request for metrics waits at most."""


@options.command(
    summary="Store the DICOM objects that others send.",
    examples=(
        "asprofile receive 11112 --into inbox",
        "asprofile receive --profile my.cfg:Acceptor STORE@127.0.0.1:11112 --into inbox --format jsonl",
    ),
)
@options.argument("address", metavar="[ADDRESS]...", nargs=-1)
@receive_options.all_of_them
@options.config
def command(settings_file: Path | None, isolated: bool, **given: Any) -> None:
    """Store what others send, and answer as DCMTK's storescp and dcmrecv do with the profile; without one, with the
    sample AcceptorAll, which has every storage SOP class.

    ADDRESS is [AET@][HOST:]PORT: with an AE title only associations that call it, without a host all addresses of this
    machine; port 0 takes a free one and says which. An object is stored as it came, byte by byte, after a header of its
    own, and has its name once it is whole.

    Every option has a key in the table [receive] of the settings.

    Ctrl-C and SIGTERM finish what is being received; a second one aborts it.
    """
    if given["hash_identity"] is not None:
        click.echo(_identity_line(given["hash_identity"]))
        done(0)
    project = options.project(settings_file, isolated)
    fill(given, project.receive)
    given["descriptors"] = passed_descriptors()
    _check(given)
    control = Control()
    style = style_for(given["colour"])
    teller = EventTeller(given["form"], style, verbose=given["verbose"], quiet=given["quiet"], on_gone=control.finish)
    following = follower(given, teller)
    page = metrics_page(given)
    try:
        receiving = receive(
            options.reference(given["profile"]) if isinstance(given["profile"], str) else given["profile"],
            given["into"],
            address=given["address"] or None,
            accept_all=given["accept_all"],
            release=given["release"] or project.release or LATEST,
            only_from=given["only_from"],
            options=_options(given, project.receive, following is not None, teller.tells_objects or bool(page.url)),
            on_event=_all(page.take, teller.tell, following),
            keep_events=False,
            settings=project,
        )
    except LayoutError as error:
        options.refuse("--layout", error)
    allow_descriptors(given["max_associations"])
    control.watch(receiving)
    wait = _WAIT_WITH_METRICS if page.url else _WAIT
    # From before anybody knows of us: a signal that comes as soon as we listen is heard.
    with ctrl_c(control, control.finish, "finishing what is being received; once more to abort"), page, receiving:
        if following is not None:
            following.start()
        teller.begin(receiving, page.url)
        if (left := left_over(given["into"])) and not given["quiet"]:
            click.echo(_left(left, given["into"]), err=True)
        watchdog = Watchdog()
        notify(f"{READY}\nSTATUS=receives {receiving.accepts}")
        while not control.finishing:
            receiving.wait(wait)
            page.look()
            watchdog.alive()
        notify(f"{STOPPING}\nSTATUS=finishes what is being received")
        receiving.finish()
        while not receiving.wait(wait):
            page.look()
            watchdog.alive()
    if following is not None:
        with ctrl_c(control, control.finish, "waiting for commands; once more to end them"):
            _finish(following, control, given["exec_timeout"] or AN_HOUR, watchdog)
    done(INTERRUPTED if control.aborting else 1 if teller.is_gone else 0)


def _left(count: int, into: str) -> str:
    what = "1 object that was" if count == 1 else f"{count:,} objects that were"
    return (
        f"{printable(into)}: parts of {what} not complete when an earlier run ended, "
        f"and not answered with success ({PARTIAL_PREFIX}*{PARTIAL_SUFFIX}); they may be removed"
    )


def _all(
    count: Callable[[ReceiveEvent], None], tell: Callable[[ReceiveEvent], None], following: Follower | None
) -> Callable[[ReceiveEvent], None]:
    """What gets the events."""

    def take(event: ReceiveEvent) -> None:
        count(event)
        tell(event)
        if following is not None:
            following.take(event)

    return take


def _finish(following: Follower, control: Control, timeout: float, watchdog: Watchdog) -> None:
    """Wait for the commands that run and wait, but not without end."""
    following.finish()
    end = time.monotonic() + timeout
    while not (control.aborting or time.monotonic() > end or following.wait(_WAIT)):
        watchdog.alive()
    following.stop()


def _check(given: dict[str, Any]) -> None:
    """What is missing, or excludes each other."""
    if not given["address"] and not given["descriptors"]:
        raise click.UsageError("Missing argument 'ADDRESS': write [AET@][HOST:]PORT.")
    if given["into"] is None:
        raise click.UsageError("Missing option '--into'.")
    if given["accept_all"] and given["profile"] is not None:
        raise click.UsageError("--accept-all takes the place of --profile: give one of them")
    if given["processes"] > 1 and any(given[name] is not None for name in ("exec", "exec_study", "on_study")):
        raise click.UsageError("What is done afterwards is done with one process: leave out --processes.")
    if given["identities"] is not None and given["identity_command"] is not None:
        raise click.UsageError("--identities and --identity-command exclude each other.")


def _options(
    given: dict[str, Any], settings: ReceiveSettings | None, following: bool, tell_objects: bool
) -> ReceiveOptions:
    on_duplicate: OnDuplicate = given["on_duplicate"]
    max_pdu = given["max_pdu"] or RECEIVED_PDU
    if not MIN_MAX_PDU <= max_pdu <= MAX_MAX_PDU:
        raise click.BadParameter(f"give {MIN_MAX_PDU} to {MAX_MAX_PDU} bytes", param_hint="--max-pdu")
    return ReceiveOptions(
        descriptors=given["descriptors"],
        max_pdu=max_pdu,
        max_associations=given["max_associations"],
        max_per_host=given["max_per_host"],
        acse_timeout=given["acse_timeout"] or None,
        idle_timeout=given["idle_timeout"] or None,
        max_object_time=given["max_object_time"] or None,
        max_association_time=given["max_association_time"] or None,
        max_contexts=given["max_contexts"],
        max_items=given["max_items"],
        processes=given["processes"],
        tell_objects=tell_objects or following,
        tls=server_tls_options(given, settings),
        identities=_identities(given),
        store=StoreOptions(
            on_duplicate, given["durable"], given["min_free"], given["layout"], given["max_object_size"], following
        ),
    )


def _identities(given: dict[str, Any]) -> IdentityChecker | None:
    """Who decides of users. Raises ConfigurationError."""
    if given["identities"] is None and given["identity_command"] is None:
        return None
    # Not needed where everybody may.
    from asprofile.receive.identities import IdentityCommand, IdentityFile

    if given["identities"] is not None:
        return IdentityFile(str(given["identities"]))
    return IdentityCommand(given["identity_command"], given["acse_timeout"] or None)


def _identity_line(user: str) -> str:
    """A line for the file of ``--identities``; the passcode is asked for, or the first line of standard input."""
    from asprofile.cli.secrets import can_ask, fetch
    from asprofile.receive.identities import identity_line
    from asprofile.settings.peers import SecretSource

    if can_ask():
        passcode = fetch(SecretSource("prompt"), f"passcode of {user}", user).encode()
    else:
        passcode = sys.stdin.buffer.readline().rstrip(b"\r\n")
    return identity_line(user, passcode)
