"""asprofile: the toolkit for DICOM association-negotiation profiles (the format of DCMTK's asconfig.txt).

    report = asprofile.lint("my.cfg")             what is wrong with it, and what to write instead
    config = asprofile.load("my.cfg")             what DCMTK loads from it, resolved
    edited = asprofile.add("my.cfg", "CT", "MRImageStorage")

Each command is a function here, with the names of its options. A file is a path, bytes, or what was read of it before;
results are values; errors are the exceptions below. Nothing prints, and nothing is kept from one call to the next.

The names are imported when first used, because whoever lints should not wait for what only a sender needs. Some are
also names of packages inside, which are not public: ``asprofile.lint`` is the function.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "AsprofileError": "asprofile.errors",
    "Config": "asprofile.model.config",
    "ConfigurationError": "asprofile.errors",
    "Difference": "asprofile.api.comparing",
    "Document": "asprofile.model.document",
    "EditError": "asprofile.errors",
    "Edited": "asprofile.edit.draft",
    "ExtendedNegotiation": "asprofile.model.config",
    "Finding": "asprofile.lint.finding",
    "Fixed": "asprofile.lint.fixes.rounds",
    "LintReport": "asprofile.lint.run",
    "LoadError": "asprofile.errors",
    "NoRoom": "asprofile.edit.insert",
    "NotFormatted": "asprofile.errors",
    "PlanReport": "asprofile.api.planning",
    "PresentationContext": "asprofile.model.config",
    "Profile": "asprofile.model.config",
    "ProfileNotFound": "asprofile.errors",
    "ReleasesReport": "asprofile.api.releases",
    "SimulationReport": "asprofile.api.simulating",
    "Source": "asprofile.text",
    "Span": "asprofile.text",
    "UnknownRelease": "asprofile.errors",
    "WhereError": "asprofile.errors",
    "add": "asprofile.api.editing",
    "diff": "asprofile.api.comparing",
    "fix": "asprofile.api.linting",
    "format": "asprofile.api.editing",
    "lint": "asprofile.api.linting",
    "load": "asprofile.api.loading",
    "merge": "asprofile.api.editing",
    "plan": "asprofile.api.planning",
    "read": "asprofile.api.loading",
    "releases": "asprofile.api.releases",
    "remove": "asprofile.api.editing",
    "rename": "asprofile.api.editing",
    "renumber": "asprofile.api.editing",
    "simulate": "asprofile.api.simulating",
    "where": "asprofile.api.objects",
}
"""The public names, and where they are: a module, and what the name is called there if not the same."""

__all__ = [
    "AsprofileError",
    "Config",
    "ConfigurationError",
    "Difference",
    "Document",
    "EditError",
    "Edited",
    "ExtendedNegotiation",
    "Finding",
    "Fixed",
    "LintReport",
    "LoadError",
    "NoRoom",
    "NotFormatted",
    "PlanReport",
    "PresentationContext",
    "Profile",
    "ProfileNotFound",
    "ReleasesReport",
    "SimulationReport",
    "Source",
    "Span",
    "UnknownRelease",
    "WhereError",
    "add",
    "diff",
    "fix",
    "format",
    "lint",
    "load",
    "merge",
    "plan",
    "read",
    "releases",
    "remove",
    "rename",
    "renumber",
    "simulate",
    "where",
]

if TYPE_CHECKING:
    from asprofile.api.comparing import Difference, diff
    from asprofile.api.editing import add, format, merge, remove, rename, renumber  # noqa: A004
    from asprofile.api.linting import fix, lint
    from asprofile.api.loading import load, read
    from asprofile.api.objects import where
    from asprofile.api.planning import PlanReport, plan
    from asprofile.api.releases import ReleasesReport, releases
    from asprofile.api.simulating import SimulationReport, simulate
    from asprofile.edit.draft import Edited
    from asprofile.edit.insert import NoRoom
    from asprofile.errors import (
        AsprofileError,
        ConfigurationError,
        EditError,
        LoadError,
        NotFormatted,
        ProfileNotFound,
        UnknownRelease,
        WhereError,
    )
    from asprofile.lint.finding import Finding
    from asprofile.lint.fixes.rounds import Fixed
    from asprofile.lint.run import LintReport
    from asprofile.model.config import Config, ExtendedNegotiation, PresentationContext, Profile
    from asprofile.model.document import Document
    from asprofile.text import Source, Span


def __getattr__(name: str) -> Any:
    place = _PUBLIC.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, other = place.partition(":")
    return getattr(import_module(module), other or name)


def __dir__() -> list[str]:
    return [*__all__, "__version__", "pynetdicom"]


class _Face(ModuleType):
    """This package. The import system sets each package that is imported as an attribute of the one it is in; the
    functions here have the names of some of these, and stay what they are.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _PUBLIC):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
