"""Suggestions ("did you mean"): the nearest of some names, and DCMTK's name for what was written instead of it.

Only ranking. It takes milliseconds, much longer than a look-up, so call it only where something is already wrong.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from asprofile.names import dcm4che, dcmtk, mistyped, private, registry, symbols, uids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.names.uids import SymbolKind

_NEAR_ENOUGH = 0.6  # of SequenceMatcher's ratio; below that, a suggestion does not help
_BEGINNING = 0.95  # the rank of every name that the word is the beginning of; among them their order decides
# Comparing two names takes time proportional to the product of their lengths.
_LOOKED_AT = 128
_MOST_COMPARED = 500
_NUMBERS = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){3,}(?![0-9.])")
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9:+/@.-]+")
_NOISE = re.compile(r"[^a-z0-9]+")


def nearest(word: str, candidates: Iterable[str], n: int = 3) -> list[str]:
    """The ``n`` candidates most like ``word``, the best first; fewer, or none, if they are not like it.

    Letter case does not count, except that an exact match comes before one in another case; a candidate that begins
    with ``word`` is near. Candidates of equal rank keep their order, so the answer is the same in every run. Only the
    beginning of very long names is compared, and of very many names only those with the same letters.
    """
    folded = word[:_LOOKED_AT].casefold()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)  # the matcher prepares this one of the two once, for many comparisons
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
    """The names of that DCMTK release (one of RELEASES) for what ``text`` may mean, the best first.

    ``text`` may be a keyword or a name of PS3.6, a name in another letter case, with quotes or blanks around it, a name
    of another release, a UID, or a near misspelling. ``kind`` restricts the answer to transfer syntaxes, or to what can
    be an abstract syntax. Where the meaning is certain but the release has no name for it, the suggestion is the UID,
    which every release accepts.
    """
    word = text.strip().strip("\"'`").strip()
    meant = [uid for uid in _meant(word) if _is_kind(uid, kind)]
    if meant:
        return [symbols.name_of(uid, release) or uid for uid in meant[:n]]
    return _misspelt(word, release, kind, n)


def _meant(word: str) -> list[str]:
    """The UIDs that the word certainly names, ignoring case, punctuation and release; the likeliest first."""
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
    """The known UIDs in a text of several words, such as `1.2.840.10008.1.1 (Verification)`, with the names in it."""
    found = [uid for uid in _NUMBERS.findall(word) if uids.describe(uid)]
    if found:
        found += [symbol.uid for name in _NAMES.findall(word) for symbol in reversed(symbols.history(name))]
    return list(dict.fromkeys(found))


# What people call them in conversation.
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
    # Several spellings may belong to one name, so look at more than ``n``.
    near = nearest(word, found, 3 * n)
    return list(dict.fromkeys(found[name] for name in near))[:n]


def _most(matcher: SequenceMatcher[str], word: str, candidate: str) -> float:
    """A cheap upper bound of the similarity, which rules out most candidates."""
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
    """Every present or former name of a UID, with the UID. DCMTK's names come before keywords, keywords before titles,
    and current names before old or retired ones.
    """
    by_worth = sorted(symbols.every_symbol(), key=lambda symbol: (not symbol.current, _is_retired(symbol.uid)))
    names = [(symbol.name, symbol.uid) for symbol in by_worth]
    infos = [info for uid in registry.every_uid() if (info := uids.describe(uid))]
    keywords = [(info.keyword, info.uid) for info in infos if info.keyword]
    titles = [(info.name, info.uid) for info in infos if info.name]
    vendors = [(one.name, one.uid) for one in private.private_sop_classes() if one.mistype_of is None]
    return tuple(dict.fromkeys(names + keywords + titles + vendors))


@cache
def _by_squeezed_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    # dcm4che's names are found exactly as they are: too many begin like another name to be guessed.
    for name, uid in (*_spellings(), *dcm4che.names().items()):
        same = found.setdefault(_squeezed(name), [])
        if uid not in same:
            same.append(uid)
    return found


def _squeezed(name: str) -> str:
    return _NOISE.sub("", name.casefold())
