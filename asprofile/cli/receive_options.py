"""The options of ``asprofile receive``, each of which has a key in ``[receive]`` of the settings.

Belongs here: what each is called and means. Does not belong here: what settings say (``receive_settings``), what is
done (``receive``).
"""

from __future__ import annotations

import click

from asprofile.cli import options, send_options
from asprofile.cli.converting import Size
from asprofile.cli.help_texts import text_of
from asprofile.cli.options import AFTERWARDS, option
from asprofile.cli.tls_given import SERVER_TLS
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
)
from asprofile.render import forms

all_of_them = options.together(
    options.profile,
    option(
        "--accept-all",
        heading=options.PROFILE,
        is_flag=True,
        help="Instead of a profile: every storage or private SOP class, in any transfer syntax, as the requestor "
        "prefers.",
    ),
    options.release,
    option(
        "--into",
        heading=options.CONTENT,
        metavar="PATH",
        help=text_of("--into", "a directory, made if need be."),
    ),
    option(
        "--layout",
        heading=options.CONTENT,
        metavar="LAYOUT",
        help="Where in it an object is stored: {PatientID}/{StudyDate:%Y}/{SOPInstanceUID}.dcm, with any element as in "
        "--where of send, and calling, called, host, association, counter, received.  [default: {SOPInstanceUID}.dcm]",
    ),
    option(
        "--on-duplicate",
        heading=options.CONTENT,
        type=options.Choice(ON_DUPLICATE),
        default="keep",
        show_default=True,
        help="What to do with an object whose SOP instance is there already with other bytes: keep both, replace the "
        "file, or refuse the object. With the same bytes it is stored once.",
    ),
    option(
        "--durable",
        heading=options.CONTENT,
        is_flag=True,
        help="Answer only when the object is on the disk and survives a loss of power.",
    ),
    option(
        "--min-free",
        heading=options.LIMITS,
        type=Size(zero=True),
        default=f"{MIN_FREE >> 20}M",
        show_default=True,
        metavar="SIZE",
        help="Refuse objects (status A700H) that would leave less than this free on the disk; 0: do not look.",
    ),
    option(
        "--only-from",
        heading=options.PEER,
        multiple=True,
        metavar="AET",
        help="Accept only this calling AE title; AET@ADDRESS: only from this address or network. Repeatable.",
    ),
    option(
        "--exec",
        heading=AFTERWARDS,
        metavar="COMMAND",
        help="Run this after each object that was stored, without a shell: {path}, {sop_instance}, {calling} and "
        "others are replaced in its words.",
    ),
    option(
        "--exec-study",
        heading=AFTERWARDS,
        metavar="COMMAND",
        help="Run this after each study: {directory}, {study}, {objects}, {calling} and others "
        "are replaced in its words.",
    ),
    option(
        "--on-study",
        heading=AFTERWARDS,
        metavar="FILE",
        help="Add a line of JSON to this file after each study; `-`: standard output.",
    ),
    option(
        "--study-quiet",
        heading=AFTERWARDS,
        type=send_options.Seconds(),
        help="A study is over when nothing of it came for so long.  [default: when its association ended]",
    ),
    option(
        "--exec-workers",
        heading=AFTERWARDS,
        type=click.IntRange(1, 64),
        default=4,
        show_default=True,
        metavar="N",
        help="Commands that run at the same time.",
    ),
    option(
        "--exec-timeout",
        heading=AFTERWARDS,
        type=send_options.Seconds(),
        default=60,
        show_default=True,
        help="End a command after so long, and at the end those that still run; 0: one hour.",
    ),
    option(
        "--exec-retries",
        heading=AFTERWARDS,
        type=click.IntRange(0, 100),
        default=2,
        show_default=True,
        metavar="N",
        help="How often a command that failed is tried again.",
    ),
    option(
        "--identities",
        heading=options.IDENTITY,
        type=options.FILE,
        metavar="FILE",
        help="Accept only users in this file: in a line NAME:HASH, or NAME: for one without a passcode.",
    ),
    option(
        "--identity-command",
        heading=options.IDENTITY,
        metavar="COMMAND",
        help="Accept only users for whom this command ends with status 0; {user}, {kind}, {calling}, {called} and "
        "{host} are replaced in its words, the passcode is its standard input. Without a shell.",
    ),
    option(
        "--hash-identity",
        heading=options.IDENTITY,
        metavar="NAME",
        help="Only print a line for the file of --identities; the passcode is asked for, or read from standard input.",
    ),
    *SERVER_TLS,
    option(
        "--max-associations",
        heading=options.LIMITS,
        type=click.IntRange(1, 10_000),
        default=MAX_ASSOCIATIONS,
        show_default=True,
        metavar="N",
        help="Associations at the same time; a further one is rejected and may try again.",
    ),
    option(
        "--max-per-host",
        heading=options.LIMITS,
        type=click.IntRange(0, 10_000),
        default=0,
        metavar="N",
        help="Associations at the same time from one address; 0: as many as there are.  [default: 0]",
    ),
    option(
        "--max-object-size",
        heading=options.LIMITS,
        type=Size(zero=True),
        default=f"{MAX_OBJECT_SIZE >> 30}G",
        show_default=True,
        metavar="SIZE",
        help="Refuse objects of more bytes (status A700H); 0: of any size.",
    ),
    option(
        "--max-object-time",
        heading=options.LIMITS,
        type=send_options.Seconds(),
        default=int(MAX_OBJECT_TIME),
        show_default=True,
        help="Abort an association in which an object takes so long, however steadily it comes; 0: never.",
    ),
    option(
        "--max-association-time",
        heading=options.LIMITS,
        type=send_options.Seconds(),
        default=int(MAX_ASSOCIATION_TIME),
        show_default=True,
        help="Abort an association that lasts so long, whatever goes on in it; 0: never.",
    ),
    option(
        "--max-contexts",
        heading=options.LIMITS,
        type=click.IntRange(1, 100_000),
        default=MAX_CONTEXTS,
        show_default=True,
        metavar="N",
        help="Reject association requests with more presentation contexts.",
    ),
    option(
        "--max-items",
        heading=options.LIMITS,
        type=click.IntRange(1, 1_000_000),
        default=MAX_ITEMS,
        show_default=True,
        metavar="N",
        help="Reject those with more contexts, transfer syntaxes, roles and extended negotiation items in all.",
    ),
    option(
        "--processes",
        heading=options.LIMITS,
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        metavar="N",
        help="Processes that share the associations: as many as processors, for many associations at a time.",
    ),
    option(
        "--max-pdu",
        heading=options.PEER,
        type=int,
        metavar="BYTES",
        help=text_of("--max-pdu", default=str(RECEIVED_PDU)),
    ),
    option(
        "--idle-timeout",
        heading=options.LIMITS,
        type=send_options.Seconds(),
        default=300,
        show_default=True,
        help="Abort an association whose requestor sends nothing, or too little, for so long; 0: never.",
    ),
    send_options.acse_timeout,
    option("--metrics", heading=options.OUTPUT, metavar="[HOST:]PORT", help=text_of("--metrics")),
    option(
        "--format",
        "form",
        heading=options.OUTPUT,
        type=options.Choice(forms("receive")),
        default="text",
        help=text_of("--format", default="text"),
    ),
    options.colour,
    options.quiet("only what went wrong."),
    options.verbose("each object."),
)
"""The options, in the order of the help."""
