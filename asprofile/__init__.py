"""asprofile: the toolkit for DICOM association-negotiation profiles (the format of DCMTK's asconfig.txt).

    doc = asprofile.read(data)          what DCMTK's reader takes from any bytes; never raises
    cfg = asprofile.load("my.cfg")      what DCMTK loads, resolved; raises LoadError where DCMTK refuses the file

The names below are the public ones. They are imported when first used, because a command that lints should not wait
for what only a sender needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "Config": "asprofile.model",
    "Document": "asprofile.model",
    "ExtendedNegotiation": "asprofile.model",
    "PresentationContext": "asprofile.model",
    "Profile": "asprofile.model",
    "Span": "asprofile.text",
    "AsprofileError": "asprofile.errors",
    "LoadError": "asprofile.errors",
    "load": "asprofile.model",
    "read": "asprofile.model",
}

__all__ = [
    "AsprofileError",
    "Config",
    "Document",
    "ExtendedNegotiation",
    "LoadError",
    "PresentationContext",
    "Profile",
    "Span",
    "load",
    "read",
]

if TYPE_CHECKING:
    from asprofile.errors import AsprofileError, LoadError
    from asprofile.model import Config, Document, ExtendedNegotiation, PresentationContext, Profile, load, read
    from asprofile.text import Span


def __getattr__(name: str) -> Any:
    module = _PUBLIC.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)
