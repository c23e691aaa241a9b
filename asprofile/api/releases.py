"""Which DCMTK releases load a file, and why the others refuse it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from asprofile.api.inputs import Input, source_of
from asprofile.api.other_kinds import refuse_other_kind
from asprofile.api.words import name_or_none
from asprofile.errors import ProfileNotFound
from asprofile.model.config import only_of
from asprofile.model.document import Document, read
from asprofile.model.loader import Loading
from asprofile.model.loadings import LoadOutcome
from asprofile.model.problem import NOT_A_UID, Problem
from asprofile.model.words import ASSOCIATION_ROLES, PRESENTATION_CONTEXTS, PROFILES, AssociationRole, looked_up
from asprofile.names.releases import RELEASES
from asprofile.value import replaced

if TYPE_CHECKING:
    from asprofile.text import Source

JSON_VERSION = 1
_CONTEXT = re.compile("PRESENTATIONCONTEXT[0-9]+")


@dataclass(frozen=True, slots=True)
class ReleaseVerdict:
    """What a release does with a file, or with one profile in it: ``problem`` is the first reason for which it refuses,
    None if it does not.

    ``read`` contexts of the ``written`` ones are in its hands; of a profile that it does not get to, none is known.
    """

    release: str
    role: AssociationRole
    read: int
    written: int
    problem: Problem | None

    @property
    def loads(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True)
class ReleasesReport:
    """What all releases do with a file in each role, the oldest first. ``profile``: the one that it is about, None for
    all.
    """

    source: Source
    profile: str | None
    verdicts: tuple[ReleaseVerdict, ...]

    @property
    def loads(self) -> bool:
        """Any release loads it."""
        return any(verdict.loads for verdict in self.verdicts)

    def oldest(self, role: AssociationRole) -> str | None:
        """The oldest release from which on every newer one takes it too, in one role; None if the newest does not."""
        found: str | None = None
        for verdict in reversed([verdict for verdict in self.verdicts if verdict.role == role]):
            if verdict.problem is not None:
                break
            found = verdict.release
        return found

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile releases --json`` prints (docs/schema/releases.json)."""
        return {
            "version": JSON_VERSION,
            "path": self.source.path,
            "profile": self.profile,
            "oldest": {role: self.oldest(role) for role in ASSOCIATION_ROLES},
            "releases": [
                {
                    "release": verdict.release,
                    "role": verdict.role,
                    "loads": verdict.loads,
                    "contexts_read": verdict.read,
                    "contexts_written": verdict.written,
                    "reason": None if verdict.problem is None else _reason(self.source, verdict.problem),
                }
                for verdict in self.verdicts
            ],
        }


def releases(source: Input, profile: str | None = None) -> ReleasesReport:
    """Which DCMTK releases load a file, as a requestor and as an acceptor, how many of its contexts they read, and the
    first reason where they refuse it.

    Args:
        source: A path, the bytes of a file, or what was read before.
        profile: The name of the profile it is about; empty: the only one of the file; None: all of them.

    Raises:
        ProfileNotFound: There is no such profile.
        AsprofileError: It is no text, but a DICOM object, an archive or the like.
        OSError: A path cannot be read.

    Examples:
        >>> report = asprofile.releases("ct.cfg")
        >>> report.oldest("requestor")
        '3.6.0'
        >>> [verdict.release for verdict in report.verdicts if not verdict.loads]
        []

    What changed between the releases: ``asprofile/names/releases.py``, ``asprofile/model/loader.py``.
    """
    return releases_of(source_of(source), name_or_none(profile))


def releases_of(source: Source, profile: str | None, typed: str | None = None) -> ReleasesReport:
    """The same; ``typed`` is how the file is written on a command line."""
    refuse_other_kind(source.data, source.path)
    document = read(source.data)
    name = _only_name(source, document, typed) if profile == "" else profile
    return ReleasesReport(source, name, tuple(_verdicts(document, name)))


def _only_name(source: Source, document: Document, typed: str | None) -> str:
    """The name of the only profile, also of a file that no release loads."""
    supersection = document.supersection(PROFILES)
    names = list(dict.fromkeys(section.name for section in supersection.sections)) if supersection else []
    return only_of(names, source.path, typed)


def _verdicts(document: Document, name: str | None) -> list[ReleaseVerdict]:
    """What each release loads from it in each role; computed once for all releases that load the same."""
    verdicts: list[ReleaseVerdict] = []
    shared: list[tuple[LoadOutcome, ReleaseVerdict]] = []
    for release in RELEASES:
        for role in ASSOCIATION_ROLES:
            same = next((verdict for one, verdict in shared if one.holds_for(release, role)), None)
            if same is None:
                loading = Loading(document, release, role)
                same = _verdict(loading, name)
                shared.append((LoadOutcome(loading), same))
            verdicts.append(replace(same, release=release, role=role, problem=_of_release(same, release)))
    return verdicts


def _of_release(verdict: ReleaseVerdict, release: str) -> Problem | None:
    """The same reason as another release has it: of a name that it does not know, the message says which release."""
    problem = verdict.problem
    if problem is None or problem.code not in NOT_A_UID:
        return problem
    before, _, behind = problem.message.rpartition(f" DCMTK {verdict.release} ")
    return replaced(problem, message=f"{before} DCMTK {release} {behind}") if before else problem


def _verdict(loading: Loading, name: str | None) -> ReleaseVerdict:
    config = loading.config
    # A profile's own reason only counts when the file as a whole loads: DCMTK never gets to it otherwise.
    profiles = list(config.profiles.values())
    if name is not None:
        wanted = looked_up(name)
        if wanted not in config.profiles and not loading.problems:
            config.use(name)
            raise ProfileNotFound(f"no profile {name!r}")
        profiles = [profile for profile in profiles if profile.name == wanted]
    refusals = [profile.refusal for profile in profiles if profile.refusal is not None]
    refused = refusals[0] if refusals and len(refusals) == len(profiles) else None
    problem = loading.problems[0] if loading.problems else refused
    count = sum(len(profile.contexts) for profile in profiles)
    # Many profiles may have one list.
    labels = Counter(profile.context_list.label for profile in profiles)
    written = sum(times * _written(loading.document, label) for label, times in labels.items())
    return ReleaseVerdict(loading.release, loading.role, 0 if problem else count, written, problem)


def _written(document: Document, label: str) -> int:
    """The context entries in the sections of a list, whether they are read or not."""
    supersection = document.supersection(PRESENTATION_CONTEXTS)
    wanted = supersection.named(label) if supersection else ()
    return sum(_CONTEXT.fullmatch(entry.key) is not None for section in wanted for entry in section.entries)


def _reason(source: Source, problem: Problem) -> dict[str, Any]:
    position = source.position(problem.span.start)
    place = {"line": position.line, "column": position.column, "offset": position.offset}
    return {"code": problem.code, "message": problem.message, "start": place}
