"""Whether a data set is whole: a walk over the lengths of its elements, from the first to the last.

Belongs here: where values, items, sequences and fragments end, and what is said of a data set in which one does not end
where it should. Does not belong here: values (they are stepped over), whether the data set is encoded as its header
says (``mismatch``), what is sent (``dataset``).

Whole means that DCMTK reads it (3.6.7 and 3.7.0, DcmItem::read and the like), and that nothing is longer than what
contains it. So elements may be out of order, have an odd length or an unknown VR; a value of VR UN and undefined length
is a sequence in Implicit VR Little Endian (CP-246); two capital letters that are no VR come with a 32-bit length,
anything else with a 16-bit one. In Implicit VR a value that looks like a sequence and is no whole one is none, unless
the dictionary says so. The walk keeps one entry for each open item and sequence, reads no byte twice, and takes time in
proportion to the number of elements.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from asprofile.names.well_known import DEFLATED, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT, STANDARD_ROOT
from asprofile.objects import quick
from asprofile.objects.flaws import BrokenObject, WrongPixels, short_value
from asprofile.objects.forms import (
    DELIMITERS,
    EXPLICIT_BIG_FORM,
    EXPLICIT_LITTLE_FORM,
    IMPLICIT_LITTLE_FORM,
    ITEM,
    ITEM_END,
    ITEM_LITTLE,
    LONG,
    NATIVE,
    NO_SEQUENCE,
    OF_PIXELS,
    PAD,
    PIXEL_DATA,
    SEQUENCE_END,
    SHORT,
    SHORT_CODES,
    UNDEFINED,
)
from asprofile.objects.levels import Level, is_sequence, named, path, what_is, within
from asprofile.objects.stretches import LONGEST_STRETCHES, Inflated, Stretch
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.flaws import Flaw
    from asprofile.objects.forms import Form
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.stretches import ByteSource

DEEPEST_WRITTEN: Final = 1000
"""Sequences in sequences; on more than some thousands DCMTK's programs crash (3.6.7: 10,000)."""


class DataSetExtent(Value):
    """Where a data set ends: ``end`` is the offset after its last element. From there to the end of the file are
    ``filler`` zero bytes, which are no part of it.
    """

    end: int
    filler: int = 0


def find_extent(
    file: IO[bytes], header: ObjectHeader, held: bytes = b"", longest: int = LONGEST_STRETCHES
) -> DataSetExtent:
    """Walk through the data set of an open file. Raises BrokenObject if it is not whole, ObjectError if its pixel data
    are not what its transfer syntax says or it cannot be read; both with a reason to be put after the path and a colon.

    In an unknown private transfer syntax, a data set that does not start as Explicit VR Little Endian counts as whole.
    ``held``: the file, if it has been read; it is then left alone. A deflated one may become ``longest``
    bytes.
    """
    start, end, syntax = header.dataset_offset, header.size, header.transfer_syntax
    source = Stretch(file, end, 0, held)
    if syntax in DEFLATED:
        walk(Inflated(source, start, longest), 0, syntax)
        return DataSetExtent(end)
    if not (syntax in NATIVE or syntax.startswith(STANDARD_ROOT)):
        vr = source.at(start)[4:6]
        if vr not in SHORT and vr not in LONG:
            return DataSetExtent(end)
    return walk(source, start, syntax)


def walk(source: ByteSource, start: int, transfer_syntax: str) -> DataSetExtent:
    """The same for a data set from ``start`` to the end of ``source``, not deflated any more."""
    end = source.end
    if transfer_syntax == EXPLICIT_VR_BIG_ENDIAN:
        return _Walk(source, EXPLICIT_BIG_FORM, transfer_syntax).run(start)
    form = IMPLICIT_LITTLE_FORM if transfer_syntax in IMPLICIT else EXPLICIT_LITTLE_FORM
    if start == end or quick.ends(source.at(start), end - start, transfer_syntax):
        return DataSetExtent(end)
    return _Walk(source, form, transfer_syntax).run(start)


class _Walk:
    """One walk; ``run`` it once, from the first element."""

    def __init__(self, source: ByteSource, form: Form, transfer_syntax: str) -> None:
        self._source = source
        self._syntax = transfer_syntax
        end = source.end
        self._levels = [Level(0, form, end, 0, end, is_sequence=False)]
        self._data = b""
        self._base = 0
        self._room = -1
        """The last offset at which ``_data`` has the head of an element, made whole with zeros at the end."""
        self._last = 0
        """The last element seen that is over, by its tag."""
        self._filler = 0
        self._zeros_end = -1
        """Where zeros that are not filler end."""

    def run(self, pos: int) -> DataSetExtent:
        while self._levels:
            level = self._levels[-1]
            try:
                if level.is_sequence:
                    pos = self._items(pos, level)
                elif level.form.explicit:
                    pos = self._explicit(pos, level)
                else:
                    pos = self._implicit(pos, level)
            except BrokenObject:
                opaque = self._opaque()
                if opaque is None:
                    raise
                pos = opaque
        return DataSetExtent(pos, self._filler)

    # --- each of these goes on until a level is opened or closed

    def _explicit(self, pos: int, level: Level) -> int:
        form, limit = level.form, level.end
        unpack, delimiters, short = form.element.unpack_from, form.delimiters, SHORT_CODES[form.little]
        data, base, room = self._data, self._base, self._room
        word = before = head = -1
        while pos < limit:
            if pos > room:
                data, base, room = self._read(pos)
            before, head = word, pos
            word, code, length = unpack(data, pos - base)
            if code in short and word not in delimiters:
                pos += 8 + length
                continue
            tag = form.tag(word)
            if tag >> 16 == DELIMITERS or (tag <= 0xFFFF and self._is_filler(pos, self._before(before, form))):
                return self._delimited(pos, tag, self._before(before, form), level)
            vr = bytes(data[pos - base + 4 : pos - base + 6])
            if vr not in LONG and not (vr.isalpha() and vr.isupper()):
                pos += 8 + length
                continue
            (length,) = form.long.unpack_from(data, pos - base + 8)
            pos += 12
            if (length == UNDEFINED or vr == b"SQ") and pos <= limit:
                return self._opened(pos, tag, vr, length, level)
            if tag == PIXEL_DATA and pos <= limit:
                self._check_compressed()
            pos += length
        tag = self._before(word, form)
        return self._ended(pos, tag, self._before(before, form), level, head)

    def _before(self, word: int, form: Form) -> int:
        """The tag that was read as ``word``; without one (-1), the last element that is over."""
        return self._last if word < 0 else form.tag(word)

    def _implicit(self, pos: int, level: Level) -> int:
        unpack, limit = level.form.element.unpack_from, level.end
        data, base, room = self._data, self._base, self._room
        tag = before = self._last
        head = pos
        while pos < limit:
            if pos > room:
                data, base, room = self._read(pos)
            before, head = tag, pos
            at = pos - base
            group, element, length = unpack(data, at)
            tag = group << 16 | element
            if group == DELIMITERS or (not group and self._is_filler(pos, before)):
                return self._delimited(pos, tag, before, level)
            pos += 8
            if length == UNDEFINED and pos <= limit:
                return self._opened(pos, tag, b"", length, level)
            if length >= 8 and data[at + 8 : at + 12] == ITEM_LITTLE and tag != PIXEL_DATA and pos + length <= limit:
                return self._opened(pos, tag, b"", length, level)
            pos += length
        return self._ended(pos, tag, before, level, head)

    def _items(self, pos: int, level: Level) -> int:
        """The items of a sequence, or all fragments."""
        unpack = level.form.delimiter.unpack_from
        head = pos
        while pos < level.end:
            if pos > self._room:
                self._read(pos)
            head = pos
            group, element, length = unpack(self._data, pos - self._base)
            tag, pos = group << 16 | element, pos + 8
            if pos > level.end:
                break
            if tag == SEQUENCE_END and (level.undefined or pos == level.end):
                return self._closed(pos, level)
            if tag != ITEM:
                raise self._broken(
                    f"{what_is(tag)} is where an item or the end of {named(level.tag)} should be",
                    head,
                    "sequence end",
                )
            level.number += 1
            if not level.is_fragments:
                self._last = 0
                self._levels.append(Level(level.tag, level.form, pos, length, level.end, is_sequence=False))
                return pos
            if length == UNDEFINED:
                raise self._broken(f"a fragment of {named(level.tag)} has an undefined length", head)
            pos += length
        return self._ended(pos, level.tag, level.tag, level, head)

    # --- levels

    def _opened(self, pos: int, tag: int, vr: bytes, length: int, level: Level) -> int:
        """A sequence or fragments begin, with their content at ``pos``."""
        opened = Level(tag, level.form, pos, length, level.end, is_sequence=True)
        if opened.undefined:
            opened.is_fragments = tag == PIXEL_DATA and vr in OF_PIXELS
            if opened.is_fragments and len(self._levels) == 1 and self._syntax in NATIVE:
                what = "has compressed pixel data although its transfer syntax is an uncompressed one"
                raise WrongPixels(what, "compressed pixels")
            if not opened.is_fragments and vr in NO_SEQUENCE:
                what = f"{named(tag)} has VR {vr.decode()} and an undefined length"
                raise self._broken(what, pos - 12, "undefined length")
            if vr == b"UN":
                opened.form = IMPLICIT_LITTLE_FORM
        else:
            opened.is_guess = not vr
        self._levels.append(opened)
        if len(self._levels) > 2 * DEEPEST_WRITTEN:
            raise self._broken(f"sequences are nested more than {DEEPEST_WRITTEN:,} deep", pos)
        return pos

    def _delimited(self, pos: int, tag: int, before: int, level: Level) -> int:
        """A delimiter, or filler, where an element could be."""
        if self._filler:
            self._levels.pop()
            return pos
        if pos + 8 > level.end:
            raise self._ends_inside(tag, before, pos, pos + 8)
        if tag == ITEM_END and len(self._levels) > 1 and (level.undefined or pos + 8 == level.end):
            return self._closed(pos + 8, level)
        flaws: dict[int, Flaw] = {ITEM: "tag", SEQUENCE_END: "item end"}
        raise self._broken(f"{what_is(tag)} is where an element should be", pos, flaws.get(tag, ""))

    def _ended(self, pos: int, tag: int, before: int, level: Level, head: int) -> int:
        """Nothing more fits in the level: this is its end, or the last thing in it, from ``head``, is too long."""
        if pos > level.end:
            raise self._ends_inside(tag, before, head, pos)
        if level.undefined:
            raise self._ends_inside(level.tag, level.tag, level.end, level.end)
        self._last = tag
        return self._closed(pos, level)

    def _closed(self, pos: int, level: Level) -> int:
        if level.is_cut:
            raise self._ends_inside(level.tag, level.tag, level.end, level.end)
        self._levels.pop()
        self._last = level.tag or self._last
        return pos

    def _opaque(self) -> int | None:
        """Where the innermost value ends that was taken for a sequence and need not be one; None if there is none."""
        for depth in range(len(self._levels) - 1, 0, -1):
            level = self._levels[depth]
            if level.is_guess and not is_sequence(level.tag):
                del self._levels[depth:]
                self._last = level.tag
                return level.end
        return None

    def _check_compressed(self) -> None:
        """Native pixel data of the data set itself."""
        if len(self._levels) > 1 or self._syntax in NATIVE:
            return
        from asprofile.names import transfer_syntaxes

        known = transfer_syntaxes.get(self._syntax)
        if known is not None and known.encoding == "encapsulated":
            what = f"has uncompressed pixel data although its transfer syntax is {known.name}"
            raise WrongPixels(what, "native pixels")

    # --- reading

    def _read(self, pos: int) -> tuple[bytes, int, int]:
        """Have the window at ``pos``: bytes, their offset, and the offset of the last head of an element in them."""
        data = self._source.at(pos)
        if pos + len(data) >= self._source.end:
            data += PAD
        self._data, self._base, self._room = data, pos, pos + len(data) - len(PAD)
        return data, pos, self._room

    def _is_filler(self, pos: int, before: int) -> bool:
        """Nothing but zeros follow the element ``before`` of the data set itself. A single one may be the first byte of
        a tag, but not after pixel data.
        """
        end = self._source.end
        if len(self._levels) > 1 or not self._source.goes_back or (end - pos == 1 and before < PIXEL_DATA):
            return False
        at = pos
        if at < self._zeros_end:
            return False
        while at < end:
            data = self._source.at(at)
            if rest := data.lstrip(b"\0"):
                self._zeros_end = at + len(data) - len(rest)
                return False
            at += len(data)
        self._filler = end - pos
        return True

    # --- words

    def _ends_inside(self, tag: int, before: int, head: int, end: int) -> BrokenObject:
        """Something is too short for the element ``tag``, after ``before``, from ``head`` to ``end``."""
        limit = self._levels[-1].end
        outer = next(level for level in reversed(self._levels) if level.end == limit and level.has_own_end)
        depth = self._levels.index(outer)
        what = named(tag)
        if limit - head < 4 and tag != before:
            what = f"the element after {named(before)}" if before else "its first element"
        if outer.is_sequence and tag == outer.tag:
            return BrokenObject(f"{path(self._levels, depth + 1)} ends inside its last item")
        count = f", {end - limit:,} bytes too early" if end - head > 12 and limit - head >= 12 else ""
        if outer is self._levels[-1] and depth:
            return BrokenObject(f"{path(self._levels, depth + 1)} ends inside {what}{count}", "element in item")
        short = path(self._levels, depth + 1) if depth else "it"
        flaw: Flaw = "sequence end" if head == end else ""
        if head != end and not depth and limit - head >= 8:
            flaw = self._short_value(tag, head, end)
        return BrokenObject(f"{short} ends inside {what}{within(self._levels)}{count}", flaw)

    def _short_value(self, tag: int, head: int, end: int) -> Flaw:
        """What DCMTK calls it if an element or fragment from ``head`` to ``end`` is not all there."""
        level, at = self._levels[-1], head - self._base
        if not level.form.explicit and not level.is_sequence and is_sequence(tag):
            return "sequence end"
        is_long = level.form.explicit and not level.is_sequence and self._data[at + 4 : at + 6] in LONG
        return short_value(end - head - (12 if is_long else 8) if self._source.goes_back else 0)

    def _broken(self, what: str, pos: int, flaw: Flaw = "") -> BrokenObject:
        return BrokenObject(f"{what}, at byte {pos}{within(self._levels)}", flaw)
