"""What is known of an association that went by, from a log or a capture.

None, and an empty text, mean that the source does not say it. What an association has is not judged here: that is
``diagnosis``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from asprofile.model.words import Role
    from asprofile.negotiate.request import ExtendedItem, OperationsWindow

IDENTITIES: Final = {
    1: "user name",
    2: "user name and passcode",
    3: "Kerberos ticket",
    4: "SAML assertion",
    5: "JSON Web Token",
}
"""The kinds of user identity (PS3.7 Table D.3-14)."""

EndingKind = Literal["released", "aborted", "rejected", "not-connected", "lost", "unknown"]
TroubleKind = Literal[
    "no-context", "nothing-accepted", "too-many-contexts", "connection", "tls", "forced", "no-answer", "other"
]


@dataclass(frozen=True, slots=True)
class TracedSide:
    """One of the two: the requestor or the acceptor. ``max_pdu`` is what it receives, in bytes (0: no limit)."""

    title: str = ""
    address: str = ""
    class_uid: str = ""
    version_name: str = ""
    max_pdu: int | None = None


@dataclass(frozen=True, slots=True)
class TracedContext:
    """A presentation context. ``result`` as in PS3.8 Table 9-18, None where there is no answer to it, or the source
    does not have it; ``accepted``: the transfer syntax of the answer. ``asked`` and ``granted``: the requestor's roles,
    None where the source has no roles.
    """

    id: int
    abstract_syntax: str
    proposed: tuple[str, ...]
    result: int | None = None
    accepted: str | None = None
    asked: Role | None = None
    granted: Role | None = None


@dataclass(frozen=True, slots=True)
class TracedOperation:
    """Messages of a kind: ``command`` without RQ (``C-STORE``), how many there were (``count``), the status of their
    answers, None where none was seen, and the first SOP instance of them (``instance``)."""

    command: str
    sop_class: str
    context_id: int | None
    transfer_syntax: str | None
    status: int | None
    comment: str
    count: int
    instance: str


@dataclass(frozen=True, slots=True)
class TracedRejection:
    """Result, source and reason of an A-ASSOCIATE-RJ (PS3.8 Table 9-21)."""

    result: int
    source: int
    reason: int


@dataclass(frozen=True, slots=True)
class TracedEnding:
    """How it ended. ``by`` is who ended it, as far as that is known; ``text`` has the reason in words."""

    kind: EndingKind
    by: Literal["requestor", "acceptor", ""] = ""
    text: str = ""
    rejection: TracedRejection | None = None


@dataclass(frozen=True, slots=True)
class TracedTrouble:
    """Something that the source complains of: its line (``text``), and where that is (``line`` from 1, 0 for none). Of
    ``no-context``: the SOP class and the transfer syntax, as far as it names them."""

    kind: TroubleKind
    text: str
    line: int = 0
    sop_class: str = ""
    transfer_syntax: str = ""


@dataclass(frozen=True, slots=True)
class TracedAssociation:
    """One association, or the attempt at one.

    ``where``: the first line of the log, or the first packet of the capture, from 1. ``time`` as the source has it.
    ``seen_by``: who wrote the log, None for a capture. ``program``: what wrote it. ``proposed`` and ``answered``:
    whether the source has the request, and its answer. ``identity``: the kind of user identity that was asked with, in
    words. ``lacks``: what the source does not say, a sentence each. ``bytes``: of data sets, None in a log.
    """

    number: int
    where: int
    time: str
    requestor: TracedSide
    acceptor: TracedSide
    contexts: tuple[TracedContext, ...]
    ending: TracedEnding
    seen_by: Literal["requestor", "acceptor"] | None = None
    program: str = ""
    proposed: bool = True
    answered: bool = False
    identity: str = ""
    window: OperationsWindow | None = None
    granted_window: OperationsWindow | None = None
    extended: tuple[ExtendedItem, ...] = ()
    granted_extended: tuple[ExtendedItem, ...] = ()
    operations: tuple[TracedOperation, ...] = ()
    troubles: tuple[TracedTrouble, ...] = ()
    lacks: tuple[str, ...] = ()
    tls: bool = False
    bytes: int | None = None

    @property
    def named(self) -> str:
        """``CALLING to CALLED``, with what is known of both."""
        return f"{_who(self.requestor)} to {_who(self.acceptor)}"

    def of_class(self, uid: str) -> tuple[TracedContext, ...]:
        """The contexts of a SOP class."""
        return tuple(one for one in self.contexts if one.abstract_syntax == uid)


def _who(side: TracedSide) -> str:
    return side.title or side.address or "(not said)"
