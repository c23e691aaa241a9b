"""asprofile: the toolkit for DICOM association-negotiation profiles (the format of DCMTK's asconfig.txt).

    report = asprofile.lint("my.cfg")             what is wrong with it, and what to write instead
    config = asprofile.load("my.cfg")             what DCMTK loads from it, resolved
    edited = asprofile.add("my.cfg", "CT", "MRImageStorage")

The commands that work on files and peers are functions here, with the names of their options, but for ``show`` and
DCMTK's programs. A file is a path, bytes, or what was read of it before; results are values; errors are the exceptions
below. Nothing prints, and nothing is kept from one call to the next.

The names are imported when first used, because whoever lints should not wait for what only a sender needs. Some are
also names of packages inside, which are not public: ``asprofile.lint`` is the function.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "1.0.0"

_PUBLIC = {
    "AllowedCaller": "asprofile.receive.options",
    "AsprofileError": "asprofile.errors",
    "AssociationAccepted": "asprofile.receive.events",
    "AssociationEnded": "asprofile.receive.events",
    "AssociationError": "asprofile.errors",
    "AssociationOpened": "asprofile.send.outcome",
    "AssociationRequested": "asprofile.receive.events",
    "Config": "asprofile.model.config",
    "ConfigurationError": "asprofile.errors",
    "Control": "asprofile.send.control",
    "ConformanceStatement": "asprofile.api.conforming",
    "ConversionError": "asprofile.errors",
    "ConversionOptions": "asprofile.api.conversion",
    "Converted": "asprofile.api.converting",
    "Destination": "asprofile.send.destination",
    "Difference": "asprofile.api.comparing",
    "Document": "asprofile.model.document",
    "Doubts": "asprofile.migrate.doubts",
    "Drifted": "asprofile.api.drifting",
    "Echoed": "asprofile.api.asking",
    "EditError": "asprofile.errors",
    "Edited": "asprofile.edit.draft",
    "Ended": "asprofile.send.outcome",
    "ExtendedNegotiation": "asprofile.model.config",
    "Finding": "asprofile.lint.finding",
    "Finished": "asprofile.send.outcome",
    "Fixed": "asprofile.lint.fixes.rounds",
    "Generated": "asprofile.api.generating",
    "Hours": "asprofile.migrate.pace",
    "JournalError": "asprofile.errors",
    "LintReport": "asprofile.lint.run",
    "LoadError": "asprofile.errors",
    "Migrated": "asprofile.api.migrating",
    "MigrationCheck": "asprofile.api.checking",
    "MigrationReport": "asprofile.api.reporting",
    "MigrationResult": "asprofile.api.migration",
    "MigrationState": "asprofile.migrate.states",
    "MigrationStatus": "asprofile.api.migrating",
    "NoRoom": "asprofile.edit.insert",
    "NotFormatted": "asprofile.errors",
    "NotReceived": "asprofile.receive.record",
    "NotStored": "asprofile.receive.events",
    "ObjectError": "asprofile.errors",
    "ObjectResult": "asprofile.send.outcome",
    "Outcome": "asprofile.send.outcome",
    "Peer": "asprofile.send.peer",
    "PlanReport": "asprofile.api.planning",
    "PresentationContext": "asprofile.model.config",
    "ProbeOutcome": "asprofile.api.asking",
    "Profile": "asprofile.model.config",
    "ProfileNotFound": "asprofile.errors",
    "Progress": "asprofile.send.outcome",
    "ProposalError": "asprofile.errors",
    "Rate": "asprofile.migrate.pace",
    "ReceiveOptions": "asprofile.receive.options",
    "Received": "asprofile.receive.events",
    "Receiving": "asprofile.api.receiving",
    "ReleasesReport": "asprofile.api.releases",
    "RequestRejected": "asprofile.receive.events",
    "Retrying": "asprofile.send.outcome",
    "RunLimits": "asprofile.api.migrating",
    "SendOptions": "asprofile.send.options",
    "SendReport": "asprofile.send.outcome",
    "Sent": "asprofile.api.sending",
    "SimulationReport": "asprofile.api.simulating",
    "Skipped": "asprofile.send.outcome",
    "Source": "asprofile.text",
    "Span": "asprofile.text",
    "StoreOptions": "asprofile.receive.options",
    "TlsOptions": "asprofile.net.tls_options",
    "TraceReport": "asprofile.api.tracing",
    "UnknownRelease": "asprofile.errors",
    "UserIdentity": "asprofile.negotiate.request",
    "Verified": "asprofile.migrate.verifying",
    "WhereError": "asprofile.errors",
    "add": "asprofile.api.editing",
    "check_migration": "asprofile.api.migration_steps",
    "conformance": "asprofile.api.stating",
    "convert": "asprofile.api.converting",
    "diff": "asprofile.api.comparing",
    "drift": "asprofile.api.drifting",
    "echo": "asprofile.api.asking",
    "fix": "asprofile.api.linting",
    "format": "asprofile.api.formatting",
    "generate": "asprofile.api.generating",
    "hold_objects": "asprofile.api.migration_steps",
    "lint": "asprofile.api.linting",
    "load": "asprofile.api.loading",
    "merge": "asprofile.api.editing",
    "migrate": "asprofile.api.migration",
    "migration_report": "asprofile.api.migration_steps",
    "migration_status": "asprofile.api.migration_steps",
    "plan": "asprofile.api.planning",
    "probe": "asprofile.api.asking",
    "read": "asprofile.api.loading",
    "receive": "asprofile.api.receiving",
    "release_objects": "asprofile.api.migration_steps",
    "releases": "asprofile.api.releases",
    "remove": "asprofile.api.editing",
    "rename": "asprofile.api.editing",
    "renumber": "asprofile.api.editing",
    "retry_objects": "asprofile.api.migration_steps",
    "send": "asprofile.api.sending",
    "simulate": "asprofile.api.simulating",
    "trace": "asprofile.api.tracing",
    "verify_migration": "asprofile.api.migration_steps",
    "watch_migration": "asprofile.api.migration",
    "where": "asprofile.api.objects",
}
"""The public names, and the modules that define them."""

__all__ = [
    "AllowedCaller",
    "AsprofileError",
    "AssociationAccepted",
    "AssociationEnded",
    "AssociationError",
    "AssociationOpened",
    "AssociationRequested",
    "Config",
    "ConfigurationError",
    "ConformanceStatement",
    "Control",
    "ConversionError",
    "ConversionOptions",
    "Converted",
    "Destination",
    "Difference",
    "Document",
    "Doubts",
    "Drifted",
    "Echoed",
    "EditError",
    "Edited",
    "Ended",
    "ExtendedNegotiation",
    "Finding",
    "Finished",
    "Fixed",
    "Generated",
    "Hours",
    "JournalError",
    "LintReport",
    "LoadError",
    "Migrated",
    "MigrationCheck",
    "MigrationReport",
    "MigrationResult",
    "MigrationState",
    "MigrationStatus",
    "NoRoom",
    "NotFormatted",
    "NotReceived",
    "NotStored",
    "ObjectError",
    "ObjectResult",
    "Outcome",
    "Peer",
    "PlanReport",
    "PresentationContext",
    "ProbeOutcome",
    "Profile",
    "ProfileNotFound",
    "Progress",
    "ProposalError",
    "Rate",
    "ReceiveOptions",
    "Received",
    "Receiving",
    "ReleasesReport",
    "RequestRejected",
    "Retrying",
    "RunLimits",
    "SendOptions",
    "SendReport",
    "Sent",
    "SimulationReport",
    "Skipped",
    "Source",
    "Span",
    "StoreOptions",
    "TlsOptions",
    "TraceReport",
    "UnknownRelease",
    "UserIdentity",
    "Verified",
    "WhereError",
    "add",
    "check_migration",
    "conformance",
    "convert",
    "diff",
    "drift",
    "echo",
    "fix",
    "format",
    "generate",
    "hold_objects",
    "lint",
    "load",
    "merge",
    "migrate",
    "migration_report",
    "migration_status",
    "plan",
    "probe",
    "read",
    "receive",
    "release_objects",
    "releases",
    "remove",
    "rename",
    "renumber",
    "retry_objects",
    "send",
    "simulate",
    "trace",
    "verify_migration",
    "watch_migration",
    "where",
]

if TYPE_CHECKING:
    from asprofile.api.asking import Echoed, ProbeOutcome, echo, probe
    from asprofile.api.checking import MigrationCheck
    from asprofile.api.comparing import Difference, diff
    from asprofile.api.conforming import ConformanceStatement
    from asprofile.api.conversion import ConversionOptions
    from asprofile.api.converting import Converted, convert
    from asprofile.api.drifting import Drifted, drift
    from asprofile.api.editing import add, merge, remove, rename, renumber
    from asprofile.api.formatting import format  # noqa: A004
    from asprofile.api.generating import Generated, generate
    from asprofile.api.linting import fix, lint
    from asprofile.api.loading import load, read
    from asprofile.api.migrating import Migrated, MigrationStatus, RunLimits
    from asprofile.api.migration import MigrationResult, migrate, watch_migration
    from asprofile.api.migration_steps import (
        check_migration,
        hold_objects,
        migration_report,
        migration_status,
        release_objects,
        retry_objects,
        verify_migration,
    )
    from asprofile.api.objects import where
    from asprofile.api.planning import PlanReport, plan
    from asprofile.api.receiving import Receiving, receive
    from asprofile.api.releases import ReleasesReport, releases
    from asprofile.api.reporting import MigrationReport
    from asprofile.api.sending import Sent, send
    from asprofile.api.simulating import SimulationReport, simulate
    from asprofile.api.stating import conformance
    from asprofile.api.tracing import TraceReport, trace
    from asprofile.edit.draft import Edited
    from asprofile.edit.insert import NoRoom
    from asprofile.errors import (
        AsprofileError,
        AssociationError,
        ConfigurationError,
        ConversionError,
        EditError,
        JournalError,
        LoadError,
        NotFormatted,
        ObjectError,
        ProfileNotFound,
        ProposalError,
        UnknownRelease,
        WhereError,
    )
    from asprofile.lint.finding import Finding
    from asprofile.lint.fixes.rounds import Fixed
    from asprofile.lint.run import LintReport
    from asprofile.migrate.doubts import Doubts
    from asprofile.migrate.pace import Hours, Rate
    from asprofile.migrate.states import MigrationState
    from asprofile.migrate.verifying import Verified
    from asprofile.model.config import Config, ExtendedNegotiation, PresentationContext, Profile
    from asprofile.model.document import Document
    from asprofile.negotiate.request import UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.receive.events import (
        AssociationAccepted,
        AssociationEnded,
        AssociationRequested,
        NotStored,
        Received,
        RequestRejected,
    )
    from asprofile.receive.options import AllowedCaller, ReceiveOptions, StoreOptions
    from asprofile.receive.record import NotReceived
    from asprofile.send.control import Control
    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import (
        AssociationOpened,
        Ended,
        Finished,
        ObjectResult,
        Outcome,
        Progress,
        Retrying,
        SendReport,
        Skipped,
    )
    from asprofile.send.peer import Peer
    from asprofile.text import Source, Span


_MODULES = ("pynetdicom", "testing")
"""The public modules, which are imported when they are first asked for."""


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    place = _PUBLIC.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(place), name)
    if f"{__name__}.{name}" in sys.modules:
        # A function with the name of a package. `import asprofile.lint.rules as x` looks for `rules` in it and, as
        # it is not there, for the module of that name below its own.
        found.__name__ = f"{__name__}.{name}"
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__", *_MODULES]


class _Face(ModuleType):
    """This package. The import system sets each package that is imported as an attribute of the one it is in; the
    functions here have the names of some of these, and stay what they are.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _PUBLIC):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
