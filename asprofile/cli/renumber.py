"""``asprofile renumber``."""

from __future__ import annotations

from typing import Any

import asprofile
from asprofile.cli import options
from asprofile.cli.editing import conclude, opened, output_options


@options.command(
    summary="Number entries without a gap.",
    examples=("asprofile renumber my.cfg", "asprofile renumber my.cfg --diff"),
)
@options.argument("file", metavar="FILE")
@output_options
def command(file: str, **values: Any) -> None:
    """Give entries that DCMTK does not read, because a number in front of them is missing or because of leading zeros,
    the next free numbers. What it reads keeps its numbers; lines stay where they are.

    So DCMTK reads more than before, and may refuse what it had not looked at: then nothing is changed, and it is said
    what is in the way. FILE may be `-`: standard input, and the result on standard output.
    """
    found = opened(file, values)
    conclude(found, asprofile.renumber(found.source, release=found.release), values)
