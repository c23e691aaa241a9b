"""What two sides say to each other on one connection, as an association."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.errors import ProtocolError
from asprofile.negotiate.request import AssociateAccept, AssociateRequest
from asprofile.net import dimse
from asprofile.net.wire import Abort, AssociateReject, ReleaseRequest, ReleaseResponse
from asprofile.printing import of_peer, printable
from asprofile.trace.model import (
    IDENTITIES,
    TracedAssociation,
    TracedContext,
    TracedEnding,
    TracedOperation,
    TracedRejection,
    TracedSide,
    TracedTrouble,
)

if TYPE_CHECKING:
    from asprofile.model.words import Role
    from asprofile.net.dimse import CommandSet
    from asprofile.net.wire import Pdu

REQUESTOR, ACCEPTOR = 0, 1
BEGAN_BEFORE: Final = (
    "the request is not in the capture: the association began before the capture, or packets are missing; what was "
    "proposed is not known, and which side is the requestor is taken from the ports"
)
NO_ANSWER: Final = "the capture has no answer to the request"
CUT_OFF: Final = "the capture ends before the association"
LOST: Final = (
    "bytes are missing in the capture, of packets that it lost or of which it kept too little: some messages may not "
    "be shown"
)
_COMMANDS: Final = {
    0x0001: "C-STORE",
    0x0010: "C-GET",
    0x0020: "C-FIND",
    0x0021: "C-MOVE",
    0x0030: "C-ECHO",
    0x0100: "N-EVENT-REPORT",
    0x0110: "N-GET",
    0x0120: "N-SET",
    0x0130: "N-ACTION",
    0x0140: "N-CREATE",
    0x0150: "N-DELETE",
    0x0FFF: "C-CANCEL",
}
_PENDING: Final = (0xFF00, 0xFF01)
_MOST_KINDS: Final = 500
_MOST_OPEN: Final = 1000
_MOST_TROUBLES: Final = 20
_EARLY: Final = 16
"""Commands of both sides by which an answer may come before what it answers."""

_Kind = tuple[str, str, int, str, int | None, str]


class Dialogue:
    """Told of PDUs and commands (``pdus.PduHandler``); ``done`` is what was said."""

    def __init__(self, places: tuple[str, str], where: int, time: str, *, in_the_middle: bool = False) -> None:
        self.where = where
        self.closed = False
        self.bytes = 0
        self.lost = False
        self._places = places
        self._time = time
        self._in_the_middle = in_the_middle
        self._request: AssociateRequest | None = None
        self._accept: AssociateAccept | None = None
        self._ending = TracedEnding("unknown")
        self._syntaxes: dict[int, str] = {}
        self._open: dict[tuple[int, int], tuple[str, str, int, str]] = {}
        self._counted: dict[_Kind, tuple[int, str]] = {}
        self._early: dict[tuple[int, int], tuple[int, int, CommandSet]] = {}
        self._commands = 0
        self._troubles: list[TracedTrouble] = []

    # --- what is said

    def pdu(self, side: int, found: Pdu) -> None:
        """A PDU other than P-DATA-TF."""
        match found:
            case AssociateRequest():
                self._request = self._request or found
                self._in_the_middle = False  # packets had only come in another order
            case AssociateAccept():
                self._accept = self._accept or found
                self._syntaxes = {one.id: one.transfer_syntax for one in found.results if one.accepted}
            case AssociateReject():
                numbers = TracedRejection(found.result, found.source, found.reason)
                self._ending = TracedEnding("rejected", "acceptor", "", numbers)
            case ReleaseRequest():
                self._ending = TracedEnding("released", "requestor" if side == REQUESTOR else "acceptor")
            case ReleaseResponse():
                if self._ending.kind == "unknown":
                    self._ending = TracedEnding("released", "requestor" if side == ACCEPTOR else "acceptor")
            case Abort():
                by = "requestor" if side == REQUESTOR else "acceptor"
                self._ending = TracedEnding("aborted", by, found.text)  # type: ignore[arg-type]

    def command(self, side: int, context_id: int, data: bytes) -> None:
        """A command set."""
        try:
            command = dimse.decode(data)
        except ProtocolError as error:
            self.unreadable(side, str(error))
            return
        self._commands += 1
        if command.is_response:
            self._answered(side, context_id, command)
            return
        name = _COMMANDS.get(command.field, f"command {command.field:04X}H")
        if command.message_id is None:
            return
        if len(self._open) >= _MOST_OPEN:
            key = next(iter(self._open))
            self._count((*self._open[key][:2], self._open[key][2], self._syntax(key[1]), None, ""), self._open[key][3])
            del self._open[key]
        asked = name, printable(command.sop_class), context_id, printable(command.sop_instance)
        self._open[side, command.message_id] = asked
        early = self._early.pop((side, command.message_id), None)
        if early is not None and self._commands - early[0] <= _EARLY:
            self._answered(1 - side, early[1], early[2])
        elif early is not None:
            self._unasked(early[1], early[2])

    def unreadable(self, side: int, why: str) -> None:
        """Something that is no PDU, or cannot be read."""
        if len(self._troubles) < _MOST_TROUBLES:
            who = "requestor" if side == REQUESTOR else "acceptor"
            self._troubles.append(TracedTrouble("other", f"from the {who}: {printable(why)}", 0))

    def ended(self, how: str) -> None:
        """The connection ended: ``how`` in words, empty where the capture does."""
        if self._ending.kind == "unknown" and how:
            self._ending = TracedEnding("lost", "", how)
        self.closed = True

    def _answered(self, side: int, context_id: int, command: CommandSet) -> None:
        assert command.responded_to is not None, "decode sees to it"
        key = 1 - side, command.responded_to
        if command.status in _PENDING:
            return
        asked = self._open.pop(key, None)
        if asked is not None:
            name, sop_class, _, instance = asked
            kind = name, sop_class, context_id, self._syntax(context_id), command.status, command.comment
            self._count(kind, instance)
            return
        # What it answers may come a little later in a capture of packets in another order.
        if (before := self._early.pop(key, None)) is not None:
            self._unasked(before[1], before[2])
        if len(self._early) < _MOST_OPEN:
            self._early[key] = self._commands, context_id, command

    def _unasked(self, context_id: int, command: CommandSet) -> None:
        """An answer to what the capture does not have."""
        field = command.field & ~dimse.RESPONSE
        name = _COMMANDS.get(field, f"command {field:04X}H")
        syntax, sop_class = self._syntax(context_id), printable(command.sop_class)
        kind = name, sop_class, context_id, syntax, command.status, command.comment
        self._count(kind, printable(command.sop_instance))

    def _syntax(self, context_id: int) -> str:
        return self._syntaxes.get(context_id, "")

    def _count(self, kind: _Kind, instance: str) -> None:
        if kind in self._counted or len(self._counted) < _MOST_KINDS:
            count, first = self._counted.get(kind, (0, instance))
            self._counted[kind] = count + 1, first or instance

    # --- all of it

    def done(self, number: int) -> TracedAssociation:
        """What was said, as far as the capture has it."""
        request, accept = self._request, self._accept
        for name, sop_class, context_id, instance in self._open.values():
            self._count((name, sop_class, context_id, self._syntax(context_id), None, ""), instance)
        self._open.clear()
        for _, context_id, command in self._early.values():
            self._unasked(context_id, command)
        self._early.clear()
        return TracedAssociation(
            number,
            self.where,
            self._time,
            _side(request, self._places[0], request.calling_ae if request else ""),
            _side(accept, self._places[1], request.called_ae if request else ""),
            _contexts(request, accept),
            self._ending,
            proposed=request is not None,
            answered=accept is not None or self._ending.kind == "rejected",
            identity=_identity(request),
            window=request.window if request else None,
            granted_window=accept.window if accept else None,
            extended=request.extended if request else (),
            granted_extended=accept.extended if accept else (),
            operations=tuple(
                TracedOperation(name, sop_class, context_id, syntax or None, status, comment, count, first)
                for (name, sop_class, context_id, syntax, status, comment), (count, first) in self._counted.items()
            ),
            troubles=tuple(self._troubles),
            lacks=tuple(self._lacks()),
            bytes=self.bytes,
        )

    def _lacks(self) -> list[str]:
        lacks = []
        if self._in_the_middle:
            lacks.append(BEGAN_BEFORE)
        elif self._accept is None and self._ending.kind in ("unknown", "lost", "aborted"):
            lacks.append(NO_ANSWER)
        elif self._ending.kind == "unknown":
            lacks.append(CUT_OFF)
        if self.lost:
            lacks.append(LOST)
        return lacks


def _side(said: AssociateRequest | AssociateAccept | None, place: str, title: str) -> TracedSide:
    if said is None:
        return TracedSide(of_peer(title.strip()), place)
    return TracedSide(
        of_peer(title.strip()),
        place,
        said.implementation_class_uid,
        said.implementation_version_name,
        said.max_pdu,
    )


def _identity(request: AssociateRequest | None) -> str:
    if request is None or request.user_identity is None:
        return ""
    return IDENTITIES.get(request.user_identity.kind, f"kind {request.user_identity.kind}")


def _contexts(request: AssociateRequest | None, accept: AssociateAccept | None) -> tuple[TracedContext, ...]:
    if request is None:
        answers = accept.results if accept else ()
        return tuple(TracedContext(one.id, "", (), one.result, one.transfer_syntax or None) for one in answers)
    asked, granted = _roles(request), _roles(accept)
    results = {one.id: one for one in reversed(accept.results)} if accept else {}
    found = []
    for one in request.contexts:
        uid, result = one.abstract_syntax, results.get(one.id)
        found.append(
            TracedContext(
                one.id,
                printable(uid),
                tuple(map(printable, one.transfer_syntaxes)),
                None if result is None else result.result,
                result.transfer_syntax or None if result is not None else None,
                asked.get(uid, "default"),
                granted.get(uid, "default") if accept is not None else None,
            )
        )
    return tuple(found)


def _roles(said: AssociateRequest | AssociateAccept | None) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for one in said.roles if said else ():
        role: Role = "default"
        if one.scp:
            role = "both" if one.scu else "scp"
        elif one.scu:
            role = "scu"
        found.setdefault(one.sop_class, role)
    return found
