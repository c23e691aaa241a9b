"""The language of layouts: from ``{PatientID}/{StudyDate:%Y/%m}/{SOPInstanceUID}.dcm`` to its parts.

    path   = name *("/" name)
    name   = 1*(text / "{{" / "}}" / field)
    field  = "{" what [":" format] ["|" stand-in] "}"

Belongs here: what can be in a layout, and where and why one is wrong. Does not belong here: what becomes of it
(``layout``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from asprofile.errors import LayoutError, WhereError
from asprofile.receive.moments import fault_of_format, formatted, parts_of_moment, parts_of_value
from asprofile.receive.safe_names import fault_of_end, fault_of_literal, fault_of_start, is_reserved

if TYPE_CHECKING:
    from asprofile.objects.where.named import NamedElement
    from asprofile.receive.arrival import Arrival, NamedValues

    Made = Callable[[Arrival, NamedValues], str]

_FIELD: Final = re.compile(r"""\{((?:"[^"]*"|'[^']*'|[^{}"'])*)\}""")
_WHAT: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|[^:|"'])*""")
_WIDTH: Final = re.compile(r"0?[1-9][0-9]?")
_NOT_IN_WORDS: Final = re.compile(r"[^A-Za-z0-9]+")
_DAY: Final = "%Y%m%d"

OWN: Final[dict[str, Made]] = {
    "association": lambda arrival, _: str(arrival.association),
    "called": lambda arrival, _: arrival.called_ae,
    "calling": lambda arrival, _: arrival.calling_ae,
    "counter": lambda _, __: "",
    "host": lambda arrival, _: arrival.host,
    "received": lambda _, __: "",
}
"""What a field can be beside an element; ``counter`` and ``received`` are made for each field."""
_OF_REQUEST: Final[dict[str, Made]] = {
    "sopclassuid": lambda arrival, _: arrival.sop_class,
    "sopinstanceuid": lambda arrival, _: arrival.sop_instance,
}
_NUMBERS: Final = frozenset(("association", "counter"))


@dataclass(frozen=True, slots=True)
class LayoutField:
    """A part of a name that differs from object to object: how it is made, and what takes its place if that is
    empty.
    """

    made: Made
    stand_in: str


LayoutComponent = tuple[str | LayoutField, ...]
"""The parts of one name."""


@dataclass(slots=True)
class ParsedLayout:
    """The names of a path, and the elements that they ask for."""

    components: list[LayoutComponent] = field(default_factory=list)
    elements: list[NamedElement] = field(default_factory=list)


def parsed(text: str) -> ParsedLayout:
    """Raises LayoutError."""
    return _Parser(text).parsed()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found = ParsedLayout()
        self._pieces: list[str | LayoutField] = []
        self._begin = 0
        """Where the name began."""

    def parsed(self) -> ParsedLayout:
        text, pos = self._text, 0
        while pos < len(text):
            character = text[pos]
            if text[pos : pos + 2] in ("{{", "}}"):
                self._literal(character)
                pos += 2
            elif character == "{":
                pos = self._field(pos)
            elif character == "/":
                self._end_name(pos)
                pos += 1
            else:
                self._check_character(character, pos)
                self._literal(character)
                pos += 1
        self._end_name(len(text))
        if all(isinstance(piece, str) for pieces in self._found.components for piece in pieces):
            raise self._wrong("every object would have this name; write what differs, such as {SOPInstanceUID}", 0)
        return self._found

    def _wrong(self, reason: str, place: int) -> LayoutError:
        return LayoutError(reason, self._text, place)

    def _check_character(self, character: str, pos: int) -> None:
        if character == "}":
            raise self._wrong("this } has no {; write }} for the character itself", pos)
        if character == "\\":
            raise self._wrong("write / between directories, on every system", pos)
        if (fault := fault_of_literal(character)) is not None:
            raise self._wrong(fault[1], pos)

    def _literal(self, text: str) -> None:
        if self._pieces and isinstance(self._pieces[-1], str):
            text = self._pieces.pop() + text  # type: ignore[operator]
        self._pieces.append(normalize("NFC", text))

    def _end_name(self, pos: int) -> None:
        pieces = tuple(self._pieces)
        if not pieces:
            why = "two / have a name between them, and none is the last" if pos else "a path begins in the directory"
            raise self._wrong(f"here should be a name: {why}", pos)
        first, last = pieces[0], pieces[-1]
        if isinstance(first, str) and (fault := fault_of_start(first)):
            raise self._wrong(f"{fault}: it would be hidden, or taken for an option", self._begin)
        if isinstance(last, str) and (fault := fault_of_end(last)):
            raise self._wrong(f"{fault}, on Windows", pos - 1)
        if isinstance(first, str) and first is last and is_reserved(first):
            raise self._wrong(f"{first!r} is a device on Windows", self._begin)
        self._found.components.append(pieces)
        self._pieces = []
        self._begin = pos + 1

    # --- fields

    def _field(self, pos: int) -> int:
        """The field that begins at ``pos``; where it ends."""
        found = _FIELD.match(self._text, pos)
        if found is None:
            raise self._wrong("this { has no }; write {{ for the character itself", pos)
        start, end = found.span(1)
        what_end = _WHAT.match(self._text, start, end).end()  # type: ignore[union-attr]
        what = self._text[start:what_end].strip()
        start += len(self._text[start:what_end]) - len(self._text[start:what_end].lstrip())
        form_start = what_end + 1 if self._text[what_end:end].startswith(":") else None
        bar = self._text.find("|", what_end, end)
        stand_in = None if bar < 0 else self._stand_in(bar + 1, end)
        form = None if form_start is None else self._text[form_start : end if bar < 0 else bar]
        if not what:
            raise self._wrong("here should be what the name is made of, such as {PatientID}", start)
        for number, made in enumerate(self._made(what, start, form, form_start or 0)):
            if number:
                self._end_name(found.end() - 1)
            words = _NOT_IN_WORDS.sub("-", what).strip("-")
            self._pieces.append(LayoutField(made, stand_in or f"no-{words}"))
        return found.end()

    def _stand_in(self, start: int, end: int) -> str:
        text = normalize("NFC", self._text[start:end])
        if not text:
            raise self._wrong("here should be what stands for a value that is empty", start)
        for place, reason in [fault_of_literal(text) or (0, fault_of_start(text) or fault_of_end(text))]:
            if reason:
                raise self._wrong(reason, start + place)
        return text

    def _made(self, what: str, start: int, form: str | None, form_start: int) -> Iterator[Made]:
        """What is made of the field; of a date with slashes in its format several, each a name."""
        own = OWN.get(what)
        kind = "datetime" if what == "received" else "number" if what in _NUMBERS else ""
        slot = 0
        if own is None and (own := _OF_REQUEST.get(what.lower())) is None:
            element, kind = self._element(what, start)
            slot = len(self._found.elements)
            self._found.elements.append(element)
            own = _value_of(slot)
        if what == "received" and form is None:
            form, form_start = _DAY, start
        if form is None:
            yield own if what != "counter" else _counting(0)
            return
        if kind == "number":
            if _WIDTH.fullmatch(form) is None:
                raise self._wrong(f"{form!r} is no number of digits, such as 06", form_start)
            width = int(form)
            yield _counting(width) if what == "counter" else _padded(own, width)
            return
        if kind not in ("date", "time", "datetime"):
            raise self._wrong(f"{what} is no date and no number, and has no format", form_start - 1)
        for part in form.split("/"):
            self._check_form(part, kind, form_start)
            form_start += len(part) + 1
            yield _at_arrival(part) if what == "received" else _at(own, part, kind)

    def _check_form(self, form: str, kind: str, start: int) -> None:
        fault = (0, "here should be a format, such as %Y") if not form else fault_of_format(form, kind)
        fault = fault or fault_of_literal(form)
        if fault is not None:
            raise self._wrong(fault[1], start + fault[0])

    def _element(self, what: str, start: int) -> tuple[NamedElement, str]:
        # It loads pydicom's dictionary, which is needed only for elements.
        from asprofile.objects.where.kinds import kind_of
        from asprofile.objects.where.named import named_element

        try:
            element = named_element(self._text, start, start + len(what), tuple(OWN))
        except WhereError as error:
            raise self._wrong(error.reason, error.offset) from None
        return element, kind_of(element.vr) if element.vr else ""


# --- What is made -----------------------------------------------------------------------------------------------------


def _value_of(slot: int) -> Made:
    """All values of an element, with a plus between them."""

    def made(_: Arrival, values: NamedValues) -> str:
        return "+".join(filter(None, values[slot]))

    return made


def _counting(width: int) -> Made:
    numbers = itertools.count(1)
    return lambda _, __: f"{next(numbers):0{width}}" if width else str(next(numbers))


def _padded(own: Made, width: int) -> Made:
    """A whole number with zeros in front; what is none as it is."""

    def made(arrival: Arrival, values: NamedValues) -> str:
        text = own(arrival, values)
        return f"{int(text):0{width}}" if re.fullmatch(r"[+-]?[0-9]{1,99}", text, re.ASCII) else text

    return made


def _at_arrival(form: str) -> Made:
    return lambda arrival, _: formatted(form, parts_of_moment(arrival.received))


def _at(own: Made, form: str, kind: str) -> Made:
    """The first value of an element, which is a date or a time."""

    def made(arrival: Arrival, values: NamedValues) -> str:
        parts = parts_of_value(own(arrival, values).partition("+")[0], kind)
        return "" if parts is None else formatted(form, parts)

    return made
