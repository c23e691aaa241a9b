"""What a receiver reports, as values, up to the end of each association and each object."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from asprofile.value import made_often

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.negotiate.request import AssociateRequest

FilePlacing = Literal["new", "same", "beside", "replaced"]
"""How an object was stored: in a new file; not again, because a file with the same bytes is there; next to a file with
other bytes; or in the place of that file.
"""
AssociationEnding = Literal["released", "rejected", "aborted", "lost", "broke", "silent", "stopped", "failed"]
"""How an association ended: in good order; rejected by us; aborted by the peer; its connection lost; aborted by us
because the peer broke the protocol, because it was silent or slow, because we stop, or because we cannot go on.
"""


@dataclass(frozen=True, slots=True)
class AssociationRequested:
    """An association request that came; what is answered is the next event of its ``number``, which counts connections
    from 1. ``request`` has all that it says: contexts, roles, the requestor's implementation. ``peer`` is an address,
    ``security`` says how a TLS connection is made safe.
    """

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    request: AssociateRequest
    security: str = ""


@dataclass(frozen=True, slots=True)
class AssociationAccepted:
    """An association that was accepted; ``accepted`` of ``proposed`` contexts, which are in ``contexts`` with their
    results.
    """

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    accepted: int
    proposed: int
    security: str = ""
    contexts: tuple[NegotiatedContext, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestRejected:
    """An association request that was rejected; ``result``, ``source`` and ``code`` are those of PS3.8 Table 9-21, and
    ``reason`` says it in words.
    """

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    result: int
    source: int
    code: int
    reason: str


@made_often
@dataclass(frozen=True, slots=True)
class Received:
    """An object that was stored in ``file`` and is answered with success; ``size`` is the data set's, in bytes.
    ``association`` is the number of AssociationAccepted. ``placing`` says whether it was there before: new, same (with
    the same bytes), beside (there is one with others), replaced (there was). ``seconds`` are since its request came.
    """

    file: str
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    calling_ae: str
    called_ae: str
    size: int
    peer: str = ""
    association: int = 0
    placing: FilePlacing = "new"
    study: str = ""
    seconds: float = 0.0

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class NotStored:
    """An object that came and was not stored: what was answered, and why. ``size`` is what came of it, in bytes;
    ``status`` is 0 if the rest never came, and nothing was answered. ``seconds`` are since its request came.
    """

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    calling_ae: str
    called_ae: str
    size: int
    status: int
    reason: str
    peer: str = ""
    association: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AssociationEnded:
    """A connection that is over, whatever became of it, and the last event of its number. ``reason`` is empty where it
    ended in good order; ``objects`` and ``size`` (bytes of their data sets) are what was stored, ``seconds`` since it
    was opened.
    """

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    ending: AssociationEnding
    reason: str
    objects: int
    failed: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ProcessEnded:
    """One of the processes of a receiver has ended, which it should not, and another takes its place. ``associations``
    that it had are lost; the end of each follows.
    """

    process: int
    reason: str
    associations: int


ReceiveEvent = (
    AssociationRequested
    | AssociationAccepted
    | RequestRejected
    | Received
    | NotStored
    | AssociationEnded
    | ProcessEnded
)
