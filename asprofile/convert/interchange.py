"""asprofile's own JSON and YAML: everything that profiles mean, for programs and people who do not use DCMTK's format.

The JSON Schema is ``docs/schema/profiles.json``; YAML has the same members. Written with UIDs, read with names too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from asprofile.convert import json_text, yaml_text
from asprofile.convert.exchange import (
    ConversionSource,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
    Written,
)
from asprofile.convert.tree import Node, member
from asprofile.convert.words import ascii_only, named, quoted, uid_of
from asprofile.model.words import MAX_HEX_DIGITS, AssociationRole, Role

INTERCHANGE_VERSION = 1
INTERCHANGE_SCHEMA = "https://asprofile.readthedocs.io/schema/profiles.json"

_DOCUMENT = ("$schema", "version", "role", "profiles", "comment")
_PROFILE = ("name", "contexts", "roles", "extended_negotiation", "comment")
_CONTEXT = ("abstract_syntax", "transfer_syntaxes", "list", "comment")
_OF_ROLE = ("sop_class", "role", "comment")
_ROLES = ("default", "scu", "scp", "both")
_EXTENDED = ("sop_class", "data", "comment")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_json(source: ConversionSource) -> Reading:
    return _document(json_text.parse(source.text))


def read_yaml(source: ConversionSource) -> Reading:
    return _document(yaml_text.parse(source.text))


def is_document(node: Node) -> bool:
    """Whether an object of JSON or YAML is meant to be such a document."""
    keys = {key.text for key in node.keys}
    return node.kind == "object" and "profiles" in keys and bool(keys & {"version", "role", "$schema"})


def _document(node: Node) -> Reading:
    members = node.members("the document")
    node.only(_DOCUMENT, "the document")
    version = member(members, "version", node, "the document")
    if version.text != str(INTERCHANGE_VERSION) or version.kind != "number":
        version.wrong(f"version should be {INTERCHANGE_VERSION}, the only one that there is so far")
    role = _word(member(members, "role", node, "the document"), ("requestor", "acceptor"), "role")
    profiles = member(members, "profiles", node, "the document").items("profiles")
    whose = cast("AssociationRole", role)
    return Reading(Exchange(whose, tuple(_profile(one, whose) for one in profiles)))


def _profile(node: Node, role: AssociationRole) -> ExchangeProfile:
    what = "a profile"
    members = node.members(what)
    node.only(_PROFILE, what)
    name = member(members, "name", node, what)
    if not name.string("name").strip():
        name.wrong("a profile needs a name that is not empty")
    contexts = member(members, "contexts", node, what).items("contexts")
    found: dict[str, int] = {}
    profile = ExchangeProfile(name.text, tuple(_context(one, role, found) for one in contexts))
    roles = _of_classes(members.get("roles"), "roles", _OF_ROLE, found)
    extended = _of_classes(members.get("extended_negotiation"), "extended_negotiation", _EXTENDED, found)
    given = {uid: _word(member(one, "role", at, "a role"), _ROLES, "role") for uid, one, at in roles}
    items = tuple(Extended(uid, _data(member(one, "data", at, "an item"))) for uid, one, at in extended)
    return replace(profile, extended=items).with_roles(cast("dict[str, Role]", given))


def _context(node: Node, role: AssociationRole, found: dict[str, int]) -> ExchangeContext:
    what = "a context"
    members = node.members(what)
    node.only(_CONTEXT, what)
    uid = _uid(member(members, "abstract_syntax", node, what), "abstract_syntax")
    if role == "acceptor" and uid in found:
        node.wrong(f"an acceptor has each SOP class once, and {named(uid)} is in line {found[uid]} already")
    found.setdefault(uid, node.line)
    syntaxes = member(members, "transfer_syntaxes", node, what)
    items = syntaxes.items("transfer_syntaxes")
    if not items:
        syntaxes.wrong("a context needs at least one transfer syntax")
    label = members["list"].string("list") if "list" in members else ""
    uids = tuple(uid_of(one.string("a UID"), "transfer-syntax", one.line, one.column) for one in items)
    return ExchangeContext(uid, uids, label)


def _of_classes(
    node: Node | None, what: str, known: tuple[str, ...], contexts: dict[str, int]
) -> Iterator[tuple[str, dict[str, Node], Node]]:
    """What is said of SOP classes of the contexts, each once."""
    seen: set[str] = set()
    for item in node.items(what) if node is not None else ():
        members = item.members(f"an item of {what}")
        item.only(known, f"an item of {what}")
        sop_class = member(members, "sop_class", item, f"an item of {what}")
        uid = _uid(sop_class, "sop_class")
        if uid in seen:
            sop_class.wrong(f"{what}: {named(uid)} is there twice")
        if uid not in contexts:
            sop_class.wrong(f"{what}: {named(uid)} is in no context of the profile")
        seen.add(uid)
        yield uid, members, item


def _uid(node: Node, what: str) -> str:
    return uid_of(node.string(what), "sop-class", node.line, node.column)


def _word(node: Node, words: tuple[str, ...], what: str) -> str:
    found = node.string(what)
    if found not in words:
        node.wrong(f"{what} should be one of {', '.join(words)}, and is {quoted(found)}")
    return found


def _data(node: Node) -> bytes:
    digits = node.string("data")
    if len(digits) > MAX_HEX_DIGITS or _HEX.fullmatch(digits) is None:
        node.wrong(f"data should be hexadecimal, 1 to {MAX_HEX_DIGITS // 2:,} bytes")
    return bytes.fromhex(digits)


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_json(exchange: Exchange, target: ConversionTarget) -> Written:  # noqa: ARG001 - all formats have it
    document = {
        "$schema": INTERCHANGE_SCHEMA,
        "version": INTERCHANGE_VERSION,
        "role": exchange.role,
        "profiles": [_plain(profile) for profile in exchange.profiles],
    }
    return Written(json.dumps(document, indent=2) + "\n")


def _plain(profile: ExchangeProfile) -> dict[str, Any]:
    found: dict[str, Any] = {"name": profile.name, "contexts": [_plain_context(one) for one in profile.contexts]}
    if profile.roles:
        found["roles"] = [{"sop_class": uid, **_comment(uid), "role": role} for uid, role in profile.roles.items()]
    if profile.extended:
        found["extended_negotiation"] = [
            {"sop_class": item.sop_class, **_comment(item.sop_class), "data": item.data.hex()}
            for item in profile.extended
        ]
    return found


def _plain_context(context: ExchangeContext) -> dict[str, Any]:
    label = {"list": context.label} if context.label else {}
    return {
        "abstract_syntax": context.abstract_syntax,
        **_comment(context.abstract_syntax),
        **label,
        "transfer_syntaxes": list(context.transfer_syntaxes),
    }


def _comment(uid: str) -> dict[str, str]:
    name = named(uid)
    return {"comment": name} if name != uid else {}


def write_yaml(exchange: Exchange, target: ConversionTarget) -> Written:
    lines = [
        f"# Association profiles, converted from {ascii_only(target.source)}.",
        f"# The members are those of {INTERCHANGE_SCHEMA}",
        f"version: {INTERCHANGE_VERSION}",
        f"role: {exchange.role}",
        "profiles:",
    ]
    for profile in exchange.profiles:
        lines += _yaml_profile(profile)
    return Written("\n".join(lines) + "\n" if exchange.profiles else "\n".join(lines) + " []\n")


def _yaml_profile(profile: ExchangeProfile) -> Iterator[str]:
    yield f"  - name: {_quoted(profile.name)}"
    yield "    contexts:" if profile.contexts else "    contexts: []"
    for context in profile.contexts:
        yield f"      - abstract_syntax: {_named(context.abstract_syntax)}"
        if context.label:
            yield f"        list: {_quoted(context.label)}"
        yield "        transfer_syntaxes:"
        yield from (f"          - {_named(uid)}" for uid in context.transfer_syntaxes)
    yield from _yaml_of_classes("roles", "role", profile.roles.items(), str)
    yield from _yaml_of_classes(
        "extended_negotiation", "data", ((one.sop_class, one.data) for one in profile.extended), bytes.hex
    )


def _yaml_of_classes(
    name: str, key: str, items: Iterable[tuple[str, Any]], said: Callable[[Any], str]
) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"    {name}:"
    for uid, value in found:
        yield f"      - sop_class: {_named(uid)}"
        yield f"        {key}: {_quoted(said(value))}"


def _named(uid: str) -> str:
    """A UID with a comment that says what it is."""
    name = named(uid)
    return _quoted(uid) if name == uid else f"{_quoted(uid)}  # {ascii_only(name)}"


def _quoted(text: str) -> str:
    # A string of JSON in ASCII is one of YAML too, which a UID or a number without quotes may not be.
    return json.dumps(text)
