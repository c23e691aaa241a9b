"""How much of a file is looked at: a profile has hundreds of headers and entries, and a file may have millions.

The largest that anybody would write has some thousands. Files beyond that are looked at, too, but not by all rules:
each of these takes its time for each entry, and to mend slips as a trial means to read the file again and again.
"""

from __future__ import annotations

from typing import Literal

# "all": every rule. "reading": those on how DCMTK reads the file, without trial mending and without fixes. "loading":
# only whether DCMTK loads the file, and the first reason why it does not.
LintExtent = Literal["all", "reading", "loading"]

# Headers and entries up to which these hold.
MOST_FOR_ALL = 5_000
MOST_FOR_READING = 100_000
# The groups of rules that look at how DCMTK reads the file, and at comments.
OF_READING = "012"
# The rule that says what was not looked at, whatever rules are selected.
TOO_MANY_ENTRIES = "AP608"


def extent(count: int) -> LintExtent:
    """What a file of so many headers and entries gets."""
    if count <= MOST_FOR_ALL:
        return "all"
    return "reading" if count <= MOST_FOR_READING else "loading"
