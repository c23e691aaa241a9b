"""What a profile proposes (or an acceptor with it takes), as a matrix.

Belongs here: marks, states and sentences. Does not belong here: what a SOP class and a transfer syntax can do together
(``names.fit``), and what the profile is read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asprofile.model.config import PresentationContext, Profile
from asprofile.model.words import AssociationRole
from asprofile.names import private, sop_classes, uids
from asprofile.names.fit import judge
from asprofile.names.reasons import restriction
from asprofile.names.uids import display_name
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.report.axes import by_group, columns
from asprofile.report.matrix import Cell, CellState, Matrix, Row

# Beyond these a sentence only counts transfer syntaxes.
_NAMED = 4
_WIDTH = 3

_LEGENDS: dict[AssociationRole, tuple[tuple[CellState, str], ...]] = {
    "requestor": (
        ("yes", "Proposed; the number is the presentation context ID"),
        ("partly", "Proposed, but with a restriction"),
        ("no", "Proposed in vain: no object can use it"),
        ("none", "Not proposed"),
    ),
    "acceptor": (
        ("yes", "Accepted; of what is proposed, the lowest number is chosen"),
        ("partly", "Accepted, but with a restriction"),
        ("no", "Accepted in vain: no object can use it"),
        ("none", "Not accepted"),
    ),
}
_ROLES = {
    "scu": "Role selection: the requestor is SCU.",
    "scp": "Role selection: the requestor is SCP.",
    "both": "Role selection: the requestor is SCU and SCP.",
}


def profile_matrix(profile: Profile, role: AssociationRole, facts: tuple[tuple[str, str], ...] = ()) -> Matrix:
    """The SOP classes of a profile against the transfer syntaxes that it has for them.

    The mark of a cell is the presentation context ID, for an acceptor the place of the transfer syntax in its order of
    preference. ``facts`` are what the caller knows of it.
    """
    contexts: dict[str, list[PresentationContext]] = {}
    for context in profile.contexts:
        contexts.setdefault(context.abstract_syntax, []).append(context)
    extended = {item.sop_class: item.data for item in profile.extended}
    cells = _proposed if role == "requestor" else _accepted
    rows = tuple(
        Row(
            uid=uid,
            name=_name(uid),
            group=group,
            cells=tuple(cells(contexts[uid])),
            notes=tuple(_notes(uid, contexts[uid], extended, role)),
        )
        for uid, group in by_group(contexts)
    )
    used = columns(uid for context in profile.contexts for uid in context.transfer_syntaxes)
    return Matrix(f"Profile {profile.name}", facts, _LEGENDS[role], used, rows)


def _name(uid: str) -> str:
    info = uids.describe(uid)
    if info is None or not info.name:
        return "Unknown SOP class"
    return f"{display_name(uid)} (retired)" if info.retired else display_name(uid)


# --- Cells ------------------------------------------------------------------------------------------------------------


def _proposed(contexts: list[PresentationContext]) -> Iterator[Cell]:
    """By transfer syntax: one may be in several contexts of the SOP class."""
    holders: dict[str, list[PresentationContext]] = {}
    for context in contexts:
        for uid in dict.fromkeys(context.transfer_syntaxes):
            holders.setdefault(uid, []).append(context)
    # Most transfer syntaxes of a SOP class are in the same contexts, for which the text is the same.
    where: dict[tuple[int, ...], tuple[str, str]] = {}
    for uid, found in holders.items():
        fit = _fit(found[0].abstract_syntax, uid)
        numbers = tuple(context.id for context in found)
        if numbers not in where:
            where[numbers] = _mark(found), _where(found)
        mark, sentence = where[numbers]
        yield Cell(uid, fit.state, mark, f"{sentence}{fit.sentence}")


def _mark(contexts: list[PresentationContext]) -> str:
    """The IDs, or how many there are where they are too long for a cell."""
    numbers = ",".join(str(context.id) for context in contexts)
    return numbers if len(numbers) <= _WIDTH else f"{len(contexts)}×"


def _where(contexts: list[PresentationContext]) -> str:
    """In which contexts, and with what else in each."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for context in contexts:
        alike.setdefault(tuple(dict.fromkeys(context.transfer_syntaxes)), []).append(context.id)
    return " ".join(_together(ids, syntaxes) for syntaxes, ids in alike.items())


def _together(ids: list[int], syntaxes: tuple[str, ...]) -> str:
    where = f"Context {ids[0]}" if len(ids) == 1 else f"Contexts {_listed([str(one) for one in ids], 'and')}"
    if len(syntaxes) == 1:
        return f"{where}, alone in it." if len(ids) == 1 else f"{where}, alone in each."
    names = [display_name(uid) for uid in syntaxes]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
        return f"{where}: {_listed(names, 'and')}, of which the acceptor chooses one."
    return f"{where}: {_listed(names, 'or')}, as the acceptor chooses."


def _listed(words: list[str], conjunction: str) -> str:
    return f" {conjunction} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _accepted(contexts: list[PresentationContext]) -> Iterator[Cell]:
    """Only the first entry of a SOP class counts (``negotiate.answer``)."""
    for place, uid in enumerate(dict.fromkeys(contexts[0].transfer_syntaxes), start=1):
        fit = _fit(contexts[0].abstract_syntax, uid)
        yield Cell(uid, fit.state, str(place), fit.sentence.lstrip())


@dataclass(frozen=True, slots=True)
class _Fit:
    """The result of a pair: a state, and a sentence (with a blank in front) if there is something to say."""

    state: CellState
    sentence: str = ""


def _fit(sop_class: str, syntax: str) -> _Fit:
    found = judge(sop_class, syntax)
    if found.outcome == "possible":
        return _Fit("yes")
    state: CellState = "no" if found.useless else "yes" if found.outcome == "unknown" else "partly"
    why = restriction(found)
    return _Fit(state, f" {why[:1].upper()}{why[1:]}.")


# --- Notes on a SOP class ---------------------------------------------------------------------------------------------


def _notes(
    uid: str, contexts: list[PresentationContext], extended: Mapping[str, bytes], role: AssociationRole
) -> Iterator[str]:
    yield from _about(uid)
    if role == "acceptor" and len(contexts) > 1:
        yield f"Listed {len(contexts)} times; only the first entry counts."
    for one in dict.fromkeys(context.role for context in contexts):
        if one != "default":
            yield _ROLES[one]
    if uid in extended:
        yield f"Extended negotiation: {extended[uid].hex(' ')}."


def _about(uid: str) -> Iterator[str]:
    info = uids.describe(uid)
    if info is None:
        standard = uid.startswith(STANDARD_ROOT)
        yield "A UID below DICOM's root that is not registered." if standard else "A private SOP class, in no table."
        return
    if not info.is_abstract_syntax:
        yield "Not the UID of a SOP class, so it cannot be an abstract syntax (PS3.8 9.3.2.2.1)."
    meant = private.correct_uid(uid)
    if meant is not None:
        yield f"A known misprint of {meant}."
    if info.retired:
        successor = sop_classes.successor(uid)
        instead = f"; {display_name(successor)} ({successor}) takes its place" if successor else ""
        yield f"Retired in the standard{instead}."
