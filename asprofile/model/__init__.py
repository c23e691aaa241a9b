"""What DCMTK loads from a profile file: first the tree of sections (document), then the typed model (config).

Pure functions: bytes in, values out. The linter, the editor and the sender all use this one reading. The names below
are imported when first used: a caller that needs a type of the model does not load the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile import when_first_used

_PUBLIC = {
    "AssociationRole": "asprofile.model.config",
    "Config": "asprofile.model.config",
    "ContextItem": "asprofile.model.config",
    "ContextList": "asprofile.model.config",
    "Document": "asprofile.model.document",
    "ExtendedList": "asprofile.model.config",
    "ExtendedNegotiation": "asprofile.model.config",
    "Inference": "asprofile.model.inference",
    "Loading": "asprofile.model.loader",
    "PresentationContext": "asprofile.model.config",
    "Problem": "asprofile.model.problem",
    "Profile": "asprofile.model.config",
    "Role": "asprofile.model.config",
    "RoleEntry": "asprofile.model.config",
    "RoleList": "asprofile.model.config",
    "Section": "asprofile.model.document",
    "Supersection": "asprofile.model.document",
    "TransferSyntaxItem": "asprofile.model.config",
    "TransferSyntaxList": "asprofile.model.config",
    "infer": "asprofile.model.inference",
    "load": "asprofile.model.loader",
    "read": "asprofile.model.document",
}

__all__ = [
    "AssociationRole",
    "Config",
    "ContextItem",
    "ContextList",
    "Document",
    "ExtendedList",
    "ExtendedNegotiation",
    "Inference",
    "Loading",
    "PresentationContext",
    "Problem",
    "Profile",
    "Role",
    "RoleEntry",
    "RoleList",
    "Section",
    "Supersection",
    "TransferSyntaxItem",
    "TransferSyntaxList",
    "infer",
    "load",
    "read",
]

if TYPE_CHECKING:
    from asprofile.model.config import (
        Config,
        ContextItem,
        ContextList,
        ExtendedList,
        ExtendedNegotiation,
        PresentationContext,
        Profile,
        RoleEntry,
        RoleList,
        TransferSyntaxItem,
        TransferSyntaxList,
    )
    from asprofile.model.document import Document, Section, Supersection, read
    from asprofile.model.inference import Inference, infer
    from asprofile.model.loader import Loading, load
    from asprofile.model.problem import Problem
    from asprofile.model.words import AssociationRole, Role


__getattr__ = when_first_used(__name__, _PUBLIC)
