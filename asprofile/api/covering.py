"""What closes a gap between two sides, in words and as commands to type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asprofile import program
from asprofile.model.config import some_names
from asprofile.names.uids import display_name, keyword_or_uid, uid_and_name
from asprofile.resources import sample_files

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.negotiate.coverage import Change, ChangedSide, ClassCoverage
    from asprofile.text import Source

_ORTHANC_CLASSES = (
    "add {uid} to AcceptedSopClasses (since 1.12.6); before that, UnknownSopClassAccepted takes a class that Orthanc's "
    "DCMTK does not know"
)


@dataclass(frozen=True, slots=True)
class GapRemedy:
    """What to do on a ``side``; ``command``: to type, empty where there is none. ``together``: with what
    is to be done on the other side.
    """

    side: ChangedSide
    text: str
    command: str
    together: bool


@dataclass(frozen=True, slots=True)
class CoveredSides:
    """The program that answers, and of the requestor and of the acceptor the profile and its file, None where a profile
    was given.
    """

    program: str
    profiles: tuple[Profile, Profile]
    sources: tuple[Source | None, Source | None]


def remedies(sides: CoveredSides, row: ClassCoverage) -> tuple[GapRemedy, ...]:
    """The changes of a row in words. What is done about a role is in ``role_failure``."""
    return tuple(
        GapRemedy(
            one.side,
            _of_requestor(one) if one.side == "requestor" else _of_acceptor(sides.program, one),
            _command(sides, one),
            one.together,
        )
        for one in row.changes
    )


def _of_requestor(change: Change) -> str:
    syntaxes = _names(change.transfer_syntaxes)
    if len(change.transfer_syntaxes) == 1:
        return f"propose {syntaxes} in a presentation context of its own"
    return f"propose {syntaxes}, each in a presentation context of its own"


def _of_acceptor(program_name: str, change: Change) -> str:
    name, syntaxes = display_name(change.sop_class), _names(change.transfer_syntaxes)
    if program_name.startswith("orthanc"):
        if change.new_class:
            return _ORTHANC_CLASSES.format(uid=change.sop_class)
        uids = ", ".join(change.transfer_syntaxes)
        return f"add to AcceptedTransferSyntaxes, which hold for all SOP classes: {uids}"
    if program_name == "conquest":
        what = f"{change.sop_class} as sop" if change.new_class else "these as transfer"
        return f"add a line to dgatesop.lst: {what}, with {syntaxes}"
    if program_name == "dcm4che":
        return f"a transfer capability of {name} as SCP with {syntaxes}"
    if change.new_class:
        return f"accept {name} with {syntaxes}"
    return f"add {syntaxes} to the transfer syntaxes that are accepted for {name}"


def _command(sides: CoveredSides, change: Change) -> str:
    """For a profile file of the user's."""
    place = 0 if change.side == "requestor" else 1
    profile, source = sides.profiles[place], sides.sources[place]
    if source is None or hasattr(source, "notes") or Path(source.path) in sample_files():
        return ""
    words = (word for uid in change.transfer_syntaxes for word in ("--ts", keyword_or_uid(uid)))
    file = f"./{source.path}" if source.path.startswith("-") else source.path
    return program.command("add", "--role", change.side, file, profile.name, keyword_or_uid(change.sop_class), *words)


def _names(uids: tuple[str, ...]) -> str:
    return some_names([display_name(uid) for uid in uids])


def as_json(sides: CoveredSides, row: ClassCoverage) -> dict[str, Any]:
    """A row of ``coverage`` in docs/schema/simulate.json."""
    return {
        "sop_class": uid_and_name(row.sop_class),
        "objects": row.objects,
        "taken": [uid_and_name(uid) for uid in row.taken],
        "converted": [
            {
                "transfer_syntax": uid_and_name(one.transfer_syntax),
                "to": uid_and_name(one.to),
                "option": one.option,
                "loss": one.loss,
                "needs": one.needs or None,
            }
            for one in row.converted
        ],
        "refused": [
            {"transfer_syntax": uid_and_name(one.transfer_syntax), "reason": one.reason} for one in row.refused
        ],
        "role_failure": row.role_failure or None,
        "changes": [
            {"side": one.side, "text": one.text, "command": one.command or None, "together": one.together}
            for one in remedies(sides, row)
        ],
    }
