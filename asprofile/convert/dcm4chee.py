"""The configuration of dcm4chee-arc and other programs of dcm4che: devices with application entities that have transfer
capabilities, as JSON and as LDIF (the attributes of PS3.15 annex H, and dcm4che's own for what these lack).

This module has the encoding; the meaning belongs in ``capabilities``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from asprofile.convert import json_text, ldif
from asprofile.convert.capabilities import (
    ANY,
    QUERY_OPTIONS,
    STORAGE_OPTIONS,
    Capability,
    Entity,
    Side,
    of_profile,
    reading,
    title_of,
)
from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionSource,
    ConversionTarget,
    Exchange,
    ExchangeProfile,
    Reading,
    Written,
)
from asprofile.convert.tree import Node, member
from asprofile.convert.words import ascii_only, listed, named, quoted, uid_of
from asprofile.errors import ConversionError
from asprofile.names.uids import SymbolKind

_CAPABILITIES = "dicomTransferCapability"
_ENTITIES = "dicomNetworkAE"
_EXTENSION = "dcmTransferCapability"
_EXTENSION_OF_ENTITY = "dcmNetworkAE"
_PREFERRED = "dcmPreferredTransferSyntax"
_SIDES = ("SCU", "SCP")
_ORDINAL = re.compile(r"\{([0-9]+)\}(.*)", re.DOTALL)


# --- Reading JSON -----------------------------------------------------------------------------------------------------


def is_configuration(node: Node) -> bool:
    """Whether an object, or the first of an array, is a device, an application entity or a transfer capability."""
    if node.kind == "array":
        return bool(node.children) and is_configuration(node.children[0])
    return bool({key.text for key in node.keys} & {_CAPABILITIES, _ENTITIES, "dicomTransferRole"})


def read_json(source: ConversionSource) -> Reading:
    """A device, an application entity, a transfer capability, or an array of any of them."""
    root = json_text.parse(source.text)
    if not is_configuration(root):
        root.wrong(f"neither {_ENTITIES} nor {_CAPABILITIES} is in it")
    bare = Entity(source.name)
    entities = list(_entities(root, bare))
    return reading([*entities, bare], source)


def _entities(node: Node, bare: Entity) -> Iterator[Entity]:
    if node.kind == "array":
        for item in node.children:
            yield from _entities(item, bare)
        return
    members = node.members("an item")
    if _ENTITIES in members:
        yield from (_entity(one, bare.title) for one in members[_ENTITIES].items(_ENTITIES))
    elif _CAPABILITIES in members:
        yield _entity(node, bare.title)
    else:
        bare.capabilities.append(_capability(node))


def _entity(node: Node, name: str) -> Entity:
    members = node.members("an application entity")
    extension = members[_EXTENSION_OF_ENTITY].members(_EXTENSION_OF_ENTITY) if _EXTENSION_OF_ENTITY in members else {}
    entity = Entity(
        members["dicomAETitle"].string("dicomAETitle") if "dicomAETitle" in members else name,
        _flag(members, "dicomAssociationInitiator"),
        _flag(members, "dicomAssociationAcceptor"),
        _strings(extension, _PREFERRED),
    )
    if _CAPABILITIES in members:
        entity.capabilities += map(_capability, members[_CAPABILITIES].items(_CAPABILITIES))
    return entity


def _flag(members: dict[str, Node], name: str) -> bool | None:
    return members[name].boolean(name) if name in members else None


def _strings(members: dict[str, Node], name: str) -> tuple[str, ...]:
    """The UIDs of an array of transfer syntaxes."""
    if name not in members:
        return ()
    return tuple(_uid_or_any(one, name, "transfer-syntax") for one in members[name].items(name))


def _uid_or_any(node: Node, what: str, kind: SymbolKind) -> str:
    text = node.string(what)
    return text if text == ANY else uid_of(text, kind, node.line, node.column)


def _capability(node: Node) -> Capability:
    what = "a transfer capability"
    members = node.members(what)
    sop_class = _uid_or_any(member(members, "dicomSOPClass", node, what), "dicomSOPClass", "sop-class")
    side = member(members, "dicomTransferRole", node, what)
    if side.string("dicomTransferRole") not in _SIDES:
        side.wrong(f"dicomTransferRole should be SCU or SCP, and is {quoted(side.text)}")
    syntaxes = _strings(members, "dicomTransferSyntax")
    if not syntaxes:
        node.wrong(f"{named(sop_class)} has no dicomTransferSyntax")
    more = members[_EXTENSION].members(_EXTENSION) if _EXTENSION in members else {}
    query = frozenset(name for name in QUERY_OPTIONS if _flag(more, name))
    given = {name: _level(more[name], name, highest) for name, highest, _ in STORAGE_OPTIONS if name in more}
    storage = tuple(given.get(name, unsaid) for name, _, unsaid in STORAGE_OPTIONS) if given else None
    return Capability(sop_class, cast("Side", side.text), syntaxes, _strings(more, _PREFERRED), query, storage)


def _level(node: Node, name: str, highest: int) -> int:
    text = node.need("number", name).text
    if text not in map(str, range(highest + 1)):
        node.wrong(f"{name} should be a number from 0 to {highest}, and is {text}")
    return int(text)


# --- Reading LDIF -----------------------------------------------------------------------------------------------------


def read_ldif(source: ConversionSource) -> Reading:
    """The entries of transfer capabilities, and of the application entities that they are below."""
    entities: dict[str, Entity] = {}
    changes = 0
    for record in ldif.parse(source.text):
        if record.changes:
            changes += 1
            continue
        classes = {value.lower() for value in record.values("objectClass")}
        if "dicomnetworkae" in classes:
            entity = entities.setdefault(record.dn.lower(), Entity(_title(record, source.name)))
            entity.initiator = _said(record, "dicomAssociationInitiator")
            entity.acceptor = _said(record, "dicomAssociationAcceptor")
            entity.preferred = _preferred(record)
        if "dicomtransfercapability" in classes:
            parent = ldif.parent(record.dn)
            entity = entities.setdefault(parent.lower(), Entity(_title(record, source.name)))
            entity.capabilities.append(_ldif_capability(record))
    found = reading(entities.values(), source)
    lost = (
        (ConversionLoss("other", f"changes of entries, which only a directory can make: {changes} records"),)
        if changes
        else ()
    )
    return replace(found, losses=(*found.losses, *lost))


def _title(record: ldif.Record, name: str) -> str:
    return next((value for key, value in ldif.names(record.dn) if key.lower() == "dicomaetitle"), name)


def _said(record: ldif.Record, name: str) -> bool | None:
    found = record.first(name)
    if found is None:
        return None
    if found.text.upper() not in ("TRUE", "FALSE"):
        raise ConversionError(f"{name} should be TRUE or FALSE, and is {quoted(found.text)}", found.line, 1)
    return found.text.upper() == "TRUE"


def _ldif_uids(record: ldif.Record, name: str, kind: SymbolKind) -> tuple[str, ...]:
    return tuple(one.text if one.text == ANY else uid_of(one.text, kind, one.line, 1) for one in record.all(name))


def _preferred(record: ldif.Record) -> tuple[str, ...]:
    """In the order of the numbers in braces in front, because values of an attribute have none."""
    found = []
    for place, one in enumerate(record.all(_PREFERRED)):
        match = _ORDINAL.fullmatch(one.text)
        number, text = (int(match[1]), match[2]) if match and len(match[1]) < 9 else (place, one.text)
        found.append((number, uid_of(text, "transfer-syntax", one.line, 1)))
    return tuple(uid for _, uid in sorted(found, key=lambda pair: pair[0]))


def _ldif_capability(record: ldif.Record) -> Capability:
    sop_classes = _ldif_uids(record, "dicomSOPClass", "sop-class")
    side = record.first("dicomTransferRole")
    syntaxes = _ldif_uids(record, "dicomTransferSyntax", "transfer-syntax")
    if not sop_classes or side is None or not syntaxes:
        raise ConversionError(
            "a transfer capability needs dicomSOPClass, dicomTransferRole and dicomTransferSyntax", record.line, 1
        )
    if side.text.upper() not in _SIDES:
        raise ConversionError(f"dicomTransferRole should be SCU or SCP, and is {quoted(side.text)}", side.line, 1)
    query = frozenset(name for name in QUERY_OPTIONS if _said(record, name))
    given = {name: _number(one, name, high) for name, high, _ in STORAGE_OPTIONS if (one := record.first(name))}
    storage = tuple(given.get(name, unsaid) for name, _, unsaid in STORAGE_OPTIONS) if given else None
    side_of = cast("Side", side.text.upper())
    return Capability(sop_classes[0], side_of, syntaxes, _preferred(record), query, storage)


def _number(value: ldif.LdifValue, name: str, highest: int) -> int:
    if value.text not in map(str, range(highest + 1)):
        raise ConversionError(
            f"{name} should be a number from 0 to {highest}, and is {quoted(value.text)}", value.line, 1
        )
    return int(value.text)


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_json(exchange: Exchange, target: ConversionTarget) -> Written:
    """A device with an application entity for each profile. It lacks the network connections, which a profile does not
    know: to be put into the configuration that is there."""
    entities = []
    lost: list[ConversionLoss] = []
    for profile, title in _titled(exchange, target, lost):
        capabilities, losses = of_profile(profile, exchange.role)
        lost += losses
        entities.append(
            {
                "dicomAETitle": title,
                "dicomAssociationInitiator": exchange.role == "requestor",
                "dicomAssociationAcceptor": exchange.role == "acceptor",
                _CAPABILITIES: [_plain(one) for one in capabilities],
            }
        )
    document = {"dicomDeviceName": target.device, _ENTITIES: entities}
    return Written(json.dumps(document, indent=2) + "\n", tuple(lost))


def _titled(
    exchange: Exchange, target: ConversionTarget, lost: list[ConversionLoss]
) -> Iterator[tuple[ExchangeProfile, str]]:
    if target.ae_title is not None and len(exchange.profiles) > 1:
        raise ConversionError(f"@{{ae}} is the title of one profile, and there are {len(exchange.profiles)}")
    taken: dict[str, str] = {}
    for profile in exchange.profiles:
        title, losses = title_of(profile, target.ae_title)
        if title in taken:
            raise ConversionError(
                f"the profiles {taken[title]} and {profile.name} have one AE title, {title}: give them shorter names "
                "(@{name}), or convert each with a title of its own (SOURCE:PROFILE, @{ae})"
            )
        taken[title] = profile.name
        lost += losses
        yield profile, title


def _plain(one: Capability) -> dict[str, Any]:
    found: dict[str, Any] = {
        "cn": _common_name(one),
        "dicomSOPClass": one.sop_class,
        "dicomTransferRole": one.side,
        "dicomTransferSyntax": list(one.syntaxes),
    }
    more: dict[str, Any] = {}
    if one.preferred:
        more[_PREFERRED] = list(one.preferred)
    more |= {name: True for name in QUERY_OPTIONS if name in one.query}
    if one.storage is not None:
        more |= {name: level for (name, *_), level in zip(STORAGE_OPTIONS, one.storage, strict=True)}
    return found | ({_EXTENSION: more} if more else {})


def _common_name(one: Capability) -> str:
    return f"{ascii_only(named(one.sop_class))} {one.side}"


def write_ldif(exchange: Exchange, target: ConversionTarget) -> Written:
    """Entries to be added below application entities that are in the directory already."""
    lost: list[ConversionLoss] = []
    blocks = [f"version: 1\n\n# Transfer capabilities, converted from {ascii_only(target.source)}.\n"]
    for profile, title in _titled(exchange, target, lost):
        capabilities, losses = of_profile(profile, exchange.role)
        lost += losses
        lost += _of_directory(profile, exchange)
        parent = [("dicomAETitle", title), ("dicomDeviceName", target.device), ("cn", "Devices")]
        below = f"{ldif.dn([*parent, ('cn', 'DICOM Configuration')])},{target.base_dn}"
        taken: set[str] = set()
        for one in capabilities:
            name = _common_name(one)
            name = f"{name} {one.sop_class}" if name.lower() in taken else name
            taken.add(name.lower())
            blocks.append(ldif.entry(f"{ldif.dn([('cn', name)])},{below}", _attributes(one, name)))
    return Written("\n".join(blocks), tuple(lost))


def _of_directory(profile: ExchangeProfile, exchange: Exchange) -> Iterator[ConversionLoss]:
    """What the application entity says in JSON, and is not among the entries for it."""
    if exchange.role == "requestor":
        ordered = [named(uid) for uid, syntaxes in profile.lists.items() if len(syntaxes) > 1]
        if ordered:
            what = f"the order of the transfer syntaxes, of {listed(ordered)}"
            yield ConversionLoss(
                "order", f"{what}: values of an attribute have none, and a preference is an acceptor's"
            )


def _attributes(one: Capability, name: str) -> Iterator[tuple[str, str]]:
    yield "objectClass", _CAPABILITIES
    extended = bool(one.preferred or one.query or one.storage is not None)
    if extended:
        yield "objectClass", _EXTENSION
    yield "cn", name
    yield "dicomSOPClass", one.sop_class
    yield "dicomTransferRole", one.side
    yield from (("dicomTransferSyntax", uid) for uid in one.syntaxes)
    yield from ((_PREFERRED, f"{{{place}}}{uid}") for place, uid in enumerate(one.preferred))
    yield from ((option, "TRUE") for option in QUERY_OPTIONS if option in one.query)
    if one.storage is not None:
        levels = zip(STORAGE_OPTIONS, one.storage, strict=True)
        yield from ((option, str(level)) for (option, *_), level in levels)
