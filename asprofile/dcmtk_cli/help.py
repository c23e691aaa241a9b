"""The help of a program that is stood in for, laid out like that of DCMTK's programs.

Belongs here: the layout. Does not belong here: the options and their texts (the tables of the programs).
"""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.dcmtk_cli.program import DcmtkProgram, ProgramOption

_WIDTH = 96


def help_text(program: DcmtkProgram, usage: str) -> str:
    """The whole help: ``usage``, then each option."""
    return "\n".join([usage, *_lines(program), ""])


def _lines(program: DcmtkProgram) -> Iterator[str]:
    for group, options in groupby(program.options, lambda option: option.group):
        yield f"{group}:"
        for subgroup, members in groupby(options, lambda option: option.subgroup):
            if subgroup:
                yield f"  {subgroup}:"
            yield from (line for option in list(members) for line in _option(option, 4 if subgroup else 2))


def _option(option: ProgramOption, indent: int) -> Iterator[str]:
    arguments = " ".join(name.upper() for name in option.arguments)
    bounds = _bounds(option)
    left = f"{' ' * indent}{option.short:<5} {f'{option.long} {arguments}'.strip():<32}"
    texts = wrap(f"{option.help}{bounds}", _WIDTH - len(left) - 1) or [""]
    if len(left) > indent + 38:
        yield left.rstrip()
        left = " " * (indent + 38)
    yield f"{left} {texts[0]}"
    for text in texts[1:]:
        yield f"{' ' * (indent + 38)} {text}"


def _bounds(option: ProgramOption) -> str:
    if option.low is None:
        return ""
    return f" ({option.low} or more)" if option.high is None else f" ({option.low} to {option.high})"
