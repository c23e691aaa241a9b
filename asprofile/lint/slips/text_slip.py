"""A line that DCMTK takes for part of something else, as a value; ``lines`` finds them."""

from __future__ import annotations

from typing import Literal

from asprofile.syntax import Entry, Header
from asprofile.text import Edit, Span
from asprofile.value import Value

TextSlipKind = Literal["swallowed", "glued", "unbalanced"]
What = Literal[
    "header",
    "entry",
    "comment",  # `# ...` where it is none, `; ...`, `// ...`
    "live comment",  # a comment mark in front of an entry that DCMTK reads all the same
    "no equals sign",  # an entry with a blank or `:` where `=` belongs
    "no value",  # a key and nothing else
    "text",
    "unclosed",  # a header without its closing brackets
    "too many closed",  # brackets after a header
    "too many opened",
    "not opened",  # a header without its opening brackets
    "no brackets",  # a header in other brackets, or in none, or after an invisible character
    "doubled",  # the header of a section in the brackets of a supersection
    "rest",  # the rest of the value above
    "entry behind",  # an entry after another on the same line
]


class TextSlip(Value):
    """``span`` is the first text that is not what it looks like; ``lines`` how many such lines the item has.

    ``mend`` are the edits that make of it what it looks like, ``certain`` says that no other reading is likely.
    ``harmless``: nothing but a comment is misread.
    """

    kind: TextSlipKind
    what: What
    item: Entry | Header
    span: Span
    mend: tuple[Edit, ...]
    lines: int = 1
    certain: bool = True
    harmless: bool = False
