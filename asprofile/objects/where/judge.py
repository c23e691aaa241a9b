"""Whether an object fits an expression; if not, why not, or why that cannot be decided.

An answer is True, False, or a sentence: an element that is asked for cannot be read. Such an object is not left out
without a word, unless the rest of the expression decides: false and anything is false, true or anything is true.

Belongs here: the expression as a whole, and what it asks of elements. Does not belong here: what it asks of the file
and the header (``known``), how values are compared (``comparing``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError, WhereError
from asprofile.objects.header import Unreadable, examine
from asprofile.objects.vrs import PIXEL_REPRESENTATION
from asprofile.objects.where import comparing, kinds, known
from asprofile.objects.where.attributes import vr_of
from asprofile.objects.where.comparing import Test
from asprofile.objects.where.elements import FoundElements, Wanted, find
from asprofile.objects.where.judged import AskedOfObjects, JudgedObject, WhereAnswer
from asprofile.objects.where.kinds import Element, Unfit, ValueKind
from asprofile.objects.where.parser import parsed
from asprofile.objects.where.tree import (
    All,
    Among,
    Any,
    Attribute,
    Compared,
    Fact,
    InState,
    Leaf,
    Like,
    Not,
    PathStep,
    Tree,
    all_of,
    leaves,
    text_of,
)

if TYPE_CHECKING:
    from asprofile.objects.header import HeaderReading, ObjectHeader

LEFT_OUT: Final = "left-out"
_LONGEST_REASON: Final = 200
_SHORT_VALUE: Final = 64
_MOST_KNOWN: Final = 1000


def parse(*texts: str) -> Where:
    """The expression, or all of several. Raises WhereError, which says where and what is wrong, for each as it is."""
    trees = []
    for text in texts:
        tree, places = parsed(text)
        Where(tree, text, places)
        trees.append(tree)
    return Where(all_of(trees), " and ".join(texts), {})


class Where:
    """An expression, ready to be asked of any number of objects."""

    def __init__(self, tree: Tree, text: str, places: dict[int, int]) -> None:
        self.tree = tree
        self._wanted = Wanted()
        self._slots: dict[Attribute, int] = {}
        self._signed: int | None = None
        self._at = iter(places.get(number, 0) for number in range(sum(1 for _ in leaves(tree))))
        self._text = text if places else ""
        self._parts: dict[int, AskedOfObjects] = {}
        self._reasons: dict[int, str] = {}
        self._asked = self._compiled(tree)

    def judge(self, header: ObjectHeader, buffer: bytes, descriptor: int) -> Unreadable | None:
        """None if the object fits. ``buffer`` are the first bytes of its file, which ``descriptor`` is open on."""
        this = JudgedObject(header, lambda: self._look(header, buffer, descriptor))
        answer = self._asked(this)
        if answer is True:
            return None
        if answer is False:
            return Unreadable(header.path, self._reason(self._why(self.tree, this)), LEFT_OUT, explicit=False)
        return Unreadable(header.path, f"it cannot be said whether it is selected: {answer}", "damaged")

    def fits(self, path: Path | str, *, reading: HeaderReading = "part10") -> bool:
        """Whether the object in a file fits. Raises ObjectError if it is not an object, or if that cannot be
        decided.
        """
        found = examine(os.fspath(path), reading=reading, where=self.judge)
        if isinstance(found, Unreadable):
            if found.kind == LEFT_OUT:
                return False
            raise ObjectError(f"{found.path}: {found.reason}")
        return True

    def __str__(self) -> str:
        return text_of(self.tree)

    def _look(self, header: ObjectHeader, buffer: bytes, descriptor: int) -> FoundElements:
        """All elements that the expression asks for, in the slots that it gave them."""
        found = find(self._wanted, len(self._slots), header, buffer, descriptor)
        if self._signed is not None:
            first = found.slots[self._signed][:1]
            vr = "SS" if first and first[0].data[:2] in (b"\1\0", b"\0\1") else "US"
            for elements in found.slots:
                for place, one in enumerate(elements):
                    if one.vr == "US or SS":
                        elements[place] = Element(vr, one.data, one.little, one.character_set)
        return found

    # --- from the tree to functions

    def _compiled(self, tree: Tree) -> AskedOfObjects:
        if isinstance(tree, Not):
            asked = _denied(self._compiled(tree.test))
        elif isinstance(tree, All | Any):
            asked = _together(tuple(map(self._compiled, tree.tests)), decisive=isinstance(tree, Any))
        else:
            asked = self._leaf(tree, next(self._at))
        self._parts[id(tree)] = asked
        return asked

    def _leaf(self, leaf: Leaf, place: int) -> AskedOfObjects:
        try:
            return self._of_fact(leaf.name, leaf) if isinstance(leaf.name, Fact) else self._of(leaf.name, leaf)
        except Unfit as unfit:
            raise WhereError(f"{leaf.name}: {unfit}", self._text, place) from None

    def _of(self, name: Attribute, leaf: Leaf) -> AskedOfObjects:
        vrs = tuple(map(vr_of, name.steps))
        for step, vr in zip(name.steps[:-1], vrs, strict=False):
            if vr not in ("SQ", ""):
                raise Unfit(f"{step} is no sequence (its VR is {vr}), so nothing is in it")
        slot = self._slot(name, vrs)
        if isinstance(leaf, InState):
            return _STATES[leaf.state](name, slot)
        kind = kinds.kind_of(vrs[-1]) if vrs[-1] else None
        if kind in ("bytes", "sequence"):
            within = f"name something in it, such as {name}.CodeValue; or " if kind == "sequence" else ""
            raise Unfit(f"it cannot be compared (its VR is {vrs[-1]}); {within}ask with is null, missing or empty")
        if "US or SS" in vrs[-1] and self._signed is None:
            step = PathStep(PIXEL_REPRESENTATION, "PixelRepresentation")
            self._signed = self._slot(Attribute((step,)), ("US",))
        if isinstance(leaf, Like):
            return _of_texts(name, slot, comparing.like(leaf.pattern), comparing.like(leaf.pattern.casefold()))
        return _of_values(name, slot, kind, _tests_of(leaf))

    def _slot(self, name: Attribute, vrs: tuple[str, ...]) -> int:
        slot = self._slots.setdefault(name, len(self._slots))
        self._wanted.add(name, vrs, slot)
        return slot

    def _of_fact(self, name: Fact, leaf: Leaf) -> AskedOfObjects:
        if isinstance(leaf, InState):
            raise Unfit("every object has it; compare it with a value")
        if name.name in ("SOPClass", "TransferSyntax"):
            return known.of_uid(name, leaf)
        if name.name == "Path":
            return known.of_path(leaf)
        if isinstance(leaf, Like):
            raise Unfit("it is a number of bytes, compare it with one, such as 10M")
        return known.of_size(leaf)

    def _reason(self, part: Tree) -> str:
        found = self._reasons.get(id(part))
        if found is None:
            text = text_of(part)
            text = text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."
            found = self._reasons[id(part)] = f"left out: it is not so that {text}"
        return found

    def _why(self, tree: Tree, this: JudgedObject) -> Tree:
        """The part of a false expression that makes it false."""
        while isinstance(tree, All):
            tree = next(part for part in tree.tests if self._parts[id(part)](this) is False)
        return tree


# --- Together ---------------------------------------------------------------------------------------------------------


def _denied(asked: AskedOfObjects) -> AskedOfObjects:
    def answer(this: JudgedObject) -> WhereAnswer:
        found = asked(this)
        return found if isinstance(found, str) else not found

    return answer


def _together(parts: tuple[AskedOfObjects, ...], *, decisive: bool) -> AskedOfObjects:
    """``or`` with ``decisive`` True, ``and`` with False: that answer of one part is the answer of all."""

    def answer(this: JudgedObject) -> WhereAnswer:
        unclear = ""
        for part in parts:
            found = part(this)
            if found is decisive:
                return decisive
            if isinstance(found, str):
                unclear = unclear or found
        return unclear or not decisive

    return answer


# --- Of elements ------------------------------------------------------------------------------------------------------


def _elements(this: JudgedObject, name: Attribute, slot: int) -> list[Element] | str:
    """Those that were found, or why it cannot be decided whether there are any."""
    found = this.found
    elements = found.slots[slot]
    if slot in found.odd:
        return f"{name}: {found.odd[slot]}"
    if found.broken and not elements:
        return f"{name} cannot be read: {found.broken.removeprefix('is ')}"
    return elements


def _is_missing(name: Attribute, slot: int) -> AskedOfObjects:
    def answer(this: JudgedObject) -> WhereAnswer:
        found = _elements(this, name, slot)
        return found if isinstance(found, str) else not found

    return answer


def _is_null(name: Attribute, slot: int) -> AskedOfObjects:
    def answer(this: JudgedObject) -> WhereAnswer:
        found = _elements(this, name, slot)
        return found if isinstance(found, str) else not any(one.has_value for one in found)

    return answer


def _is_empty(name: Attribute, slot: int) -> AskedOfObjects:
    def answer(this: JudgedObject) -> WhereAnswer:
        found = _elements(this, name, slot)
        return found if isinstance(found, str) else bool(found) and not any(one.has_value for one in found)

    return answer


_STATES: Final = {"missing": _is_missing, "null": _is_null, "empty": _is_empty}


def _tests_of(leaf: Compared | Among) -> Callable[[ValueKind], tuple[Test, ...]]:
    """The tests for values of a kind, any of which will do; made once for each kind."""

    @cache
    def made(kind: ValueKind) -> tuple[Test, ...]:
        if isinstance(leaf, Compared):
            return (comparing.test_of(kind, leaf.operator, leaf.value.text),)
        return tuple(comparing.test_of(kind, "=", one.text) for one in leaf.values)

    return made


def _of_values(
    name: Attribute, slot: int, kind: ValueKind | None, tests: Callable[[ValueKind], tuple[Test, ...]]
) -> AskedOfObjects:
    """``kind`` is that of the dictionary's VR; None: the object's own decides."""
    if kind is not None:
        tests(kind)

    def answer(element: Element) -> WhereAnswer:
        here = kind or kinds.kind_of(element.vr)
        wanted, unclear = tests(here), ""
        for value in kinds.values(element, here):
            if isinstance(value, Unfit):
                unclear = unclear or f"{name}: {value}"
            elif any(test(value) for test in wanted):
                return True
        return unclear or False

    return _any_of(name, slot, answer)


def _any_of(name: Attribute, slot: int, one: Callable[[Element], WhereAnswer]) -> AskedOfObjects:
    """Whether any element fits. Of short values, what the answer was is kept: objects of a series say the same."""
    answered: dict[Element, WhereAnswer] = {}

    def of(element: Element) -> WhereAnswer:
        try:
            found = one(element)
        except Unfit as unfit:
            found = f"{name}: {unfit}"
        if len(element.data) <= _SHORT_VALUE:
            if len(answered) >= _MOST_KNOWN:
                answered.clear()
            answered[element] = found
        return found

    def answer(this: JudgedObject) -> WhereAnswer:
        elements = _elements(this, name, slot)
        if isinstance(elements, str):
            return elements
        unclear = ""
        for element in elements:
            found = answered.get(element)
            if found is None:
                found = of(element)
            if found is True:
                return True
            unclear = unclear or found or ""
        return unclear or False

    return answer


def _of_texts(
    name: Attribute, slot: int, exact: Callable[[str], bool], folded: Callable[[str], bool]
) -> AskedOfObjects:
    """Texts as they are written; names of persons, and their groups, without regard to case."""

    def answer(element: Element) -> WhereAnswer:
        found = (text for text in kinds.texts(element) if text)
        return any(map(partial(_fits_person, folded) if element.vr == "PN" else exact, found))

    return _any_of(name, slot, answer)


def _fits_person(fits: Callable[[str], bool], text: str) -> bool:
    lowered = text.casefold()
    return fits(lowered) or any(map(fits, lowered.split("=")))
