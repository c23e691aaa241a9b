"""A program of DCMTK that is stood in for: its name, its parameters, its options from a table.

Belongs here: reading the table. Does not belong here: reading a command line (``arguments``), what the options
do (``settings`` of each program).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.text import table_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXCLUSIVE: Final = ("--help", "--version", "--list-profiles", "--list-ciphers")
"""With one of these on the command line nothing else counts, and nothing may be missing."""


@dataclass(frozen=True, slots=True)
class ProgramOption:
    """One option: ``arguments`` are the names of its values, ``low`` and ``high`` the range of a number, both included
    (None: no limit, or no number). ``short`` is empty if there is none.
    """

    group: str
    subgroup: str
    short: str
    long: str
    arguments: tuple[str, ...]
    low: int | None
    high: int | None
    help: str


@dataclass(frozen=True)
class DcmtkProgram:
    """``title`` is what it calls itself. Of the ``parameters`` each ``needed`` one has to be there; what stands behind
    the last belongs to it if ``many``, and is wrong otherwise. ``signed`` are the options whose numbers are read as
    C's strtol does, octal and hexadecimal ones, too. ``options`` are in the order in which the help shows them.
    """

    name: str
    title: str
    parameters: tuple[str, ...]
    needed: int
    many: bool
    signed: frozenset[str]
    options: tuple[ProgramOption, ...]
    spellings: Mapping[str, ProgramOption]
    """Every option by each of its spellings, short ones and long ones. They are case-sensitive, and not shortened."""


def program(
    name: str,
    title: str,
    table: Path,
    *,
    parameters: tuple[str, ...],
    needed: int,
    many: bool,
    signed: frozenset[str],
) -> DcmtkProgram:
    """A program with the options of a table, one a line: group, subgroup, short, long, arguments, range, help."""
    options = tuple(map(_option, table_rows(table.read_text("utf-8"))))
    spellings = {word: option for option in options for word in (option.short, option.long) if word}
    return DcmtkProgram(name, title, parameters, needed, many, signed, options, spellings)


def _option(cells: list[str]) -> ProgramOption:
    group, subgroup, short, long, arguments, check, text = cells
    low, _, high = check.partition("..")
    return ProgramOption(
        group,
        subgroup,
        short,
        long,
        tuple(arguments.split()),
        int(low) if low else None,
        int(high) if high else None,
        text,
    )
