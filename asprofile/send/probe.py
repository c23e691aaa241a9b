"""Asking a peer what it accepts: one association after the other, in which nothing is sent.

Belongs here: associating, manners, and when there is no use in going on. Does not belong here: what is asked and what
the answers mean (``negotiate.probing``), how it is shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import (
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ProtocolError,
    TlsFailed,
)
from asprofile.negotiate.request import AssociateRequest, check
from asprofile.send.control import Control
from asprofile.send.options import delay
from asprofile.send.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asprofile.negotiate.choose import Negotiation
    from asprofile.negotiate.probing import Batch, Probed, Probing
    from asprofile.negotiate.request import AssociateAccept
    from asprofile.send.options import SendOptions
    from asprofile.send.peer import Peer

MOST_LOST: Final = 10
"""Requests without an answer, one after the other, after which it is the peer and not what was asked: halving the
contexts finds a single one that the peer cannot bear in seven.
"""
_TRANSIENT: Final = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """An association is over; ``left`` pairs have no answer yet. ``error`` if it gave no answer."""

    associations: int
    left: int
    error: AssociationError | None


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What was found out. ``accept`` is the peer's first answer, which has what it says of itself; None without an
    association. ``security`` is TLS version and cipher suite, empty without TLS; ``error`` what ended it early.
    """

    probed: Probed
    accept: AssociateAccept | None
    security: str
    associations: int
    error: AssociationError | None


def probe(
    probing: Probing,
    peer: Peer,
    options: SendOptions,
    titles: Mapping[str, Any],
    *,
    interval: float = 0.0,
    control: Control | None = None,
    on_asked: Callable[[Asked], None] = lambda _: None,
) -> ProbeReport:
    """Ask until there is nothing left, or no use; each association begins ``interval`` seconds after the one before or
    later. ``titles`` are the other arguments of ``AssociateRequest``. ``control.finish`` ends it after an association.

    Raises ProposalError for titles that no request can have, ConfigurationError if the files for TLS cannot be used.
    """
    check(AssociateRequest(contexts=(), **titles))
    asking = _Asking(probing, peer, options, titles, control or Control(), on_asked)
    asking.run(interval)
    return ProbeReport(probing.result(), asking.accept, asking.security, asking.associations, asking.error)


class _Asking:
    """A probing under way."""

    def __init__(
        self,
        probing: Probing,
        peer: Peer,
        options: SendOptions,
        titles: Mapping[str, Any],
        control: Control,
        on_asked: Callable[[Asked], None],
    ) -> None:
        self.accept: AssociateAccept | None = None
        self.security = ""
        self.associations = 0
        self.error: AssociationError | None = None
        self._probing = probing
        self._peer = peer
        self._options = options
        self._titles = titles
        self._control = control
        self._on_asked = on_asked
        self._lost = 0
        self._failures = 0

    def run(self, interval: float) -> None:
        batch = self._probing.next_batch()
        while batch is not None:
            began = time.monotonic()
            again = self._ask(batch)
            if self.error is not None or self._control.finishing:
                return
            batch = again or self._probing.next_batch()
            if batch is not None:
                patience = delay(self._failures) if self._failures else 0.0
                self._control.pause(max(patience, interval - (time.monotonic() - began)))

    def _ask(self, batch: Batch) -> Batch | None:
        """Ask; the same batch if nobody was there to hear it."""
        try:
            negotiation = self._associate(AssociateRequest(contexts=batch.contexts, **self._titles))
        except AssociationError as error:
            if self._control.aborting:
                self.error = error
                return None
            again = self._failed(batch, error)
            self._on_asked(Asked(self.associations, self._probing.left, error))
            return again
        self._lost = self._failures = 0
        self._probing.take(batch, negotiation)
        self._on_asked(Asked(self.associations, self._probing.left, None))
        return None

    def _associate(self, request: AssociateRequest) -> Negotiation:
        session = open_session(request, self._peer, self._options, self._control)
        try:
            self.associations += 1
            negotiation = session.negotiation
            if self.accept is None:
                self.accept, self.security = negotiation.accept, session.security
            session.release()
        except AssociationError:
            pass  # it has answered, which is all that was wanted of it
        finally:
            session.abort()
            self._control.forget(session)
        return negotiation

    def _failed(self, batch: Batch, error: AssociationError) -> Batch | None:
        """There was no answer. Sets ``error`` where there is no use in going on."""
        if isinstance(error, (TlsFailed, IdentityNotConfirmed)) or (not self.associations and self._is_nobody(error)):
            self.error = error
        elif isinstance(error, ConnectionFailed) or (
            isinstance(error, AssociationRejected) and error.result == _TRANSIENT
        ):
            self._failures += 1
            if self._failures <= self._options.retries:
                return batch
            self.error = error
        elif self._lost == MOST_LOST:
            self.error = error
        else:
            # Something in this request: other ones were answered.
            self._lost += 1
            self._probing.lost(batch, str(error))
        return None

    @staticmethod
    def _is_nobody(error: AssociationError) -> bool:
        """Nothing there, no DICOM there, or nobody who wants to talk to us."""
        if isinstance(error, AssociationRejected):
            return error.result != _TRANSIENT
        return isinstance(error, (ConnectionFailed, ProtocolError))
