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
    "ProfileNotFound": "asprofile.errors",
    "UnknownRelease": "asprofile.errors",
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
    "ProfileNotFound",
    "Span",
    "UnknownRelease",
    "load",
    "read",
]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asprofile.errors import AsprofileError, LoadError, ProfileNotFound, UnknownRelease
    from asprofile.model import Config, Document, ExtendedNegotiation, PresentationContext, Profile, load, read
    from asprofile.text import Span


def when_first_used(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package that imports its names when they are first used; ``modules`` has them, and where
    they are.
    """

    def imported(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(module), name)

    return imported


__getattr__ = when_first_used(__name__, _PUBLIC)
