"""Conquest DICOM server: ``dgatesop.lst``, the SOP classes and transfer syntaxes that it accepts.

A line is a name, a UID and a kind (sop, abstract, transfer, application, RemoteAE, LocalAE), parted by blanks or tabs;
what stands behind is not looked at. ``#`` begins a comment only at the beginning of a line. There is one list of
transfer syntaxes for all SOP classes, and of those proposed the first that is on it is taken. Without a line of a kind,
everything of that kind is accepted. Conquest has room for names and UIDs of 63 characters and lines of 254, and drops a
last line that does not end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO

from asprofile.convert import losses
from asprofile.convert.exchange import Context, Exchange, Loss, Profile, Reading, Source, Target, Written
from asprofile.convert.words import ascii_only, listed, quoted
from asprofile.errors import ConversionError
from asprofile.names import symbols, uids
from asprofile.names.releases import LATEST

_KINDS = ("sop", "abstract", "transfer", "application", "remoteae", "localae")
_LONGEST = 63
_UID = re.compile(r"[0-9][0-9.]*")
_STANDARD_CONTEXT = "1.2.840.10008.3.1.1.1"


@dataclass(frozen=True, slots=True)
class _Line:
    uid: str
    kind: str


def looks_like(text: str) -> bool:
    return re.search(r"(?im)^[^#\s]\S*[ \t]+[0-9.]+[ \t]+(?:sop|transfer)\b", text) is not None


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(source: Source) -> Reading:
    passed_over: list[Loss] = []
    lines = list(_lines(source.text, passed_over))
    classes = _uids(lines, ("sop", "abstract"))
    syntaxes = _uids(lines, ("transfer",))
    if not classes or not syntaxes:
        what = "SOP class" if not classes else "transfer syntax"
        first = "".join(f"; {loss.message}" for loss in passed_over[:1])
        raise ConversionError(f"it lists no {what}, so that Conquest accepts any: a profile has to name them{first}")
    contexts = tuple(Context(uid, syntaxes, "Accepted") for uid in classes)
    exchange = Exchange(source.role or "acceptor", (Profile(source.name, contexts),))
    notes = losses.order_gained(contexts, "Conquest takes the first that is proposed")
    return Reading(exchange, (*passed_over, *_not_of_profiles(lines)), notes)


def _lines(text: str, passed_over: list[Loss]) -> Iterator[_Line]:
    """What Conquest reads; what it passes over without a word is said."""
    lines = StringIO(text, newline=None)
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if line.startswith("#") or not words:
            continue
        kind = words[2].lower() if len(words) > 2 else ""
        if not line.endswith("\n"):
            reason = "a last line that does not end"
        elif not kind:
            reason = "a line needs a name, a UID and a kind (sop or transfer)"
        elif kind not in _KINDS:
            reason = f"{quoted(words[2])} is no kind"
        else:
            if not kind.endswith("ae") and (_UID.fullmatch(words[1]) is None or len(words[1]) > 64):
                raise ConversionError(f"{quoted(words[1])} is no UID", number, line.index(words[1]) + 1)
            yield _Line(words[1], kind)
            continue
        passed_over.append(Loss("other", f"line {number}, which Conquest does not read: {reason}"))


def _uids(lines: list[_Line], kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.uid for line in lines if line.kind in kinds))


def _not_of_profiles(lines: list[_Line]) -> Iterator[Loss]:
    titles = [line.uid for line in lines if line.kind.endswith("ae")]
    if titles:
        yield Loss("other", f"AE titles that may call or be called: {listed(titles)}")
    contexts = [line.uid for line in lines if line.kind == "application" and line.uid != _STANDARD_CONTEXT]
    if contexts:
        yield Loss("other", f"application contexts: {listed(contexts)}")


# --- Writing ----------------------------------------------------------------------------------------------------------


def write(exchange: Exchange, target: Target) -> Written:
    (profile,) = exchange.profiles
    lists = profile.lists
    long = [uid for uid in lists if len(uid) > _LONGEST]
    lists = {uid: syntaxes for uid, syntaxes in lists.items() if uid not in long}
    syntaxes = dict.fromkeys(uid for found in lists.values() for uid in found if len(uid) <= _LONGEST)
    if not syntaxes:
        raise ConversionError(
            "nothing of the profile can stand in the list, and with an empty one Conquest accepts all"
        )
    lines = [
        "#",
        f"# {ascii_only(profile.name)}: what Conquest accepts, its dgatesop.lst",
        f"# Converted from {ascii_only(target.source)}.",
        "#",
        *_written(lists, "sop"),
        *_written(syntaxes, "transfer"),
    ]
    lost = (
        *losses.of_lists(profile),
        *losses.of_one_list(lists, "Conquest"),
        *losses.of_order(profile, "Conquest takes the first that is proposed"),
        *losses.of_roles(profile),
        *losses.of_extended(profile),
        *losses.left_out(long, f"Conquest has room for UIDs of {_LONGEST} characters"),
    )
    return Written("\n".join(lines) + "\n", lost, tuple(_services_missing(lists)))


def _services_missing(lists: Collection[str]) -> Iterator[str]:
    """Conquest answers no echo and no query that its list does not have."""
    kinds = {info.kind for uid in lists if (info := uids.describe(uid)) is not None}
    missing = [
        name
        for name, wanted in (("Verification", {"verification"}), ("Query/Retrieve", {"qr-find", "qr-move"}))
        if not wanted & kinds
    ]
    if missing:
        words = " and ".join(missing)
        yield f"not in the profile, so that Conquest refuses it with this list: {words}"


def _written(found: dict[str, object] | dict[str, tuple[str, ...]] | dict[str, None], kind: str) -> Iterator[str]:
    names = {uid: _name(uid) for uid in found}
    width = max((len(name) for name in names.values()), default=0)
    longest = max(map(len, names), default=0)
    for uid, name in names.items():
        yield f"{name.ljust(width)} {uid.ljust(longest)} {kind}"


def _name(uid: str) -> str:
    """DCMTK's name or the keyword, which have no blanks in them; of a private UID, what is left of its name."""
    info = uids.describe(uid)
    name = symbols.name_of(uid, LATEST) or (info and (info.keyword or info.name)) or "Private"
    return re.sub(r"[^A-Za-z0-9_@:.+-]+", "", name)[:_LONGEST] or "Private"
