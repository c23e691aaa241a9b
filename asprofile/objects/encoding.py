"""How data elements are written (PS3.5 section 7): byte orders, VRs, and the encoding of each transfer syntax.

Belongs here: facts that reading and writing share. Does not belong here: which VR an element has (``vrs``), walking
through a data set (``rewriting``), pixel data (``pixels``). ``leading`` and ``forms`` repeat a few lines of it, for
speed.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from typing import Final

from asprofile.names.well_known import (
    EXPLICIT_VR_BIG_ENDIAN,
    IMPLICIT,
)
from asprofile.objects.forms import ITEM as ITEM
from asprofile.objects.forms import ITEM_END as ITEM_END
from asprofile.objects.forms import PIXEL_DATA as PIXEL_DATA
from asprofile.objects.forms import SEQUENCE_END as SEQUENCE_END
from asprofile.objects.forms import UNDEFINED as UNDEFINED

TRAILING_PADDING: Final = 0xFFFCFFFC
CHARACTER_SET: Final = 0x00080005
SOP_CLASS: Final = 0x00080016
SOP_INSTANCE: Final = 0x00080018

# PS3.5 section 7.1.2: these have a 16-bit length; all others two reserved bytes and a 32-bit length.
SHORT_VRS: Final = frozenset(
    ("AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI")
) | {"UL", "US"}
LONG_VRS: Final = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"))
# Those of the edition of 1993; DCMTK can be told to write no others.
OLD_VRS: Final = SHORT_VRS | {"OB", "OW", "SQ"}
TEXT_VRS: Final = SHORT_VRS - {"AT", "FL", "FD", "SL", "SS", "UL", "US"} | {"UC", "UR", "UT"}

# Bytes that change places between the byte orders; 1 for all others (PS3.5 section 7.3).
WIDTHS: Final = {
    **dict.fromkeys(("OW", "US", "SS", "AT"), 2),
    **dict.fromkeys(("UL", "SL", "FL", "OL", "OF"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}
_TYPECODES: Final = {2: "H", 4: "I", 8: "Q"}


@dataclass(frozen=True, slots=True)
class ElementEncoding:
    """How elements are written: with VRs or without, in which byte order. ``element`` reads group, element, VR and
    16-bit length; ``long`` a 32-bit, ``tag`` a group and an element.
    """

    explicit: bool
    little: bool
    element: struct.Struct
    long: struct.Struct
    short: struct.Struct
    tag: struct.Struct


def _encoding(explicit: bool, little: bool) -> ElementEncoding:
    order = "<" if little else ">"
    formats = (struct.Struct(order + letters) for letters in ("HH2sH", "I", "H", "HH"))
    return ElementEncoding(explicit, little, *formats)


IMPLICIT_LITTLE: Final = _encoding(explicit=False, little=True)
EXPLICIT_LITTLE: Final = _encoding(explicit=True, little=True)
EXPLICIT_BIG: Final = _encoding(explicit=True, little=False)

"""Transfer syntaxes with native pixel data, in the order in which they are preferred."""


def encoding_of(transfer_syntax: str) -> ElementEncoding:
    """How the elements are written in a transfer syntax, after deflation if it is a deflated one. What is not one of
    three is Explicit VR Little Endian, as PS3.5 annex A wants it of new and private ones.
    """
    if transfer_syntax in IMPLICIT:
        return IMPLICIT_LITTLE
    return EXPLICIT_BIG if transfer_syntax == EXPLICIT_VR_BIG_ENDIAN else EXPLICIT_LITTLE


def swapped(value: bytes | bytearray | memoryview, width: int) -> bytes:
    """The value with the bytes of each word of ``width`` (1, 2, 4, 8) in the other order; a rest that is no whole
    word stays as it is.
    """
    if width == 1:
        return bytes(value)
    whole = len(value) - len(value) % width
    words = array(_TYPECODES[width], bytes(value[:whole]))
    words.byteswap()
    return words.tobytes() + bytes(value[whole:])
