"""Elements by their names, and what an object says in them: for whoever makes text of an object, and judges nothing.

Names are those of ``--where``. Belongs here: from a name to the texts of its values. Does not belong here: what is made
of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from asprofile.errors import WhereError
from asprofile.objects.where.attributes import step_of_keyword, step_of_private, step_of_tag, vr_of
from asprofile.objects.where.elements import Wanted, find
from asprofile.objects.where.kinds import Element, Unfit, Whole, kind_of, texts
from asprofile.objects.where.tree import Attribute, PathStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.objects.header import ObjectHeader

_STEP: Final = re.compile(
    r"""(?P<tag>\(\s*[0-9A-Fa-f]{4}\s*,\s*[0-9A-Fa-f]{4}\s*\)|[0-9A-Fa-f]{8}(?![0-9A-Za-z]))
    |(?P<private>\(\s*[0-9A-Fa-f]{4}\s*,\s*(?:(?:"[^"]*"|'[^']*')\s*,\s*[0-9A-Fa-f]{2}
        |[xX]{2}[0-9A-Fa-f]{2}\s*,\s*(?:"[^"]*"|'[^']*'))\s*\))
    |(?P<word>[A-Za-z][A-Za-z0-9]*)""",
    re.VERBOSE,
)
_NO_TEXT: Final = frozenset(("bytes", "sequence"))


class NamedElement:
    """An element that is asked for; ``vr`` is the dictionary's, empty if it has none."""

    def __init__(self, steps: tuple[PathStep, ...]) -> None:
        self.attribute = Attribute(steps)
        self.vrs = tuple(map(vr_of, steps))

    @property
    def vr(self) -> str:
        return self.vrs[-1]

    def __str__(self) -> str:
        return str(self.attribute)


def named_element(text: str, start: int, end: int, others: Sequence[str] = ()) -> NamedElement:
    """What ``text[start:end]`` names: a keyword, a tag, a private element, or one in the first item of a sequence with
    dots between. ``others`` are names that could have been meant, too. Raises WhereError.
    """
    steps: list[PathStep] = []
    pos = start
    while not steps or text[pos:end].startswith("."):
        pos += bool(steps)
        found = _STEP.match(text, pos, end)
        if found is None:
            break
        if found["tag"]:
            steps.append(step_of_tag(found["tag"]))
        elif found["private"]:
            steps.append(step_of_private(found["private"], text, pos))
        else:
            steps.append(step_of_keyword(found["word"], text, pos, () if steps else others))
        pos = found.end()
    if pos < end or not steps:
        hint = 'write a keyword such as PatientID, a tag (0010,0020), or a private one (0029,"CREATOR",10)'
        raise WhereError(f"{text[start:end]!r} is no name of an element: {hint}", text, pos)
    element = NamedElement(tuple(steps))
    for step, vr in zip(element.attribute.steps[:-1], element.vrs, strict=False):
        if vr not in ("SQ", ""):
            raise WhereError(f"{step} is no sequence (its VR is {vr}), so nothing is in it", text, start)
    if element.vr and kind_of(element.vr) in _NO_TEXT:
        raise WhereError(f"{element} has no value that is a text (its VR is {element.vr})", text, start)
    return element


class ElementTexts:
    """The values of some elements, of any number of objects; for any number of threads."""

    def __init__(self, elements: Sequence[NamedElement]) -> None:
        self._count = len(elements)
        self._wanted = Wanted()
        for slot, element in enumerate(elements):
            self._wanted.add(element.attribute, element.vrs, slot)

    def of(self, header: ObjectHeader, buffer: bytes, descriptor: int) -> list[list[str]]:
        """The values of each element, in their order; none of what is not there, or cannot be read. ``buffer`` are the
        first bytes of the file, on which ``descriptor`` is open.
        """
        found = find(self._wanted, self._count, header, buffer, descriptor)
        return [_texts(elements[0]) if elements else [] for elements in found.slots]


def _texts(element: Element) -> list[str]:
    if element.vr == "US or SS":
        element = Element("US", *element[1:])
    elif element.vr == "UN" and element.data.isascii() and element.data.rstrip(b" \0").decode("ascii").isprintable():
        element = Element("LO", *element[1:])  # a private one without a VR, of which the dictionary has none
    try:
        return [text for text in texts(element) if not isinstance(text, Whole)]
    except Unfit:
        return []
