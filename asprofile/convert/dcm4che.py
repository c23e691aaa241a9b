"""dcm4che's command line tools: ``sop-classes.properties`` of its acceptors (storescp, ianscp, mppsscp, dcmqrscp), and
``store-tcs.properties`` of its requestors (getscu, storescu).

Both name a SOP class and its transfer syntaxes, by UID or keyword: ``CTImageStorage:ImplicitVRLittleEndian,...``. In
the second, ``;`` separates the transfer syntaxes of presentation contexts. ``*`` is any transfer syntax. Java keeps the
properties without an order, and an acceptor takes the first proposed transfer syntax that is on its list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NoReturn

from asprofile.convert import losses, room
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
from asprofile.convert.properties import Property, parse
from asprofile.convert.wildcards import any_syntax, loss_of_any
from asprofile.convert.words import UnknownName, ascii_only, named, uid_of
from asprofile.errors import ConversionError
from asprofile.model.words import AssociationRole
from asprofile.names import dcm4che, uids
from asprofile.names.uids import SymbolKind
from asprofile.names.well_known import STORAGE_SERVICE_CLASS

# A key that is not a SOP class: all classes that a requestor calls storage (common extended negotiation, PS3.7
# D.3.3.6).
_SERVICE_CLASSES = (STORAGE_SERVICE_CLASS, "Storage", "StorageServiceClass")
_ANY = "*"


_UID_OR_NAME = re.compile(r"[0-9.]{5,64}|\*|[A-Z][A-Za-z0-9]{5,}")


def looks_like(text: str) -> bool:
    """Whether the first property is a SOP class and transfer syntaxes."""
    try:
        first = next(iter(parse(text)), None)
    except ConversionError:
        return False
    if first is None or _UID_OR_NAME.fullmatch(first.key) is None:
        return False
    words = [word.strip() for word in re.split("[,;]", first.value)]
    return all(map(_UID_OR_NAME.fullmatch, words))


def has_several_contexts(text: str) -> bool:
    """Whether it can only be a requestor's."""
    try:
        return any(";" in one.value for one in parse(text))
    except ConversionError:
        return False


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_sop_classes(source: ConversionSource) -> Reading:
    return _reading(source, "acceptor")


def read_store_tcs(source: ConversionSource) -> Reading:
    return _reading(source, "requestor")


def _refuse_related() -> NoReturn:
    """``rel-sop-classes.properties`` has nothing of a profile."""
    raise ConversionError(
        "it says which general SOP classes a SOP class is related to (common extended negotiation, PS3.7 D.3.3.6), and "
        "has no transfer syntaxes: DCMTK's profiles have no place for that. What is proposed or accepted is in "
        "dcm4che's store-tcs.properties or sop-classes.properties"
    )


def is_related(text: str) -> bool:
    """Whether it is ``rel-sop-classes.properties``: SOP classes on either side, and no transfer syntax."""
    try:
        found = list(islice(parse(text), 5))
    except ConversionError:
        return False
    words = [word for one in found for word in re.split("[,;]", one.value) if word.strip()]
    # A private UID that is not known may be of either kind; a UID that is known decides.
    known = any((info := uids.describe(word.strip())) is not None and info.status != "private" for word in words)
    return known and all(map(_is_sop_class, (*(one.key for one in found), *words)))


def _is_sop_class(word: str) -> bool:
    try:
        uid_of(word, "sop-class")
    except ConversionError:
        return False
    info = uids.describe(word.strip())
    return info is None or info.kind != "transfer-syntax"


def _reading(source: ConversionSource, role: AssociationRole) -> Reading:
    if is_related(source.text):
        _refuse_related()
    found: dict[str, Property] = {}
    lost: list[ConversionLoss] = []
    for one in parse(source.text):
        uid = _sop_class(one, lost)
        if uid is None:
            continue
        if uid in found:
            lost.append(
                ConversionLoss("other", f"line {found[uid].line}: {named(uid)} is there again, and Java keeps the last")
            )
        found[uid] = one
    contexts = [context for uid, one in found.items() for context in _contexts(uid, one, role, lost)]
    if not contexts:
        raise ConversionError(
            "; ".join(["it names no SOP class that can be converted", *(one.message for one in lost[:1])])
        )
    unlimited = [uid for uid, one in found.items() if _ANY in re.split("[,;]", one.value.replace(" ", ""))]
    lost += loss_of_any(unlimited)
    notes: tuple[str, ...] = ()
    if role == "acceptor":
        ordered, notes = losses.with_order(contexts, "dcm4che takes the first that is proposed")
        contexts = list(ordered)
    exchange = Exchange(source.role or role, (ExchangeProfile(source.name, tuple(contexts)),))
    return Reading(exchange, tuple(lost), notes)


def _sop_class(one: Property, lost: list[ConversionLoss]) -> str | None:
    key = one.key.strip()
    if not key:
        _nothing("a SOP class", one)
    if key == _ANY or key in _SERVICE_CLASSES:
        meant = "any SOP class" if key == _ANY else "any SOP class that the requestor says is storage"
        lost.append(ConversionLoss("wildcard", f"line {one.line}: {key}, {meant}"))
        return None
    return _known(key, "sop-class", one, lost)


def _known(word: str, kind: SymbolKind, one: Property, lost: list[ConversionLoss]) -> str | None:
    """The UID; None for a name that no table has: the files that come with dcm4che have such names, too."""
    try:
        uid = uid_of(word, kind, one.line, 1)
        older = dcm4che.older_meaning(word)
        if older is not None:
            lost.append(
                ConversionLoss(
                    "transfer-syntax",
                    f"line {one.line}: {word} is taken for {uid}, as dcm4che {dcm4che.KEYWORDS_SINCE} and later take "
                    f"it; before, it was {older} ({named(older)}): write the UID if that is meant",
                )
            )
        return uid
    except UnknownName as error:
        lost.append(
            ConversionLoss("sop-class" if kind == "sop-class" else "transfer-syntax", f"line {one.line}: {error}")
        )
        return None


def _contexts(uid: str, one: Property, role: AssociationRole, lost: list[ConversionLoss]) -> Iterator[ExchangeContext]:
    parts = one.value.split(";") if role == "requestor" else [one.value]
    for part in parts:
        words = [word.strip() for word in part.split(",") if word.strip()]
        if not words:
            _nothing("a transfer syntax", one)
        if words == [_ANY]:
            yield ExchangeContext(uid, any_syntax(uid))
            continue
        syntaxes = [_known(word, "transfer-syntax", one, lost) for word in words]
        known = tuple(syntax for syntax in syntaxes if syntax is not None)
        if known:
            yield ExchangeContext(uid, known)


def _nothing(what: str, one: Property) -> NoReturn:
    raise ConversionError(
        f"here should be {what}: SOP class, colon, transfer syntaxes with commas between", one.line, 1
    )


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_sop_classes(exchange: Exchange, target: ConversionTarget) -> Written:
    (profile,) = exchange.profiles
    lines = _head(profile, target, "what is accepted, for --sop-classes of dcm4che's storescp")
    for uid, syntaxes in profile.lists.items():
        lines += _entry(uid, ",".join(syntaxes))
    lost = (
        *losses.of_lists(profile),
        *losses.of_order(profile, "dcm4che takes the first that is proposed"),
        *losses.of_roles(profile),
        *losses.of_extended(profile),
    )
    return Written("\n".join(lines) + "\n", lost)


def write_store_tcs(exchange: Exchange, target: ConversionTarget) -> Written:
    (profile,) = exchange.profiles
    room.check(profile, "requestor")
    lines = _head(profile, target, "what is proposed, for --store-tcs of dcm4che's storescu and getscu")
    together: dict[str, list[str]] = {}
    for context in profile.contexts:
        together.setdefault(context.abstract_syntax, []).append(",".join(context.transfer_syntaxes))
    for uid, contexts in together.items():
        lines += _entry(uid, ";".join(contexts))
    lost = (*_roles_of_tools(profile), *losses.of_extended(profile))
    return Written("\n".join(lines) + "\n", lost)


def _roles_of_tools(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    for loss in losses.of_roles(profile):
        yield ConversionLoss(loss.kind, f"{loss.message}; getscu proposes SCP for all of them, storescu none")


def _head(profile: ExchangeProfile, target: ConversionTarget, what: str) -> list[str]:
    return [f"# {ascii_only(profile.name)}: {what}", f"# Converted from {ascii_only(target.source)}."]


def _entry(uid: str, value: str) -> list[str]:
    name = named(uid)
    info = uids.describe(uid)
    return ["", *([f"# {ascii_only(name)}"] if info and name != uid else []), f"{uid}:{value}"]
