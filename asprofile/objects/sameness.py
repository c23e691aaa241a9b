"""Whether two data sets say the same, however they are written: elements and values are compared, not bytes.

What programs write in their own way is left out: lengths of sequences and items, undefined or not; group lengths
(gggg,0000) and Data Set Trailing Padding (FFFC,FFFC); blanks and NULs at the end of text, or of an unknown VR; where
compressed pixel data are cut into fragments, and the Basic Offset Table. Values are never decoded, so both have to be
in the same byte order, and pixel data in the same transfer syntax.
"""

from __future__ import annotations

from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final

from asprofile.names.well_known import DEFLATED
from asprofile.objects.elements import DEEPEST, Head, Window, read_head, read_item, skip, too_deep
from asprofile.objects.encoding import (
    IMPLICIT_LITTLE,
    ITEM_END,
    PIXEL_DATA,
    SEQUENCE_END,
    TEXT_VRS,
    TRAILING_PADDING,
    UNDEFINED,
    ElementEncoding,
    encoding_of,
)
from asprofile.objects.prepared import inflate
from asprofile.objects.room import DEFAULT_MAX_SIZE, Room
from asprofile.objects.vrs import Scope, VRs

if TYPE_CHECKING:
    from hashlib import _Hash

_PIECE: Final = 1 << 20
_MOST_TEXT: Final = 1 << 24
"""Bytes of a text of which the end is looked at; a longer one is compared as it is."""
_LAST_CREATOR: Final = 0xFF


def normal_form(file: IO[bytes], start: int, end: int, transfer_syntax: str) -> dict[int, bytes]:
    """A digest of each element of the data set between two places of a file, by tag: two data sets say the same if
    these are equal. Raises ObjectError if it cannot be read.
    """
    if transfer_syntax in DEFLATED:
        inflated, length = inflate(file, start, end, Room(DEFAULT_MAX_SIZE))
        with inflated:
            return _Reader(Window(inflated, length)).elements(0, encoding_of(transfer_syntax))
    return _Reader(Window(file, end)).elements(start, encoding_of(transfer_syntax))


def differences(first: dict[int, bytes], second: dict[int, bytes]) -> list[str]:
    """The elements that are not the same in both, as ``(gggg,eeee)``."""
    tags = sorted(tag for tag in first.keys() | second.keys() if first.get(tag) != second.get(tag))
    return [f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in tags]


def digest_of_form(form: dict[int, bytes]) -> bytes:
    """One digest (SHA-256) for all that ``normal_form`` found."""
    sha = sha256()
    for tag, digest in sorted(form.items()):
        sha.update(tag.to_bytes(4, "little") + digest)
    return sha.digest()


class _Reader:
    def __init__(self, window: Window) -> None:
        self._window = window
        self._vrs = VRs()

    def elements(self, start: int, encoding: ElementEncoding) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        scope, pos = Scope(None), start
        while pos < self._window.end:
            head = read_head(self._window, pos, encoding, self._window.end)
            sha = sha256()
            pos = self._element(head, encoding, scope, sha, 0)
            if head.tag & 0xFFFF and head.tag != TRAILING_PADDING:
                found[head.tag] = sha.digest()
        return found

    def _element(self, head: Head, encoding: ElementEncoding, scope: Scope, sha: _Hash, depth: int) -> int:
        """Add what an element says; where it ends."""
        if depth > DEEPEST:
            raise too_deep(head.pos)
        vr = head.vr if head.vr and head.vr != "UN" else self._vrs.find(head.tag, scope)
        if head.length == UNDEFINED and head.tag == PIXEL_DATA and head.vr != "SQ":
            sha.update(b"F")
            return self._fragments(head, encoding, sha)
        if head.length == UNDEFINED or vr == "SQ":
            sha.update(b"S")
            inner = IMPLICIT_LITTLE if encoding.explicit and head.vr == "UN" else encoding
            return self._items(head, inner, scope, sha, depth)
        sha.update(b"V")
        end = head.start + head.length
        if (vr in TEXT_VRS or vr == "UN") and head.length <= _MOST_TEXT:
            text = self._window.value(head.start, head.length).rstrip(b" \0")
            sha.update(text)
            group, element = head.tag >> 16, head.tag & 0xFFFF
            if group & 1 and element <= _LAST_CREATOR:
                scope.creators[group, element] = text.decode("latin-1")
            return end
        self._copy(head.start, end, sha)
        return end

    def _copy(self, start: int, end: int, sha: _Hash) -> None:
        for at in range(start, end, _PIECE):
            sha.update(self._window.value(at, min(_PIECE, end - at)))

    def _items(self, head: Head, encoding: ElementEncoding, outer: Scope, sha: _Hash, depth: int) -> int:
        pos = head.start
        end = self._window.end if head.length == UNDEFINED else head.start + head.length
        while pos < end:
            item = read_item(self._window, pos, encoding, end)
            pos = item.start
            if item.tag == SEQUENCE_END:
                return pos
            sha.update(b"I")
            pos = self._item(item, encoding, Scope(outer), sha, depth)
            sha.update(b"E")
        return end

    def _item(self, item: Head, encoding: ElementEncoding, scope: Scope, sha: _Hash, depth: int) -> int:
        pos = item.start
        end = self._window.end if item.length == UNDEFINED else item.start + item.length
        while pos < end:
            head = read_head(self._window, pos, encoding, end)
            if head.tag == ITEM_END:
                return head.start
            if not head.tag & 0xFFFF:
                pos = skip(self._window, head, encoding)
                continue
            part = sha256()
            pos = self._element(head, encoding, scope, part, depth + 1)
            sha.update(head.tag.to_bytes(4, "big") + part.digest())
        return end

    def _fragments(self, head: Head, encoding: ElementEncoding, sha: _Hash) -> int:
        pos, is_table = head.start, True
        while True:
            item = read_item(self._window, pos, encoding, self._window.end)
            pos = item.start
            if item.tag == SEQUENCE_END:
                return pos
            if not is_table:
                self._copy(pos, pos + item.length, sha)
            is_table = False
            pos += item.length
