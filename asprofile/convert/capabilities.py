"""Transfer capabilities of an application entity (PS3.15 annex H), as dcm4che's configurations have them: a SOP class,
the role SCU or SCP, transfer syntaxes. How JSON and LDIF encode them belongs in ``dcm4chee``.

Without role selection a requestor is SCU of what it proposes, and an acceptor SCP. If an entity is only a requestor or
only an acceptor, its capabilities in the other role mean role selection. If it is both, each role's capabilities are
for that side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from asprofile.convert import losses
from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionSource,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
)
from asprofile.convert.wildcards import any_syntax, loss_of_any
from asprofile.convert.words import ascii_only, listed, named
from asprofile.errors import ConversionError
from asprofile.generate.families import by_preference
from asprofile.model.words import AssociationRole, Role
from asprofile.names import sop_classes

Side = Literal["SCU", "SCP"]
ANY = "*"
MAX_TITLE = 16

# The flags and levels by which dcm4che expresses extended negotiation, in the order of the bytes.
QUERY_OPTIONS = (
    "dcmRelationalQueries",
    "dcmCombinedDateTimeMatching",
    "dcmFuzzySemanticMatching",
    "dcmTimezoneQueryAdjustment",
)
# Name, highest value, and what it is when it is not said.
STORAGE_OPTIONS = (
    ("dcmStorageConformance", 3, 3),
    ("dcmDigitalSignatureSupport", 3, 0),
    ("dcmDataElementCoercion", 2, 2),
)

_OWN: dict[AssociationRole, Side] = {"requestor": "SCU", "acceptor": "SCP"}
_OTHER: dict[Side, Side] = {"SCU": "SCP", "SCP": "SCU"}


@dataclass(frozen=True, slots=True)
class Capability:
    """``preferred``: the transfer syntaxes that an acceptor takes first. ``query`` and ``storage``: extended
    negotiation, the options that are set and the levels, None where there are none."""

    sop_class: str
    side: Side
    syntaxes: tuple[str, ...]
    preferred: tuple[str, ...] = ()
    query: frozenset[str] = frozenset()
    storage: tuple[int, ...] | None = None


@dataclass(slots=True)
class Entity:
    """An application entity. ``initiator`` and ``acceptor``: what the configuration says of it, None for nothing.
    ``preferred``: for capabilities that prefer nothing themselves."""

    title: str
    initiator: bool | None = None
    acceptor: bool | None = None
    preferred: tuple[str, ...] = ()
    capabilities: list[Capability] = field(default_factory=list)


# --- From capabilities to profiles ------------------------------------------------------------------------------------


def reading(entities: Iterable[Entity], source: ConversionSource) -> Reading:
    """A profile for each entity that has capabilities in the role that is wanted, or else in the one that it has."""
    found = [entity for entity in entities if entity.capabilities]
    if not found:
        raise ConversionError("there are no transfer capabilities in it")
    role = source.role or _role_of(found)
    lost: list[ConversionLoss] = []
    notes: dict[str, None] = {}
    profiles = []
    for entity in found:
        if _never(entity, role):
            lost.append(ConversionLoss("other", f"{entity.title}, which is no {role}"))
            continue
        contexts = tuple(_contexts(entity, role, lost))
        if contexts:
            notes |= dict.fromkeys(_order_gained(entity, role, contexts))
            listed_classes = {context.abstract_syntax for context in contexts}
            extended = tuple(one for one in _extended(entity, role) if one.sop_class in listed_classes)
            profiles.append(ExchangeProfile(entity.title, contexts, extended))
    if not profiles:
        raise ConversionError(f"nothing in it is for the role {role}; try the other @{{role}}")
    return Reading(Exchange(role, tuple(profiles)), tuple(lost), tuple(notes))


def _order_gained(entity: Entity, role: AssociationRole, contexts: Iterable[ExchangeContext]) -> Iterator[str]:
    """Where an acceptor prefers nothing, or not among all that it accepts."""
    sides = {one.sop_class: one for one in sorted(entity.capabilities, key=lambda one: one.side == _OWN[role])}
    for one in contexts if role == "acceptor" else ():
        preferred = sides[one.abstract_syntax].preferred or entity.preferred
        if len(set(one.transfer_syntaxes) - set(preferred)) > 1:
            yield (
                "an order of transfer syntaxes that the source does not have where nothing is preferred: dcm4che takes "
                "the first that is proposed; DCMTK takes the first of its list, here uncompressed before lossless "
                "before lossy"
            )


def _never(entity: Entity, role: AssociationRole) -> bool:
    """Whether the configuration says that the entity is never such."""
    return (entity.initiator if role == "requestor" else entity.acceptor) is False


def _role_of(entities: Sequence[Entity]) -> AssociationRole:
    roles = {role for entity in entities if (role := _said(entity)) is not None}
    if len(roles) == 1:
        return roles.pop()
    raise ConversionError("it has capabilities as SCU and as SCP: say whose profile it shall be, with @{role}")


def _said(entity: Entity) -> AssociationRole | None:
    if entity.initiator is not None and entity.acceptor is not None and entity.initiator != entity.acceptor:
        return "requestor" if entity.initiator else "acceptor"
    sides = {one.side for one in entity.capabilities}
    if len(sides) == 1:
        return "requestor" if sides == {"SCU"} else "acceptor"
    # Of an entity that does both, people mostly want what it accepts.
    return "acceptor" if entity.initiator and entity.acceptor else None


def _contexts(entity: Entity, role: AssociationRole, lost: list[ConversionLoss]) -> Iterator[ExchangeContext]:
    own = _OWN[role]
    does_both = bool(entity.initiator and entity.acceptor)
    by_side: dict[Side, dict[str, Capability]] = {"SCU": {}, "SCP": {}}
    for one in entity.capabilities:
        by_side[one.side][one.sop_class] = one
    mine, others = by_side[own], by_side[_OTHER[own]]
    unlimited: list[str] = []
    unlike: list[str] = []
    for uid in dict.fromkeys(one.sop_class for one in entity.capabilities):
        capability = mine.get(uid) or (None if does_both else others[uid])
        if capability is None:
            continue
        if uid == ANY:
            lost.append(ConversionLoss("wildcard", f"{entity.title}: *, any SOP class"))
            continue
        if ANY in capability.syntaxes:
            unlimited.append(uid)
        if uid in mine and uid in others and set(mine[uid].syntaxes) != set(others[uid].syntaxes) and not does_both:
            unlike.append(uid)
        selected = _selected(uid in mine, uid in others and not does_both)
        yield ExchangeContext(uid, _ordered(capability, entity, role), "", selected)
    lost += loss_of_any(unlimited)
    if unlike:
        words = listed(map(named, unlike))
        lost.append(ConversionLoss("transfer-syntax", f"transfer syntaxes of their own as {_OTHER[own]}, of {words}"))
    alone = [uid for uid in others if does_both and uid not in mine]
    if alone:
        what = f"what {entity.title} is only {_OTHER[own]} of: {listed(map(named, alone))}"
        lost.append(ConversionLoss("other", what))


def _selected(mine: bool, other: bool) -> Role:
    return "both" if mine and other else "default" if mine else "scp"


def _ordered(capability: Capability, entity: Entity, role: AssociationRole) -> tuple[str, ...]:
    """An acceptor takes what is preferred first; what a requestor proposes stays in its order."""
    uid, listed_syntaxes = capability.sop_class, capability.syntaxes
    syntaxes = any_syntax(uid) if ANY in listed_syntaxes else tuple(dict.fromkeys(listed_syntaxes))
    preferred = capability.preferred or entity.preferred
    if role == "requestor":
        return syntaxes
    return tuple(dict.fromkeys((*(one for one in preferred if one in syntaxes), *by_preference(syntaxes))))


def _extended(entity: Entity, role: AssociationRole) -> Iterator[Extended]:
    found: dict[str, bytes] = {}
    own, does_both = _OWN[role], entity.initiator and entity.acceptor
    meant = [one for one in entity.capabilities if one.side == own or not does_both]
    for one in sorted(meant, key=lambda one: one.side != own):
        data = _storage_data(one.storage) if one.storage is not None else _query_data(one.query)
        if data:
            found.setdefault(one.sop_class, data)
    order = dict.fromkeys(one.sop_class for one in meant)
    yield from (Extended(uid, found[uid]) for uid in order if uid in found)


def _query_data(options: frozenset[str]) -> bytes:
    """The service class application information that dcm4che makes of its options (PS3.4 C.5.1.1)."""
    if not options:
        return b""
    flags = [name in options for name in QUERY_OPTIONS]
    length = 4 if flags[3] else 3 if flags[1] or flags[2] else 1
    return bytes(flags[:length])


def _storage_data(levels: tuple[int, ...]) -> bytes:
    """The same for storage (PS3.4 B.3.1): three levels, and a reserved byte after each."""
    return bytes(byte for level in levels for byte in (level, 0))


# --- From profiles to capabilities ------------------------------------------------------------------------------------


def of_profile(profile: ExchangeProfile, role: AssociationRole) -> tuple[list[Capability], list[ConversionLoss]]:
    """The capabilities of an entity that is nothing but this requestor or acceptor, and what is lost."""
    own = _OWN[role]
    lost = [*losses.of_lists(profile), *_explicit(profile)]
    data = {item.sop_class: item.data for item in profile.extended}
    roles = profile.roles
    found: list[Capability] = []
    unsaid: list[Extended] = []
    for uid, syntaxes in profile.lists.items():
        query, storage = _options(uid, data.get(uid, b""))
        if uid in data and not query and storage is None:
            unsaid.append(Extended(uid, data[uid]))
        preferred = syntaxes if role == "acceptor" and len(syntaxes) > 1 else ()
        sides = _sides(own, roles.get(uid, "default"))
        found += (Capability(uid, side, syntaxes, preferred, query, storage) for side in sides)
    lost += losses.of_extended(ExchangeProfile(profile.name, profile.contexts, tuple(unsaid)))
    return found, lost


def _sides(own: Side, role: Role) -> tuple[Side, ...]:
    if role == "both":
        return own, _OTHER[own]
    return (_OTHER[own],) if role == "scp" else (own,)


def _explicit(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    scu = [named(uid) for uid, role in profile.roles.items() if role == "scu"]
    if scu:
        yield ConversionLoss("role", f"role selection of SCU, which is what holds without one: {listed(scu)}")


def _options(uid: str, data: bytes) -> tuple[frozenset[str], tuple[int, ...] | None]:
    """The options that dcm4che makes exactly these bytes of, if there are any."""
    if sop_classes.storage(uid) is not None:
        levels = tuple(data[::2])
        limits = [highest for _, highest, _ in STORAGE_OPTIONS]
        fits = len(levels) == len(limits) and all(map(int.__le__, levels, limits))
        return frozenset(), levels if fits and _storage_data(levels) == data else None
    options = frozenset(name for name, flag in zip(QUERY_OPTIONS, data, strict=False) if flag == 1)
    return (options if options and _query_data(options) == data else frozenset()), None


def title_of(profile: ExchangeProfile, given: str | None) -> tuple[str, list[ConversionLoss]]:
    """The AE title: the one given, or the profile's name as far as there is room for it (PS3.5 6.2)."""
    if given is not None:
        if not 1 <= len(given) <= MAX_TITLE or ascii_only(given) != given or "\\" in given:
            raise ConversionError(f"{given!r} is no AE title: 1 to {MAX_TITLE} characters of ASCII, no backslash")
        return given, []
    title = ascii_only(profile.name)[:MAX_TITLE].replace("\\", "?")
    if title == profile.name:
        return title, []
    return title, [
        ConversionLoss("profile-name", f"the name {profile.name}: the AE title is {title}, unless another is given")
    ]
