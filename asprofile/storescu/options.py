"""The options of storescu, from the table beside this module.

Belongs here: reading the table. Does not belong here: reading a command line (``arguments``), what the options
do (``settings``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("options.tsv")

EXCLUSIVE = ("--help", "--version", "--list-profiles", "--list-ciphers")
"""With one of these on the command line nothing else counts, and nothing may be missing."""


@dataclass(frozen=True, slots=True)
class StorescuOption:
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


@cache
def every_option() -> tuple[StorescuOption, ...]:
    """All options in the order in which the help shows them."""
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(_option(line.split("\t")) for line in lines[1:])


@cache
def spellings() -> dict[str, StorescuOption]:
    """Every option by each of its spellings, short ones and long ones. They are case-sensitive, and not shortened."""
    options = every_option()
    return {word: option for option in options for word in (option.short, option.long) if word}


def _option(cells: list[str]) -> StorescuOption:
    group, subgroup, short, long, arguments, check, text = cells
    low, _, high = check.partition("..")
    return StorescuOption(
        group,
        subgroup,
        short,
        long,
        tuple(arguments.split()),
        int(low) if low else None,
        int(high) if high else None,
        text,
    )
