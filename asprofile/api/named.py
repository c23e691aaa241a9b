"""What a caller names for a file: SOP classes, and transfer syntaxes by the label of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from asprofile.edit.insert import NewContext
from asprofile.errors import AsprofileError
from asprofile.generate.families import families
from asprofile.generate.request import permitted
from asprofile.generate.words import UnknownWord, abstract_syntax, syntaxes
from asprofile.model.config import Config
from asprofile.model.words import looked_up
from asprofile.names import uids

_NUMBER = re.compile(r"[0-9][0-9.]{0,63}")


def sop_class(word: str) -> str:
    """The UID of a SOP class: as ``generate`` takes it, or any number that can be in a file.

    (Objects have strange ones, and who sends them needs a context; the linter speaks of it.)
    """
    info = uids.describe(word)
    if _NUMBER.fullmatch(word) and (info is None or info.is_abstract_syntax):
        return word
    return abstract_syntax(word)


def syntax_list(config: Config, word: str) -> tuple[tuple[str, ...], bool]:
    """The transfer syntaxes of a list of the file, or of names; and whether a family is among these."""
    listed = config.transfer_syntax_lists.get(looked_up(word))
    if listed is not None:
        return listed.uids, False
    words = [part.strip() for part in word.split(",") if part.strip()]
    try:
        uids_of = tuple(dict.fromkeys(uid for part in words for uid in _syntaxes(part)))
    except UnknownWord as error:
        # Not needed until a name is wrong.
        from asprofile.names.suggest import nearest

        near = nearest(word.upper(), list(config.transfer_syntax_lists))
        lists = f"; the file has the list {' and '.join(near)}" if near else ""
        raise AsprofileError(f"{error.template}{lists}") from None
    if not uids_of:
        raise AsprofileError("@{ts}: no transfer syntax given")
    return uids_of, any(part.lower() in families() for part in words)


def _syntaxes(word: str) -> tuple[str, ...]:
    info = uids.describe(word)
    if _NUMBER.fullmatch(word) and (info is None or info.kind == "transfer-syntax"):
        return (word,)
    return syntaxes([word])


def new_contexts(
    classes: Iterable[str], chosen: list[tuple[tuple[str, ...], bool]], label: str, *, split: bool
) -> Iterator[NewContext]:
    """A context of each SOP class with each list; with ``split``, with each transfer syntax of it."""
    for uid in classes:
        for listed, is_family in chosen:
            for proposed in _lists_of(uid, listed, is_family, split=split):
                yield NewContext(uid, proposed, label)


def _lists_of(uid: str, listed: tuple[str, ...], is_family: bool, *, split: bool) -> list[tuple[str, ...]]:
    """The lists of the contexts of a SOP class. Of a family, what no object of it can be in is left out."""
    fitting = tuple(one for one in listed if permitted(uid, one)) if is_family else listed
    if not fitting:
        names = ", ".join(uids.display_name(one) for one in listed)
        raise AsprofileError(f"no object of {uids.display_name(uid)} can be in any of {names} (PS3.5 A.4, 8.2)")
    return [(one,) for one in fitting] if split else [fitting]
