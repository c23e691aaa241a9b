"""What a UID identifies: name, keyword, kind, and whether the standard has retired it.

Standard UIDs (below 1.2.840.10008) and the private ones that occur in practice. DCMTK's names for them belong in
``symbols``; what they can carry, in ``sop_classes`` and ``transfer_syntaxes``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, cast

from asprofile.names import _tables
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.value import Value

UidKind = Literal[
    "transfer-syntax",
    "storage",  # a composite object's Storage SOP class, the non-patient ones included
    "verification",
    "storage-commitment",
    "storage-commitment-pull",
    "study-content-notification",
    # Query/Retrieve (PS3.4 C, Y, Z)
    "qr-find",
    "qr-move",
    "qr-get",
    # Worklists and procedure steps (PS3.4 F, K, CC)
    "mwl",
    "mpps",
    "mpps-retrieve",
    "mpps-notification",
    "ups-push",
    "ups-watch",
    "ups-pull",
    "ups-event",
    "ups-query",
    "ups-trial",
    "gp-worklist-meta",
    "gp-worklist-find",
    "gp-procedure-step",
    "instance-availability",
    "detached-or-study-component",
    # Print (PS3.4 H): a meta class, its components, what is allowed with it, what is allowed alone
    "print-meta",
    "print-component",
    "print-optional",
    "print-job",
    "printer",
    "printer-configuration",
    "print-retired",
    # Query/Retrieve of what belongs to no patient, and further services
    "hanging-protocol-find",
    "hanging-protocol-move",
    "hanging-protocol-get",
    "color-palette-find",
    "color-palette-move",
    "color-palette-get",
    "implant-template-find",
    "implant-template-move",
    "implant-template-get",
    "procedure-protocol-find",
    "procedure-protocol-move",
    "procedure-protocol-get",
    "protocol-approval-find",
    "protocol-approval-move",
    "protocol-approval-get",
    "inventory-find",
    "inventory-move",
    "inventory-get",
    "inventory-creation",
    "repository-query",
    "relevant-patient-info-query",
    "substance-query",
    "event-logging",
    "media-creation",
    "display-system",
    "rt-machine-verification",
    "rt-machine-verification-trial",
    "rtv",  # DICOM Real-Time Video (PS3.22): never on an association
    # Not an abstract syntax, though DCMTK's table of names resolves most of them
    "service-class-uid",
    "application-context-name",
    "application-hosting-model",
    "well-known-sop-instance",
    "well-known-frame-of-reference",
    "coding-scheme",
    "mapping-resource",
    "ldap-oid",
]

SymbolKind = Literal["transfer-syntax", "sop-class"]
"""The two kinds of places for a UID in a file."""

UidStatus = Literal["standard", "retired", "trial", "DICOS", "DICONDE", "private"]

NOT_ABSTRACT_SYNTAXES: frozenset[UidKind] = frozenset(
    (
        "transfer-syntax",
        "service-class-uid",
        "application-context-name",
        "application-hosting-model",
        "well-known-sop-instance",
        "well-known-frame-of-reference",
        "coding-scheme",
        "mapping-resource",
        "ldap-oid",
    )
)
"""Kinds that cannot be the abstract syntax of a presentation context (PS3.8 9.3.2.2.1, PS3.6 Annex A)."""


_WELL_FORMED = r"(?:[01](?:\.[1-3]?[0-9])|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*"


class UidInfo(Value):
    """What is known about a UID. ``vendor`` is set only for private ones, whose keyword is empty.

    ``name`` is that of PS3.6 Table A-1; it is empty for the two UIDs that PS3.6 retired without a name.
    """

    uid: str
    name: str
    keyword: str
    kind: UidKind
    status: UidStatus
    vendor: str | None

    @property
    def retired(self) -> bool:
        """Whether PS3.6 marks it as retired; a trial (draft) class is retired too."""
        return self.status in ("retired", "trial")

    @property
    def is_abstract_syntax(self) -> bool:
        """Whether it can be the abstract syntax of a presentation context at all."""
        return self.kind not in NOT_ABSTRACT_SYNTAXES


def is_well_formed(uid: str) -> bool:
    """Whether ``uid`` follows the rules of PS3.5 9.1: at most 64 characters, at least two components, none with a
    leading zero, the first 0 to 2, the second below 40 if the first is 0 or 1.
    """
    return len(uid) <= 64 and re.fullmatch(_WELL_FORMED, uid) is not None


def describe(uid: str) -> UidInfo | None:
    """What the UID identifies, standard or private; None if it is in no table."""
    if uid.startswith(STANDARD_ROOT):
        row = _registry().get(uid)
        return _info(row) if row else None
    return _private(uid)


def can_be(uid: str, kind: SymbolKind) -> bool:
    """Whether the UID is known and is a transfer syntax, or can be the abstract syntax of a context."""
    info = describe(uid)
    if info is None:
        return False
    return info.kind == "transfer-syntax" if kind == "transfer-syntax" else info.is_abstract_syntax


def display_name(uid: str) -> str:
    """A short name to show: that of PS3.6 without filler words ("SOP Class", "Image Compression"); the UID itself if
    nothing is known about it.
    """
    info = describe(uid)
    if info is None or not info.name:
        return uid
    return _shortened(info.name)


def uid_and_name(uid: str) -> dict[str, str | None]:
    """A UID as all that is shown as JSON has it: with its name, None if nothing is known of it."""
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}


def uid_of_keyword(keyword: str) -> str | None:
    """The standard UID with that keyword (PS3.6 Annex A); None if there is none. Case-sensitive."""
    return _by_keyword().get(keyword) if keyword else None


def standard_uids() -> tuple[str, ...]:
    """Every standard UID of the tables, in numeric order."""
    return tuple(_registry())


def _shortened(name: str) -> str:
    if name == "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])":
        return "JPEG Lossless (Process 14, Selection Value 1)"
    short = name.replace(" Image Compression", "") if name != "Deflated Image Frame Compression" else name
    short = short.replace(" Information Model - ", " - ")
    return short.removesuffix(" UID").removesuffix(" SOP Class")


@cache
def _registry() -> dict[str, list[str]]:
    return {row[0]: row for row in _tables.rows("registry")}


@cache
def _by_keyword() -> dict[str, str]:
    return {row[3]: uid for uid, row in _registry().items() if row[3]}


def _info(row: list[str]) -> UidInfo:
    uid, kind, status, keyword, name = row
    return UidInfo(uid, name, keyword, cast("UidKind", kind), cast("UidStatus", status or "standard"), None)


def _private(uid: str) -> UidInfo | None:
    # Imported here because these modules look up names in this one.
    from asprofile.names import private, transfer_syntaxes

    sop_class = private.get(uid)
    if sop_class is not None:
        return UidInfo(uid, sop_class.name, "", sop_class.kind, "private", sop_class.vendor)
    syntax = transfer_syntaxes.get(uid)
    if syntax is not None:
        return UidInfo(uid, syntax.name, "", "transfer-syntax", "private", syntax.vendor)
    return None
