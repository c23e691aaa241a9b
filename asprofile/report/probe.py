"""What a peer accepts, as a matrix.

Belongs here: marks, states and sentences. Does not belong here: how it was found out (``negotiate.probing``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.negotiate.choose import refusal
from asprofile.report.axes import by_group, columns
from asprofile.report.matrix import Cell, Matrix, Row, State

if TYPE_CHECKING:
    from asprofile.negotiate.choose import NegotiatedContext, Negotiation
    from asprofile.negotiate.probing import Answer, Probed, ProbedClass

_OF_PAIRS: tuple[tuple[State, str], ...] = (
    ("yes", "Accepted; a number is the place in the peer's order of preference"),
    ("no", "Refused"),
    ("partly", "No answer, or one that makes no sense"),
    ("none", "Not asked"),
)
_OF_CONTEXTS: tuple[tuple[State, str], ...] = (
    ("yes", "Accepted; the number is the presentation context ID"),
    ("partly", "Proposed in an accepted context, but the peer chose another transfer syntax"),
    ("no", "Refused"),
    ("none", "Not proposed"),
)
_REFUSED = "Not accepted in any transfer syntax"
Facts = tuple[tuple[str, str], ...]


def probed_matrix(probed: Probed, title: str, facts: Facts = ()) -> Matrix:
    """Every SOP class that was asked for against the transfer syntaxes that any of them was offered in; what is not
    accepted at all stands at the end.
    """
    found = {one.sop_class: one for one in probed.classes}
    groups = by_group(uid for uid, one in found.items() if not _is_refused(one))
    refused = ((uid, _REFUSED) for uid, _ in by_group(uid for uid, one in found.items() if _is_refused(one)))
    rows = (
        Row(uid, display_name(uid), group, tuple(_cells(found[uid])), tuple(_notes(found[uid])))
        for uid, group in (*groups, *refused)
    )
    asked = columns(syntax for one in probed.classes for syntax, _ in one.answers)
    return Matrix(title, facts, _OF_PAIRS, asked, tuple(rows))


def _is_refused(found: ProbedClass) -> bool:
    return all(_state(answer) == "no" for _, answer in found.answers)


def _cells(found: ProbedClass) -> Iterator[Cell]:
    ranks = {uid: str(place) for place, uid in enumerate(found.accepted, 1)} if found.preference == "acceptor" else {}
    for uid, answer in found.answers:
        # What was refused together is said once, in a note on the class.
        sentence = f"{answer.reason[:1].upper()}{answer.reason[1:]}." if answer.reason and answer.alone else ""
        yield Cell(uid, _state(answer), ranks.get(uid, ""), sentence)


def _state(answer: Answer) -> State:
    if answer.accepted:
        return "yes"
    return "partly" if answer.result in (None, 0) else "no"


def _notes(found: ProbedClass) -> Iterator[str]:
    together = Counter(answer.reason for _, answer in found.answers if not answer.alone)
    for reason, count in together.items():
        yield f"Refused with {count} transfer syntaxes offered together: {reason}."
    if found.preference == "acceptor":
        names = ", ".join(map(display_name, found.accepted))
        yield f"Of several in one context the peer takes the first of: {names}."
    elif found.preference == "requestor":
        yield "Of several in one context the peer takes the first that is proposed."
    elif len(found.accepted) > 1:
        yield "Which of several in one context the peer takes is not known."


def negotiated_matrix(negotiation: Negotiation, title: str, facts: Facts = ()) -> Matrix:
    """The contexts of a profile, and what became of them."""
    contexts: dict[str, list[NegotiatedContext]] = {}
    for context in negotiation.contexts:
        contexts.setdefault(context.abstract_syntax, []).append(context)
    rows = (
        Row(uid, display_name(uid), group, tuple(_of_contexts(contexts[uid])), tuple(_roles(uid, negotiation)))
        for uid, group in by_group(contexts)
    )
    proposed = columns(syntax for context in negotiation.contexts for syntax in context.proposed)
    return Matrix(title, facts, _OF_CONTEXTS, proposed, tuple(rows))


def _of_contexts(contexts: list[NegotiatedContext]) -> Iterator[Cell]:
    """The best of each transfer syntax, if it is proposed more than once."""
    cells: dict[str, Cell] = {}
    better = ("none", "no", "partly", "yes")
    for context in contexts:
        for uid in context.proposed:
            cell = _of_context(context, uid)
            if uid not in cells or better.index(cell.state) > better.index(cells[uid].state):
                cells[uid] = cell
    yield from cells.values()


def _of_context(context: NegotiatedContext, uid: str) -> Cell:
    where, mark = f"Context {context.id}", str(context.id)
    if context.transfer_syntax == uid:
        return Cell(uid, "yes", mark, f"{where}: accepted.")
    if context.transfer_syntax is not None:
        return Cell(uid, "partly", mark, f"{where}: the peer chose {display_name(context.transfer_syntax)}.")
    return Cell(uid, "no", mark, f"{where}: {refusal(context)}.")


def _roles(uid: str, negotiation: Negotiation) -> Iterator[str]:
    for item in negotiation.accept.roles:
        if item.sop_class == uid:
            granted = " and ".join(word for word, has in (("SCU", item.scu), ("SCP", item.scp)) if has) or "none"
            yield f"Roles of the requestor that the peer accepts: {granted}."
    for extended in negotiation.accept.extended:
        if extended.sop_class == uid:
            yield f"Extended negotiation, the peer's answer: {extended.data.hex(' ')}."
