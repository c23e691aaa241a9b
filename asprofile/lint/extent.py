"""How much of a file is looked at: a profile has hundreds of headers and entries, and a file may have millions.

The largest that anybody would write has some thousands. Larger files are looked at, too, as far as that ends within
20 seconds: all rules together take some tenth of a millisecond for each entry, and to find out what a fix makes of a
file means to read it again and again.
"""

from __future__ import annotations

from typing import Literal

# "all": every rule, with fixes. "rules": every rule, without fixes. "reading": those on how DCMTK reads the file,
# without trial mending. "loading": only whether DCMTK loads the file, and the first reason why it does not.
LintExtent = Literal["all", "rules", "reading", "loading"]

# Headers and entries up to which these hold.
MOST_FOR_ALL = 20_000
MOST_FOR_RULES = 50_000
MOST_FOR_READING = 100_000
# The groups of rules that look at how DCMTK reads the file, and at comments.
OF_READING = "012"
# The rule that says what was not looked at, whatever rules are selected.
TOO_MANY_ENTRIES = "AP608"


def extent(count: int) -> LintExtent:
    """What a file of so many headers and entries gets."""
    if count <= MOST_FOR_ALL:
        return "all"
    if count <= MOST_FOR_RULES:
        return "rules"
    return "reading" if count <= MOST_FOR_READING else "loading"
