"""The names of ``--where``: keywords and tags of the dictionary, private elements, and what is known without looking.

Belongs here: what a name means, and the nearest one to a name that means nothing. pydicom's dictionary is asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from asprofile.errors import WhereError
from asprofile.objects.where.tree import FACTS, FactName, PathStep

if TYPE_CHECKING:
    from collections.abc import Sequence

_PRIVATE: Final = re.compile(
    r"""\(\s*(?P<group>[0-9A-Fa-f]{4})\s*,\s*
    (?:(?P<one>"[^"]*"|'[^']*')\s*,\s*(?P<byte>[0-9A-Fa-f]{2})
     |[xX]{2}(?P<other>[0-9A-Fa-f]{2})\s*,\s*(?P<two>"[^"]*"|'[^']*'))\s*\)""",
    re.VERBOSE,
)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{4}")


def fact_or_step(word: str, text: str, place: int) -> FactName | PathStep:
    """What a word means."""
    for fact in FACTS:
        if word.lower() == fact.lower():
            return fact
    return step_of_keyword(word, text, place, FACTS)


def step_of_keyword(word: str, text: str, place: int, others: Sequence[str] = ()) -> PathStep:
    """Of a keyword, which is taken in any case if it is one in no other way; ``others`` could have been meant, too."""
    from pydicom.datadict import keyword_dict, tag_for_keyword

    tag = tag_for_keyword(word)
    if tag is not None:
        return PathStep(int(tag), word)
    lowered = word.lower()
    same = [keyword for keyword in keyword_dict if keyword.lower() == lowered]
    if len(same) == 1:
        return PathStep(int(keyword_dict[same[0]]), same[0])
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    near = " or ".join(nearest(word, [*others, *keyword_dict]))
    hint = f"; did you mean {near}?" if near else "; (gggg,eeee) works as well"
    raise WhereError(f"{word!r} is no keyword of a DICOM attribute{hint}", text, place)


def step_of_tag(token: str) -> PathStep:
    """Of ``(0008,0060)`` or ``00080060``."""
    group, element = _HEX.findall(token)[:2] if token.startswith("(") else (token[:4], token[4:])
    tag = int(group, 16) << 16 | int(element, 16)
    return PathStep(tag, keyword_of(tag))


def step_of_private(token: str, text: str, place: int) -> PathStep:
    """Of ``(0029,"CREATOR",10)`` or ``(0029,xx10,"CREATOR")``."""
    found = _PRIVATE.fullmatch(token)
    if found is None:
        raise AssertionError(f"the grammar takes {token!r} for a private element")
    group = int(found["group"], 16)
    if not group & 1:
        raise WhereError(f"group {group:04X} is not private: its number is even; leave the creator out", text, place)
    creator = (found["one"] or found["two"])[1:-1].strip()
    if not creator:
        raise WhereError("a private element has a creator with a name", text, place)
    return PathStep(group << 16 | int(found["byte"] or found["other"], 16), creator=creator)


def keyword_of(tag: int) -> str:
    """The keyword, if it leads to this tag again: those of repeating groups do not."""
    from pydicom.datadict import keyword_for_tag, tag_for_keyword

    keyword = keyword_for_tag(tag)
    return keyword if keyword and tag_for_keyword(keyword) == tag else ""


def vr_of(step: PathStep) -> str:
    """The dictionary's VR, such as ``US or SS``; empty if it has none."""
    from pydicom.datadict import dictionary_VR, private_dictionary_VR

    try:
        if step.creator is not None:
            return private_dictionary_VR(step.tag, step.creator)
        found = dictionary_VR(step.tag)
    except KeyError:
        number = step.tag & 0xFFFF
        if step.tag >> 16 & 1 and 0x10 <= number <= 0xFF and step.creator is None:
            return "LO"  # a private creator (PS3.5 section 7.8.1)
        return "UL" if number == 0 else ""
    return "" if found == "NONE" else found
