"""Writes elements, items and sequences of a data set in one encoding.

Belongs here: heads, values, delimiters and lengths. Does not belong here: what is written (``rewriting``), where it
goes (``prepared``). Large values are never read: the result refers to their place in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.objects.encoding import OLD_VRS, SHORT_VRS, UNDEFINED, WIDTHS, ElementEncoding, swapped
from asprofile.objects.prepared import FilePart

if TYPE_CHECKING:
    from asprofile.objects.elements import Window
    from asprofile.objects.prepared import DataSetOutput
    from asprofile.objects.rules import WritingRules

_SMALL: Final = 16 << 10  # longer values are referred to, not copied


class ElementWriter:
    """Writes into ``out``; what is copied comes from ``window``."""

    def __init__(self, window: Window, target: ElementEncoding, out: DataSetOutput, rules: WritingRules) -> None:
        self._window = window
        self._target = target
        self._out = out
        self._rules = rules

    def write(self, tag: int, vr: str, value: bytes) -> None:
        """An element with a value that is at hand, in little endian."""
        written = self.header_for(tag, vr, len(value))
        little = self._target.little or (written in ("OB", "UN") and written != vr)
        self._out.write(value if little else swapped(value, WIDTHS.get(vr, 1)))

    def header_for(self, tag: int, vr: str, length: int) -> str:
        """The head of an element, and the VR that it got: another one where the length does not fit, or where new
        VRs are not wanted.
        """
        unknown = "UN" if self._rules.new_vrs else "OB"
        if not self._rules.new_vrs and vr not in OLD_VRS:
            vr = unknown
        if vr in SHORT_VRS and length > 0xFFFF and self._target.explicit:
            vr = unknown
        self.header(tag, vr, length)
        return vr

    def header(self, tag: int, vr: str, length: int) -> int:
        """The head of an element; where its 32-bit length is (if it has one), to be patched."""
        target = self._target
        head = target.tag.pack(tag >> 16, tag & 0xFFFF)
        if target.explicit:
            head += vr.encode()
            if vr in SHORT_VRS:
                self._out.write(head + target.short.pack(length))
                return -1
            head += b"\0\0"
        self._out.write(head + target.long.pack(length))
        return self._out.offset - 4

    def delimiter(self, tag: int, length: int) -> int:
        self._out.write(self._target.tag.pack(tag >> 16, tag & 0xFFFF) + self._target.long.pack(length))
        return self._out.offset - 4

    def finish(self, mark: int, begun: int, delimiter: int, *, defined: bool) -> None:
        """Give a sequence or an item its length, or its end."""
        if not defined:
            self.delimiter(delimiter, 0)
            return
        length = self._out.position - begun
        if length >= UNDEFINED:
            raise ObjectError("has a sequence that is longer than 4 GiB when it is converted")
        self._out.patch(mark, self._target.long.pack(length))

    def copy(self, start: int, length: int, width: int = 1) -> None:
        if length > _SMALL:
            self._out.refer(FilePart(self._window.file, start, length, width))
        elif length:
            self._out.write(swapped(self._window.value(start, length), width))
