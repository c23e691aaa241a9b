"""What is wrong with an object, as values for programs that distinguish it as DCMTK does; people get a reason in words.

Belongs here: the names. Does not belong here: finding it (``header``, ``whole``), DCMTK's numbers (``cli``).
"""

from __future__ import annotations

from typing import Literal

from asprofile.errors import ObjectError

UnreadableKind = Literal["not-dicom", "dicomdir", "damaged", "unreadable", "stored", "left-out"]
"""Why a file is no object: not DICOM at all; a DICOMDIR; DICOM, but broken; the system does not let us; it is one, but
stored already, or left out by ``--where``.
"""

Flaw = Literal[
    "",
    "empty",
    "no object",
    "value",
    "long value",
    "element in item",
    "sequence end",
    "item end",
    "tag",
    "deflated",
    "undefined length",
    "native pixels",
    "compressed pixels",
]
"""Nothing else is known, or: the file is empty; it is whole as far as it goes, but no object; the rest of a value is
missing, of one that DCMTK reads at once or of one that it steps over; a value is longer than the item it is in; the end
of a sequence or of an item is missing; an item is where none can be; what is deflated cannot be inflated; a value that
is no sequence has no length; the pixel data are not compressed, or are, against the transfer syntax.
"""

LONG_VALUE = 4096
"""Bytes; longer values are stepped over by DCMTK (DCM_MaxReadLength), and then it says something else."""


def short_value(length: int) -> Flaw:
    """For a value of ``length`` bytes that is incomplete."""
    return "long value" if length > LONG_VALUE else "value"


class BrokenObject(ObjectError):
    """The data set ends too early, or something in it is longer than what it is in; ``reason`` without the way out."""

    def __init__(self, reason: str, flaw: Flaw = "") -> None:
        super().__init__(
            f"is damaged: {reason}; get a complete copy (asprofile send --send-truncated sends it as it is)"
        )
        self.reason = reason
        self.flaw = flaw


class WrongPixels(ObjectError):
    """The pixel data are not what the transfer syntax says."""

    def __init__(self, reason: str, flaw: Flaw) -> None:
        super().__init__(
            f"{reason}, so that no program can read it; get a right copy, or mend Transfer Syntax UID (0002,0010)"
        )
        self.flaw = flaw
