"""Conquest DICOM server: ``dgatesop.lst``, the SOP classes and transfer syntaxes that it accepts.

A line has a name, a UID and a kind (sop, abstract, transfer, application, RemoteAE, LocalAE), separated by blanks or
tabs. The rest is ignored; in Conquest's own lists it says, for a compressing transfer syntax, how the rest of an object
is encoded. ``#`` begins a comment only at the beginning of a line. There is one list of transfer syntaxes for all SOP
classes, and the first proposed one that is on it is accepted. If there is no line of a kind, everything of that kind is
accepted. Conquest takes names and UIDs of up to 63 characters and lines of up to 254, and drops a last line without a
line end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO

from asprofile.convert import losses
from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionSource,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Reading,
    Written,
)
from asprofile.convert.words import ascii_only, listed, named, quoted
from asprofile.errors import ConversionError
from asprofile.names import symbols, transfer_syntaxes, uids
from asprofile.names.releases import LATEST
from asprofile.names.well_known import APPLICATION_CONTEXT

_KINDS = ("sop", "abstract", "transfer", "application", "remoteae", "localae")
_LONGEST = 63
_UID = re.compile(r"[0-9][0-9.]*")
# The fourth column of a transfer syntax that compresses: everything but the pixels is in Explicit VR Little Endian
# (PS3.5 A.4, A.5).
_COMPRESSED = "LittleEndianExplicit"


@dataclass(frozen=True, slots=True)
class _Line:
    uid: str
    kind: str


def looks_like(text: str) -> bool:
    return re.search(r"(?im)^[^#\s]\S*[ \t]+[0-9.]+[ \t]+(?:sop|transfer)\b", text) is not None


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(source: ConversionSource) -> Reading:
    passed_over: list[ConversionLoss] = []
    lines = list(_lines(source.text, passed_over))
    classes = _uids(lines, ("sop", "abstract"))
    syntaxes = _uids(lines, ("transfer",))
    if not classes or not syntaxes:
        what = "SOP class" if not classes else "transfer syntax"
        first = "".join(f"; {loss.message}" for loss in passed_over[:1])
        raise ConversionError(f"it lists no {what}, so that Conquest accepts any: a profile has to name them{first}")
    contexts = tuple(ExchangeContext(uid, syntaxes, "Accepted") for uid in classes)
    contexts, notes = losses.with_order(contexts, "Conquest takes the first that is proposed")
    exchange = Exchange(source.role or "acceptor", (ExchangeProfile(source.name, contexts),))
    return Reading(exchange, (*passed_over, *_not_of_profiles(lines)), notes)


def _lines(text: str, passed_over: list[ConversionLoss]) -> Iterator[_Line]:
    """What Conquest reads; what it silently skips is reported."""
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
        passed_over.append(ConversionLoss("other", f"line {number}, which Conquest does not read: {reason}"))


def _uids(lines: list[_Line], kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.uid for line in lines if line.kind in kinds))


def _not_of_profiles(lines: list[_Line]) -> Iterator[ConversionLoss]:
    titles = [line.uid for line in lines if line.kind.endswith("ae")]
    if titles:
        yield ConversionLoss("other", f"AE titles that may call or be called: {listed(titles)}")
    contexts = [line.uid for line in lines if line.kind == "application" and line.uid != APPLICATION_CONTEXT]
    if contexts:
        yield ConversionLoss("other", f"application contexts: {listed(contexts)}")


# --- Writing ----------------------------------------------------------------------------------------------------------


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    (profile,) = exchange.profiles
    lists, syntaxes = _fitting(profile)
    if not syntaxes:
        raise ConversionError("nothing of the profile can be in the list, and with an empty one Conquest accepts all")
    lines = [
        "#",
        f"# {ascii_only(profile.name)}: what Conquest accepts, its dgatesop.lst",
        f"# Converted from {ascii_only(target.source)}.",
        "#",
        *_written(lists, "sop"),
        *_written(syntaxes, "transfer"),
    ]
    return Written("\n".join(lines) + "\n", _lost(profile, lists), tuple(_services_missing(lists)))


def merge(there: str, exchange: Exchange, target: ConversionTarget) -> Written:
    """A list with what a profile has beyond it, at its end; what is there stays as it is.

    A list without a SOP class accepts all of them, so that one more would be one alone; the same with transfer
    syntaxes. Raises ConversionError for what is no such list.
    """
    (profile,) = exchange.profiles
    lines = list(_lines(there, []))
    classes, accepted = _uids(lines, ("sop", "abstract")), _uids(lines, ("transfer",))
    if not classes and not accepted:
        raise ConversionError(
            "it lists neither a SOP class nor a transfer syntax, so that Conquest accepts any; it is left as it is"
        )
    lists, syntaxes = _fitting(profile)
    new = [uid for uid in lists if uid not in classes] if classes else []
    more = [uid for uid in syntaxes if uid not in accepted] if accepted else []
    together = dict.fromkeys(classes, (*accepted, *more)) | lists
    added = [*_written(dict.fromkeys(new), "sop"), *_written(dict.fromkeys(more), "transfer")]
    if added:
        origin = f"{ascii_only(profile.name)}, converted from {ascii_only(target.source)}"
        there = _appended(there, [f"# {origin}", *added])
    notes = (*_left_open(classes, accepted), *_gained(new, more), *_services_missing(together if classes else ()))
    return Written(there, _lost(profile, together if accepted else {}), notes)


def _fitting(profile: ExchangeProfile) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The SOP classes with their transfer syntaxes, and all transfer syntaxes, that have room."""
    lists = {uid: syntaxes for uid, syntaxes in profile.lists.items() if len(uid) <= _LONGEST}
    return lists, list(dict.fromkeys(uid for found in lists.values() for uid in found if len(uid) <= _LONGEST))


def _lost(profile: ExchangeProfile, lists: dict[str, tuple[str, ...]]) -> tuple[ConversionLoss, ...]:
    """``lists``: all SOP classes that share one list of transfer syntaxes then."""
    long = [uid for uid in profile.lists if len(uid) > _LONGEST]
    return (
        *losses.of_lists(profile),
        *losses.of_one_list(lists, "Conquest"),
        *losses.of_order(profile, "Conquest takes the first that is proposed"),
        *losses.of_roles(profile),
        *losses.of_extended(profile),
        *losses.left_out(long, f"Conquest has room for UIDs of {_LONGEST} characters"),
    )


def _appended(there: str, lines: list[str]) -> str:
    """With lines at the end, in its line ends; before a last line that does not end, which stays unread."""
    end = "\r\n" if "\r\n" in there else "\n"
    kept = there[: there.rfind("\n") + 1]
    return f"{kept}{''.join(f'{line}{end}' for line in lines)}{there[len(kept) :]}"


def _left_open(classes: Collection[str], accepted: Collection[str]) -> Iterator[str]:
    for what, found in (("SOP class", classes), ("transfer syntax", accepted)):
        if not found:
            yield f"the list names no {what}, so that Conquest accepts any: none is added"


def _gained(new: Collection[str], more: Collection[str]) -> Iterator[str]:
    if not new and not more:
        yield "all of it is in the list already: nothing is added"
        return
    if new:
        yield f"added: {len(new)} SOP {'class' if len(new) == 1 else 'classes'}: {listed(map(named, new))}"
    if more:
        what = f"transfer {'syntax' if len(more) == 1 else 'syntaxes'}, for all SOP classes of the list"
        yield f"added: {len(more)} {what}: {listed(map(named, more))}"


def _services_missing(lists: Collection[str]) -> Iterator[str]:
    """Conquest answers no echo and no query that its list does not have; an empty one has all."""
    if not lists:
        return
    kinds = {info.kind for uid in lists if (info := uids.describe(uid)) is not None}
    missing = [
        name
        for name, wanted in (("Verification", {"verification"}), ("Query/Retrieve", {"qr-find", "qr-move"}))
        if not wanted & kinds
    ]
    if missing:
        words = " and ".join(missing)
        yield f"not in the list, so that Conquest refuses it: {words}"


def _written(found: Collection[str], kind: str) -> Iterator[str]:
    names = {uid: _name(uid) for uid in found}
    width = max((len(name) for name in names.values()), default=0)
    longest = max(map(len, names), default=0)
    for uid, name in names.items():
        syntax = transfer_syntaxes.get(uid) if kind == "transfer" else None
        compressed = syntax is not None and (not syntax.is_native or syntax.encoding == "deflated")
        yield f"{name.ljust(width)} {uid.ljust(longest)} {kind}{f' {_COMPRESSED}' if compressed else ''}"


def _name(uid: str) -> str:
    """DCMTK's name or the keyword, which have no blanks in them; of a private UID, what is left of its name."""
    info = uids.describe(uid)
    name = symbols.name_of(uid, LATEST) or (info and (info.keyword or info.name)) or "Private"
    return re.sub(r"[^A-Za-z0-9_@:.+-]+", "", name)[:_LONGEST] or "Private"
