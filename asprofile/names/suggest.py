"""Did you mean: the nearest of some names, and the DCMTK name for what somebody wrote instead of it.

Ranking only. It is slow beside a look-up (milliseconds), so ask only where something is wrong already.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from asprofile.names import dcm4che, dcmtk, mistyped, private, symbols, uids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.names.uids import SymbolKind

_NEAR_ENOUGH = 0.6  # of SequenceMatcher's ratio; below that, a suggestion is a riddle rather than a help
_BEGINNING = 0.95  # how near a word is to all those that it is the beginning of: their order decides
# To compare two names takes the product of their lengths.
_LOOKED_AT = 128
_MOST_COMPARED = 500
_NUMBERS = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){3,}(?![0-9.])")
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9:+/@.-]+")
_NOISE = re.compile(r"[^a-z0-9]+")


def nearest(word: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """The ``n`` candidates most like ``word``, the best first; fewer, or none, if they are not like it.

    Letter case does not count, except that of two equals the exact one comes first; a candidate that begins
    with ``word`` is near. Candidates of equal rank keep their order, so the answer is the same on every
    run. Of very long names the beginning is looked at, and of very many those that have the same letters.
    """
    folded = word[:_LOOKED_AT].casefold()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)  # of the two the one that is prepared once for many comparisons
    likely = []
    for place, candidate in enumerate(dict.fromkeys(candidates)):
        shown = candidate[:_LOOKED_AT].casefold()
        bound = _most(matcher, folded, shown)
        if bound >= _NEAR_ENOUGH:
            likely.append((-bound, place, candidate, shown))
    if len(likely) > _MOST_COMPARED:
        likely = sorted(likely)[:_MOST_COMPARED]
    ranked = []
    for _, place, candidate, shown in likely:
        likeness = _likeness(matcher, folded, shown)
        if likeness >= _NEAR_ENOUGH:
            ranked.append((-likeness, candidate != word, place, candidate))
    return [candidate for *_, candidate in sorted(ranked)[:n]]


def suggest_symbol(text: str, release: str, kind: SymbolKind | None = None, n: int = 3) -> list[str]:
    """The names that DCMTK of that release (one of RELEASES) knows for what ``text`` may mean, the best
    first.

    Knows a keyword or a name of PS3.6, another letter case, quotes and blanks around it, a name of another
    release, a UID, and near misspellings. ``kind`` leaves only transfer syntaxes, or only what can be an
    abstract syntax. Where the meaning is certain but that release has no name for it, the suggestion is the
    UID, which every release takes.
    """
    word = text.strip().strip("\"'`").strip()
    meant = [uid for uid in _meant(word) if _is_kind(uid, kind)]
    if meant:
        return [symbols.name_of(uid, release) or uid for uid in meant[:n]]
    return _misspelt(word, release, kind, n)


def _meant(word: str) -> list[str]:
    """The UIDs that the word names beyond doubt, apart from case, punctuation and release; the likeliest
    first."""
    if uids.describe(word):
        return [word]
    number = mistyped.with_digits(word)
    if number is not None:
        return [number]
    within = _within(word)
    if within:
        return within
    if word.casefold() in _ABBREVIATIONS:
        return [_ABBREVIATIONS[word.casefold()]]
    exact = [symbol.uid for symbol in reversed(symbols.history(word))]
    return list(dict.fromkeys(exact + _by_squeezed_name().get(_squeezed(word), [])))


def _within(word: str) -> list[str]:
    """The known UIDs in a text of several words, such as `1.2.840.10008.1.1 (Verification)`, with the names there."""
    found = [uid for uid in _NUMBERS.findall(word) if uids.describe(uid)]
    if found:
        found += [symbol.uid for name in _NAMES.findall(word) for symbol in reversed(symbols.history(name))]
    return list(dict.fromkeys(found))


# What people call things among each other.
_ABBREVIATIONS = {
    "c-echo": "1.2.840.10008.1.1",
    "echo": "1.2.840.10008.1.1",
    "ele": "1.2.840.10008.1.2.1",
    "evrle": "1.2.840.10008.1.2.1",
    "ile": "1.2.840.10008.1.2",
    "ivrle": "1.2.840.10008.1.2",
    "mpps": "1.2.840.10008.3.1.2.3.3",
    "mwl": "1.2.840.10008.5.1.4.31",
    "worklist": "1.2.840.10008.5.1.4.31",
}


def _misspelt(word: str, release: str, kind: SymbolKind | None, n: int) -> list[str]:
    by_code = [uid for uid, one in dcmtk.storage_classes().items() if one.modality == word and _is_kind(uid, kind)]
    if len(by_code) == 1:
        return [symbols.name_of(by_code[0], release) or by_code[0]]
    found: dict[str, str] = {}
    for name, uid in _spellings():
        if _is_kind(uid, kind):
            found.setdefault(name, symbols.name_of(uid, release) or uid)
    # Several spellings may stand for one name, so look at more than are wanted.
    near = nearest(word, found, 3 * n)
    return list(dict.fromkeys(found[name] for name in near))[:n]


def _most(matcher: SequenceMatcher[str], word: str, candidate: str) -> float:
    """An upper bound of the likeness that costs little; most candidates end there."""
    if _continues(word, candidate):
        return _BEGINNING
    matcher.set_seq1(candidate)
    return 0.0 if matcher.real_quick_ratio() < _NEAR_ENOUGH else matcher.quick_ratio()


def _likeness(matcher: SequenceMatcher[str], word: str, candidate: str) -> float:
    if _continues(word, candidate):
        return _BEGINNING
    matcher.set_seq1(candidate)
    return matcher.ratio()


def _continues(word: str, candidate: str) -> bool:
    return len(word) > 2 and candidate.startswith(word) and candidate != word


def _is_kind(uid: str, kind: SymbolKind | None) -> bool:
    return kind is None or uids.can_be(uid, kind)


def _is_retired(uid: str) -> bool:
    info = uids.describe(uid)
    return info is not None and info.retired


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    """Everything that a UID is or was called, with the UID. A name of DCMTK goes before a keyword, a keyword
    before a title; what is current goes before what is old or retired."""
    by_worth = sorted(symbols.every_symbol(), key=lambda symbol: (not symbol.current, _is_retired(symbol.uid)))
    names = [(symbol.name, symbol.uid) for symbol in by_worth]
    infos = [info for uid in uids.standard_uids() if (info := uids.describe(uid))]
    keywords = [(info.keyword, info.uid) for info in infos if info.keyword]
    titles = [(info.name, info.uid) for info in infos if info.name]
    vendors = [(one.name, one.uid) for one in private.private_sop_classes() if one.mistype_of is None]
    return tuple(dict.fromkeys(names + keywords + titles + vendors))


@cache
def _by_squeezed_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    # dcm4che's names are met as they are, and too many are like the beginning of another to be a guess.
    for name, uid in (*_spellings(), *dcm4che.names().items()):
        same = found.setdefault(_squeezed(name), [])
        if uid not in same:
            same.append(uid)
    return found


def _squeezed(name: str) -> str:
    return _NOISE.sub("", name.casefold())
