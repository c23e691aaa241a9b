"""``asprofile receive``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from asprofile import receive
from asprofile.cli import options, send_options
from asprofile.cli.converting import Size
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.help_texts import text_of
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.receiving import EventTeller
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.errors import LayoutError
from asprofile.names.releases import LATEST
from asprofile.negotiate.request import MAX_MAX_PDU, MIN_MAX_PDU
from asprofile.net.listening import allow_descriptors
from asprofile.net.notify import READY, STOPPING, notify
from asprofile.printing import printable
from asprofile.receive.files import PARTIAL_PREFIX, PARTIAL_SUFFIX, left_over
from asprofile.receive.options import (
    MAX_ASSOCIATION_TIME,
    MAX_ASSOCIATIONS,
    MAX_CONTEXTS,
    MAX_ITEMS,
    MAX_OBJECT_SIZE,
    MAX_OBJECT_TIME,
    MIN_FREE,
    ON_DUPLICATE,
    RECEIVED_PDU,
    OnDuplicate,
    ReceiveOptions,
    StoreOptions,
)
from asprofile.render import forms
from asprofile.send.control import Control

_WAIT: Final = 0.5
"""Seconds after which it is looked whether a signal came."""


@options.command(
    summary="Store the DICOM objects that others send.",
    examples=(
        "asprofile receive 11112 --into inbox",
        "asprofile receive --profile my.cfg:Acceptor STORE@127.0.0.1:11112 --into inbox --format jsonl",
    ),
)
@options.argument("address", metavar="ADDRESS")
@options.profile
@options.option(
    "--accept-all",
    heading=options.PROFILE,
    is_flag=True,
    help="Instead of a profile: every storage or private SOP class, in any transfer syntax, as the requestor prefers.",
)
@options.release
@options.option(
    "--into", heading=options.CONTENT, metavar="PATH", help=text_of("--into", "a directory, made if need be.")
)
@options.option(
    "--layout",
    heading=options.CONTENT,
    metavar="LAYOUT",
    help="Where in it an object is stored: {PatientID}/{StudyDate:%Y}/{SOPInstanceUID}.dcm, with any element as in "
    "--where of send, and calling, called, host, association, counter, received.  [default: {SOPInstanceUID}.dcm]",
)
@options.option(
    "--on-duplicate",
    heading=options.CONTENT,
    type=options.Choice(ON_DUPLICATE),
    default="keep",
    show_default=True,
    help="What to do with an object whose SOP instance is there already with other bytes: keep both, replace the file, "
    "or refuse the object. With the same bytes it is stored once.",
)
@options.option(
    "--durable",
    heading=options.CONTENT,
    is_flag=True,
    help="Answer only when the object is on the disk and survives a loss of power.",
)
@options.option(
    "--min-free",
    heading=options.LIMITS,
    type=Size(),
    default=f"{MIN_FREE >> 20}M",
    show_default=True,
    metavar="SIZE",
    help="Refuse objects (status A700H) that would leave less than this free on the disk.",
)
@options.option(
    "--only-from",
    heading=options.PEER,
    multiple=True,
    metavar="AET",
    help="Accept only this calling AE title; AET@ADDRESS: only from this address or network. Repeatable.",
)
@options.option(
    "--max-associations",
    heading=options.LIMITS,
    type=click.IntRange(1, 10_000),
    default=MAX_ASSOCIATIONS,
    show_default=True,
    metavar="N",
    help="Associations at the same time; a further one is rejected and may try again.",
)
@options.option(
    "--max-per-host",
    heading=options.LIMITS,
    type=click.IntRange(0, 10_000),
    default=0,
    metavar="N",
    help="Associations at the same time from one address; 0: as many as there are.  [default: 0]",
)
@options.option(
    "--max-object-size",
    heading=options.LIMITS,
    type=Size(),
    default=f"{MAX_OBJECT_SIZE >> 30}G",
    show_default=True,
    metavar="SIZE",
    help="Refuse objects of more bytes (status A700H); 0: of any size.",
)
@options.option(
    "--max-object-time",
    heading=options.LIMITS,
    type=send_options.Seconds(),
    default=int(MAX_OBJECT_TIME),
    show_default=True,
    help="Abort an association in which an object takes so long, however steadily it comes; 0: never.",
)
@options.option(
    "--max-association-time",
    heading=options.LIMITS,
    type=send_options.Seconds(),
    default=int(MAX_ASSOCIATION_TIME),
    show_default=True,
    help="Abort an association that lasts so long, whatever goes on in it; 0: never.",
)
@options.option(
    "--max-contexts",
    heading=options.LIMITS,
    type=click.IntRange(1, 100_000),
    default=MAX_CONTEXTS,
    show_default=True,
    metavar="N",
    help="Reject association requests with more presentation contexts.",
)
@options.option(
    "--max-items",
    heading=options.LIMITS,
    type=click.IntRange(1, 1_000_000),
    default=MAX_ITEMS,
    show_default=True,
    metavar="N",
    help="Reject those with more contexts, transfer syntaxes, roles and extended negotiation items in all.",
)
@options.option(
    "--processes",
    heading=options.LIMITS,
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that share the associations: as many as processors, for many associations at a time.",
)
@options.option(
    "--max-pdu",
    heading=options.PEER,
    type=int,
    metavar="BYTES",
    help=text_of("--max-pdu", default=str(RECEIVED_PDU)),
)
@options.option(
    "--idle-timeout",
    heading=options.LIMITS,
    type=send_options.Seconds(),
    default=300,
    show_default=True,
    help="Abort an association whose requestor sends nothing, or too little, for so long; 0: never.",
)
@send_options.acse_timeout
@options.option(
    "--format",
    "form",
    heading=options.OUTPUT,
    type=options.Choice(forms("receive")),
    default="text",
    help=text_of("--format", default="text"),
)
@options.colour
@options.quiet("only what went wrong.")
@options.verbose("each object.")
@options.config
def command(
    address: str,
    profile: str | None,
    accept_all: bool,
    release: str | None,
    into: str | None,
    form: str,
    colour: str,
    quiet: bool,
    verbose: bool,
    settings_file: Path | None,
    isolated: bool,
    **given: Any,
) -> None:
    """Store what others send, and answer as DCMTK's storescp and dcmrecv do with the profile; without one, with the
    sample AcceptorAll, which has every storage SOP class.

    ADDRESS is [AET@][HOST:]PORT: with an AE title only associations that call it, without a host all addresses of this
    machine; port 0 takes a free one and says which. An object is stored as it came, byte by byte, after a header of its
    own, and has its name once it is whole.

    Ctrl-C and SIGTERM finish what is being received; a second one aborts it.
    """
    if not into:  # an empty one would be the current directory
        raise click.UsageError("Missing option '--into'.")
    if accept_all and profile is not None:
        raise click.UsageError("--accept-all takes the place of --profile: give one of them")
    project = options.project(settings_file, isolated)
    control = Control()
    teller = EventTeller(form, style_for(colour), verbose=verbose, quiet=quiet, on_gone=control.finish)
    try:
        receiving = receive(
            None if profile is None else options.reference(profile),
            into,
            address=address,
            accept_all=accept_all,
            release=release or project.release or LATEST,
            only_from=given["only_from"],
            options=_options(given),
            on_event=teller.tell,
            keep_events=False,
            settings=project,
        )
    except LayoutError as error:
        options.refuse("--layout", error)
    allow_descriptors(given["max_associations"])
    control.watch(receiving)
    # From before anybody knows of us: a signal that comes as soon as we listen is heard.
    with ctrl_c(control, control.finish, "finishing what is being received; once more to abort"), receiving:
        teller.begin(receiving)
        if (left := left_over(into)) and not quiet:
            click.echo(_left(left, into), err=True)
        notify(READY)
        while not control.finishing:
            receiving.wait(_WAIT)
        notify(STOPPING)
        receiving.finish()
        while not receiving.wait(_WAIT):
            pass
    done(INTERRUPTED if control.aborting else 1 if teller.is_gone else 0)


def _left(count: int, into: str) -> str:
    what = "1 object that was" if count == 1 else f"{count:,} objects that were"
    return (
        f"{printable(into)}: parts of {what} not complete when an earlier run ended, "
        f"and not answered with success ({PARTIAL_PREFIX}*{PARTIAL_SUFFIX}); they may be removed"
    )


def _options(given: dict[str, Any]) -> ReceiveOptions:
    on_duplicate: OnDuplicate = given["on_duplicate"]
    max_pdu = given["max_pdu"] or RECEIVED_PDU
    if not MIN_MAX_PDU <= max_pdu <= MAX_MAX_PDU:
        raise click.BadParameter(f"give {MIN_MAX_PDU} to {MAX_MAX_PDU} bytes", param_hint="--max-pdu")
    return ReceiveOptions(
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
        store=StoreOptions(
            on_duplicate, given["durable"], given["min_free"], given["layout"], given["max_object_size"]
        ),
    )
