"""Which known UIDs an unknown one may be a mistyped form of.

A typing mistake changes a number by one step. When several known UIDs are one step away, the likelier steps are named
first: exchanged digits, a missing component or end, and a doubled component are what people make of a number they copy;
a wrong digit is less likely. Retired UIDs come after all current ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import count

from asprofile.names import private, registry, transfer_syntaxes, uids
from asprofile.names.uids import SymbolKind, can_be
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.value import Value

_CHARACTERS = "0123456789."
_FEWEST_DOTS = 3  # in a beginning that is specific enough

# Letters that are taken for digits, as in `1.2.84O.l0008`.
_LETTERS = str.maketrans("OoQlI|", "000111")
_NUMBER_WITH_LETTERS = r"[0-9OoQlI|]+(?:[., ]+[0-9OoQlI|]+){3,}[., ]*"
_SEPARATORS = r"[., ]+"
_BETWEEN_TWO = r"[\s,;|\\/&+]+"
_RETIRED = 4
_LONGEST = 64  # characters of a UID
_MOST_ENDS = 6
_MOST_PADDED = 4  # components with leading zeros that are looked at
_LONGEST_END = 3  # characters
_LONGEST_MISTYPED = 200  # characters of what may be one mistyped UID
_FEW_ASKED = 100

_DATE = r"(?:19[5-9]|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-9]{2,})?"
_SECONDS = r"[0-9]{9,}"
_LONG = 32  # characters
_MANY = 11  # components


class Meant(Value):
    """The known UIDs nearest to an unknown one, in numeric order, and how many known UIDs begin with it.

    ``certain`` if no other known UID is possible, and ``slip`` if the two have the same digits, some of them more or
    less often.
    """

    uids: tuple[str, ...] = ()
    begun: int = 0
    certain: bool = False
    slip: bool = False


_NOTHING = Meant()


# Several rules ask for each UID of a file, which may have thousands.
@lru_cache(maxsize=1 << 17)
def meant(uid: str, kind: SymbolKind) -> Meant:
    """The known UIDs of this kind that an unknown UID may stand for."""
    candidates = _candidates(uid)
    if not candidates:
        return _NOTHING
    ranks = {known: rank for known, rank in _near(uid, candidates) if can_be(known, kind)}
    ends = [known for known in candidates if _is_end(uid, known) and can_be(known, kind) and not _is_out_of_use(known)]
    if len(ends) <= _MOST_ENDS:
        ranks |= dict.fromkeys(ends, 0)
        ends = []
    if not ranks:
        return Meant(begun=len(ends))
    best = min(ranks.values())
    nearest = tuple(sorted((known for known, rank in ranks.items() if rank == best), key=_numeric))
    rivals = ends or len(nearest) > 1 or best >= _RETIRED or any(best < rank < _RETIRED for rank in ranks.values())
    return Meant(nearest, len(ends), not rivals, best == 0)


def without_flaws(uid: str, kind: SymbolKind) -> Meant:
    """The known UIDs of this kind that a malformed one, with empty components or leading zeros, may stand for. If
    removing these gives a known UID, that is certain.

    A zero may be superfluous or exchanged with its neighbour (`4.07`): the UID that most readings give is taken.
    """
    parts = [part for part in uid.split(".") if part]
    plain = [part.lstrip("0") or "0" for part in parts]
    known = ".".join(plain)
    if uids.describe(known) is not None:
        return Meant((known,), certain=True)
    padded = [place for place, part in enumerate(parts) if part != plain[place]]
    readings = {known, *(".".join([*plain[:at], parts[at], *plain[at + 1 :]]) for at in padded[:_MOST_PADDED])}
    named = Counter(one for reading in readings for one in meant(reading, kind).uids)
    most = max(named.values(), default=0)
    found = tuple(sorted((one for one, count in named.items() if count == most), key=_numeric))
    return Meant(found, certain=len(found) == 1 and (most == len(readings) > 1 or meant(known, kind).certain))


def is_of_the_standard(uid: str, kind: SymbolKind) -> bool:
    """Whether an unknown UID outside DICOM's root can only be a mistyped one of DICOM's."""
    if uid.startswith(STANDARD_ROOT) or not uids.is_well_formed(uid) or uids.describe(uid) is not None:
        return False
    found = meant(uid, kind).uids
    return bool(found) and all(known.startswith(STANDARD_ROOT) for known in found)


def glued(uid: str) -> tuple[str, str] | None:
    """The two known UIDs that were written as one, without anything between them; None if it is not so."""
    for place in range(1, min(len(uid), _LONGEST + 1)):
        first, second = uid[:place], uid[place : place + _LONGEST + 1]
        if second[0] in "12" and uids.describe(first) and uids.describe(second):
            return first, second
    return None


def together(text: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names or UIDs that are in one value with commas, blanks or the like between them; () if it is not so."""
    parts = [part for part in re.split(_BETWEEN_TWO, text) if part]
    return tuple(parts) if len(parts) > 1 and all(is_known(part) for part in parts) else ()


def with_digits(text: str) -> str | None:
    """The known UID that this is when look-alike letters are digits, and commas or blanks are dots; None if there is
    none.
    """
    if not re.fullmatch(_NUMBER_WITH_LETTERS, text):
        return None
    found = re.sub(_SEPARATORS, ".", text).strip(".").translate(_LETTERS)
    return found if found != text and uids.describe(found) is not None else None


def is_like_an_instance(uid: str) -> bool:
    """Whether it looks like the UID of one object, series or study and not of a class: long, with components that are a
    date, a time or a count of seconds, or with very many components.
    """
    parts = uid.split(".")[4:]
    timed = [part for part in parts if re.fullmatch(_DATE, part) or re.fullmatch(_SECONDS, part)]
    return bool(timed) and (len(uid) >= _LONG or len(timed) > 1 or len(parts) + 4 >= _MANY)


def _near(uid: str, candidates: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Those of the known UIDs that are near, each with its rank; a lower rank is nearer.

    0: two neighbouring characters or components exchanged, a character or a component missing or doubled. 1: a wrong
    character, or an extra component. 2: two exchanged and one wrong digit.
    """
    slips, others = _slips(uid), _others(uid)
    for known in candidates:
        if known == uid:
            continue
        late = _RETIRED if _is_out_of_use(known) else 0
        if known in slips or uid in _with_one_missing(known):
            yield known, late
        elif known in others:
            yield known, late + 1
        elif _is_rest(uid, known):
            yield known, late
        elif _is_twisted(uid, known):
            yield known, late + 2


def _candidates(uid: str) -> Sequence[str]:
    """The known UIDs that may be near, in their order. For the first few questions these are all of them; for many, as
    a file may have, those with a trace in common, which takes time to prepare.
    """
    if len(uid) > _LONGEST_MISTYPED:
        return ()
    if _asked() < _FEW_ASKED:
        return _known()
    index = _by_trace()
    found = {place for trace in _traces(uid) for place in index.get(trace, ())}
    return [_known()[place] for place in sorted(found)]


_asked = count().__next__


@cache
def _by_trace() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, known in enumerate(_known()):
        ends = (known[:-length] for length in range(1, _LONGEST_END + 1))
        for trace in {*_traces(known), *ends}:
            found.setdefault(trace, []).append(place)
    return found


def _traces(uid: str) -> Iterator[str]:
    """Keys of which two UIDs share at least one if they are one step apart: the UID without a character, a component or
    its beginning, with two components in either order, or with three characters masked.
    """
    yield uid
    for place in range(len(uid)):
        yield uid[:place] + uid[place + 1 :]
        yield f"{uid[:place]}???{uid[place + 3 :]}"
    parts = uid.split(".")
    for place in range(len(parts)):
        yield ".".join(parts[:place] + parts[place + 1 :])
        yield "." + ".".join(parts[place:])
        two = sorted(parts[place : place + 2])
        yield ".".join([*parts[:place], "|".join(two), *parts[place + 2 :]])


def _is_end(uid: str, known: str) -> bool:
    """Whether only the end of the known one is missing."""
    return known.startswith(uid) and 0 < len(known) - len(uid) <= _LONGEST_END and uid.count(".") >= _FEWEST_DOTS


def _is_rest(uid: str, known: str) -> bool:
    """Whether its beginning is impossible for a UID because the first components of the known one are missing."""
    first, _, _ = uid.partition(".")
    return known.endswith(f".{uid}") and uid.count(".") >= _FEWEST_DOTS and first not in ("0", "1", "2")


def _slips(uid: str) -> set[str]:
    found = set()
    for place in range(len(uid) + 1):
        before, behind = uid[:place], uid[place:]
        found.add(before + behind[1:])
        found.add(before + behind[1:2] + behind[:1] + behind[2:])
        found.update(before + character + behind for character in _CHARACTERS)
    parts = uid.split(".")
    for place in range(1, len(parts)):
        first, second = parts[place - 1 : place + 1]
        found.add(".".join([*parts[: place - 1], second, first, *parts[place + 1 :]]))
        if first == second:
            found.add(".".join([*parts[: place - 1], first, *parts[place + 1 :]]))
    return found


def _others(uid: str) -> set[str]:
    found = {uid[:place] + other + uid[place + 1 :] for place in range(len(uid)) for other in _CHARACTERS}
    parts = uid.split(".")
    found.update(".".join(parts[:place] + parts[place + 1 :]) for place, part in enumerate(parts) if len(part) == 1)
    return found


def _is_twisted(uid: str, known: str) -> bool:
    """Whether they differ in three neighbouring digits only, which are in another order with one digit changed, as 848
    and 481.
    """
    if len(uid) != len(known):
        return False
    places = [place for place, (here, there) in enumerate(zip(uid, known, strict=True)) if here != there]
    if len(places) != 3 or places[2] - places[0] != 2:
        return False
    mine, its = Counter(uid[places[0] : places[2] + 1]), Counter(known[places[0] : places[2] + 1])
    return "." not in mine and "." not in its and (mine - its).total() <= 1


@cache
def _with_one_missing(known: str) -> frozenset[str]:
    """The UID with each of its components but the last left out."""
    parts = known.split(".")
    return frozenset(".".join(parts[:place] + parts[place + 1 :]) for place in range(len(parts) - 1))


@cache
def _known() -> tuple[str, ...]:
    others = [one.uid for one in private.private_sop_classes() if one.mistype_of is None]
    others += [one.uid for one in transfer_syntaxes.transfer_syntaxes() if not one.uid.startswith(STANDARD_ROOT)]
    return (*registry.every_uid(), *others)


@cache
def _is_out_of_use(uid: str) -> bool:
    """Retired, a trial class, or not medical."""
    info = uids.describe(uid)
    return info is not None and info.status not in ("standard", "private")


def _numeric(uid: str) -> list[int]:
    return [int(part) for part in uid.split(".")]
