"""The elements that an expression asks for, out of the file that was just opened, and no further than the last of them.

Belongs here: what to look for (``Wanted``) and the walk. Does not belong here: what values mean (``kinds``). The walk
is quick where possible: it skips elements that are not asked for by what it has learnt from their first eight bytes.
"""

from __future__ import annotations

import os
import sys
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.names.well_known import DEFLATED
from asprofile.objects.elements import Window, damaged, read_head, read_item, skip
from asprofile.objects.encoding import (
    CHARACTER_SET,
    IMPLICIT_LITTLE,
    ITEM_END,
    SEQUENCE_END,
    SHORT_VRS,
    UNDEFINED,
    ElementEncoding,
    encoding_of,
)
from asprofile.objects.leading import MoreNeeded, NotAnObject, parse_meta
from asprofile.objects.where.kinds import LONGEST_VALUE, Element

if TYPE_CHECKING:
    from asprofile.objects.elements import Head
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.where.tree import Attribute

BEHIND: Final = -1

_CHARACTERS: Final = -1
_PIECE: Final = 1 << 16
_MOST_INFLATED: Final = 1 << 26
_MOST_STEPS: Final = 4096
_DEEPEST: Final = 100
_SHORT: Final = frozenset(vr.encode() for vr in SHORT_VRS)


@dataclass(slots=True)
class WantedElement:
    """What is wanted of an element: its value, to be kept under ``slot``; what is in its items. ``vr`` is the
    dictionary's, empty if it has none.
    """

    vr: str
    slot: int | None = None
    within: Wanted | None = None


@dataclass(slots=True)
class Wanted:
    """The elements that are wanted of a data set, or of the items of a sequence."""

    elements: dict[int, WantedElement] = field(default_factory=dict)
    private: dict[int, dict[str, dict[int, WantedElement]]] = field(default_factory=dict)
    """By group, creator, and the last two digits of the element."""
    has_meta: bool = False
    """Whether some of them are of the File Meta Information."""
    last: int = CHARACTER_SET
    """The last tag that can be of interest."""
    steps: dict[bool, dict[bytes, int]] = field(default_factory=lambda: {True: {}, False: {}})
    """With VRs, and without: from the first eight bytes of an element that is not wanted to the distance of the next
    one; 0 for one that has to be read, BEHIND for one after the last.
    """
    plain: dict[bool, dict[bytes, tuple[int, str, int]]] = field(default_factory=lambda: {True: {}, False: {}})
    """The same to slot, VR and length of one that is wanted, and of which nothing else is to be known."""

    def add(self, attribute: Attribute, vrs: tuple[str, ...], slot: int) -> None:
        here = self
        for place, (step, vr) in enumerate(zip(attribute.steps, vrs, strict=True)):
            if step.creator is None:
                targets, number, last = here.elements, step.tag, step.tag
            else:
                creators = here.private.setdefault(step.tag >> 16, {})
                targets, number = creators.setdefault(step.creator, {}), step.tag & 0xFF
                last = step.tag | 0xFFFF
            here.last = max(here.last, last)
            here.has_meta = here.has_meta or last >> 16 == 2
            target = targets.setdefault(number, WantedElement(vr))
            if place == len(attribute.steps) - 1:
                target.slot = slot
            else:
                target.within = here = target.within or Wanted()

    def learn(self, head: bytes, encoding: ElementEncoding) -> int:
        """What ``steps`` has for this head of an element of the data set itself; ``plain`` too, if it is wanted."""
        step = 0
        if len(head) == 8:
            group, number, letters, length = encoding.element.unpack(head)
            tag, vr = group << 16 | number, letters.decode("latin-1")
            if not encoding.explicit:
                (length,) = encoding.long.unpack_from(head, 4)
            target = self.elements.get(tag)
            is_short = letters in _SHORT if encoding.explicit else length != UNDEFINED
            if tag > self.last and group != 0xFFFE:
                step = BEHIND
            elif not is_short or group == 0xFFFE or group in self.private:
                step = 0
            elif target is None and tag != CHARACTER_SET:
                step = 8 + length
            elif length <= LONGEST_VALUE:
                self._learn_plain(head, encoding, target, vr, length)
        steps = self.steps[encoding.explicit]
        if len(steps) >= _MOST_STEPS:
            steps.clear()
        steps[head] = step
        return step

    def _learn_plain(
        self, head: bytes, encoding: ElementEncoding, target: WantedElement | None, vr: str, length: int
    ) -> None:
        plain = self.plain[encoding.explicit]
        if len(plain) >= _MOST_STEPS:
            plain.clear()
        if target is None:
            plain[head] = _CHARACTERS, "", length
        elif target.within is None and target.slot is not None and target.vr != "SQ":
            plain[head] = target.slot, vr if encoding.explicit else target.vr or "UN", length


class FoundElements:
    """The elements that were found, by slot; ``broken`` says why the walk came no further, empty if it did."""

    def __init__(self, slots: int) -> None:
        self.slots: list[list[Element]] = [[] for _ in range(slots)]
        self.odd: dict[int, str] = {}
        """For a slot, why a sequence on the way to it could not be read."""
        self.broken = ""


def find(wanted: Wanted, slots: int, header: ObjectHeader, buffer: bytes, descriptor: int) -> FoundElements:
    """Find all wanted elements. ``buffer`` has the first bytes of the file."""
    found = FoundElements(slots)
    try:
        if wanted.has_meta:
            _of_meta(wanted, found, header, buffer, descriptor)
        window: Window = _Opened(buffer, descriptor, header.size)
        start = header.dataset_offset
        if header.transfer_syntax in DEFLATED:
            window, start = _Inflated(window, start), 0
        walk = _Walk(window, found)
        walk.elements(start, window.end, encoding_of(header.transfer_syntax), wanted, b"")
    except _Ended:
        pass
    except (ObjectError, NotAnObject) as error:
        found.broken = str(error) or "it is damaged"
    except OSError as error:
        found.broken = f"it cannot be read: {error.strerror or error}"
    return found


class _Opened(Window):
    """The file, of which ``buffer`` has been read."""

    def __init__(self, buffer: bytes, descriptor: int, end: int) -> None:
        self.end = end
        self._base = 0
        self._data = buffer
        self._descriptor = descriptor

    def at(self, pos: int, count: int) -> tuple[bytes, int]:
        if not (self._base <= pos and pos + count <= self._base + len(self._data)):
            if pos + count > self.end:
                raise damaged(pos, "it ends within an element")
            self._base, self._data = pos, self._read(pos, count)
        return self._data, pos - self._base

    def _read(self, pos: int, count: int) -> bytes:
        os.lseek(self._descriptor, pos, os.SEEK_SET)
        parts, missing = [], min(max(count, _PIECE), self.end - pos)
        while missing > 0 and (part := os.read(self._descriptor, missing)):
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        if len(data) < count:
            raise damaged(pos, "it became shorter while it was read")
        return data

    def there(self) -> tuple[bytes, int]:
        """The bytes in memory, and where they begin."""
        return self._data, self._base


class _Inflated(Window):
    """A deflated data set, inflated as far as it is read."""

    def __init__(self, source: Window, start: int) -> None:
        self.end = sys.maxsize
        self._source = source
        self._next = start
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._whole = bytearray()

    def at(self, pos: int, count: int) -> tuple[bytes, int]:
        while len(self._whole) < pos + count and not self._inflater.eof:
            if len(self._whole) > _MOST_INFLATED:
                raise ObjectError(f"what is asked for is after {_MOST_INFLATED:,} bytes of inflated data")
            self._inflate()
        if len(self._whole) == pos:
            raise _Ended
        if len(self._whole) < pos + count:
            raise damaged(pos, "it ends within an element")
        return bytes(self._whole[pos : pos + count]), 0

    def _inflate(self) -> None:
        waiting = self._inflater.unconsumed_tail
        if not waiting:
            count = min(_PIECE, self._source.end - self._next)
            waiting = self._source.value(self._next, count)
            self._next += count
        if not waiting:
            raise ObjectError("is damaged: its deflated data set ends too early; get a complete copy")
        try:
            self._whole += self._inflater.decompress(waiting, _PIECE)
        except zlib.error:
            raise ObjectError("is damaged: its deflated data set cannot be inflated; get a complete copy") from None


class _Ended(Exception):
    """The inflated data set ends where an element could begin."""


class _Walk:
    def __init__(self, window: Window, found: FoundElements) -> None:
        self._window = window
        self._found = found

    def elements(
        self,
        pos: int,
        end: int,
        encoding: ElementEncoding,
        wanted: Wanted,
        character_set: bytes,
        *,
        depth: int = 0,
        is_open: bool = False,
    ) -> int:
        """The data set, or an item, from ``pos`` to ``end``; with ``is_open`` to its delimiter. Where it ends."""
        blocks: dict[int, dict[int, WantedElement]] = {}
        while is_open or pos < end:
            if not depth and encoding.little:
                pos, character_set = self._quickly(pos, encoding, wanted, character_set)
                if pos in (BEHIND, end):
                    return end
            head = read_head(self._window, pos, encoding, end)
            tag = head.tag
            if tag == ITEM_END and is_open:
                return head.start
            if tag in (ITEM_END, SEQUENCE_END):
                raise damaged(pos, "a delimiter is where an element should be")
            if tag > wanted.last and not is_open:
                return end
            if tag == CHARACTER_SET:
                character_set = self._window.value(head.start, min(head.length, 1024))
            target = wanted.elements.get(tag)
            if target is None and tag >> 16 in wanted.private:
                target = self._private(head, wanted, blocks)
            pos = self._element(head, encoding, target, character_set, depth) if target else 0
            pos = pos or skip(self._window, head, encoding, depth)
        return pos

    def _quickly(self, pos: int, encoding: ElementEncoding, wanted: Wanted, character_set: bytes) -> tuple[int, bytes]:
        """Over elements of the data set itself, as far as they are in memory and there is nothing to think about."""
        if not isinstance(self._window, _Opened):
            return pos, character_set
        data, base = self._window.there()
        steps, plain = wanted.steps[encoding.explicit], wanted.plain[encoding.explicit]
        at, slots = pos - base, self._found.slots
        while at >= 0:
            try:
                while (step := steps[data[at : at + 8]]) > 0:
                    at += step
            except KeyError as unknown:
                wanted.learn(unknown.args[0], encoding)
                continue
            if step == BEHIND:
                return BEHIND, character_set
            simple = plain.get(data[at : at + 8])
            if simple is None:
                break
            slot, vr, length = simple
            value = data[at + 8 : at + 8 + length]
            if len(value) < length:
                break
            at += 8 + length
            if slot == _CHARACTERS:
                character_set = value
            else:
                slots[slot].append(Element(vr, value, True, character_set))
        return base + at, character_set

    def _private(self, head: Head, wanted: Wanted, blocks: dict[int, dict[int, WantedElement]]) -> WantedElement | None:
        group, number = head.tag >> 16, head.tag & 0xFFFF
        if 0x10 <= number <= 0xFF and head.length < _PIECE:
            name = self._window.value(head.start, head.length).decode("latin-1").strip(" \0")
            targets = wanted.private[group].get(name)
            if targets is not None:
                blocks[group << 8 | number] = targets
            return None
        return blocks.get(head.tag >> 8, {}).get(number & 0xFF)

    def _element(
        self, head: Head, encoding: ElementEncoding, target: WantedElement, character_set: bytes, depth: int
    ) -> int:
        """Keep what is wanted of the element. Returns where it ends, 0 if that is not known yet."""
        vr, little = head.vr, encoding.little
        if vr in ("", "UN"):
            # Without a VR, or with one that says nothing, which means Implicit VR Little Endian (PS3.5 section 6.2.2).
            vr, little = target.vr or "UN", little if not head.vr else True
        is_sequence = vr == "SQ" or head.length == UNDEFINED or (target.within is not None and head.vr in ("", "UN"))
        if not is_sequence:
            if target.within is not None:
                self._cannot(target.within, f"{_named(head.tag)} is no sequence: its VR is {vr}")
            if target.slot is not None:
                self._keep(target.slot, head, vr, little, character_set)
            return head.start + head.length
        inner = IMPLICIT_LITTLE if head.vr == "UN" else encoding
        pos, items = self._items(head, inner, target.within or _NOTHING, character_set, depth)
        if target.slot is not None:
            self._found.slots[target.slot].append(Element("SQ", b"", little, b"", items))
        return pos

    def _keep(self, slot: int, head: Head, vr: str, little: bool, character_set: bytes) -> None:
        if head.length > LONGEST_VALUE:
            self._found.odd[slot] = f"its value has {head.length:,} bytes, which is more than is looked at"
            return
        data = self._window.value(head.start, head.length) if head.length else b""
        self._found.slots[slot].append(Element(vr, data, little, character_set))

    def _items(
        self, head: Head, encoding: ElementEncoding, wanted: Wanted, character_set: bytes, depth: int
    ) -> tuple[int, int]:
        """Where the sequence ends, and how many items it has."""
        if depth >= _DEEPEST:
            raise damaged(head.pos, f"sequences are nested more than {_DEEPEST} deep")
        is_open = head.length == UNDEFINED
        pos, end = head.start, self._window.end if is_open else head.start + head.length
        items = 0
        while is_open or pos < end:
            item = read_item(self._window, pos, encoding, end)
            if item.tag == SEQUENCE_END:
                return item.start, items
            items += 1
            if item.length == UNDEFINED:
                pos = self.elements(item.start, end, encoding, wanted, character_set, depth=depth + 1, is_open=True)
            else:
                pos = item.start + item.length
                self.elements(item.start, pos, encoding, wanted, character_set, depth=depth + 1)
        return pos, items

    def _cannot(self, wanted: Wanted, why: str) -> None:
        """Record for all wanted elements in it why they cannot be read."""
        for targets in (wanted.elements, *(one for found in wanted.private.values() for one in found.values())):
            for target in targets.values():
                if target.slot is not None:
                    self._found.odd[target.slot] = why
                if target.within is not None:
                    self._cannot(target.within, why)


_NOTHING: Final = Wanted(last=0)


def _of_meta(wanted: Wanted, found: FoundElements, header: ObjectHeader, buffer: bytes, descriptor: int) -> None:
    """Elements of the File Meta Information, which is Explicit VR Little Endian (PS3.10 section 7.1)."""
    if not header.dataset_offset:
        return
    if len(buffer) < header.dataset_offset:
        buffer = _Opened(buffer, descriptor, header.size).value(0, header.dataset_offset)
    try:
        values, _ = parse_meta(buffer, len(buffer), 132 if buffer[128:132] == b"DICM" else 0)
    except MoreNeeded:
        return
    for tag, target in wanted.elements.items():
        if tag >> 16 == 2 and target.slot is not None and tag & 0xFFFF in values:
            found.slots[target.slot].append(Element(target.vr or "UN", values[tag & 0xFFFF], True, b""))


def _named(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
