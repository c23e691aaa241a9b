"""What a UID identifies: name, keyword, kind, and whether the standard has retired it.

Standard UIDs (below 1.2.840.10008) and the private ones that occur in practice. DCMTK's names for them belong in
``symbols``; what they can carry, in ``sop_classes`` and ``transfer_syntaxes``.
"""

from __future__ import annotations

import re
from typing import Literal

from asprofile.names import private, registry, transfer_syntaxes
from asprofile.names.registry import UidInfo
from asprofile.names.well_known import STANDARD_ROOT

SymbolKind = Literal["transfer-syntax", "sop-class"]
"""The two kinds of places for a UID in a file."""

_WELL_FORMED = r"(?:[01](?:\.[1-3]?[0-9])|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*"


def is_well_formed(uid: str) -> bool:
    """Whether ``uid`` follows the rules of PS3.5 9.1: at most 64 characters, at least two components, none with a
    leading zero, the first 0 to 2, the second below 40 if the first is 0 or 1.
    """
    return len(uid) <= 64 and re.fullmatch(_WELL_FORMED, uid) is not None


def describe(uid: str) -> UidInfo | None:
    """What the UID identifies, standard or private; None if it is in no table."""
    return registry.get(uid) if uid.startswith(STANDARD_ROOT) else _private(uid)


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
    return registry.by_keyword().get(keyword) if keyword else None


def _shortened(name: str) -> str:
    if name == "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])":
        return "JPEG Lossless (Process 14, Selection Value 1)"
    short = name.replace(" Image Compression", "") if name != "Deflated Image Frame Compression" else name
    short = short.replace(" Information Model - ", " - ")
    return short.removesuffix(" UID").removesuffix(" SOP Class")


def _private(uid: str) -> UidInfo | None:
    sop_class = private.get(uid)
    if sop_class is not None:
        return UidInfo(uid, sop_class.name, "", sop_class.kind, "private", sop_class.vendor)
    syntax = transfer_syntaxes.get(uid)
    if syntax is not None:
        return UidInfo(uid, syntax.name, "", "transfer-syntax", "private", syntax.vendor)
    return None


def keyword_or_uid(uid: str) -> str:
    """The keyword of PS3.6, or the UID if there is none."""
    info = describe(uid)
    return info.keyword if info is not None and info.keyword else uid
