"""Who is connected, and for whom there is a place: associations, and connections that have not asked for one.

Belongs here: counting, and who has to make room. Does not belong here: threads (``engine``), what is said to whom
(``acceptor``).
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final, Protocol

from asprofile.net.transport import host_of

WAITING: Final = 64
"""Connections that may take their time for the association request; beyond these, each new one takes the place of
another. A real requestor asks at once.
"""


class AssociationPlace(Protocol):
    """What a connection has that may want to be an association."""

    @property
    def is_displaced(self) -> bool:
        """It had to make room, and its connection is closed."""

    def admit(self) -> bool:
        """It asks for an association: whether there is a place. Until it leaves, then."""

    def leave(self) -> None:
        """The connection is over."""


class PlacedConnection(Protocol):
    """A connection, as far as its place matters."""

    @property
    def peer(self) -> str:
        """The address of the peer."""

    def interrupt(self) -> None:
        """End it."""


class ConnectionPlace:
    """That of a connection, until it leaves."""

    __slots__ = ("_places", "host", "is_displaced", "transport")

    def __init__(self, places: ConnectionPlaces, transport: PlacedConnection) -> None:
        self._places = places
        self.transport = transport
        self.host = host_of(transport.peer)
        self.is_displaced = False
        """It had to make room, and its connection is closed."""

    def admit(self) -> bool:
        """It asks for an association: whether there is a place. Until it leaves, then."""
        return self._places.admit(self)

    def leave(self) -> None:
        """The connection is over."""
        self._places.leave(self)


class ConnectionPlaces:
    """``most`` associations at a time, ``most_of_one`` from one address (0: as many). For any number of threads."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one or most
        self._lock = threading.Lock()
        self._waiting: dict[ConnectionPlace, None] = {}
        self._associated: dict[ConnectionPlace, None] = {}

    def enter(self, transport: PlacedConnection) -> ConnectionPlace:
        """A new connection. The oldest of the address with the most that wait makes room for it, if there are too
        many: a peer that floods us displaces its own.
        """
        place = ConnectionPlace(self, transport)
        with self._lock:
            displaced = self._next_to_go() if len(self._waiting) >= WAITING else None
            self._waiting[place] = None
        self._close(displaced)
        return place

    def make_room(self) -> None:
        """One that waits has to go, if there is one: the system has no more connections for us."""
        with self._lock:
            displaced = self._next_to_go()
        self._close(displaced)

    def _next_to_go(self) -> ConnectionPlace | None:
        if not self._waiting:
            return None
        host, _ = Counter(place.host for place in self._waiting).most_common(1)[0]
        displaced = next(place for place in self._waiting if place.host == host)
        del self._waiting[displaced]
        displaced.is_displaced = True
        return displaced

    @staticmethod
    def _close(place: ConnectionPlace | None) -> None:
        if place is not None:
            place.transport.interrupt()

    def admit(self, place: ConnectionPlace) -> bool:
        """See ConnectionPlace.admit."""
        with self._lock:
            of_one = sum(other.host == place.host for other in self._associated)
            if place.is_displaced or len(self._associated) >= self._most or of_one >= self._most_of_one:
                return False
            self._waiting.pop(place, None)
            self._associated[place] = None
            return True

    def leave(self, place: ConnectionPlace) -> None:
        """See ConnectionPlace.leave."""
        with self._lock:
            self._waiting.pop(place, None)
            self._associated.pop(place, None)
