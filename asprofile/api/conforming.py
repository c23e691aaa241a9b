"""asprofile's own conformance statement, as a value (PS3.2 Annex N, as far as it is about negotiation)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from asprofile.convert.statement import html_page, table
from asprofile.names import private, sop_classes
from asprofile.names.uids import display_name, uid_and_name
from asprofile.names.well_known import APPLICATION_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON_VERSION = 1

_FEW = 8
"""Longer lists of SOP classes have a place of their own, since several programs have the same."""


@dataclass(frozen=True, slots=True)
class StatedContexts:
    """SOP classes that are negotiated alike. ``transfer_syntaxes``: lists, each of a presentation context of its own;
    of an acceptor one, from which it takes the first that is proposed. ``scu`` and ``scp`` are the roles of asprofile;
    ``selected``: by SCP/SCU role selection (PS3.7 D.3.3.4). ``when``: in which case, empty for always.
    """

    sop_classes: tuple[str, ...]
    transfer_syntaxes: tuple[tuple[str, ...], ...]
    scu: bool
    scp: bool
    selected: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationEntity:
    """A program, as a peer sees it. ``calling`` and ``called``: AE titles that count unless others are given, empty
    where there are none. ``max_pdu`` in bytes; ``window``: asynchronous operations that are asked for, or granted at
    most, None for no negotiation of them. ``associations``: how many at a time. ``contexts`` are what it negotiates
    without a profile; with one, it is what the profile says.
    """

    command: str
    side: Literal["requestor", "acceptor"]
    summary: str
    calling: str
    called: str
    class_uid: str
    version_name: str
    max_pdu: int
    window: int | None
    associations: str
    contexts: tuple[StatedContexts, ...]
    profile: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecureProfile:
    """A secure transport connection profile (PS3.15 Annex B): versions of TLS, and cipher suites up to TLS 1.2."""

    name: str
    section: str
    versions: str
    suites: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True)
class ConformanceStatement:
    """What asprofile of ``version`` negotiates, program by program, and what else PS3.2 wants to know of it."""

    version: str
    entities: tuple[ApplicationEntity, ...]
    secure: tuple[SecureProfile, ...]
    identities: tuple[str, ...]

    def entity(self, command: str) -> ApplicationEntity:
        """The program of that name. Raises KeyError."""
        return {one.command: one for one in self.entities}[command]

    def as_markdown(self) -> str:
        """What ``asprofile conformance`` prints."""
        return "\n".join(_lines(self))

    def as_html(self) -> str:
        """The same as a page that needs nothing else."""
        return html_page(list(_lines(self)))

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile conformance --json`` prints (docs/schema/conformance.json)."""
        return {
            "version": JSON_VERSION,
            "asprofile": self.version,
            "application_context": APPLICATION_CONTEXT,
            "entities": [_entity_object(one) for one in self.entities],
            "secure_transport": [
                {
                    "name": one.name,
                    "section": one.section,
                    "tls_versions": one.versions,
                    "cipher_suites": list(one.suites),
                    "default": one.is_default,
                }
                for one in self.secure
            ],
            "user_identity": list(self.identities),
        }


def _entity_object(one: ApplicationEntity) -> dict[str, Any]:
    return {
        "command": one.command,
        "side": one.side,
        "calling_ae": one.calling or None,
        "called_ae": one.called or None,
        "implementation_class_uid": one.class_uid,
        "implementation_version_name": one.version_name,
        "max_pdu": one.max_pdu,
        "operations_window": one.window,
        "contexts": [
            {
                "sop_classes": [uid_and_name(uid) for uid in group.sop_classes],
                "transfer_syntaxes": [[uid_and_name(uid) for uid in offer] for offer in group.transfer_syntaxes],
                "scu": group.scu,
                "scp": group.scp,
                "role_selection": group.selected,
                "when": group.when or None,
            }
            for group in one.contexts
        ],
    }


# --- as text


def _lines(found: ConformanceStatement) -> Iterator[str]:
    yield f"# DICOM conformance statement of asprofile {found.version}"
    yield ""
    yield "What each program of asprofile negotiates with a peer, in the tables of PS3.2 Annex N. The lists, numbers"
    yield "and identities are those that the programs negotiate with. What a profile of yours negotiates,"
    yield "`asprofile convert FILE --to conformance` writes."
    yield ""
    yield "## Overview"
    yield ""
    yield from table(
        ("Program", "Association", "What it does"),
        [(f"`{one.command}`", one.side, one.summary) for one in found.entities],
    )
    yield "### Networking: SOP classes of other services than storage"
    yield ""
    yield from table(("SOP class", "UID", "As SCU", "As SCP"), _services(found))
    lists = _long_lists(found)
    for one in found.entities:
        yield from _entity(one, lists)
    yield "## Lists of SOP classes"
    yield ""
    for classes, name in lists.items():
        yield f"### List {name}"
        yield ""
        yield from table(("SOP class", "UID"), ((display_name(uid), uid) for uid in classes))
    yield from _communication(found)


def _long_lists(found: ConformanceStatement) -> dict[tuple[str, ...], str]:
    """The long lists of SOP classes, with names."""
    groups = (group.sop_classes for one in found.entities for group in one.contexts)
    return {classes: f"S{n}" for n, classes in enumerate(dict.fromkeys(c for c in groups if len(c) > _FEW), start=1)}


def _is_storage(uid: str) -> bool:
    vendor = private.get(uid)
    return sop_classes.is_storage(uid) or (vendor is not None and vendor.kind == "storage")


def _services(found: ConformanceStatement) -> Iterator[tuple[str, ...]]:
    """Those that are no storage, with the programs that use or provide them."""
    by_class: dict[str, tuple[list[str], list[str]]] = {}
    for one in found.entities:
        for group in one.contexts:
            for uid in (one for one in group.sop_classes if not _is_storage(one)):
                scu, scp = by_class.setdefault(uid, ([], []))
                for is_one, programs in ((group.scu, scu), (group.scp, scp)):
                    if is_one and one.command not in programs:
                        programs.append(one.command)
    for uid, (scu, scp) in by_class.items():
        yield display_name(uid), uid, ", ".join(scu) or "-", ", ".join(scp) or "-"


def _entity(one: ApplicationEntity, lists: dict[tuple[str, ...], str]) -> Iterator[str]:
    yield f"## {one.command}, association {one.side}"
    yield ""
    yield f"{one.summary}."
    yield ""
    yield "### Association policies"
    yield ""
    yield from table(("Policy", "Value"), _policies(one))
    for note in one.notes:
        yield note
        yield ""
    for number, group in enumerate(one.contexts, start=1):
        part = f", part {number}" if len(one.contexts) > 1 else ""
        yield f"### {'Acceptable' if one.side == 'acceptor' else 'Proposed'} presentation contexts{part}"
        yield ""
        yield from _contexts(one, group, lists)


def _policies(one: ApplicationEntity) -> Iterator[tuple[str, str]]:
    yield "Application context name", f"{APPLICATION_CONTEXT} (DICOM)"
    if one.calling:
        yield "Calling AE title", f"{one.calling}, unless another is given"
    yield (
        "Called AE title",
        f"{one.called}, unless another is given" if one.called else "any is answered, unless one is given",
    )
    yield "Implementation class UID", one.class_uid
    yield "Implementation version name", one.version_name
    yield "Maximum PDU length", f"{one.max_pdu:,} bytes are announced"
    asks = "asks for" if one.side == "requestor" else "grants at most"
    yield (
        "Asynchronous operations window",
        "not negotiated: one operation at a time"
        if one.window is None
        else f"{asks} {one.window} operations invoked by the requestor, 1 performed",
    )
    yield "Associations at a time", one.associations
    yield "Profile", one.profile


def _contexts(one: ApplicationEntity, group: StatedContexts, lists: dict[tuple[str, ...], str]) -> Iterator[str]:
    if group.when:
        yield f"{group.when}."
        yield ""
    if one.side == "acceptor":
        yield "Of the transfer syntaxes of a context, the first in this order that is proposed is accepted:"
    elif len(group.transfer_syntaxes) > 1:
        yield "Each SOP class has a context for each of these lists of transfer syntaxes, proposed in this order:"
    else:
        yield "The transfer syntaxes are proposed in this order, in one context for each SOP class:"
    yield ""
    yield from table(
        ("Context", "Transfer syntax", "UID"),
        (
            (f"{number}" if place == 0 else "", display_name(uid), uid)
            for number, offer in enumerate(group.transfer_syntaxes, start=1)
            for place, uid in enumerate(offer)
        ),
    )
    roles = " and ".join(name for name, is_one in (("SCU", group.scu), ("SCP", group.scp)) if is_one)
    how = "selected" if group.selected else "default"
    named: Iterator[tuple[str, str]] = ((display_name(uid), uid) for uid in group.sop_classes)
    if group.sop_classes in lists:
        named = iter([(f"each of list {lists[group.sop_classes]}", f"{len(group.sop_classes)} SOP classes")])
    yield from table(
        ("SOP class", "UID", "Role", "Role selection", "Extended negotiation"),
        ((name, uid, roles, how, "none") for name, uid in named),
    )


def _communication(found: ConformanceStatement) -> Iterator[str]:
    yield "## Communication"
    yield ""
    yield from table(
        ("Subject", "Value"),
        (
            ("Transport", "TCP/IP, IPv4 and IPv6, with or without TLS"),
            ("User identity negotiation", ", ".join(found.identities)),
            (
                "Extended negotiation of SOP classes, common extended negotiation",
                "the former as a profile says it; the latter is not proposed and not answered",
            ),
            (
                "Character sets",
                "data sets are sent and stored as they are, in whatever character set (0008,0005) names; AE titles are "
                "ISO 646 (ASCII)",
            ),
        ),
    )
    yield "## Security"
    yield ""
    yield "Secure transport connection profiles (PS3.15 Annex B), by the name that `--tls-profile` takes; the cipher"
    yield "suites are those up to TLS 1.2, in the order in which they are offered, as far as OpenSSL has them:"
    yield ""
    yield from table(("Profile", "PS3.15", "TLS", "Cipher suites"), map(_secure, found.secure))


def _secure(one: SecureProfile) -> tuple[str, ...]:
    default = ", the default" if one.is_default else ""
    return f"`{one.name}`{default}", one.section, one.versions, ", ".join(one.suites)
