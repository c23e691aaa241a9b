"""Asking a peer what it accepts, by associations in which nothing is sent.

Belongs here: one association after the other, each released, with a pause between them; what is tried again. Does not
belong here: what is proposed and what the answers mean (``negotiate.probing``), how it is shown.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ProtocolError,
    TlsFailed,
)
from asprofile.send.control import Control
from asprofile.send.options import delay
from asprofile.send.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.probing import Acceptance, Probing
    from asprofile.negotiate.request import AssociateRequest, ProposedContext
    from asprofile.send.options import SendOptions
    from asprofile.send.peer import Peer


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What became of it.

    ``negotiation`` is that of the first association, None if there was none; ``associations`` counts those that were
    accepted, ``security`` is TLS version and cipher suite, empty without TLS. ``error`` is what ended the probing
    before its time; ``interrupted``: the user did.
    """

    acceptance: Acceptance
    negotiation: Negotiation | None
    associations: int
    security: str
    seconds: float
    error: AssociationError | None
    interrupted: bool


@dataclass(frozen=True, slots=True)
class OneReport:
    """One association, as ``ProbeReport``."""

    negotiation: Negotiation | None
    security: str
    seconds: float
    error: AssociationError | None
    interrupted: bool = False


class _Associations:
    """Associations with a peer that are released at once, tried again where that may help."""

    def __init__(
        self,
        peer: Peer,
        options: SendOptions,
        pause: float,
        control: Control,
        on_retry: Callable[[AssociationError, float], None] | None,
    ) -> None:
        self.first: Negotiation | None = None
        self.count = 0
        self.security = ""
        self._peer, self._options, self._pause = peer, options, pause
        self._control = control
        self._on_retry = on_retry
        self._begun = False

    def negotiate(self, request: AssociateRequest) -> Negotiation:
        """Associate and release. Raises AssociationError when it is for the caller to decide what that means."""
        failures = 0
        while True:
            if self._begun:
                self._control.pause(self._pause)
            self._begun = True
            try:
                return self._once(request)
            except AssociationError as error:
                failures += 1
                if failures > self._options.retries or self._control.finishing or not self._may_change(error):
                    raise
                seconds = delay(failures)
                if self._on_retry is not None:
                    self._on_retry(error, seconds)
                self._control.pause(seconds)

    def _once(self, request: AssociateRequest) -> Negotiation:
        if self._control.finishing:
            raise AssociationAborted("not begun: interrupted")
        session = open_session(request, self._peer, self._options, self._control)
        try:
            negotiation = session.negotiation
            self.count += 1
            self.first = self.first or negotiation
            self.security = session.security
            with contextlib.suppress(AssociationError):  # the answer has come, and nothing else was wanted
                session.release()
        finally:
            session.abort()
            self._control.forget(session)
        return negotiation

    def _may_change(self, error: AssociationError) -> bool:
        """The same request may get an answer the next time."""
        match error:
            case TlsFailed() | IdentityNotConfirmed() | ProtocolError():
                return False
            case AssociationRejected():
                return error.is_transient
            case ConnectionFailed():
                return self.count > 0
        return self.count == 0


def probe(
    probing: Probing,
    request_with: Callable[[tuple[ProposedContext, ...]], AssociateRequest],
    peer: Peer,
    options: SendOptions,
    *,
    pause: float = 0.0,
    control: Control | None = None,
    on_answer: Callable[[int], None] | None = None,
    on_retry: Callable[[AssociationError, float], None] | None = None,
) -> ProbeReport:
    """Ask ``peer`` all that ``probing`` wants to know, one association at a time with ``pause`` seconds between them.

    ``request_with`` makes a request of contexts; ``on_answer`` hears how many pairs are left. Raises ProposalError,
    and ConfigurationError if the files for TLS cannot be used.
    """
    started = time.monotonic()
    control = control or Control()
    associations = _Associations(peer, options, pause, control, on_retry)
    error: AssociationError | None = None
    while not control.finishing and (contexts := probing.next()) is not None:
        try:
            probing.answered(associations.negotiate(request_with(contexts)))
        except AssociationError as failure:
            if control.finishing:
                break
            _tell(probing, failure)
            if _is_final(failure, associations.count) or probing.hopeless:
                error = failure
                break
        if on_answer is not None:
            on_answer(probing.left)
    if associations.count == 0 and error is None and not control.finishing:
        error = AssociationRejected(
            f"{peer} rejected every association without a reason, as some do that accept none of the contexts", 1, 1, 1
        )
    return ProbeReport(
        probing.acceptance(),
        associations.first,
        associations.count,
        associations.security,
        time.monotonic() - started,
        error,
        control.finishing,
    )


def probe_once(
    request: AssociateRequest,
    peer: Peer,
    options: SendOptions,
    *,
    control: Control | None = None,
    on_retry: Callable[[AssociationError, float], None] | None = None,
) -> OneReport:
    """One association exactly with this request. Raises ConfigurationError as ``probe`` does."""
    started = time.monotonic()
    control = control or Control()
    associations = _Associations(peer, options, 0.0, control, on_retry)
    negotiation, error = None, None
    try:
        negotiation = associations.negotiate(request)
    except AssociationError as failure:
        error = failure
    return OneReport(negotiation, associations.security, time.monotonic() - started, error, control.finishing)


def _tell(probing: Probing, error: AssociationError) -> None:
    if isinstance(error, AssociationRejected):
        probing.rejected(str(error))
    else:
        probing.lost(str(error))


def _is_final(error: AssociationError, associations: int) -> bool:
    """No other request would fare better."""
    match error:
        case AssociationRejected():
            return error.is_transient or not error.gives_no_reason
        case ConnectionFailed() | IdentityNotConfirmed():
            return True
    return associations == 0
