"""Rewrites a data set, element by element, from one encoding to another, and makes changes.

Belongs here: walking through items, sequences and fragments, writing elements again, keeping lengths right. Does not
belong here: which VR an element has (``vrs``), what a change writes (``changes``), decompression (``pixels``), how
an element is written (``writing``), giving the result out (``prepared``).
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.objects.elements import DEEPEST, Disorder, Head, Window, damaged, read_head, read_item, skip, too_deep
from asprofile.objects.encoding import (
    CHARACTER_SET,
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_END,
    PIXEL_DATA,
    SEQUENCE_END,
    TEXT_VRS,
    TRAILING_PADDING,
    UNDEFINED,
    WIDTHS,
    ElementEncoding,
)
from asprofile.objects.groups import Groups
from asprofile.objects.rules import ANY_PIXELS, NO_CHANGES, Changes, Decoded, ElementChange, PixelRules, WritingRules
from asprofile.objects.vrs import PIXEL_REPRESENTATION, WAVEFORM_BITS_ALLOCATED, Scope
from asprofile.objects.writing import ElementWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asprofile.objects.prepared import DataSetOutput
    from asprofile.objects.vrs import VRs

_TAIL: Final = 4096
_WHITE_SPACE: Final = b" \t\n\v\f\r"
# Ambiguous, and in front of the element that decides: Zero Velocity Pixel Value, Mapped Pixel Value.
_EARLY: Final = frozenset((0x00189810, 0x00221452))
_BITS_ALLOCATED: Final = 0x00280100
_NUMBERS: Final = frozenset((PIXEL_REPRESENTATION, WAVEFORM_BITS_ALLOCATED, _BITS_ALLOCATED))


class Rewriter:
    """Walks through one data set and writes it into ``out``.

    ``changes`` are those of the user; ``repairs`` what goes with decompression, by where an item (or the data set)
    starts; ``decoded`` the pixel data that take the place of elements, by where those start; ``pixels`` says which
    others there may be; ``in_front`` are the bytes of the file before the data set, where its length counts.
    """

    def __init__(
        self,
        window: Window,
        source: ElementEncoding,
        target: ElementEncoding,
        out: DataSetOutput,
        vrs: VRs,
        *,
        rules: WritingRules,
        repairs: Mapping[int, Changes] | None = None,
        decoded: Mapping[int, Decoded] | None = None,
        ordered: bool = False,
        pixels: PixelRules = ANY_PIXELS,
        in_front: int = 0,
    ) -> None:
        self._in_front = in_front
        self._window = window
        self._source = source
        self._target = target
        self._out = out
        self._vrs = vrs
        self._rules = rules
        self._repairs = repairs or {}
        self._decoded = decoded or {}
        self._ordered = ordered
        self._pixels = pixels
        writer = ElementWriter(window, target, out, rules)
        self._write, self._header, self._header_for = writer.write, writer.header, writer.header_for
        self._delimiter, self._finish, self._copy = writer.delimiter, writer.finish, writer.copy
        self.changed: set[int] = set()
        """Tags of the data set itself (not of items) that were changed or added."""
        self._plain = source is target and not (rules.dcmtk or rules.even) and rules.new_vrs and not decoded

    def run(self, start: int, changes: Changes = NO_CHANGES) -> None:
        """Write the data set that starts at ``start``. Raises ObjectError if it cannot be written, Disorder."""
        self._container(start, self._window.end, self._source, Scope(None), changes, 0, undefined=False)

    # --- items and elements

    def _container(
        self,
        pos: int,
        end: int,
        encoding: ElementEncoding,
        scope: Scope,
        changes: Changes,
        depth: int,
        *,
        undefined: bool,
    ) -> int:
        """An item or the data set, up to ``end``, or up to an item delimiter, which is not written; where it ends."""
        if depth > DEEPEST:
            raise too_deep(pos)
        repairs = self._repairs.get(pos)
        elements = {**changes.elements, **(repairs.elements if repairs else {})}
        waiting = sorted(elements, reverse=True)
        groups = Groups(self._out, self._target, exact=not self._plain, what=self._rules.group_lengths)
        last, begun = -1, self._out.position
        index = self._index(pos, end, encoding, undefined=undefined) if self._ordered else None
        while (head := next(index) if index else self._next(pos, end, encoding, undefined=undefined)).tag != ITEM_END:
            if self._rules.dcmtk and head.tag <= last:
                raise Disorder
            last = head.tag
            while waiting and waiting[-1] < head.tag:
                self._insert(waiting.pop(), elements, groups, head.pos, scope)
            padding = head.tag == TRAILING_PADDING and self._rules.dcmtk and not self._rules.padding
            if not padding:
                groups.enter(head.tag >> 16, head.pos)
            self._note(head, encoding, scope)
            change = elements[waiting.pop()] if waiting and waiting[-1] == head.tag else None
            if padding or (change and self._replace(head, change, scope)):
                pos = skip(self._window, head, encoding)
            elif head.tag & 0xFFFF == 0:
                pos = groups.length(head, self._window, encoding)
            else:
                pos = self._element(head, encoding, scope, changes.within.get(head.tag), depth)
        while waiting:
            self._insert(waiting.pop(), elements, groups, head.pos, scope)
        groups.close(head.pos)
        self._pad(self._out.position - begun, is_file=not depth)
        return head.start

    def _pad(self, length: int, *, is_file: bool) -> None:
        """Fill up the data set, or an item, of ``length`` bytes (DcmItem::computeGroupLengthAndPadding)."""
        unit = self._rules.file_pad if is_file else self._rules.item_pad
        missing = -(length + (self._in_front if is_file else 0)) % unit if unit and length else 0
        if not missing:
            return
        head = 12 if self._target.explicit else 8
        while missing < head:
            missing += unit
        self._header(TRAILING_PADDING, "OB", missing - head)
        for at in range(head, missing, _TAIL):
            self._out.write(b"\0" * min(_TAIL, missing - at))

    def _next(self, pos: int, end: int, encoding: ElementEncoding, *, undefined: bool) -> Head:
        """The element at ``pos``, or the end of the item, be it a delimiter or its length."""
        if pos >= end and not undefined:
            return Head(ITEM_END, "", 0, pos, pos)
        head = read_head(self._window, pos, encoding, end)
        if head.tag in (ITEM, SEQUENCE_END) or (head.tag == ITEM_END and not undefined):
            raise damaged(pos, "a delimiter is where an element should be")
        return head

    def _index(self, pos: int, end: int, encoding: ElementEncoding, *, undefined: bool) -> Iterator[Head]:
        """The elements in ascending order, and the end. Of two of the same tag the first counts, as for DCMTK."""
        first: dict[int, Head] = {}
        while (head := self._next(pos, end, encoding, undefined=undefined)).tag != ITEM_END:
            first.setdefault(head.tag, head)
            pos = skip(self._window, head, encoding)
        return iter([*(first[tag] for tag in sorted(first)), head])

    def _note(self, head: Head, encoding: ElementEncoding, scope: Scope) -> None:
        """Remember what decides on other elements."""
        tag = head.tag
        if tag in _NUMBERS and head.length == 2:
            (scope.numbers[tag],) = encoding.short.unpack(self._window.value(head.start, 2))
        elif tag == CHARACTER_SET and head.length < _TAIL:
            scope.character_set = self._window.value(head.start, head.length)
        elif tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF and head.length < _TAIL:
            creator = self._window.value(head.start, head.length).strip(b" \0").decode("latin-1")
            scope.creators[tag >> 16, tag & 0xFF] = creator

    def _element(
        self,
        head: Head,
        encoding: ElementEncoding,
        scope: Scope,
        within: Mapping[int | None, Changes] | None,
        depth: int,
    ) -> int:
        """One element that is not replaced; where it ends."""
        decoded = self._decoded.get(head.pos)
        if decoded is not None:
            if not self._target.little:
                self._check_order(decoded.vr, scope)
            self._header(head.tag, decoded.vr, decoded.part.length)
            swap = decoded.vr == "OW" and not self._target.little
            self._out.refer(replace(decoded.part, width=2) if swap else decoded.part)
            return skip(self._window, head, encoding)
        if self._plain and within is None:
            return self._copied(head, encoding)
        if head.tag in _EARLY and not head.vr and not self._rules.dcmtk:
            self._look_ahead(head, encoding, scope)
        vr = head.vr or self._vrs.find(head.tag, scope)
        if vr == "UN" and self._rules.known_vrs and head.vr and head.length != UNDEFINED:
            vr = self._vrs.find(head.tag, scope)
            encoding = IMPLICIT_LITTLE  # which a UN is in, whatever is around it
        if head.tag == PIXEL_DATA:
            self._check_pixels(head, depth)
            if head.length == UNDEFINED:
                return self._fragments(head, encoding)
        if vr == "SQ" or head.length == UNDEFINED:
            inner = IMPLICIT_LITTLE if vr == "UN" else encoding
            return self._sequence(head, inner, scope, within or {}, depth)
        if within is not None:
            raise ObjectError(f"{_named(head)} is no sequence, so nothing in it can be set")
        if head.tag == PIXEL_DATA and encoding.little != self._target.little:
            self._check_order(vr, scope)
        self._value(head, vr, encoding)
        return head.start + head.length

    def _check_pixels(self, head: Head, depth: int) -> None:
        pixels = self._pixels
        if not (pixels.encapsulated if head.length == UNDEFINED else pixels.native or depth):
            raise ObjectError(pixels.refusal)

    def _check_order(self, vr: str, scope: Scope) -> None:
        """Check that the byte order of the pixels can be changed. That of words in a VR of bytes cannot (PS3.5 section
        A.2 requires OW); where each has several words, readers disagree on which comes first.
        """
        bits = scope.numbers.get(_BITS_ALLOCATED, 0)
        if bits > (8 if vr in ("OB", "UN") else 16) and not self._rules.dcmtk:
            raise ObjectError(
                f"has Pixel Data of {bits} bits in {vr}: readers disagree on their order in Explicit VR Big Endian"
            )

    def _look_ahead(self, head: Head, encoding: ElementEncoding, scope: Scope) -> None:
        """Find the Pixel Representation after an element that it decides on."""
        ahead, pos = head, head.start + head.length
        while ahead.tag < PIXEL_REPRESENTATION and pos < self._window.end:
            ahead = read_head(self._window, pos, encoding, self._window.end)
            if ahead.tag >> 16 == 0xFFFE:
                return
            pos = skip(self._window, ahead, encoding)
        self._note(ahead, encoding, scope)

    def _copied(self, head: Head, encoding: ElementEncoding) -> int:
        """An element byte for byte; where it ends."""
        end = skip(self._window, head, encoding)
        self._copy(head.pos, end - head.pos)
        return end

    def _sequence(
        self, head: Head, encoding: ElementEncoding, scope: Scope, within: Mapping[int | None, Changes], depth: int
    ) -> int:
        undefined = head.length == UNDEFINED
        mark = self._header(head.tag, "SQ", UNDEFINED)
        end = self._window.end if undefined else head.start + head.length
        pos, number, begun = head.start, 0, self._out.position
        while undefined or pos < end:
            item = read_item(self._window, pos, encoding, end)
            if item.tag == SEQUENCE_END:
                pos = item.start
                if undefined:
                    break
                raise damaged(item.pos, "a sequence ends before its length says so")
            pos = self._item(item, encoding, scope, _of_item(within, number), depth)
            number += 1
        if any(one is not None and one >= number for one in within) or (within and not number):
            raise ObjectError(f"{_named(head)} has only {number} items, so not all that is wanted can be set in it")
        self._finish(mark, begun, SEQUENCE_END, defined=self._is_defined(undefined=undefined))
        return pos

    def _item(self, item: Head, encoding: ElementEncoding, scope: Scope, changes: Changes, depth: int) -> int:
        undefined = item.length == UNDEFINED
        mark = self._delimiter(ITEM, UNDEFINED)
        begun = self._out.position
        end = self._window.end if undefined else item.start + item.length
        inner = Scope(scope, character_set=scope.character_set)
        end = self._container(item.start, end, encoding, inner, changes, depth + 1, undefined=undefined)
        self._finish(mark, begun, ITEM_END, defined=self._is_defined(undefined=undefined))
        return end

    def _is_defined(self, *, undefined: bool) -> bool:
        """A sequence or an item gets its length."""
        return not self._rules.undefined if self._rules.dcmtk else not undefined

    def _fragments(self, head: Head, encoding: ElementEncoding) -> int:
        """Encapsulated pixel data, kept as they are; where they end."""
        if self._source is not self._target:
            raise ObjectError("has compressed pixel data although its transfer syntax is an uncompressed one")
        if not (self._rules.dcmtk or self._rules.even):
            return self._copied(head, encoding)
        self._header(head.tag, "OB" if self._rules.dcmtk else head.vr, UNDEFINED)
        pos = head.start
        while True:
            item = read_item(self._window, pos, encoding, self._window.end)
            pos = item.start + item.length
            if item.tag == SEQUENCE_END:
                self._delimiter(SEQUENCE_END, 0)
                return item.start
            self._delimiter(ITEM, item.length + item.length % 2)
            self._copy(item.start, item.length)
            self._out.write(b"\0" * (item.length % 2))

    def _value(self, head: Head, vr: str, encoding: ElementEncoding) -> None:
        """An element with a value in one piece."""
        length, tail = head.length, b""
        if self._rules.dcmtk:
            if vr == "UI" and self._rules.corrected:
                value = self._window.value(head.start, length).translate(None, _WHITE_SPACE).rstrip(b"\0")
                self._write(head.tag, vr, value + b"\0" * (len(value) % 2))
                return
            if length % 2 and (vr in TEXT_VRS or vr in ("OB", "UN")):
                tail = b"\0"  # a text then ends in this, and no longer in blanks
            elif vr in TEXT_VRS and self._rules.corrected:
                length = self._without_blanks(head.start, length)
                tail = b" " * (length % 2)
        if self._rules.even and (length + len(tail)) % 2:
            tail += b" " if vr in TEXT_VRS and vr != "UI" else b"\0"
        written = self._header_for(head.tag, vr, length + len(tail))
        width = WIDTHS.get(vr, 1)
        # What becomes OB or UN is little endian everywhere.
        little = True if written in ("OB", "UN") and written != vr else self._target.little
        from_little = encoding.little != (self._pixels.swapped and head.tag == PIXEL_DATA)
        self._copy(head.start, length, width if from_little != little else 1)
        self._out.write(tail)

    def _without_blanks(self, start: int, length: int) -> int:
        """The length of a text without the blanks at its end."""
        while length:
            count = min(length, _TAIL)
            left = len(self._window.value(start + length - count, count).rstrip(b" "))
            length -= count - left
            if left:
                break
        return length

    # --- changes

    def _insert(self, tag: int, elements: Mapping[int, ElementChange], groups: Groups, pos: int, scope: Scope) -> None:
        new = elements[tag].value(None, None, scope)
        if new is not None and new[0]:
            groups.enter(tag >> 16, pos)
            self._write(tag, new[0], new[1])
            self._was_changed(tag, scope)
            if tag == CHARACTER_SET:
                scope.character_set = new[1]

    def _replace(self, head: Head, change: ElementChange, scope: Scope) -> bool:
        """Write the new value of an element; false if it stays."""
        vr = head.vr or self._vrs.find(head.tag, scope)
        new = change.value(vr, None if head.length == UNDEFINED else head.length, scope)
        if new is None:
            return False
        if new[0]:
            self._write(head.tag, new[0], new[1])
        self._was_changed(head.tag, scope)
        if head.tag == CHARACTER_SET:
            scope.character_set = new[1]
        elif head.tag in _NUMBERS and len(new[1]) == 2:
            (scope.numbers[head.tag],) = struct.unpack("<H", new[1])
        return True

    def _was_changed(self, tag: int, scope: Scope) -> None:
        if scope.parent is None:
            self.changed.add(tag)


def _named(head: Head) -> str:
    return f"({head.tag >> 16:04X},{head.tag & 0xFFFF:04X})"


def _of_item(within: Mapping[int | None, Changes], number: int) -> Changes:
    """The changes in one item: those of all items, and its own, which count more."""
    found = [one for one in (within.get(None), within.get(number)) if one is not None]
    if len(found) < 2:
        return found[0] if found else NO_CHANGES
    return Changes({**found[0].elements, **found[1].elements}, {**found[0].within, **found[1].within})
