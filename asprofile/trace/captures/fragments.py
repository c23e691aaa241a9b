"""IP packets that were cut on their way, put together (RFC 791 section 3.2, RFC 8200 section 4.5).

In bounded memory: of packets whose parts do not all come, the oldest are given up. One with parts that overlap is left
out (RFC 5722): which of them its receiver took is not known.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asprofile.trace.captures.packets import Fragment

_MOST: Final = 256
"""Packets that are being put together."""
_LARGEST: Final = 1 << 16
"""Bytes of one (RFC 791: its total length has 16 bits)."""


@dataclass(slots=True)
class _Parts:
    """Of one packet: by their places, and how long all of it is, once its last part has come."""

    by_place: dict[int, bytes] = field(default_factory=dict)
    length: int | None = None
    have: int = 0


class Fragments:
    """``incomplete`` is how many packets were given up, ``overlapping`` how many were left out."""

    def __init__(self) -> None:
        self.overlapping = 0
        self._given_up = 0
        self._waiting: OrderedDict[bytes, _Parts | None] = OrderedDict()
        """None for one that is left out, whatever else comes of it."""

    @property
    def incomplete(self) -> int:
        """As it is now: parts may still come."""
        return self._given_up + sum(one is not None for one in self._waiting.values())

    def add(self, part: Fragment) -> bytes | None:
        """What the whole packet carries, once this was the last part to come."""
        if part.key not in self._waiting:
            if len(self._waiting) >= _MOST:
                _, oldest = self._waiting.popitem(last=False)
                self._given_up += oldest is not None
            self._waiting[part.key] = _Parts()
        parts = self._waiting[part.key]
        if parts is None or parts.by_place.get(part.place) == part.payload:
            return None  # it is left out, or this part comes twice
        if not _fits(parts, part):
            self.overlapping += 1
            self._waiting[part.key] = None
            return None
        parts.by_place[part.place] = part.payload
        parts.have += len(part.payload)
        if part.is_last:
            parts.length = part.place + len(part.payload)
        if parts.have != parts.length:
            return None
        del self._waiting[part.key]
        return b"".join(parts.by_place[place] for place in sorted(parts.by_place))


def _fits(parts: _Parts, part: Fragment) -> bool:
    end = part.place + len(part.payload)
    if end > _LARGEST or (parts.length is not None and (part.is_last or end > parts.length)):
        return False
    if part.is_last and any(place + len(payload) > end for place, payload in parts.by_place.items()):
        return False
    return all(end <= place or place + len(payload) <= part.place for place, payload in parts.by_place.items())
