"""The options of ``asprofile send`` that say what becomes of objects on their way.

What they mean, and what cannot be together, is in ``api.conversion``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from asprofile.api.conversion import DICTIONARIES, PER_PATIENT, PER_SERIES, PER_STUDY, POLICIES, ConversionOptions
from asprofile.cli.options import CONVERSION, Choice, option, together

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _IntType = click.ParamType[int]
else:
    _IntType = click.ParamType


def taken_from(given: dict[str, Any]) -> ConversionOptions:
    """Take the values out of those of a command."""
    return ConversionOptions(**{name: given.pop(name) for name in ConversionOptions._fields})


class Size(_IntType):
    """A number of bytes, or of KiB, MiB or GiB with K, M or G after it; 0 only where it means something."""

    name = "size"

    def __init__(self, *, zero: bool = False) -> None:
        self._zero = zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"(0|[1-9][0-9]{0,18})([KMG]?)", str(value), re.ASCII)
        if found is None or (found[0].startswith("0") and (found[2] or not self._zero)):
            self.fail(f"{value!r} is not a number of bytes; write for example 500M or 4G", param, ctx)
        return int(found[1]) << 10 * " KMG".index(found[2] or " ")


_COUNT = click.IntRange(1)
conversion_options = together(
    option(
        "--convert",
        heading=CONVERSION,
        type=Choice(POLICIES),
        default="never",
        show_default=True,
        help="What may be converted if the peer does not accept an object as it is: nothing; how uncompressed data "
        "sets are encoded; also lossless compression, by decompressing; also lossy compression.",
    ),
    option(
        "--compression-level",
        heading=CONVERSION,
        type=click.IntRange(0, 9),
        metavar="0-9",
        help="For conversion to Deflated: 1 is fast, 9 is small, 0 does not compress.  [default: 6]",
    ),
    option(
        "--max-object-size",
        heading=CONVERSION,
        type=Size(),
        metavar="SIZE",
        help="Refuse objects of more bytes after inflating or decompressing, to send them in another way or "
        "with --set, and deflated ones that go as they are, which are inflated to see whether they are whole; bytes, "
        "or 500M, 4G.  [default: 2G, and 16G for what goes as it is]",
    ),
    option(
        "--old-vrs",
        heading=CONVERSION,
        is_flag=True,
        help="Write OB for VRs newer than 1993 (UN, UT and others) in each object.",
    ),
    option(
        "--set",
        "assignments",
        heading=CONVERSION,
        multiple=True,
        metavar="KEYWORD=VALUE",
        help="Set an attribute in each object; (gggg,eeee) and Sequence[0].Keyword work as well. Repeatable.",
    ),
    option(
        "--dictionary",
        "dictionaries",
        heading=CONVERSION,
        multiple=True,
        metavar="FILE",
        help=f"Private dictionary for conversions (DCMTK's .dic), besides those that {DICTIONARIES} names.",
    ),
    option(
        "--invent",
        heading=CONVERSION,
        is_flag=True,
        help="Give each object invented identities, from instance to patient.",
    ),
    option(
        "--invent-series",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, with N objects in a series.  [default: {PER_SERIES}]",
    ),
    option(
        "--invent-study",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, with N series in a study.  [default: {PER_STUDY}]",
    ),
    option(
        "--invent-patient",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, with N studies for a patient.  [default: {PER_PATIENT}]",
    ),
    option(
        "--send-truncated",
        heading=CONVERSION,
        is_flag=True,
        help="Also send objects that end too early, or in which something is longer than what it is in. Without "
        "it they are refused.",
    ),
)
"""Options with the names of Conversion's fields."""
