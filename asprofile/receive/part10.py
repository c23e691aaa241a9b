"""The header of a DICOM file that was received (PS3.10 section 7.1).

Belongs here: what is in front of the data set. Does not belong here: the data set, which is written as it came; the
file (``files``).
"""

from __future__ import annotations

import struct
from typing import Final

from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

_SHORT: Final = struct.Struct("<HH2sH")
_LONG: Final = struct.Struct("<HH2sHI")


class HeaderForm:
    """Preamble, prefix and File Meta Information, in Explicit VR Little Endian, of all objects of a presentation
    context: only the instance differs.
    """

    __slots__ = ("_after", "_before", "_length")

    def __init__(self, sop_class: str, transfer_syntax: str, source_ae: str = "") -> None:
        self._before = _VERSION + _element(0x0002, b"UI", sop_class, b"\0") + _element(0x0003, b"UI", "", b"\0")[:-2]
        self._after = _element(0x0010, b"UI", transfer_syntax, b"\0") + _IMPLEMENTATION
        if source_ae:
            self._after += _element(0x0016, b"AE", source_ae, b" ")
        self._length = len(self._before) + 2 + len(self._after)

    def header(self, sop_instance: str) -> bytes:
        """All that is in front of the data set."""
        instance = sop_instance.encode("ascii", "replace")
        if len(instance) % 2:
            instance += b"\0"
        size = len(instance)
        length = (self._length + size).to_bytes(4, "little")
        return b"".join((_BEFORE_LENGTH, length, self._before, size.to_bytes(2, "little"), instance, self._after))


def _element(element: int, vr: bytes, value: str, pad: bytes) -> bytes:
    encoded = value.encode("ascii", "replace")
    if len(encoded) % 2:
        encoded += pad
    return _SHORT.pack(2, element, vr, len(encoded)) + encoded


_BEFORE_LENGTH: Final = bytes(128) + b"DICM" + _SHORT.pack(2, 0, b"UL", 4)
_VERSION: Final = _LONG.pack(2, 0x0001, b"OB", 0, 2) + b"\0\1"
_IMPLEMENTATION: Final = _element(0x0012, b"UI", IMPLEMENTATION_CLASS_UID, b"\0") + _element(
    0x0013, b"SH", IMPLEMENTATION_VERSION_NAME, b" "
)
