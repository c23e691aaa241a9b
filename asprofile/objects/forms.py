"""How the elements of a data set are written, for walks over their lengths.

Belongs here: byte orders, VRs and delimiters as the numbers that ``struct`` reads. Does not belong here: the walks
(``whole``, ``quick``); what VRs mean (``encoding``).
"""

from __future__ import annotations

import struct
from typing import Final

from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT,
)
from asprofile.value import Value

UNDEFINED: Final = 0xFFFFFFFF
PAD: Final = bytes(12)
"""As long as the longest head of an element."""
DELIMITERS: Final = 0xFFFE
ITEM: Final = 0xFFFEE000
ITEM_END: Final = 0xFFFEE00D
SEQUENCE_END: Final = 0xFFFEE0DD
PIXEL_DATA: Final = 0x7FE00010
ITEM_LITTLE: Final = b"\xfe\xff\x00\xe0"
DELIMITER_WORDS: Final = {ITEM: "an item", ITEM_END: "the end of an item", SEQUENCE_END: "the end of a sequence"}

# PS3.5 section 7.1.2, and what DCMTK uses within and some programs let out (dcvr.cc); ``elements`` has their meaning.
SHORT: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US xs up".split())
LONG: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV ox px lt".split())
NO_SEQUENCE: Final = LONG - {b"SQ", b"UN"}
OF_PIXELS: Final = frozenset((b"", b"OB", b"OW", b"OX", b"ox", b"px"))

NATIVE: Final = IMPLICIT | {EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN}


class Form(Value):
    """How elements are written: ``element`` reads a tag as one word, VR and 16-bit length as numbers (explicit), or
    group, element and 32-bit length; ``long`` a 32-bit length; ``delimiter`` a group, an element and a 32-bit length.
    ``delimiters`` are those words.
    """

    explicit: bool
    little: bool
    element: struct.Struct
    long: struct.Struct
    delimiter: struct.Struct
    delimiters: frozenset[int]

    def tag(self, word: int) -> int:
        return (word & 0xFFFF) << 16 | word >> 16 if self.little else word


def _form(order: str, *, explicit: bool) -> Form:
    long, delimiter = struct.Struct(order + "I"), struct.Struct(order + "HHI")
    words = frozenset(long.unpack(struct.pack(order + "HH", DELIMITERS, tag & 0xFFFF))[0] for tag in DELIMITER_WORDS)
    element = struct.Struct(order + "IHH") if explicit else delimiter
    return Form(explicit, order == "<", element, long, delimiter, words)


EXPLICIT_LITTLE_FORM: Final = _form("<", explicit=True)
IMPLICIT_LITTLE_FORM: Final = _form("<", explicit=False)
EXPLICIT_BIG_FORM: Final = _form(">", explicit=True)
SHORT_CODES: Final = {
    little: frozenset(int.from_bytes(vr, "little" if little else "big") for vr in SHORT) for little in (True, False)
}
"""The VRs with a 16-bit length as numbers, in little and in big endian."""
