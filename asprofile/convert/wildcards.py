"""Wildcards for UIDs, and what "any" is in a profile, which has to name everything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import translate

from asprofile.convert.exchange import ConversionLoss
from asprofile.convert.words import listed, named
from asprofile.generate.families import by_preference
from asprofile.generate.request import permitted
from asprofile.names import transfer_syntaxes


def any_syntax(sop_class: str) -> tuple[str, ...]:
    """Every transfer syntax of the standard that an association can have and that some object of the class can be
    encoded in (PS3.5 8.2), the preferred one first."""
    return by_preference(tuple(uid for uid in _standard() if permitted(sop_class, uid)))


def loss_of_any(sop_classes: Collection[str]) -> Iterator[ConversionLoss]:
    """What is lost where ``any_syntax`` is taken for any."""
    if sop_classes:
        words = listed(map(named, sop_classes))
        message = f"any transfer syntax, of {words}: those of the standard that the SOP class permits"
        yield ConversionLoss("wildcard", message)


def matching(pattern: str, known: Iterable[str]) -> list[str]:
    """Those that a pattern with ``*`` and ``?`` matches."""
    # In fnmatch a bracket begins a set of characters, which it does not here.
    expression = re.compile(translate(pattern.replace("[", "[[]")))
    return [uid for uid in known if expression.fullmatch(uid)]


def is_pattern(text: str) -> bool:
    return "*" in text or "?" in text


def _standard() -> list[str]:
    found = transfer_syntaxes.transfer_syntaxes()
    return [one.uid for one in found if one.on_associations and one.vendor is None]
