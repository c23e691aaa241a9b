"""What a receiver has told, for those who wait for it.

Belongs here: events in their order, and waiting for some. Does not belong here: what an event is (``events``).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.net.dimse import status_text
from asprofile.printing import of_peer, plural
from asprofile.receive.events import AssociationEnded, NotStored, ReceiveEvent, RequestRejected

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E", bound=ReceiveEvent)

_SHOWN = 3
"""Things that went wrong, named in a message."""


class NotReceived(AsprofileError, TimeoutError):
    """What was waited for has not come: the time was up, or the receiver has stopped. The message says what has come
    in its place.
    """


class EventRecord:
    """For any number of threads. ``keep`` False: nothing is kept, and nothing can be waited for. ``on_event`` is called
    with each event, one at a time; what it raises is kept in ``error``, the first of it.
    """

    def __init__(self, on_event: Callable[[ReceiveEvent], None] | None, *, keep: bool) -> None:
        self._on_event = on_event
        self._keep = keep
        self._changed = threading.Condition()
        self._events: list[ReceiveEvent] = []
        self._is_over = False
        self.error: BaseException | None = None

    def tell(self, event: ReceiveEvent) -> None:
        """Never raises."""
        if self._on_event is not None:
            try:
                self._on_event(event)
            except BaseException as error:  # noqa: BLE001 - of the caller's function; raised again in the caller's thread
                self.error = self.error or error
        if self._keep:
            with self._changed:
                self._events.append(event)
                self._changed.notify_all()

    def end(self) -> None:
        """Nothing more will come."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @property
    def events(self) -> tuple[ReceiveEvent, ...]:
        """All so far."""
        with self._changed:
            return tuple(self._events)

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """All so far that are of this type."""
        return tuple(event for event in self.events if isinstance(event, kind))

    def wait_for(self, kind: type[E], count: int, timeout: float) -> tuple[E, ...]:
        """All of this type, once there are ``count``; ``timeout`` in seconds. Raises NotReceived, and
        ConfigurationError where nothing is kept.
        """
        if not self._keep:
            raise ConfigurationError("nothing is kept that could be waited for: leave out keep_events=False")
        end = time.monotonic() + timeout
        with self._changed:
            while True:
                found = tuple(event for event in self._events if isinstance(event, kind))
                left = end - time.monotonic()
                if len(found) >= count:
                    return found
                if self._is_over or left <= 0:
                    raise NotReceived(self._missing(kind.__name__, len(found), count, timeout))
                self._changed.wait(left)

    def _missing(self, name: str, found: int, count: int, timeout: float) -> str:
        until = "before the receiver stopped" if self._is_over else f"within {timeout:g} s"
        wrong = [text for event in self._events if (text := _what_went_wrong(event))]
        more = f"; and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
        instead = f"; {'; '.join(wrong[:_SHOWN])}{more}" if wrong else ""
        connections = sum(isinstance(event, AssociationEnded) for event in self._events)
        ended = f", {plural(connections, 'connection')} ended"
        return f"{found:,} of {count:,} {name} {until}{ended}{instead}"


def _what_went_wrong(event: ReceiveEvent) -> str:
    match event:
        case NotStored():
            what = status_text(event.status) if event.status else "not complete"
            return f"not stored: {of_peer(event.sop_instance)} {what}" + (f" ({event.reason})" if event.reason else "")
        case RequestRejected():
            return f"rejected: {of_peer(event.calling_ae)}: {event.reason}"
        case AssociationEnded() if event.ending not in ("released", "rejected"):
            return f"{event.ending}: {of_peer(event.calling_ae) or event.peer}: {event.reason}"
    return ""
