"""Profiles compared by what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asprofile.api.described import described_profile
from asprofile.api.references import NamedProfile, ProfileInput
from asprofile.api.words import role_of
from asprofile.names.releases import LATEST, parse_release
from asprofile.names.uids import uid_and_name
from asprofile.negotiate.compare import Comparison, compare
from asprofile.settings.project import ProjectSettings

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.model.words import AssociationRole
    from asprofile.text import Source

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class ProfileDifference:
    """Two profiles, and what is in the one and not in the other."""

    first: Profile
    second: Profile
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Difference:
    """``compared`` are the profiles that both sides have; ``only_first`` and ``only_second`` those that one has.

    ``paths`` are the two files as they were named, ``sources`` what is in them, None for a profile that was given.
    """

    paths: tuple[str, str]
    sources: tuple[Source | None, Source | None]
    compared: tuple[ProfileDifference, ...]
    only_first: tuple[Profile, ...]
    only_second: tuple[Profile, ...]

    @property
    def equal(self) -> bool:
        """They mean the same."""
        alone = self.only_first or self.only_second
        return not alone and all(one.comparison.equal for one in self.compared)

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile diff --json`` prints (docs/schema/diff.json)."""
        return {
            "version": JSON_VERSION,
            "paths": list(self.paths),
            "equal": self.equal,
            "profiles": [_comparison(one) for one in self.compared],
            "only_first": [one.name for one in self.only_first],
            "only_second": [one.name for one in self.only_second],
        }


def diff(
    first: ProfileInput,
    second: ProfileInput,
    *,
    release: str = LATEST,
    role: AssociationRole | None = None,
    from_format: str | None = None,
    settings: ProjectSettings | None = None,
) -> Difference:
    """What is proposed (or accepted) in one profile and not in the other: presentation contexts as SOP class and
    transfer syntaxes in order, roles, extended negotiation. Labels, numbers, comments and the order of the contexts do
    not count.

    Args:
        first: ``"[FILE:]NAME"``, a file (all its profiles by name, where it has several), or a profile.
        second: Another one.
        release: The DCMTK release that shall load them.
        role: Who loads them; None: as far as the files show it.
        from_format: What a file is that is no association profile, as for ``convert``; None: as it looks.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Raises:
        LoadError: The release does not load one of the files.
        ProfileNotFound: There is no such profile.
        OSError: A file cannot be read.

    Examples:
        >>> found = asprofile.diff("ct.cfg:Scanner", "mr.cfg:MR")
        >>> found.equal
        False
        >>> [one.abstract_syntax for one in found.compared[0].comparison.contexts]
        ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.4']
    """
    project = settings or ProjectSettings()
    release, role = parse_release(release), role_of(role)
    sides = [described_profile(one, project, release, role, from_format) for one in (first, second)]
    pairs = list(_pairs(*sides))
    return Difference(
        (sides[0].path, sides[1].path),
        (sides[0].source, sides[1].source),
        tuple(ProfileDifference(one, two, compare(one, two)) for one, two in pairs if one and two),
        tuple(one for one, two in pairs if one and not two),
        tuple(two for one, two in pairs if two and not one),
    )


def _pairs(first: NamedProfile, second: NamedProfile) -> Iterator[tuple[Profile | None, Profile | None]]:
    """The profiles to compare; those of one file only are alone."""
    named = [side.name is not None for side in (first, second)]
    single = [len(side.profiles) == 1 for side in (first, second)]
    if all(one or other for one, other in zip(named, single, strict=True)):
        yield first.profile(), second.profile()
        return
    if any(named):
        # One is said, the other file has several: that of the same name is meant.
        name = next(side.name for side in (first, second) if side.name is not None)
        yield first.profile(name), second.profile(name)
        return
    for name in dict.fromkeys((*first.profiles, *second.profiles)):
        yield first.profiles.get(name), second.profiles.get(name)


def _comparison(one: ProfileDifference) -> dict[str, Any]:
    found = one.comparison
    return {
        "names": [one.first.name, one.second.name],
        "equal": found.equal,
        "contexts": [
            {
                "abstract_syntax": uid_and_name(context.abstract_syntax),
                "transfer_syntaxes": [uid_and_name(uid) for uid in context.transfer_syntaxes],
                "counts": [context.first, context.second],
                "reordered": context.reordered,
            }
            for context in found.contexts
        ],
        "roles": [
            {"sop_class": uid_and_name(role.sop_class), "roles": [role.first, role.second]} for role in found.roles
        ],
        "extended_negotiation": [
            {
                "sop_class": uid_and_name(item.sop_class),
                "data": [None if data is None else data.hex() for data in (item.first, item.second)],
            }
            for item in found.extended
        ],
        "only_first": [_pair(*pair) for pair in found.only_first],
        "only_second": [_pair(*pair) for pair in found.only_second],
    }


def _pair(sop_class: str, syntax: str) -> dict[str, Any]:
    return {"sop_class": uid_and_name(sop_class), "transfer_syntax": uid_and_name(syntax)}
