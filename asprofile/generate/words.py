"""What people write for a SOP class or a transfer syntax: DCMTK's name, the keyword or name of PS3.6, a UID, a family.

From words to UIDs, or an error that says what may be meant. Which of them go together is decided in ``request``.
"""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.errors import AsprofileError
from asprofile.generate.families import families, family
from asprofile.names import private, sop_classes, transfer_syntaxes, uids
from asprofile.names.by_name import by_name
from asprofile.names.releases import LATEST
from asprofile.names.uids import SymbolKind
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY


class UnknownWord(AsprofileError):
    """A word that names no SOP class or transfer syntax that can be negotiated."""


def abstract_syntax(word: str) -> str:
    """The UID of a SOP class that can be proposed. Any well-formed UID that no table has is taken as a private one.

    Raises UnknownWord, with what may be meant.
    """
    uid = _uid(word, "sop-class", "SOP class")
    info = uids.describe(uid)
    if info is None:
        return uid
    other = sop_classes.other(uid)
    correct = private.correct_uid(uid)
    if info.kind == "transfer-syntax":
        raise UnknownWord(f"{word} is a transfer syntax, not a SOP class; give it with @{{ts}}")
    if uid == MEDIA_STORAGE_DIRECTORY:
        raise UnknownWord(f"{word} is for media only: a DICOMDIR is never sent (PS3.4 I)")
    if other is not None and other.negotiable == "meta-only":
        raise UnknownWord(f"{word} is never proposed by itself, but with a meta SOP class; try the recipe print")
    if not info.is_abstract_syntax or info.kind == "rtv" or (other is not None and other.negotiable == "no"):
        raise UnknownWord(f"{word} ({info.name or uid}) cannot be proposed: it is no SOP class of an association")
    if correct is not None:
        raise UnknownWord(f"{word} is a known misprint of {correct} ({uids.display_name(correct)}); give that")
    return uid


def syntaxes(words: Iterable[str]) -> tuple[str, ...]:
    """The UIDs of transfer syntaxes, each once, in the order given; a family stands for all that are in it. A
    word may be several with commas between them.

    Raises UnknownWord, with what may be meant.
    """
    found: list[str] = []
    for word in words:
        for part in _parts(word):
            found += family(part.lower()) if part.lower() in families() else [_transfer_syntax(part)]
    return tuple(dict.fromkeys(found))


def _parts(word: str) -> list[str]:
    """A name, or several with commas between them; names of PS3.6 have commas, too."""
    if "," not in word or by_name().get(word.strip()) is not None:
        return [word]
    return [part.strip() for part in word.split(",") if part.strip()]


def _transfer_syntax(word: str) -> str:
    uid = _uid(word, "transfer-syntax", "transfer syntax")
    info = uids.describe(uid)
    if info is not None and info.kind != "transfer-syntax":
        raise UnknownWord(f"{word} is not a transfer syntax but {info.name or uid}; give a SOP class with @{{sop}}")
    syntax = transfer_syntaxes.get(uid)
    if syntax is not None and not syntax.on_associations:
        raise UnknownWord(f"{word} ({syntax.name}) is never used on an association")
    return uid


def _uid(word: str, kind: SymbolKind, what: str) -> str:
    text = word.strip()
    if text[:1].isdigit():
        if not uids.is_well_formed(text):
            raise UnknownWord(
                f"{word!r} is no UID: digits and dots, at most 64, no leading zeros, and it begins with 0, 1 or 2 "
                "(PS3.5 9.1)"
            )
        return text
    found = by_name().get(text)
    if found is None:
        raise UnknownWord(f"no {what} {word!r}{_meant(text, kind)}")
    return found


def _meant(word: str, kind: SymbolKind) -> str:
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest, suggest_symbol

    hint = suggest_symbol(word, LATEST, kind)
    if kind == "transfer-syntax":
        hint = list(dict.fromkeys(nearest(word, families(), n=1) + hint))
    if hint:
        return f"; did you mean {' or '.join(map(_shown, hint))}?"
    return "; give DCMTK's name, the keyword of DICOM PS3.6, or a UID"


def _shown(hint: str) -> str:
    return f"{hint} ({uids.display_name(hint)})" if uids.describe(hint) else hint
