"""Which objects a profile has contexts for, before any peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asprofile import program
from asprofile.api.described import described_profile
from asprofile.api.objects import Paths, Selection, judge_of, paths_of
from asprofile.api.references import NamedProfile, ProfileInput
from asprofile.names.releases import LATEST, parse_release
from asprofile.names.uids import keyword_or_uid, uid_and_name
from asprofile.negotiate.advice import Adviser
from asprofile.negotiate.planning import Plan, Planned, additions
from asprofile.negotiate.request import propose
from asprofile.resources import sample_files
from asprofile.settings.project import ProjectSettings

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.objects.header import ObjectHeader, Unreadable
    from asprofile.text import Source

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What was found of the objects: ``rows`` has each SOP class with each transfer syntax, and how many objects are
    of it; first what has a context, by its id, then what has none, the most first.

    ``path``: the file of the profile, ``source``: what is in it, None for a profile that was given. ``commands``: what
    to type to give the others contexts too. ``unreadable`` counts files that were named and are no objects, ``skipped``
    other files in directories, ``left_out`` the objects that ``where`` leaves out.
    """

    profile: Profile
    path: str
    source: Source | None
    rows: tuple[tuple[Planned, int], ...]
    commands: tuple[str, ...]
    unreadable: int
    skipped: int
    left_out: int

    @property
    def objects(self) -> int:
        return sum(count for _, count in self.rows)

    @property
    def without(self) -> int:
        """How many objects have no context."""
        return sum(count for planned, count in self.rows if planned.missing is not None)

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile plan --json`` prints (docs/schema/plan.json)."""
        return {
            "version": JSON_VERSION,
            "profile": {"name": self.profile.name, "path": self.path, "contexts": len(self.profile.contexts)},
            "kinds": [_row(planned, count) for planned, count in self.rows],
            "commands": list(self.commands),
            "summary": {
                "objects": self.objects,
                "without": self.without,
                "unreadable": self.unreadable,
                "skipped": self.skipped,
                "left_out": self.left_out,
            },
        }


def plan(
    profile: ProfileInput,
    paths: Paths,
    *,
    release: str = LATEST,
    recurse: bool = True,
    where: Selection = None,
    on_item: Callable[[ObjectHeader | Unreadable, Planned | None], None] | None = None,
    from_format: str | None = None,
    settings: ProjectSettings | None = None,
) -> PlanReport:
    """Which presentation context of a profile the objects in files and directories go in, which have none and why, and
    what to add. Nothing is sent, and no peer is asked; of the objects only numbers are kept.

    Args:
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile.
        paths: Files and directories.
        release: The DCMTK release that shall load the profile.
        recurse: Go into the directories of a directory.
        where: Only these objects: expressions, or what ``asprofile.where`` made of them.
        on_item: Gets each object with what is planned for it, and each file that is none, as they come.
        from_format: What a file is that is no association profile, as for ``convert``; None: as it looks.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Raises:
        LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        WhereError: ``where`` is no expression.
        OSError: The file of the profile cannot be read.

    Examples:
        >>> found = asprofile.plan("ct.cfg", "study")
        >>> found.objects, found.without
        (4, 3)
        >>> found.rows[0][0].contexts
        (3,)

    One object is decided as PS3.8 9.3.2.2 and PS3.5 10.1 have it.
    """
    judge, named = judge_of(where), paths_of(paths)
    project = settings or ProjectSettings()
    found = described_profile(profile, project, parse_release(release), "requestor", from_format)
    chosen = found.profile()
    # Looking at profiles needs nothing of objects.
    from asprofile.send.conversions import conversions

    looked = _Looked(Plan(propose(chosen), Adviser(conversions)), on_item)
    from asprofile.objects.scan import scan

    for item in scan(named, recursive=recurse, where=judge):
        looked.at(item)
    rows = tuple(looked.plan.rows)
    missing = [planned for planned, _ in rows if planned.missing is not None]
    commands = tuple(_commands(found, chosen, missing))
    return PlanReport(
        chosen, found.file, found.source, rows, commands, looked.unreadable, looked.skipped, looked.left_out
    )


class _Looked:
    """The objects that were looked at; only their numbers are kept."""

    def __init__(self, plan: Plan, on_item: Callable[[ObjectHeader | Unreadable, Planned | None], None] | None) -> None:
        # Looking at profiles needs nothing of objects.
        from asprofile.send.conversions import Trials

        self.plan = plan
        self.skipped = self.left_out = self.unreadable = 0
        self._on_item = on_item
        self._trials = Trials()

    def at(self, item: ObjectHeader | Unreadable) -> None:
        from asprofile.objects.header import ObjectHeader  # looking at profiles needs nothing of objects

        planned = None
        if isinstance(item, ObjectHeader):
            planned = self.plan.add(item.sop_class, item.transfer_syntax, partial(self._trials.checked, header=item))
        elif item.kind == "left-out":
            self.left_out += 1
        elif item.skipped:
            self.skipped += 1
        else:
            self.unreadable += 1
        if self._on_item is not None:
            self._on_item(item, planned)


def _commands(found: NamedProfile, profile: Profile, missing: list[Planned]) -> Iterator[str]:
    """Commands that give each of these a context of its own; a sample is copied first."""
    if not missing:
        return
    file = "FILE" if found.source is None else found.source.path
    if Path(file) in sample_files():
        name = Path(file).name
        # Written only if there is no such file: a `>` would not ask.
        yield program.command("samples", profile.name, "-o", name)
        file = name
    others = [
        name
        for name, other in found.profiles.items()
        if name != profile.name and other.context_list.label == profile.context_list.label
    ]
    for classes, syntaxes in additions(propose(profile), missing):
        lists = [word for uid in syntaxes for word in ("--ts", _syntax(found, uid))]
        words = [
            "add",
            f"./{file}" if file.startswith("-") else file,
            profile.name,
            *map(keyword_or_uid, classes),
            *lists,
        ]
        yield program.command(*words, *(["--shared"] if others else []))


def _syntax(found: NamedProfile, uid: str) -> str:
    """A transfer syntax by a word that is no label of another list of the file."""
    word = keyword_or_uid(uid)
    listed = found.config.transfer_syntax_lists.get(word.upper()) if found.config is not None else None
    return word if listed is None or listed.uids == (uid,) else uid


def _row(planned: Planned, count: int) -> dict[str, Any]:
    missing = planned.missing
    return {
        "sop_class": uid_and_name(planned.sop_class),
        "transfer_syntax": uid_and_name(planned.transfer_syntax),
        "objects": count,
        "contexts": list(planned.contexts),
        "certain": planned.certain,
        "reason": None if missing is None else missing.reason,
        "way_out": None if missing is None else missing.way_out,
    }
