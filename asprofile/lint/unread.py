"""How many entries of a file DCMTK does not read.

It counts entries that are lost: by a gap in the numbers, a key that DCMTK does not ask for or that is there twice, a
place outside all sections, a supersection that is not read, and lines that are taken for part of a value, a key or a
header. A list that no profile refers to is read, and not counted.
"""

from __future__ import annotations

from asprofile.lint.outline import Outline
from asprofile.lint.slips.lines import entries_within, text_slips
from asprofile.lint.slips.losses import losses
from asprofile.model.document import read
from asprofile.syntax import Entry


def unread_entries(data: bytes) -> int:
    """The number of entries that are not read, 0 where all are; in time proportional to the file."""
    items = tuple(read(data).tree)
    outline = Outline(items)
    within = {
        part.header.span: sum(len(section.entries) for section in part.sections) for part in outline.supersections
    }
    lost = sum(1 if isinstance(loss.item, Entry) else within.get(loss.item.span, 0) for loss in losses(outline, data))
    return lost + sum(entries_within(data, slip) for slip in text_slips(data, items))
