"""The options of ``asprofile send`` that say how objects are sent, and what their values mean to the engine.

Not here: what is proposed and where to (``send``), TLS, conversion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import click

from asprofile.cli.help_texts import HELP
from asprofile.cli.options import LIMITS, SELECTION, SENDING, Choice, option, together
from asprofile.send.growth import MOST
from asprofile.send.options import (
    DEFAULT_WAIT,
    MAX_ASSOCIATIONS,
    MIN_SEND_PDU,
    MOST_OPERATIONS,
    RANGES,
    SendOptions,
    duration,
)

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _FloatType = click.ParamType[float]
    _CountType = click.ParamType[int | None]
else:
    _FloatType = _CountType = click.ParamType

_PRIORITIES = {"medium": 0, "high": 1, "low": 2}


class NotNegative(_FloatType):
    """A number, 0 or more; ``what`` is what it has to be, for the error."""

    name = "number"
    what = "a number, 0 or more"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            self.fail(f"{value!r} is not {self.what}", param, ctx)
        return number


class Seconds(NotNegative):
    """Seconds, 0 for no limit."""

    name = "seconds"
    what = "a number of seconds, 0 or more"


connect_timeout = option(
    "--connect-timeout",
    heading=LIMITS,
    type=Seconds(),
    default=10,
    show_default=True,
    help="Time to open the connection.",
)
acse_timeout = option(
    "--acse-timeout",
    heading=LIMITS,
    type=Seconds(),
    default=30,
    show_default=True,
    help="Time for the answers to associate and release.",
)
dimse_timeout = option(
    "--dimse-timeout", heading=LIMITS, type=Seconds(), default=120, show_default=True, help=HELP["--dimse-timeout"]
)


def _whole(name: str) -> click.IntRange:
    """The range of a field of SendOptions."""
    return click.IntRange(*RANGES[name][:2])


retries = option(
    "--retries",
    heading=SENDING,
    type=_whole("retries"),
    default=3,
    show_default=True,
    metavar="N",
    help=HELP["--retries"],
)
"""What every command that associates has."""
propose_default = option(
    "--propose-default",
    heading=SENDING,
    is_flag=True,
    help="Without a profile: propose Implicit VR Little Endian for each SOP class, too (PS3.5 section 10.1).",
)
pattern = option(
    "--pattern",
    heading=SELECTION,
    metavar="GLOB",
    help="In directories, take only files whose names match, such as '*.dcm'.",
)
bare = option("--bare", heading=SELECTION, is_flag=True, help="Take data sets without a Part 10 header, too.")
"""What every command that sends objects of files has."""


class Duration(_FloatType):
    """Seconds, or a number with s, m or h after it, or ``forever``."""

    name = "duration"
    _units: ClassVar[dict[str, int]] = {"s": 1, "m": 60, "h": 3600}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip().lower()
        if text == "forever":
            return math.inf
        unit = self._units.get(text[-1:])
        try:
            number = float(text[:-1] if unit else text)
        except ValueError:
            number = -1.0
        if not 0 <= number < math.inf:
            self.fail(f"{value!r} is no duration: write seconds, or 30s, 10m, 2h, or forever", param, ctx)
        return number * (unit or 1)


class AssociationCount(_CountType):
    """A number of associations, or ``auto`` (None)."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value == "auto":
            return None
        try:
            number = int(value)
        except ValueError:
            number = 0
        if not 1 <= number <= MAX_ASSOCIATIONS:
            self.fail(f"{value} is not in the range from 1 to {MAX_ASSOCIATIONS}, nor auto", param, ctx)
        return number


def _limit(seconds: float) -> float | None:
    return seconds or None


# What a value means that is not itself what SendOptions has.
_MEANINGS: dict[str, Callable[[Any], Any]] = {
    "connect_timeout": _limit,
    "acse_timeout": _limit,
    "dimse_timeout": _limit,
    "priority": _PRIORITIES.__getitem__,
}


def send_options(given: Mapping[str, Any]) -> SendOptions:
    """How to send, from the values of ``manners``. Raises BadParameter."""
    size = given["max_send_pdu"]
    if size and size < MIN_SEND_PDU:
        raise click.BadParameter(f"give {MIN_SEND_PDU} bytes or more, or 0", param_hint="--max-send-pdu")
    values = {name: _MEANINGS[name](value) if name in _MEANINGS else value for name, value in given.items()}
    wait = values.pop("wait")
    return SendOptions(**values, wait=DEFAULT_WAIT if wait is None else wait, wait_from_start=wait is not None)


manners = together(
    option(
        "--window",
        heading=SENDING,
        type=_whole("window"),
        metavar="N",
        help="Objects sent in an association before the first is answered, if the peer grants it; 1: do not "
        f"ask for it.  [default: {MOST_OPERATIONS}; 1 with --retries 0 and --stop-on-failure]",
    ),
    option(
        "--associations",
        heading=SENDING,
        type=AssociationCount(),
        default="auto",
        show_default=True,
        metavar="N",
        help=f"Associations at the same time, which share the objects; auto: up to {MOST} if that is faster.",
    ),
    retries,
    option(
        "--wait",
        heading=SENDING,
        type=Duration(),
        metavar="DURATION",
        help="Wait for a peer that is unreachable or out of resources: 30s, 10m, forever. If given, also for one "
        f"that is not there in the beginning.  [default: {duration(DEFAULT_WAIT)}]",
    ),
    option("--stop-on-failure", heading=SENDING, is_flag=True, help="Send nothing more once an object was not stored."),
    option(
        "--check-uids",
        heading=SENDING,
        is_flag=True,
        help="Refuse objects whose SOP class or instance UID violates PS3.5 section 9.1.",
    ),
    option(
        "--priority",
        heading=SENDING,
        type=Choice(list(_PRIORITIES)),
        default="medium",
        show_default=True,
        help="Priority of the C-STORE requests.",
    ),
    option(
        "--max-send-pdu",
        heading=SENDING,
        type=click.IntRange(0),
        default=0,
        metavar="BYTES",
        help="Longest PDU we send, where the peer allows more.  [default: 0, what the peer allows]",
    ),
    connect_timeout,
    acse_timeout,
    dimse_timeout,
    option(
        "--abort",
        "abort_at_end",
        heading=SENDING,
        is_flag=True,
        help="End with an abort instead of a release, to test a peer.",
    ),
)
"""How objects are sent. Each option has the name of the field of SendOptions that it is for."""
