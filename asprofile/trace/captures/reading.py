"""The associations of a capture: connections are told apart, and those that speak DICOM are read.

On any port: an association is recognised by its first PDU.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Final

from asprofile.errors import ProposalError
from asprofile.printing import plural
from asprofile.trace.captures.dialogue import Dialogue
from asprofile.trace.captures.files import Cut, frames, is_capture
from asprofile.trace.captures.fragments import Fragments
from asprofile.trace.captures.packets import ACK, FIN, RST, SYN, Fragment, Segment, address, joined, segment
from asprofile.trace.captures.pdus import PduReader, begins_pdu, begins_request
from asprofile.trace.captures.streams import HalfStream
from asprofile.trace.model import TracedAssociation, TracedEnding, TracedSide, TracedTrouble

__all__ = ["CaptureReader", "is_capture"]

_MOST_CONNECTIONS: Final = 10_000
_MOST_WAITING: Final = 1000
_TRIES: Final = 500
"""Segments of a connection that are looked at for the beginning of a PDU."""
_DICOM_PORTS: Final = frozenset((104, 2761, 2762, 4242, 11112))
_MOST_REFUSED: Final = 1000
_MOST_EARLY: Final = 32
_LINGER: Final = 200
"""Segments of all connections after which one that has ended is closed: what was sent before it may come late."""
_ALL: Final = (1 << 32) - 1


@dataclass(slots=True)
class _Connection:
    """``first``: the number of the first byte of each side, where that is known; ``early``: what came before anything
    that is known. ``ended``: how, in words."""

    where: int
    time: float
    halves: tuple[HalfStream, HalfStream] | None = None
    readers: tuple[PduReader, PduReader] | None = None
    dialogue: Dialogue | None = None
    requestor: bytes = b""
    begun: bytes = b""  # who opened it, if its first packet is there
    first: dict[bytes, int] = field(default_factory=dict)
    early: list[Segment] = field(default_factory=list)
    tries: int = 0
    finished: set[bytes] = field(default_factory=set)
    ended: str = ""
    tls: bool = False
    answered: bool = False


class CaptureReader:
    """Reads a capture. ``notes``: what is to be said of it as a whole, complete when all associations are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._connections: OrderedDict[bytes, _Connection] = OrderedDict()
        self._started: deque[Dialogue] = deque()
        self._refused: OrderedDict[bytes, tuple[int, float, bytes]] = OrderedDict()
        self._tls: OrderedDict[bytes, tuple[int, float, bytes]] = OrderedDict()
        self._ports: set[int] = set()
        self._lingering: deque[tuple[int, bytes, _Connection]] = deque()
        self._fragments = Fragments()
        self._number = 0
        self._packets = 0
        self._segments = 0
        self.notes: list[str] = []

    def associations(self) -> Iterator[TracedAssociation]:
        """Those of the capture, in the order in which they began."""
        try:
            for number, (time, link, data) in enumerate(frames(self._stream), 1):
                self._packets = number
                found = segment(link, data)
                while isinstance(found, Fragment):  # a tunnel and what is in it may both be cut
                    whole = self._fragments.add(found)
                    found = None if whole is None else joined(found, whole)
                if found is not None:
                    self._segment(found, time, number)
                    if self._started:
                        yield from self._done(all_of_them=False)
        except Cut as error:
            self.notes.append(f"{error}: what came after that is not known")
        for one in self._connections.values():
            self._close(one, one.ended)
        yield from self._done(all_of_them=True)
        yield from self._others()

    def _done(self, *, all_of_them: bool) -> Iterator[TracedAssociation]:
        waiting = self._started
        while waiting and (all_of_them or waiting[0].closed or len(waiting) > _MOST_WAITING):
            self._number += 1
            yield waiting.popleft().done(self._number)

    # --- segments

    def _segment(self, found: Segment, time: float, number: int) -> None:
        self._segments += 1
        while self._lingering and self._lingering[0][0] < self._segments:
            self._leave(*self._lingering.popleft()[1:])
        source, target, sequence, flags, start, length, data = found
        key = source + target if source < target else target + source
        connection = self._connections.get(key)
        if connection is None or flags & SYN:
            connection = self._opened(connection, key, found, time, number)
        if length and not flags & SYN:
            halves = connection.halves
            if halves is not None:
                halves[source != connection.requestor].feed(sequence, data, start, length)
            elif not connection.tls and connection.tries < _TRIES:
                self._look(connection, found)
        if flags & (FIN | RST):
            self._finish(connection, key, flags, source)

    def _opened(self, before: _Connection | None, key: bytes, found: Segment, time: float, number: int) -> _Connection:
        source, sequence, flags = found.source, found.sequence, found.flags
        first = (sequence + 1) & _ALL
        if before is not None:
            if flags & ACK or before.halves is None or before.first.get(source) == first:
                # The answer to the first packet, or that again, or later than what follows it.
                if flags & SYN:
                    before.first.setdefault(source, first)
                before.answered = before.answered or bool(flags & ACK)
                return before
            self._leave(key, before)
        if len(self._connections) >= _MOST_CONNECTIONS:
            _, oldest = self._connections.popitem(last=False)
            self._close(oldest, oldest.ended)
        connection = _Connection(number, time)
        if flags & SYN and not flags & ACK:
            connection.begun = source
        if flags & SYN:
            connection.first[source] = first
        self._connections[key] = connection
        return connection

    def _look(self, connection: _Connection, found: Segment) -> None:
        """Whether a connection speaks DICOM, by the first thing that one of the two says."""
        source, target, sequence, _, start, _, data = found
        connection.tries += 1
        head = data[start : start + 16]
        if connection.tries == 1 and len(head) >= 6 and head[0] == 0x16 and head[1] == 3 and head[5] == 1:
            connection.tls = True
            if len(self._tls) < _MOST_REFUSED:
                self._tls.setdefault(target, (connection.where, connection.time, source))
            return
        if connection.begun:
            self._look_at_beginning(connection, found)
        elif begins_request(head):
            connection.first.setdefault(source, sequence)
            self._recognised(connection, source, target, (found,))
        elif begins_pdu(head):
            self._recognised(connection, *_by_ports(source, target), (found,), in_the_middle=True)

    def _look_at_beginning(self, connection: _Connection, found: Segment) -> None:
        """The same of a connection whose beginning is there: what comes may be in any order, and in small pieces."""
        connection.early.append(found)
        for side in (found.source, found.target):
            if begins_request(_first_bytes(connection, side)):
                other = found.target if side == found.source else found.source
                self._recognised(connection, side, other, connection.early)
                return
        if len(connection.early) >= _MOST_EARLY:
            self._give_up(connection)

    def _give_up(self, connection: _Connection) -> None:
        """No request has come: it may be missing, or this is something else."""
        early, connection.early, connection.tries = connection.early, [], _TRIES
        known = next((one for one in early if begins_pdu(one.data[one.start : one.start + 16])), None)
        if known is not None:
            self._recognised(connection, *_by_ports(known.source, known.target), early, in_the_middle=True)

    def _recognised(
        self,
        connection: _Connection,
        requestor: bytes,
        other: bytes,
        segments: Sequence[Segment],
        *,
        in_the_middle: bool = False,
    ) -> None:
        self._ports.add(_port(other))
        places = address(requestor), address(other)
        dialogue = Dialogue(places, connection.where, _when(connection.time), in_the_middle=in_the_middle)
        readers = (
            PduReader(0, dialogue, in_the_middle=in_the_middle),
            PduReader(1, dialogue, in_the_middle=in_the_middle),
        )
        connection.requestor, connection.dialogue, connection.readers = requestor, dialogue, readers
        connection.halves = HalfStream(readers[0]), HalfStream(readers[1])
        self._started.append(dialogue)
        for side, first in connection.first.items():
            connection.halves[side != requestor].begin(first)
        for one in segments:
            connection.halves[one.source != requestor].feed(one.sequence, one.data, one.start, one.length)
        connection.early = []

    # --- endings

    def _finish(self, connection: _Connection, key: bytes, flags: int, source: bytes) -> None:
        if flags & RST:
            if connection.dialogue is None and connection.begun and connection.begun != source:
                self._refuse(connection, source)
            connection.ended = connection.ended or "the connection was reset (RST)"
        connection.finished.add(source)
        if flags & RST or len(connection.finished) > 1:
            connection.ended = connection.ended or "the connection was closed without a release"
            self._lingering.append((self._segments + _LINGER, key, connection))

    def _leave(self, key: bytes, connection: _Connection) -> None:
        self._close(connection, connection.ended)
        if self._connections.get(key) is connection:
            del self._connections[key]

    def _refuse(self, connection: _Connection, target: bytes) -> None:
        if not connection.answered and len(self._refused) < _MOST_REFUSED:
            self._refused.setdefault(target, (connection.where, connection.time, connection.begun))

    def _close(self, connection: _Connection, how: str) -> None:
        if connection.early:
            self._give_up(connection)
        dialogue = connection.dialogue
        if dialogue is None or dialogue.closed:
            return
        assert connection.halves is not None, "there is a dialogue"
        assert connection.readers is not None, "there is a dialogue"
        for half in connection.halves:
            half.end()
        dialogue.bytes = sum(reader.data for reader in connection.readers)
        dialogue.lost = any(reader.lost for reader in connection.readers)
        dialogue.ended(how)

    # --- what is no association

    def _others(self) -> Iterator[TracedAssociation]:
        """Connections that were refused, and TLS: on ports of DICOM, or where there is nothing else."""
        nothing = not self._number
        for place, seen in self._refused.items():
            if nothing or _port(place) in _DICOM_PORTS | self._ports:
                self._number += 1
                yield _without(self._number, place, seen, "Connection refused")
        hidden = 0
        for place, seen in self._tls.items():
            if nothing or _port(place) in _DICOM_PORTS | self._ports:
                self._number += 1
                yield _without(self._number, place, seen, "")
            else:
                hidden += 1
        if hidden:
            self.notes.append(f"TLS to {plural(hidden, 'other address')}: what is in it cannot be seen")
        for count, why in (
            (self._fragments.incomplete, "parts of which did not come, or were not kept whole"),
            (self._fragments.overlapping, "parts of which overlap"),
        ):
            if count:
                self.notes.append(
                    f"{plural(count, 'IP packet')} that {'was' if count == 1 else 'were'} cut, {why}: left out"
                )
        if not self._segments:
            raise ProposalError(
                f"no TCP in the {plural(self._packets, 'packet')} of the capture: it is of other traffic, of a link "
                "type that is not known, or too little of each packet was kept"
            )


def _by_ports(source: bytes, target: bytes) -> tuple[bytes, bytes]:
    """Requestor and acceptor, where neither's request is there: the acceptor's port is usually the lower one."""
    return (source, target) if _port(source) > _port(target) else (target, source)


def _first_bytes(connection: _Connection, side: bytes) -> bytes:
    """What a side said first, as far as it came in order; a request is known by eight bytes."""
    found, place = b"", connection.first.get(side)
    pieces = {one.sequence: one for one in connection.early if one.source == side}
    if place is None:
        return b""
    while (one := pieces.get(place)) is not None and one.length and len(found) < 16:
        found += one.data[one.start : one.start + 16]
        place = (place + one.length) & _ALL
    return found


def _port(place: bytes) -> int:
    return int.from_bytes(place[-2:], "big")


def _without(number: int, place: bytes, seen: tuple[int, float, bytes], refused: str) -> TracedAssociation:
    where, time, source = seen
    ending = TracedEnding("not-connected", "", refused) if refused else TracedEnding("unknown")
    troubles = (TracedTrouble("connection", "RST in answer to SYN"),) if refused else ()
    return TracedAssociation(
        number,
        where,
        _when(time),
        TracedSide(address=address(source)),
        TracedSide(address=address(place)),
        (),
        ending,
        proposed=False,
        troubles=troubles,
        tls=not refused,
    )


def _when(time: float) -> str:
    """Seconds since 1970 as a time; empty where the capture has none, or an impossible one."""
    if not 0 < time < 1 << 34:
        return ""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"
