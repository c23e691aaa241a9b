"""PS3.6 Annex A: every UID of the standard, with its name, its keyword and what it is.

Look-ups of any UID, also of vendors', belong in ``uids``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, cast, get_args

from asprofile.names import _tables
from asprofile.value import Value

NotAbstractKind = Literal[
    "transfer-syntax",
    # DCMTK's table of names resolves most of these, too.
    "service-class-uid",
    "application-context-name",
    "application-hosting-model",
    "well-known-sop-instance",
    "well-known-frame-of-reference",
    "coding-scheme",
    "mapping-resource",
    "ldap-oid",
]
UidKind = Literal[
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
    # Print (PS3.4 H): a meta class, its components, what is allowed beside it, what is allowed alone
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
    NotAbstractKind,
]

UidStatus = Literal["standard", "retired", "trial", "DICOS", "DICONDE", "private"]

NOT_ABSTRACT_SYNTAXES: frozenset[UidKind] = frozenset(get_args(NotAbstractKind))
"""Kinds that cannot be the abstract syntax of a presentation context (PS3.8 9.3.2.2.1, PS3.6 Annex A)."""


class UidInfo(Value):
    """What is known of a UID. ``vendor`` is set for private ones only, whose keyword is empty.

    ``name`` is that of PS3.6 Table A-1; it is empty for the two UIDs that PS3.6 retired without ever naming
    them.
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


def get(uid: str) -> UidInfo | None:
    """What the standard says of the UID; None if it is not in the registry."""
    row = _rows().get(uid)
    if row is None:
        return None
    _, kind, status, keyword, name = row
    return UidInfo(uid, name, keyword, cast("UidKind", kind), cast("UidStatus", status or "standard"), None)


def every_uid() -> tuple[str, ...]:
    """Every standard UID of the tables, in numeric order."""
    return tuple(_rows())


@cache
def _rows() -> dict[str, list[str]]:
    return {row[0]: row for row in _tables.rows("registry")}


@cache
def by_keyword() -> dict[str, str]:
    """Keyword -> UID."""
    return {row[3]: uid for uid, row in _rows().items() if row[3]}
