"""The associations of a worker, one after the other: opening, reopening, giving up and releasing them.

Belongs here: which failure is worth another try, and what follows from each. Does not belong here: what is sent in one
(``worker``), the dialogue (``session``), how long to wait for a peer (``patience``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ProtocolError,
    TlsFailed,
)
from asprofile.negotiate.request import OperationsWindow
from asprofile.send.options import duration
from asprofile.send.outcome import AssociationOpened, Ended, Retrying
from asprofile.send.session import open_session
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.send.control import Beside, Control
    from asprofile.send.session import Session
    from asprofile.send.shared_work import SharedWork

_SOON: Final = 2.0
"""Seconds for the connection of an additional association: another one was opened before."""


class Associations:
    """At most one at a time, for the request with this number; ``on_begin`` is called for each that is opened."""

    def __init__(self, order: SharedWork, request: int, on_begin: Callable[[Session], None]) -> None:
        self.request = request
        self.session: Session | None = None
        self.count = 0
        """How many there have been."""
        self.negotiation: Negotiation | None = None
        self.error: AssociationError | None = None
        """Why we gave up, or why an object got no answer."""
        self.given_up = False
        """There will be no other."""
        self.last_failure: AssociationError | None = None
        self.is_plain = False
        """No window is asked for, because the peer may fail on it."""
        self._order = order
        self._control: Control | Beside = order.control
        self._on_begin = on_begin
        self._failures = 0
        """Associations in a row that could not be opened."""
        self._retrying: Retrying | None = None
        """What to wait for before the next one is opened."""

    # --- the beginning

    def had(self) -> Session | None:
        """The open one, or a new one if that can be opened; waits for it."""
        order = self._order
        while self.session is None and not self.given_up:
            if self._retrying is not None:
                retrying, self._retrying = self._retrying, None
                order.on_event(retrying)
                order.control.pause(retrying.delay)
            if order.control.finishing:
                return None
            try:
                session = open_session(self._wish(), order.peer, order.options, self._control)
            except AssociationError as error:
                if order.control.finishing:
                    return None
                self._not_had(error)
                continue
            self._begin(session)
        return self.session

    def join(self, beside: Beside) -> bool:
        """Open an additional one; False if the peer does not accept it, or if it is no longer wanted."""
        order = self._order
        self._control = beside
        limits = replaced(order.options, connect_timeout=min(order.options.connect_timeout or _SOON, _SOON))
        try:
            session = open_session(self._wish(), order.peer, limits, beside)
        except AssociationError as error:
            order.on_event(Ended(error))
            return False
        self._begin(session)
        return beside.joins()

    def _begin(self, session: Session) -> None:
        self.session = session
        self.count += 1
        self.negotiation = session.negotiation
        self._failures = 0
        self._on_begin(session)
        self._order.patience.opened()
        self._order.on_event(AssociationOpened(session.negotiation))

    def _wish(self) -> AssociateRequest:
        """The request, with as large a window as is wanted; none is asked for by a window of 1."""
        order = self._order
        request, window = order.requests[self.request], order.options.asked_window
        if window == 1 or self.is_plain or request.window is not None:
            return request
        return replaced(request, window=OperationsWindow(invoked=window, performed=1))

    # --- what goes wrong

    def _not_had(self, error: AssociationError) -> None:
        """One could not be opened: wait for the peer, or give up."""
        patience = self._order.patience
        self.last_failure = error
        if not self.count and self._wish().window is not None and _broke_off(error):
            # A peer must ignore an unknown item (PS3.8 section 9.3.1), but some close the connection.
            self.is_plain = True
            self._order.on_event(Ended(error))
            return
        self._failures += 1
        if isinstance(error, AssociationRejected):
            # The peer is reachable and speaks DICOM.
            patience.will_come = True
        if patience.someone_serves and (isinstance(error, AssociationRejected) or not self.count):
            # The peer accepts no more associations, which is not an error: the others do the work.
            self.given_up = True
        elif self._is_hopeless(error):
            self.give_up(error)
        elif (seconds := patience.away(self._failures)) is None:
            self.give_up(error, waited=True)
        else:
            self._retrying = Retrying(error, self._failures, seconds, patience.for_away)
        self._order.on_event(Ended(error))

    def give_up(self, error: AssociationError, *, waited: bool = False) -> None:
        """Open no other, because of this."""
        if waited and (seconds := self._order.patience.for_away):
            error.args = (f"{error}; waited {duration(seconds)} for it", *error.args[1:])
        self.error = error
        self.given_up = True

    def _is_hopeless(self, error: AssociationError) -> bool:
        """Whether waiting would not help."""
        patience = self._order.patience
        match error:
            case TlsFailed() | IdentityNotConfirmed():
                return True
            case AssociationRejected():
                return not error.is_transient and not (patience.has_served and error.gives_no_reason)
            case ConnectionFailed() | ProtocolError():
                # Nothing there, or no DICOM there; after a success this counts as temporary.
                return not patience.will_come
            case AssociationAborted(how="silence"):
                return not patience.will_come
        return False

    def lost(self, error: AssociationError, seconds: float) -> None:
        """It ended early; another one is opened after ``seconds``."""
        self._part()
        self.last_failure = error
        self._retrying = Retrying(error, 1, seconds)
        self._order.on_event(Ended(error))

    # --- the end

    def release(self) -> None:
        """Release it, and open no other."""
        error = self._released()
        self.error = error or self.error

    def pause(self, error: AssociationError, times: int, seconds: float) -> None:
        """Release it; another one is opened after ``seconds``, the pause number ``times``."""
        self._released()
        self._retrying = Retrying(error, times, seconds, self._order.patience.seconds)

    def break_off(self, error: AssociationError) -> None:
        """Abort it because of this."""
        if self.session is not None:
            self.abort()
            self._order.on_event(Ended(error))

    def abort(self) -> None:
        """If there is one."""
        if self.session is not None:
            self.session.abort()
            self._part()

    def _released(self) -> AssociationError | None:
        """The error of that, None if there was none, or no association."""
        session, failure = self.session, None
        if session is None:
            return None
        try:
            if self._order.options.abort_at_end:
                session.abort()
            else:
                session.release()
        except AssociationError as error:
            failure = error
        finally:
            session.abort()  # nothing, unless the release was interrupted
            self._part()
        self._order.on_event(Ended(failure))
        return failure

    def _part(self) -> None:
        """There is no session any more."""
        session, self.session = self.session, None
        if session is not None:
            self._control.forget(session)
            self._order.patience.closed()


def _broke_off(error: AssociationError) -> bool:
    """Whether the peer is reachable and refuses what we sent."""
    return isinstance(error, AssociationAborted) and error.how == "abort"
