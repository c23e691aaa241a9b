"""Group lengths (gggg,0000), computed for what is written (PS3.5 section 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.objects.elements import Head, Window
from asprofile.objects.encoding import UNDEFINED, ElementEncoding

if TYPE_CHECKING:
    from asprofile.objects.prepared import DataSetOutput
    from asprofile.objects.rules import GroupLengths


class Groups:
    """The group lengths (gggg,0000) of one item: written when their group is through.

    ``what`` becomes of them is the caller's choice. ``exact``: what it is; otherwise what it was and by how much the
    group has changed, so that one nobody touched stays as it is, right or wrong.
    """

    def __init__(
        self, out: DataSetOutput, target: ElementEncoding, *, exact: bool, what: GroupLengths = "keep"
    ) -> None:
        self._out = out
        self._target = target
        self._exact = exact
        self._what = what
        self._group = -1
        self._mark: tuple[int, int, int, int] | None = None

    def enter(self, group: int, pos: int) -> None:
        """An element of ``group`` comes; the last one ended at ``pos`` of the source."""
        if group != self._group:
            self.close(pos)
            self._group = group
            if self._what == "create":
                self._write(0, pos)

    def length(self, head: Head, window: Window, encoding: ElementEncoding) -> int:
        """The length element itself, to be filled in; where it ends."""
        end = head.start + head.length
        if self._what == "keep":
            told = encoding.long.unpack(window.value(head.start, 4))[0] if head.length == 4 else 0
            self._write(told, end)
        return end

    def _write(self, told: int, end: int) -> None:
        target = self._target
        self._out.write(
            target.tag.pack(self._group, 0)
            + (b"UL" + target.short.pack(4) if target.explicit else target.long.pack(4))
            + target.long.pack(told)
        )
        self._mark = self._out.offset - 4, self._out.position, end, told

    def close(self, pos: int) -> None:
        """The group is through, at ``pos`` of the source."""
        if self._mark is not None:
            offset, begun, source, told = self._mark
            size = self._out.position - begun
            length = size if self._exact else told + size - (pos - source)
            self._out.patch(offset, self._target.long.pack(length & UNDEFINED))
            self._mark = None
