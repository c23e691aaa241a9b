"""How two profiles negotiate, without a network, and which objects would be sent then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from asprofile.api.covering import CoveredSides, GapRemedy, as_json, remedies
from asprofile.api.described import described_profile
from asprofile.api.objects import Paths, paths_of
from asprofile.api.references import ProfileInput
from asprofile.errors import ConfigurationError
from asprofile.names.releases import LATEST, at_least, parse_release
from asprofile.names.uids import uid_and_name
from asprofile.names.well_known import STORAGE_SERVICE_CLASS
from asprofile.negotiate.acceptors import acceptors
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose
from asprofile.negotiate.coverage import ClassCoverage, coverage
from asprofile.negotiate.simulate import DCMTK, ContextOutcome, Program, Simulation
from asprofile.negotiate.simulate import simulate as simulate_profiles
from asprofile.settings.project import ProjectSettings

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.negotiate.request import ProfileSource
    from asprofile.objects.header import ObjectHeader, Unreadable
    from asprofile.text import Source

JSON_VERSION = 1

_PROGRAMS: Final = {
    "orthanc": "orthanc",
    "conquest": "conquest",
    "sop-classes": "dcm4che",
    "dcm4chee-json": "dcm4che",
    "dcm4chee-ldif": "dcm4che",
}
"""Which program has a configuration of a format."""


@dataclass(frozen=True, slots=True)
class SimulatedKind:
    """Objects of a SOP class in a transfer syntax, how many there are, and the context they would be sent in, or why
    there is none.
    """

    sop_class: str
    transfer_syntax: str
    objects: int
    choice: AcceptedContext | NoContext


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """The result of a simulated negotiation (``simulation``), and of the objects (``kinds``, in the order in
    which they were first met).

    ``paths`` are the files of the two profiles as they were named, ``sources`` what is in them, None for a profile that
    was given. ``unreadable`` counts files that were named and are no objects, ``skipped`` those that a directory has
    beside objects. ``coverage``: what is taken of each SOP class; ``program``: the name of the one that answers.
    """

    release: str
    requestor: Profile
    acceptor: Profile
    paths: tuple[str, str]
    sources: tuple[Source | None, Source | None]
    simulation: Simulation
    kinds: tuple[SimulatedKind, ...] = ()
    unreadable: int = 0
    skipped: int = 0
    coverage: tuple[ClassCoverage, ...] = ()
    program: str = DCMTK

    def remedies(self, row: ClassCoverage) -> tuple[GapRemedy, ...]:
        """What closes the gap of a row of ``coverage``, in words and as commands."""
        return remedies(self._sides, row)

    @property
    def _sides(self) -> CoveredSides:
        return CoveredSides(self.program, (self.requestor, self.acceptor), self.sources)

    @property
    def program_title(self) -> str:
        """Which program answers, for people."""
        return acceptors()[self.program].title

    @property
    def proven(self) -> bool:
        """The program's answers are compared with those of the real one by the tests."""
        return bool(acceptors()[self.program].proven)

    @property
    def sent(self) -> int:
        """How many objects would be."""
        return sum(kind.objects for kind in self.kinds if not isinstance(kind.choice, NoContext))

    @property
    def refused(self) -> int:
        """How many objects would not be sent."""
        return sum(kind.objects for kind in self.kinds if isinstance(kind.choice, NoContext))

    @property
    def all_well(self) -> bool:
        """A context is accepted, every role that is asked for is granted, and every object would be sent."""
        outcomes = self.simulation.outcomes
        useful = any(outcome.accepted for outcome in outcomes)
        roles = not any(outcome.role_failure for outcome in outcomes)
        return useful and roles and not self.refused and not self.unreadable

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile simulate --json`` prints (docs/schema/simulate.json)."""
        found = self.simulation
        return {
            "version": JSON_VERSION,
            "release": self.release,
            "requestor": self.requestor.name,
            "acceptor": self.acceptor.name,
            "program": self.program,
            "rejected": found.rejected,
            "contexts": [_context(outcome) for outcome in found.outcomes],
            "extended_negotiation": [
                {"sop_class": uid_and_name(item.sop_class), "data": item.data.hex()} for item in found.extended
            ],
            "objects": {
                "sent": self.sent,
                "refused": self.refused,
                "unreadable": self.unreadable,
                "skipped": self.skipped,
                "kinds": [_kind(kind) for kind in self.kinds],
            },
            "coverage": [as_json(self._sides, row) for row in self.coverage],
        }


def simulate(
    scu: ProfileInput,
    scp: ProfileInput,
    paths: Paths = (),
    *,
    release: str = LATEST,
    acceptor: Program = "storescp",
    behaves: str | None = None,
    related: Mapping[str, tuple[str, ...]] | None = None,
    on_negotiated: Callable[[SimulationReport], None] | None = None,
    on_item: Callable[[ObjectHeader | Unreadable, AcceptedContext | NoContext | None], None] | None = None,
    from_format: str | None = None,
    settings: ProjectSettings | None = None,
) -> SimulationReport:
    """The result of each presentation context when a requestor (storescu) with one profile associates with an acceptor
    with the other: accepted with which transfer syntax and role, or refused and why; and which objects would be sent.

    Args:
        scu: The requestor's profile: ``"[FILE:]NAME"``, a file with one profile, or a profile.
        scp: The acceptor's, in the same way.
        paths: Files and directories with objects.
        release: The DCMTK release of both.
        acceptor: Who loads ``scp``: ``"storescp"``, or ``"dcmrecv"``, which rejects the whole association where it
            accepts no context.
        behaves: Which program answers: ``"dcmtk"``, ``"orthanc"``, ``"orthanc-1.10"``, ``"dcm4che"``, ``"conquest"`` or
            ``"pynetdicom"``; they choose differently. None: the one that the file of ``scp`` is of.
        related: For SOP classes, the related general SOP classes, and last the service class, that the requestor names
            (SOP class common extended negotiation, PS3.7 D.3.3.6): no profile file can say them, and of these programs
            only dcm4che heeds them.
        on_negotiated: Gets the report before any object is looked at.
        on_item: Gets each object with its context or why there is none, and each file that is none, as they come.
        from_format: What a file is that is no association profile, as for ``convert``; None: as it looks.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Raises:
        LoadError: The release does not load one of the files.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the requestor's profile (PS3.8 9.3.2).
        ConfigurationError: The release has no such acceptor.
        OSError: The file of a profile cannot be read.

    Examples:
        >>> found = asprofile.simulate("ct.cfg:Scanner", "AcceptorAll")
        >>> [outcome.accepted for outcome in found.simulation.outcomes]
        [True, True]
        >>> found.simulation.outcomes[1].context.transfer_syntax
        '1.2.840.10008.1.2.1'
    """
    wanted, named = parse_release(release), paths_of(paths)
    if acceptor not in ("storescp", "dcmrecv"):
        raise ConfigurationError(f"acceptor is 'storescp' or 'dcmrecv', not {acceptor!r}")
    if acceptor == "dcmrecv" and not at_least(wanted, "3.6.2"):
        raise ConfigurationError(f"DCMTK {wanted} has no dcmrecv, which came with 3.6.2")
    project = settings or ProjectSettings()
    sides = (
        described_profile(scu, project, wanted, "requestor", from_format),
        described_profile(scp, project, wanted, "acceptor", from_format),
    )
    requestor, accepting = sides[0].profile(), sides[1].profile()
    names, sources = (sides[0].path, sides[1].path), (sides[0].source, sides[1].source)
    program = _program(behaves, sources[1], acceptor)
    run = partial(
        simulate_profiles,
        release=wanted,
        program=acceptor,
        behaves=program,
        any_class=getattr(sources[1], "any_class", False),
        related=related,
    )
    found = run(requestor, accepting)
    report = SimulationReport(wanted, requestor, accepting, names, sources, found, program=program)
    if on_negotiated is not None:
        on_negotiated(report)
    if not named:
        return _covered(report, run)
    looked = _Looked(found, on_item)
    looked.at(named)
    seen = replace(report, kinds=looked.kinds, unreadable=looked.unreadable, skipped=looked.skipped)
    return _covered(seen, run, {(kind.sop_class, kind.transfer_syntax): kind.objects for kind in looked.kinds})


def related_classes(given: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """``related`` of ``simulate``, from texts such as ``EnhancedCTImageStorage=CTImageStorage``: a SOP class, and its
    related general SOP classes with commas between them. The service class is Storage (PS3.4 B).

    Raises ConfigurationError, and AsprofileError for a word that names no SOP class.
    """
    # Not needed by most.
    from asprofile.generate.words import abstract_syntax

    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        special, equals, general = text.partition("=")
        if not (equals and special and all(general.split(","))):
            raise ConfigurationError(f"@{{related}} {text}: write CLASS=GENERAL, or CLASS=GENERAL,GENERAL")
        uids = tuple(map(abstract_syntax, general.split(",")))
        found[abstract_syntax(special)] = (*uids, STORAGE_SERVICE_CLASS)
    return found


def _program(behaves: str | None, scp: Source | None, acceptor: Program) -> str:
    """Who answers. Raises ConfigurationError for a name that is none, and for dcmrecv that is another program."""
    if behaves is None:
        behaves = _PROGRAMS.get(getattr(scp, "made_of", ""), DCMTK) if acceptor == "storescp" else DCMTK
    if behaves not in acceptors():
        raise ConfigurationError(f"no acceptor {behaves!r}; there is {', '.join(acceptors())}")
    if behaves != DCMTK and acceptor != "storescp":
        raise ConfigurationError(f"@{{acceptor={acceptor}}} is of DCMTK, and not of {behaves}")
    return behaves


def _covered(
    report: SimulationReport,
    run: Callable[[ProfileSource, ProfileSource], Simulation],
    counts: dict[tuple[str, str], int] | None = None,
) -> SimulationReport:
    """With the table."""
    # Needs much of objects.
    from asprofile.send.conversions import conversions

    sides = report.requestor, report.acceptor
    tried = frozenset(
        (kind.sop_class, kind.transfer_syntax)
        for kind in report.kinds
        if isinstance(kind.choice, NoContext) and kind.choice.conversion is None
    )
    return replace(report, coverage=coverage(sides, report.simulation, run, conversions, counts, tried))


@dataclass(frozen=True, slots=True)
class SimulationReports:
    """Several requestors with several acceptors, each with each."""

    reports: tuple[SimulationReport, ...]

    @property
    def all_well(self) -> bool:
        """Each of them is."""
        return all(report.all_well for report in self.reports)

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile simulate --json`` prints of more than two (docs/schema/simulations.json)."""
        return {"version": JSON_VERSION, "simulations": [report.as_json() for report in self.reports]}


class _Looked:
    """Which objects would be sent; of each kind it is decided once."""

    def __init__(
        self,
        found: Simulation,
        on_item: Callable[[ObjectHeader | Unreadable, AcceptedContext | NoContext | None], None] | None,
    ) -> None:
        # Not needed for profiles alone.
        from asprofile.send.conversions import Trials, conversions

        self.unreadable = self.skipped = 0
        self._negotiation = found.negotiation
        self._adviser = Adviser(conversions, literal=True)
        self._trials = Trials()
        self._on_item = on_item
        self._choices: dict[tuple[str, str], AcceptedContext | NoContext] = {}
        self._counts: dict[tuple[str, str], int] = {}

    @property
    def kinds(self) -> tuple[SimulatedKind, ...]:
        return tuple(SimulatedKind(*kind, self._counts[kind], choice) for kind, choice in self._choices.items())

    def at(self, paths: tuple[str, ...]) -> None:
        # Not needed for profiles alone.
        from asprofile.objects.header import ObjectHeader
        from asprofile.objects.scan import scan

        for item in scan(paths):
            choice = None
            if isinstance(item, ObjectHeader):
                choice = self._chosen(item)
            elif item.skipped:
                self.skipped += 1
            else:
                self.unreadable += 1
            if self._on_item is not None:
                self._on_item(item, choice)

    def _chosen(self, header: ObjectHeader) -> AcceptedContext | NoContext:
        kind = header.sop_class, header.transfer_syntax
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if kind not in self._choices:
            choice = choose(self._negotiation, *kind, adviser=self._adviser)
            if isinstance(choice, NoContext):
                choice = self._trials.checked(choice, header)
            self._choices[kind] = choice
        return self._choices[kind]


def _context(outcome: ContextOutcome) -> dict[str, Any]:
    context = outcome.context
    return {
        "id": context.id,
        "abstract_syntax": uid_and_name(context.abstract_syntax),
        "proposed": [uid_and_name(uid) for uid in context.proposed],
        "result": context.result,
        "transfer_syntax": None if context.transfer_syntax is None else uid_and_name(context.transfer_syntax),
        "proposed_role": outcome.role,
        "scu": outcome.accepted and context.scu,
        "scp": outcome.accepted and context.scp,
        "role_failure": outcome.role_failure or None,
        "reason": outcome.reason or None,
    }


def _kind(kind: SimulatedKind) -> dict[str, Any]:
    found = kind.choice
    return {
        "sop_class": uid_and_name(kind.sop_class),
        "transfer_syntax": uid_and_name(kind.transfer_syntax),
        "objects": kind.objects,
        "context": None if isinstance(found, NoContext) else found.id,
        "reason": found.reason if isinstance(found, NoContext) else None,
        "way_out": found.way_out if isinstance(found, NoContext) else None,
    }
