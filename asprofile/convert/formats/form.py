"""What a format is; each is a ``FORMAT`` in a file of its own beside this one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from asprofile.convert import json_text
from asprofile.convert.exchange import ConversionSource, ConversionTarget, Exchange, Reading, Written
from asprofile.convert.tree import Node
from asprofile.errors import ConversionError
from asprofile.model.words import AssociationRole

Says = AssociationRole | Literal["either"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``title``: whose it is, for people. ``says``: whose contexts a file of it has; ``several``: whether it
    holds more than one profile. ``read`` and ``write``: None where the format is not read, or not written. ``names``:
    patterns of file names by which it is recognised; ``looks_like``: whether a text may be of it; ``begins``: whether
    what has these first bytes is of it. ``binary``: it is read from bytes that may be of any length.
    ``merge``: a text of the format with profiles added, None where that is for people to do. ``takes``: what of a
    ConversionTarget is for some formats only, and has a place in this one: ``ae``, ``device``, ``base_dn``.
    """

    name: str
    title: str
    says: Says
    several: bool
    read: Callable[[ConversionSource], Reading] | None
    write: Callable[[Exchange, ConversionTarget], Written] | None
    names: tuple[str, ...] = ()
    looks_like: Callable[[str], bool] | None = None
    begins: Callable[[bytes], bool] | None = None
    merge: Callable[[str, Exchange, ConversionTarget], Written] | None = None
    takes: tuple[str, ...] = ()
    binary: bool = False


def json_of(is_it: Callable[[Node], bool]) -> Callable[[str], bool]:
    """Whether a text is JSON of such a document."""

    def look(text: str) -> bool:
        node = _parsed(text)
        return node is not None and is_it(node)

    return look


@lru_cache(maxsize=1)
def _parsed(text: str) -> Node | None:
    """The document, if it is one of JSON; it is looked at for several formats."""
    if re.match(r"\ufeff?\s*(?:[{\[]|//|/\*)", text) is None:
        return None
    try:
        return json_text.parse(text)
    except ConversionError:
        return None
