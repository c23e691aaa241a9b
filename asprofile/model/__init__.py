"""What DCMTK loads from a profile file: first the tree of sections (document), then the typed model (config).

Pure: bytes in, values out. The linter, the editor and the sender are views of this one reading.
"""

from __future__ import annotations

from asprofile.model.config import (
    AssociationRole,
    Config,
    ContextItem,
    ContextList,
    ExtendedList,
    ExtendedNegotiation,
    PresentationContext,
    Profile,
    Role,
    RoleItem,
    RoleList,
    TransferSyntaxItem,
    TransferSyntaxList,
)
from asprofile.model.document import Document, Section, Supersection, read
from asprofile.model.loader import Loading, load
from asprofile.model.problem import Problem

__all__ = [
    "AssociationRole",
    "Config",
    "ContextItem",
    "ContextList",
    "Document",
    "ExtendedList",
    "ExtendedNegotiation",
    "Loading",
    "PresentationContext",
    "Problem",
    "Profile",
    "Role",
    "RoleItem",
    "RoleList",
    "Section",
    "Supersection",
    "TransferSyntaxItem",
    "TransferSyntaxList",
    "load",
    "read",
]
