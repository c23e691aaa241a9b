"""The associations of a log as ``model`` has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal

from asprofile.logs.association import NO_REQUEST, NUMBERS_ONLY
from asprofile.logs.dump import Dump, DumpedContext
from asprofile.logs.sessions import LoggedSession, sessions
from asprofile.negotiate.request import ExtendedItem, OperationsWindow
from asprofile.trace.model import (
    IDENTITIES,
    TracedAssociation,
    TracedContext,
    TracedEnding,
    TracedOperation,
    TracedRejection,
    TracedSide,
    TracedTrouble,
    TroubleKind,
)

if TYPE_CHECKING:
    from asprofile.logs.signs import Sign, SignKind
    from asprofile.model.words import Role

    Side = Literal["requestor", "acceptor"]

NO_DUMP: Final = (
    "the log does not have what was proposed and answered: it needs the debug level (DCMTK's programs -d, pynetdicom "
    "debug_logger(), dcm4che DEBUG, Orthanc --verbose --trace-dicom)"
)
NO_ANSWER: Final = "the log has no answer to the request"
NO_OBJECTS: Final = "the log does not have the messages: which objects were sent, and what came of them"

_RESULTS = {"permanent": 1, "transient": 2}
_SOURCES = (("user", 1), ("acse", 2), ("presentation", 3))
_REASONS: Final = (
    ("called", (1, 7)),
    ("calling", (1, 3)),
    ("context", (1, 2)),
    ("protocol", (2, 2)),
    ("congestion", (3, 1)),
    ("limit", (3, 2)),
    ("no reason", (1, 1)),
    ("noreason", (1, 1)),
    ("no-reason", (1, 1)),
)
_TROUBLES: Final[dict[SignKind, TroubleKind]] = {
    "no-context": "no-context",
    "nothing-accepted": "nothing-accepted",
    "too-many": "too-many-contexts",
    "connection": "connection",
    "tls": "tls",
    "forced": "forced",
    "no-answer": "no-answer",
}
_UID_BESIDE = re.compile(r"(?<![0-9.])[0-2](?:\.[0-9]{1,39}){3,30}")
_MOST_COMPLAINTS = 10


def traced(lines: Iterable[str]) -> Iterator[TracedAssociation]:
    """Every association, or attempt at one, in the lines of a log, in their order. Raises ProposalError for a log with
    the newest lines first."""
    for number, session in enumerate(sessions(lines), 1):
        yield _traced(number, session)


def _traced(number: int, session: LoggedSession) -> TracedAssociation:
    seen_by = _seen_by(session)
    requestor, acceptor = _sides(session, seen_by)
    request, answer = session.request, session.answer
    operations = tuple(
        TracedOperation(
            one.command,
            one.sop_class,
            one.context_id,
            one.transfer_syntax,
            one.status,
            one.comment,
            one.count,
            one.instance,
        )
        for one in session.messages.operations()
    )
    ending = _ending(session, seen_by)
    facts, granted = (request.facts if request else {}), (answer.facts if answer else {})
    # Both of DCMTK's and pynetdicom's dumps of the answer have it.
    identity = facts.get("identity") or granted.get("identity") or ""
    return TracedAssociation(
        number,
        session.line,
        session.time,
        requestor,
        acceptor,
        _contexts(request, answer),
        ending,
        seen_by=seen_by,
        program=_program(session, requestor, acceptor, seen_by),
        proposed=request is not None and bool(request.contexts),
        answered=answer is not None or (request is not None and request.is_answered),
        identity=IDENTITIES.get(int(identity), "") if identity else "",
        window=_window(facts),
        granted_window=_window(granted),
        extended=_extended(request),
        granted_extended=_extended(answer),
        operations=operations,
        troubles=tuple(_troubles(session)),
        lacks=tuple(_lacks(session, ending, has_messages=bool(operations))),
    )


# --- who


def _seen_by(session: LoggedSession) -> Side | None:
    if session.way in ("OUTGOING", "INCOMING"):
        return "requestor" if session.way == "OUTGOING" else "acceptor"
    for sign, _, _ in session.signs:
        if sign.kind == "opens" and (side := _side(sign.words.get("side"))):
            return side
    if session.request is not None and "our_pdu" in session.request.facts:
        # DCMTK's requestor does not know anything of the other side yet.
        return "acceptor" if session.request.facts.get("their_pdu", "0") != "0" else "requestor"
    return None


def _side(word: str | None) -> Side | None:
    return "requestor" if word == "requestor" else "acceptor" if word == "acceptor" else None


def _sides(session: LoggedSession, seen_by: Side | None) -> tuple[TracedSide, TracedSide]:
    request = session.request.facts if session.request else {}
    answer = session.answer.facts if session.answer else {}
    if seen_by == "acceptor" and session.request is not None and not session.request.has_roles:
        # Of fo-dicom and dcmjs-dimse: the acceptor's dump of its answer has what the requestor says of itself.
        answer = {name: value for name, value in answer.items() if name not in ("class", "version", "pdu")}
    said = {name: value for sign, _, _ in session.signs for name, value in sign.words.items() if sign.kind == "opens"}
    for sign, _, _ in session.signs:
        for name in ("calling", "called"):
            if name in sign.words and sign.kind != "opens":
                said.setdefault(name, sign.words[name])
    # Nothing of what is "ours" and "theirs" is known where it is not known who writes.
    ours = {"requestor": "our", "acceptor": "their"}.get(seen_by or "", "nobody's")
    theirs = {"requestor": "their", "acceptor": "our"}.get(seen_by or "", "nobody's")
    address = said.get("address", "") or _of_hex(said.get("hex", ""))
    return (
        _side_of(request, answer, ours, request.get("calling") or answer.get("calling") or said.get("calling", ""))
        if seen_by == "requestor"
        else _with(
            _side_of(request, answer, ours, request.get("calling") or answer.get("calling") or said.get("calling", "")),
            address or request.get("address", ""),
        ),
        _with(
            _side_of(answer, request, theirs, request.get("called") or answer.get("called") or said.get("called", "")),
            said.get("host", "").replace(" on port ", ":"),
        ),
    )


def _side_of(own: dict[str, str], other: dict[str, str], whose: str, title: str) -> TracedSide:
    """``own``: the facts of the PDU that the side sent. ``whose``: what the writer of the log calls it."""

    def said(name: str) -> str:
        return own.get(name) or own.get(f"{whose}_{name}") or other.get(f"{whose}_{name}") or ""

    # DCMTK has 0 in a request for what it does not know yet.
    pdu = own.get("pdu") or own.get(f"{whose}_pdu") or other.get(f"{whose}_pdu", "0").lstrip("0")
    return TracedSide(title.strip(), "", said("class"), said("version"), int(pdu) if pdu else None)


def _with(side: TracedSide, address: str) -> TracedSide:
    return TracedSide(side.title, address, side.class_uid, side.version_name, side.max_pdu)


def _of_hex(text: str) -> str:
    """Conquest's address: four bytes in the order of the processor, the last one first."""
    return ".".join(str(int(text[at : at + 2], 16)) for at in (6, 4, 2, 0)) if text else ""


def _program(session: LoggedSession, requestor: TracedSide, acceptor: TracedSide, seen_by: Side | None) -> str:
    if session.program:
        return session.program
    side = {"requestor": requestor, "acceptor": acceptor}.get(seen_by or "")
    return side.version_name if side is not None else ""


# --- what


def _contexts(request: Dump | None, answer: Dump | None) -> tuple[TracedContext, ...]:
    if request is None or not request.contexts:
        return () if answer is None else tuple(_context(one, answer, one, answer) for one in answer.contexts.values())
    found = []
    for proposed in request.contexts.values():
        answered = answer.contexts.get(proposed.id) if answer else None
        found.append(_context(proposed, request, answered, answer))
    return tuple(found)


def _context(
    proposed: DumpedContext, request: Dump, answered: DumpedContext | None, answer: Dump | None
) -> TracedContext:
    asked: Role | None = request.roles.get(proposed.abstract_syntax, proposed.role) if request.has_roles else None
    granted: Role | None = None
    result, accepted = proposed.result, proposed.accepted
    if answered is not None and answer is not None:
        result, accepted = answered.result, answered.accepted
        if result is None and accepted is not None:
            result = 0
        if answer.has_roles:
            granted = answer.roles.get(proposed.abstract_syntax, answered.accepted_role)
    return TracedContext(
        proposed.id, proposed.abstract_syntax, tuple(proposed.proposed), result, accepted, asked, granted
    )


def _window(facts: dict[str, str]) -> OperationsWindow | None:
    if "invoked" not in facts:
        return None
    return OperationsWindow(int(facts["invoked"]), int(facts.get("performed", "1")))


def _extended(dump: Dump | None) -> tuple[ExtendedItem, ...]:
    return tuple(ExtendedItem(uid, bytes(data)) for uid, data in (dump.extended if dump else {}).items() if data)


# --- what became of it


def _ending(session: LoggedSession, seen_by: Side | None) -> TracedEnding:
    other: Literal["requestor", "acceptor", ""] = (
        "" if seen_by is None else "acceptor" if seen_by == "requestor" else "requestor"
    )
    if any(sign.kind == "rejected" or "rejected" in sign.words for sign, _, _ in session.signs):
        return _rejected(session)
    if session.answer is None:
        for sign, _, _ in session.signs:
            if sign.kind in ("connection", "tls"):
                return TracedEnding("not-connected", "", sign.words.get("why", ""))
    for sign, _, _ in reversed(session.signs):
        if sign.kind in ("released", "aborted"):
            by = {"us": seen_by or "", "peer": other, "<<": seen_by or "", "->": seen_by or ""}.get(
                sign.words.get("side") or sign.words.get("way") or "", other
            )
            reason = sign.words.get("reason", "")
            return TracedEnding("released" if sign.kind == "released" else "aborted", by, _words(reason))
    return TracedEnding("unknown")


def _words(reason: str) -> str:
    return "" if reason.isdecimal() else reason


def _rejected(session: LoggedSession) -> TracedEnding:
    result = source = reason = ""
    why = ""
    for sign, _, _ in session.signs:
        if sign.kind in ("rejected", "result", "reason", "nothing-accepted"):
            result = result or sign.words.get("result", "")
            source = source or sign.words.get("source", "")
            reason = reason or sign.words.get("reason", "")
            why = why or sign.words.get("why", "")
    return TracedEnding("rejected", "acceptor", why, _rejection(result, source, reason))


def _rejection(result: str, source: str, reason: str) -> TracedRejection | None:
    """The numbers, from numbers or from a program's words."""
    if not (source or reason):
        return None
    numbers = [int(one) if one.isdecimal() else None for one in (result, source, reason)]
    plain = f"{reason or source}".lower()
    found = next((pair for word, pair in _REASONS if word in plain), None)
    by_word = next((number for word, number in _SOURCES if word in source.lower()), found[0] if found else 0)
    return TracedRejection(
        numbers[0] or next((number for word, number in _RESULTS.items() if word in result.lower()), 0),
        numbers[1] if numbers[1] is not None else by_word,
        numbers[2] if numbers[2] is not None else (found[1] if found else 0),
    )


def _troubles(session: LoggedSession) -> Iterator[TracedTrouble]:
    for sign, line, text in session.signs:
        if (kind := _TROUBLES.get(sign.kind)) is not None:
            sop_class, syntax = _object(sign)
            yield TracedTrouble(kind, _bare(text), line, sop_class, syntax)
    for line, text in session.complaints[:_MOST_COMPLAINTS]:
        yield TracedTrouble("other", _bare(text), line)


def _object(sign: Sign) -> tuple[str, str]:
    """SOP class and transfer syntax of the object that has no context; names that no table has as they are."""
    names = Dump(is_request=True)
    given = sign.words.get("sop", "")
    found = [names.uid(text) or text if text else "" for text in (given, sign.words.get("ts", ""))]
    if not found[0] and (beside := _UID_BESIDE.search(sign.words.get("all", ""))):
        found[0] = beside[0]
    return found[0], found[1]


_MARK = re.compile(r"^(?:[DIWEF]: )")


def _bare(text: str) -> str:
    """A line without DCMTK's mark of its level."""
    return _MARK.sub("", text)


def _lacks(session: LoggedSession, ending: TracedEnding, *, has_messages: bool) -> Iterator[str]:
    request, answer = session.request, session.answer
    seen: dict[str, None] = {}
    for dump in (request, answer):
        seen.update(dict.fromkeys(dump.lacks if dump else ()))
        seen.update(dict.fromkeys(f"{name!r} is not a name that is known" for name in (dump.unknown if dump else ())))
        seen.update(dict.fromkeys(dump.either if dump else ()))
    if not (request and request.contexts) and not (answer and answer.contexts):
        if ending.kind != "not-connected":
            seen[NO_DUMP] = None
    elif not (request and request.contexts):
        assert answer is not None, "one of the two has contexts"
        classes = any(one.abstract_syntax for one in answer.contexts.values())
        seen[NO_REQUEST if classes else NUMBERS_ONLY] = None
    elif answer is None and not (request and request.is_answered) and ending.kind in ("unknown", "aborted"):
        seen[NO_ANSWER] = None
    accepted = answer is not None and any(one.result == 0 for one in answer.contexts.values())
    if accepted and not has_messages and not any(sign.kind == "no-context" for sign, _, _ in session.signs):
        seen[NO_OBJECTS] = None
    yield from seen
