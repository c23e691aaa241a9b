"""Why something was refused, and what to do about it on which side.

Belongs here: from what is known of an association to causes, the one that matters most first. Only what the source
shows is a cause; what may be one is called so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.names import sop_classes
from asprofile.names.uids import display_name
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, MAX_CONTEXTS
from asprofile.negotiate.advice import Adviser, meaning, names
from asprofile.negotiate.results import result_text
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.printing import plural
from asprofile.program import command
from asprofile.trace.causes import ENOUGH, Cause, CauseKind
from asprofile.trace.programs import acceptors_of
from asprofile.trace.refusals import of_connection, of_permission, of_rejection, of_tls
from asprofile.trace.remedies import (
    Remedy,
    acceptor_class,
    acceptor_syntax,
    both_sides,
    conversion,
    first_of,
    from_files_command,
    ids_of,
    peer_of,
    probe_command,
    quoted_line,
    send_command,
    titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.trace.model import TracedAssociation, TracedContext, TracedOperation

_ORDER: Final[tuple[CauseKind, ...]] = (
    "tls", "connection", "rejected", "not-allowed", "limit", "nothing-accepted", "role", "syntax", "class",
    "not-proposed", "refused", "no-context", "status", "no-answer", "aborted", "other",
)  # fmt: skip
# Statuses with which an acceptor says that it does not take the class at all.
_NOT_SUPPORTED: Final = (0x0122,)
_IDS: Final = 8
"""Contexts that are named in a sentence."""


def diagnosed(association: TracedAssociation, adviser: Adviser | None = None) -> tuple[Cause, ...]:
    """The causes, those first that kept something from happening, and of these the one that explains the most; none
    where nothing was refused. ``adviser`` knows what can be converted."""
    found = list(_causes(association, adviser or Adviser()))
    kept = list({(cause.kind, cause.what): cause for cause in found}.values())
    return tuple(sorted(kept, key=lambda one: (not one.counts, _ORDER.index(one.kind))))


def _causes(association: TracedAssociation, adviser: Adviser) -> Iterator[Cause]:
    ending = association.ending
    first = next((one for one in association.troubles if one.kind in ("tls", "connection")), None)
    if association.tls or (ending.kind == "not-connected" and any(t.kind == "tls" for t in association.troubles)):
        yield of_tls(association, first)
    elif ending.kind == "not-connected":
        yield of_connection(association, first)
    if ending.kind == "rejected":
        yield of_rejection(association)
    yield from of_permission(association)
    nothing = bool(association.contexts) and association.answered and not _accepted(association)
    told_classes = set()
    for cause in _missed(association, adviser):
        told_classes.add(cause.sop_class)
        yield cause
    yield from _refused(association, adviser, told_classes, nothing=nothing)
    yield from _roles(association)
    yield from _statuses(association)
    yield from _without_answer(association)
    explained = bool(told_classes) or nothing or any(one.kind == "forced" for one in association.troubles)
    if ending.kind == "aborted" and not explained:
        yield _aborted(association)
    if any(one.kind == "too-many-contexts" for one in association.troubles):
        yield _limit(association, "")


def _accepted(association: TracedAssociation) -> list[TracedContext]:
    return [one for one in association.contexts if one.result == 0]


# --- objects without a context


def _missed(association: TracedAssociation, adviser: Adviser) -> Iterator[Cause]:
    """Objects that the source says had no context."""
    said = dict.fromkeys(
        (one.sop_class, one.transfer_syntax) for one in association.troubles if one.kind == "no-context"
    )
    for uid, syntax in said:
        yield _no_context(association, adviser, uid, syntax)


def _no_context(association: TracedAssociation, adviser: Adviser, uid: str, syntax: str) -> Cause:
    uid = uid or _only_refused(association)
    of_class = association.of_class(uid) if uid else ()
    name = display_name(uid) if uid else "an object"
    with_syntax = f" with {display_name(syntax)}" if syntax else ""
    if not association.contexts:
        what = f"no context was accepted for {name}{with_syntax}"
        why = "the source does not have the contexts: whether it was proposed, and what the answer was, is not known"
        return Cause("no-context", what, why, tuple(both_sides(association, uid, syntax)), (), uid)
    if not uid:
        refused = [one.abstract_syntax for one in association.contexts if one.result not in (0, None)]
        why = f"the source does not say of which SOP class; refused are {names(refused)}" if refused else ""
        return Cause(
            "no-context",
            f"no context was accepted for {name}{with_syntax}",
            why,
            tuple(both_sides(association, uid, syntax)),
        )
    if not of_class:
        if len(association.contexts) >= MAX_CONTEXTS:
            return _limit(association, uid)
        what = f"the requestor does not propose {name}"
        remedies = (
            Remedy(
                "requestor", "propose it: make a profile from the objects that are to be sent", from_files_command()
            ),
            Remedy("requestor", "or let asprofile propose what the objects need", send_command(association)),
        )
        return Cause("not-proposed", what, "", remedies, (), uid)
    accepted = [one for one in of_class if one.result == 0]
    if not accepted:
        return _class_refused(association, adviser, uid, of_class, syntax)
    taken = [one.accepted for one in accepted if one.accepted]
    proposed = {ts for one in of_class for ts in one.proposed}
    if syntax and syntax in taken:
        return _role_missing(uid, accepted)
    if syntax and proposed and syntax not in proposed:
        what = f"{name} is proposed only with {names(sorted(proposed))}, and the object has {display_name(syntax)}"
        way = adviser.converted(syntax, taken)
        ways = [Remedy("requestor", f"propose {display_name(syntax)} in a context of its own", from_files_command())]
        if way is not None:
            ways.append(Remedy("requestor", way[1], send_command(association, way[0].option)))
        return Cause("not-proposed", what, "", tuple(ways), ids_of(of_class), uid)
    what = f"{name} was accepted with {names(taken)} only" + (f", not with {display_name(syntax)}" if syntax else "")
    ways = [Remedy("requestor", "propose each transfer syntax in a context of its own", from_files_command())]
    way = adviser.converted(syntax, taken) if syntax else None
    if way is not None:
        ways.insert(0, Remedy("requestor", way[1], send_command(association, way[0].option)))
    ways += acceptor_syntax(association, uid, syntax)
    return Cause("syntax", what, "", tuple(ways), ids_of(of_class), uid)


def _only_refused(association: TracedAssociation) -> str:
    """The one SOP class of which no context was accepted; "" if there are none or several."""
    taken = {one.abstract_syntax for one in association.contexts if one.result == 0}
    refused = {one.abstract_syntax for one in association.contexts if one.result not in (0, None)} - taken
    return next(iter(refused)) if len(refused) == 1 else ""


def _class_refused(
    association: TracedAssociation, adviser: Adviser, uid: str, of_class: tuple[TracedContext, ...], syntax: str = ""
) -> Cause:
    """Every context of the SOP class was refused."""
    name = display_name(uid) if uid else "a SOP class that the source does not name"
    results = sorted({one.result for one in of_class if one.result is not None})
    result = results[0] if results else None
    proposed = tuple(dict.fromkeys(ts for one in of_class for ts in one.proposed))
    if result is None:
        what = f"no context of {name} was accepted"
        why = "the source does not say with which result"
        return Cause("refused", what, why, tuple(both_sides(association, uid, syntax)), ids_of(of_class), uid)
    word = result_text(result)
    # Which of two: those who know the difference say 4 for the transfer syntaxes.
    ambiguous = meaning(result, (), proposed, proposed)
    if 4 in results:
        what = f"the acceptor takes {name}, but in none of the transfer syntaxes that were proposed ({word})"
        if 3 in results:
            what = f"the acceptor does not take {name} as it was proposed ({word})"
        return Cause(
            "syntax", what, f"proposed were {names(proposed)}" if proposed else "",
            (*conversion(association, adviser, proposed),
             *acceptor_syntax(association, uid, syntax or first_of(proposed)),
             Remedy("requestor", "ask it which it takes", probe_command(association, uid))),
            ids_of(of_class), uid,
        )  # fmt: skip
    if result == 3:
        sure = IMPLICIT_VR_LITTLE_ENDIAN in proposed
        what = f"the acceptor does not take {name} ({word})"
        if not sure and proposed:
            what = f"the acceptor does not take {name} with {names(proposed)} ({word})"
        why = ambiguous if not sure else ""
        remedies: list[Remedy] = []
        if not sure:
            remedies += conversion(association, adviser, proposed)
            remedies += acceptor_syntax(association, uid, syntax or first_of(proposed))
        remedies += acceptor_class(association, uid, proposed)
        remedies.append(Remedy("requestor", "ask it with which it takes it", probe_command(association, uid)))
        both = any(one.name in ("DCMTK", "Orthanc") for one in acceptors_of(association))
        kind: CauseKind = "syntax" if both and not sure else "class"
        return Cause(kind, what, why, tuple(remedies), ids_of(of_class), uid)
    what = f"the acceptor refused {name}: {word}"
    why = (
        "DCMTK's acceptors say so where their profile has the role SCP for the class and no role is proposed"
        if result == 2
        else ""
    )
    return Cause("refused", what, why, tuple(both_sides(association, uid, syntax)), ids_of(of_class), uid)


def _limit(association: TracedAssociation, uid: str) -> Cause:
    what = f"a request can have at most {MAX_CONTEXTS} presentation contexts (PS3.8 Table 9-13), and all are used" + (
        f": {display_name(uid)} is not among them" if uid else ""
    )
    remedies = (
        Remedy("requestor", "propose what the objects need, and nothing else", from_files_command()),
        Remedy("requestor", "or let asprofile propose what they need", send_command(association)),
    )
    return Cause("limit", what, "", remedies, (), uid)


# --- contexts


def _refused(
    association: TracedAssociation, adviser: Adviser, told_classes: set[str], *, nothing: bool
) -> Iterator[Cause]:
    """SOP classes of which no context was accepted, and transfer syntaxes that were refused beside others."""
    groups: dict[str, list[TracedContext]] = {}
    unnamed: list[TracedContext] = []
    for one in association.contexts:
        if one.abstract_syntax:
            groups.setdefault(one.abstract_syntax, []).append(one)
        elif one.result not in (0, None):
            unnamed.append(one)
    if unnamed:
        yield _unnamed(unnamed, counts=nothing or not (association.operations or told_classes))
    refused = {
        uid: tuple(of_class)
        for uid, of_class in groups.items()
        if uid not in told_classes and all(one.result not in (0, None) for one in of_class)
    }
    few = len(refused) <= ENOUGH
    # Who proposes all that there is (storescu without a profile) does not need all of it.
    matters = nothing or (few and not association.operations and not told_classes)
    if nothing and len(refused) > ENOUGH:
        yield _nothing(association, refused)
        return
    for uid, of_class in list(refused.items())[: None if few else 0]:
        cause = _class_refused(association, adviser, uid, of_class)
        yield Cause(cause.kind, cause.what, cause.why, cause.remedies, cause.contexts, cause.sop_class, counts=matters)
    if not few:
        by_result: dict[int | None, int] = {}
        for of_class in refused.values():
            by_result[of_class[0].result] = by_result.get(of_class[0].result, 0) + 1
        shown = ", ".join(f"{count} {result_text(result)}" for result, count in by_result.items())
        what = f"{plural(len(refused), 'SOP class')} of {len(groups)} not accepted ({shown}): {names(refused)}"
        ids = tuple(one.id for of_class in refused.values() for one in of_class)
        yield Cause("class", what, "", (), ids, counts=False)
    for uid, each in groups.items():
        taken = [one.accepted for one in each if one.accepted and one.result == 0]
        others = [one for one in each if one.result not in (0, None)]
        if uid in told_classes or not taken or not others:
            continue
        lost = tuple(ts for one in others for ts in one.proposed if ts not in taken)
        if not lost:
            continue
        what = (
            f"the acceptor takes {display_name(uid)} with {names(taken)}, not with {names(lost)} "
            f"({result_text(others[0].result)})"
        )
        remedies = (*conversion(association, adviser, lost, taken), *acceptor_syntax(association, uid, lost[0]))
        matters = not association.operations and not told_classes
        yield Cause("syntax", what, "", remedies, ids_of(others), uid, counts=matters)


def _unnamed(refused: list[TracedContext], *, counts: bool) -> Cause:
    """Contexts of an answer whose request is not in the source."""
    results = sorted({one.result for one in refused if one.result is not None})
    ids = ids_of(refused)
    shown = ", ".join(map(str, ids[:_IDS])) + (f" and {len(ids) - _IDS} more" if len(ids) > _IDS else "")
    what = (
        f"the acceptor refused the context{'s' * (len(ids) != 1)} {shown} ({' and '.join(map(result_text, results))})"
    )
    why = "the source has no request for this answer: which SOP class and transfer syntaxes that was, is not known"
    remedies = (Remedy("requestor", "look in its own log, or in a capture, what it proposes under this number", ""),)
    return Cause("refused", what, why, remedies, ids, counts=counts)


def _nothing(association: TracedAssociation, refused: dict[str, tuple[TracedContext, ...]]) -> Cause:
    results = sorted({one.result for of_class in refused.values() for one in of_class if one.result is not None})
    said = " and ".join(result_text(one) for one in results)
    what = f"the acceptor takes none of the {plural(len(association.contexts), 'presentation context')} ({said})"
    uid = next(iter(refused))
    remedies = (
        *acceptor_class(association, uid, refused[uid][0].proposed),
        Remedy("requestor", "ask it what it takes", command("probe", peer_of(association))),
    )
    return Cause("nothing-accepted", what, f"proposed were {names(refused)}", remedies)


def _role_missing(uid: str, accepted: list[TracedContext]) -> Cause:
    what = f"a context of {display_name(uid)} was accepted, but not for this direction"
    remedies = (Remedy("requestor", "propose the role BOTH for it, or none", ""),)
    return Cause("role", what, f"roles: {accepted[0].asked or 'not said'}", remedies, ids_of(accepted), uid)


def _roles(association: TracedAssociation) -> Iterator[Cause]:
    """The requestor asked to be SCP and is not (PS3.7 D.3.3.4)."""
    lost: dict[str, list[TracedContext]] = {}
    for one in _accepted(association):
        if one.asked in ("scp", "both") and one.granted not in (None, "scp", "both"):
            lost.setdefault(one.abstract_syntax, []).append(one)
    if not lost:
        return
    storage = any(sop_classes.is_storage(uid) for uid in lost)
    effect = "so C-GET brings none of them (PS3.4 C.5.3)" if storage else "so it cannot be SCP of them"
    what = f"the role SCP was asked for and not granted for {names(lost)}, {effect}"
    remedies = [
        Remedy("acceptor", "it has to answer the role selection; a program that knows none never grants the role SCP"),
        Remedy("requestor", "retrieve with C-MOVE instead, for which no roles are needed"),
    ]
    if any(one.name == "DCMTK" for one in acceptors_of(association)):
        remedies.insert(0, Remedy("acceptor", "give its profile an SCPSCURoleSelection with SCP for these classes"))
    ids = tuple(one.id for each in lost.values() for one in each)
    # Who asks for both, and only sends, misses nothing.
    retrieves = any(_retrieves(one.abstract_syntax) for one in association.contexts)
    counts = retrieves or any(one.asked == "scp" for each in lost.values() for one in each)
    yield Cause("role", what, "", tuple(remedies), ids, counts=counts)


def _retrieves(uid: str) -> bool:
    """Whether it is a class of C-GET (PS3.4 C.5.3)."""
    return display_name(uid).endswith("- GET")


# --- answers


def _statuses(association: TracedAssociation) -> Iterator[Cause]:
    groups: dict[tuple[str, str, int, str], list[TracedOperation]] = {}
    for one in association.operations:
        if one.status is not None and status_class(one.status) is StatusClass.FAILURE:
            groups.setdefault((one.command, one.sop_class, one.status, one.comment), []).append(one)
    for (name, uid, status, comment), each in groups.items():
        count = sum(one.count for one in each)
        of_class = f" of {display_name(uid)}" if uid else ""
        what = f"{plural(count, name)}{of_class} answered with {status_text(status)}"
        if comment:
            what += f' ("{comment}")'
        yield Cause("status", what, "", tuple(_for_status(association, uid, status)), (), uid)


def _for_status(association: TracedAssociation, uid: str, status: int) -> Iterator[Remedy]:
    high = status & 0xFF00
    if status in _NOT_SUPPORTED:
        yield from acceptor_class(association, uid, ())
    elif status == 0x0124:
        yield from titles(association)
    elif high == 0xA700:
        yield Remedy("acceptor", "it has no room or no memory for the object now: look at its disk, then send again")
    elif high == 0xA900:
        yield Remedy("requestor", "the data set does not fit its SOP class: look at the object", "dcmdump FILE")
    else:
        yield Remedy("acceptor", "its own log at that time says why")


def _without_answer(association: TracedAssociation) -> Iterator[Cause]:
    timed_out = any(one.kind == "no-answer" for one in association.troubles)
    if timed_out:
        what = "the other side did not answer in time"
        text = "raise the timeout, or look at the log of the other side at that time"
        yield Cause("no-answer", what, "", (Remedy("either", text),))
    elif association.ending.kind == "lost":
        what = association.ending.text or "the connection ended in the middle"
        yield Cause("no-answer", what, "", (Remedy("either", "the log of the other side at that time has more"),))


def _aborted(association: TracedAssociation) -> Cause:
    by = association.ending.by
    who = f"the {by}" if by else "one side"
    reason = f" ({association.ending.text})" if association.ending.text else ""
    when = "" if association.answered else " instead of an answer"
    others = [one.text for one in association.troubles if one.kind == "other" and not one.text.endswith(":")]
    why = quoted_line(others[0]) if others else "the source does not say why"
    refused = [one for one in association.contexts if one.result not in (0, None)]
    if by == "requestor" and refused:
        what = (
            f"the requestor aborted the association after {len(refused)} of "
            f"{plural(len(association.contexts), 'presentation context')} were refused"
        )
        why = (
            "storescu does so at the first object for which there is no accepted context; its own log names that; "
            f"refused are {names(one.abstract_syntax for one in refused)}"
        )
        return Cause("aborted", what, why, (), ids_of(refused))
    queries = {one.command for one in association.operations if one.status is None} & {"C-FIND", "C-MOVE", "C-GET"}
    if queries and by == "acceptor" and any(one.name == "Orthanc" for one in acceptors_of(association)):
        why = "Orthanc does so with a query from a calling AE title that it does not know"
        remedies: tuple[Remedy, ...] = tuple(titles(association))
        return Cause("aborted", f"the acceptor aborted the association at {', '.join(sorted(queries))}", why, remedies)
    return Cause(
        "aborted",
        f"{who} aborted the association{when}{reason}",
        why,
        (Remedy("acceptor" if by == "acceptor" else "either", "the log of that side at that time says why"),),
    )
