"""The help of ``asprofile storescu``, laid out like that of DCMTK's programs.

Belongs here: the layout. Does not belong here: the options and their texts (``options.tsv``).
"""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from asprofile.storescu.options import StorescuOption, every_option

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 96
_USAGE = """Usage: asprofile storescu [options] peer port dcmfile-in...

  Stands in for storescu of DCMTK 3.7.0: its options, its proposals, its data sets, its exit status.

parameters:
  peer        hostname or address of the peer
  port        its TCP port
  dcmfile-in  DICOM file, or directory with --scan-directories

A word @FILE stands for the words in that file. Of options that exclude each other the last one counts.

Exit status: 0 done; 1 wrong options, no files, no association; 2 an option that is known and cannot be
honoured; 10 the association was lost; else the upper byte of the status that the peer gave for an object.
With --no-halt an object that was not stored does not count.
"""


def help_text() -> str:
    """The whole help."""
    return "\n".join([_USAGE, *_lines(), ""])


def _lines() -> Iterator[str]:
    for group, options in groupby(every_option(), lambda option: option.group):
        yield f"{group}:"
        for subgroup, members in groupby(options, lambda option: option.subgroup):
            if subgroup:
                yield f"  {subgroup}:"
            yield from (line for option in list(members) for line in _option(option, 4 if subgroup else 2))


def _option(option: StorescuOption, indent: int) -> Iterator[str]:
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


def _bounds(option: StorescuOption) -> str:
    if option.low is None:
        return ""
    return f" ({option.low} or more)" if option.high is None else f" ({option.low} to {option.high})"
