"""The step ``verify`` of ``asprofile migrate``: its options, and what is said of it.

Not here: the other steps (``migrate``), the questions (``api.verifying``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.api import verifying as api
from asprofile.api.migrating import status_of
from asprofile.cli import options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.migrating import CountTeller, show
from asprofile.cli.migration_terms import terms_of
from asprofile.cli.send_options import Seconds
from asprofile.printing import printable
from asprofile.receive.addresses import parse_loopback
from asprofile.send.control import Control

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _SampleType = click.ParamType[Any]
else:
    _SampleType = click.ParamType

if TYPE_CHECKING:
    from asprofile.migrate.journal import Journal
    from asprofile.migrate.verifying import Verified


class SampleSize(_SampleType):
    """A number of objects, or all."""

    name = "sample"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "all" or (isinstance(value, int) and value > 0):
            return value
        if not (str(value).isascii() and str(value).isdigit() and int(value) > 0):
            self.fail(f"{value!r} is neither a number of objects, 1 or more, nor 'all'", param, ctx)
        return int(value)


verification_options = options.together(
    options.option(
        "--by",
        heading=options.VERIFICATION,
        type=options.Choice(["find", "commitment"]),
        default="find",
        show_default=True,
        help="Ask with C-FIND at IMAGE level, or for storage commitment.",
    ),
    options.option(
        "--bytes",
        "content",
        heading=options.VERIFICATION,
        type=SampleSize(),
        metavar="N|all",
        help="Take so many objects back, spread over the journal, and compare every element with what was sent.",
    ),
    options.option(
        "--retrieve",
        heading=options.VERIFICATION,
        type=options.Choice(["get", "move"]),
        default="get",
        show_default=True,
        help="Take objects back with C-GET, or with C-MOVE to the port of --listen.",
    ),
    options.option(
        "--listen",
        heading=options.VERIFICATION,
        metavar="[HOST:]PORT",
        help="Where the peer may bring reports of commitment, or objects; without HOST, from this machine alone.",
    ),
    options.option(
        "--commit-timeout",
        heading=options.VERIFICATION,
        type=Seconds(),
        default="600",
        show_default=True,
        metavar="SECONDS",
        help="How long a report of commitment may take, before it is asked for again.",
    ),
    options.option("--again", heading=options.VERIFICATION, is_flag=True, help="Ask for what is verified, too."),
)
NAMES: Final = frozenset({"by", "content", "retrieve", "listen", "commit_timeout", "again"})


def verify(journal: Journal, given: dict[str, Any], project: Any, *, quiet: bool, form: str) -> int:
    """Ask the peer; the exit status."""
    taken = {name: given.pop(name) for name in NAMES}
    listen = parse_loopback(taken.pop("listen")) if taken["listen"] is not None else taken.pop("listen")
    control = Control()
    with ctrl_c(control, control.finish, "finishing what is being asked; once more aborts"):
        verified = api.verify_stored(
            journal,
            terms_of(given, project),
            listen=listen,
            **taken,
            on_count=CountTeller("verify", "objects", quiet=quiet).count,
            control=control,
        )
    status = status_of(journal)
    if not quiet:
        show(journal, "status", form)
    if verified.unknown:
        _tell_unknown(verified)
    if control.finishing:
        return INTERRUPTED
    if verified.unknown and not verified.verified and not verified.missing:
        return 2
    return 0 if status.is_done and not verified.unknown else 1


def _tell_unknown(verified: Verified) -> None:
    count = verified.unknown
    words = (
        f"of {count:,} object{'s' * (count != 1)} it is not known whether the peer has {'them' if count != 1 else 'it'}"
    )
    click.echo(f"asprofile: {words}: {printable('; '.join(verified.why))}", err=True)
