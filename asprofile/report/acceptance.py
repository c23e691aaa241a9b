"""What a peer accepts, as a matrix.

Belongs here: marks, states and sentences. Does not belong here: how it was found out (``negotiate.probing``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names.fit import judge
from asprofile.names.uids import display_name
from asprofile.report.axes import by_group, columns
from asprofile.report.matrix import Answer, Cell, CellState, Matrix, Row

if TYPE_CHECKING:
    from asprofile.negotiate.probing import Acceptance, PairAnswer, Preference

_LEGEND: tuple[tuple[CellState, str], ...] = (
    ("yes", "Accepted; a number is the place in the peer's order of preference"),
    ("partly", "Accepted, but no object can use it, or a role that was asked for is not granted (!); or no answer (?)"),
    ("no", "Refused"),
    ("none", "Not asked"),
)
# Beyond these a sentence only counts transfer syntaxes; the numbers in the cells have them all.
_NAMED = 6
_REFUSED = "Not accepted in any transfer syntax"


def acceptance_matrix(
    acceptance: Acceptance, title: str, facts: tuple[tuple[str, str], ...] = (), answer: Answer | None = None
) -> Matrix:
    """Every SOP class that was asked for with every transfer syntax; what is refused altogether is at the
    end.
    """
    by_class: dict[str, list[PairAnswer]] = {}
    for one in acceptance.answers:
        by_class.setdefault(one.sop_class, []).append(one)
    preferences = {found.sop_class: found for found in acceptance.preferences}
    extended = {item.sop_class: item.data for item in acceptance.extended}
    groups = by_group(by_class)
    ordered = (
        *((uid, group) for uid, group in groups if not _is_refused(by_class[uid])),
        *((uid, _REFUSED) for uid, _ in groups if _is_refused(by_class[uid])),
    )
    rows = (
        Row(
            uid,
            display_name(uid),
            group,
            tuple(_cells(by_class[uid], preferences.get(uid))),
            tuple(_notes(by_class[uid], preferences.get(uid), extended.get(uid))),
        )
        for uid, group in ordered
    )
    across = columns(one.transfer_syntax for one in acceptance.answers)
    return Matrix(title, facts, _LEGEND, across, tuple(rows), answer)


def _is_refused(answers: list[PairAnswer]) -> bool:
    return all(answer.state == "refused" for answer in answers)


def _cells(answers: list[PairAnswer], preference: Preference | None) -> Iterator[Cell]:
    if _is_refused(answers):
        # Why is said once, in a note on the class.
        yield from (Cell(answer.transfer_syntax, "no") for answer in answers)
        return
    ranks = {} if preference is None else {uid: str(place) for place, uid in enumerate(preference.ranked, start=1)}
    for answer in answers:
        uid = answer.transfer_syntax
        match answer.state:
            case "accepted" if answer.role_failure:
                yield Cell(uid, "partly", "!", f"Accepted, but {answer.role_failure}.")
            case "accepted":
                useless = judge(answer.sop_class, uid).useless
                # What the legend says of a cell is not said again.
                note = "Accepted, but no object can use it." if useless else ""
                yield Cell(uid, "partly" if useless else "yes", ranks.get(uid, ""), note)
            case "refused":
                yield Cell(uid, "no", "", f"Refused: {answer.reason}.")
            case "unanswered":
                yield Cell(uid, "partly", "?", f"No answer: {answer.reason}.")


def _notes(answers: list[PairAnswer], preference: Preference | None, extended: bytes | None) -> Iterator[str]:
    if _is_refused(answers):
        yield f"Refused altogether: {', '.join(dict.fromkeys(answer.reason for answer in answers))}."
    if preference is not None:
        yield preference_text(preference)
    if extended is not None:
        yield f"Extended negotiation that it answers: {extended.hex()}."


def preference_text(preference: Preference) -> str:
    """In a sentence, whose order decides if several transfer syntaxes are proposed in one context."""
    names = [display_name(uid) for uid in preference.ranked]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
    if preference.proposed and not names:
        return "It takes the transfer syntax that is proposed first."
    if not names:
        return "No order of preference was found."
    then = ""
    if preference.proposed:
        then = ", then the one that is proposed first"
    elif preference.unclear:
        then = ", then in an order that is not clear"
    return f"It prefers {', '.join(names)}{then}."
