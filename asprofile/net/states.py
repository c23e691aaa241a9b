"""The states of an association and their transitions, as one table (PS3.8 section 9.2)."""

from __future__ import annotations

from enum import Enum
from typing import Final

from asprofile.net import wire


class LocalProtocolError(RuntimeError):
    """The calling code asked for what is impossible in this state: a bug, not something a peer or a user can
    cause.
    """


class _Named(Enum):
    """With a hash that takes no function in Python: the table is looked into with every PDU."""

    __hash__ = object.__hash__


class AssociationState(_Named):
    """The states of PS3.8 Table 9-1 to 9-5, without those that only wait for a local transport connection."""

    IDLE = "Sta1: requestor, nothing sent"
    AWAITING_REQUEST = "Sta2: acceptor, awaiting A-ASSOCIATE-RQ"
    ANSWERING = "Sta3: acceptor, to answer A-ASSOCIATE-RQ"
    AWAITING_ANSWER = "Sta5: requestor, awaiting A-ASSOCIATE-AC or -RJ"
    ESTABLISHED = "Sta6: established"
    RELEASING = "Sta7: awaiting A-RELEASE-RP"
    RELEASE_ASKED = "Sta8: to answer A-RELEASE-RQ"
    COLLISION_ACCEPTOR = "Sta10: release collision, acceptor, awaiting A-RELEASE-RP"
    COLLISION_REQUESTOR = "Sta11: release collision, requestor, awaiting A-RELEASE-RP"
    CLOSED = "Sta13: closed"


class Trigger(_Named):
    """What changes the state of an association: a call of ours, a PDU of the peer (named by its type), or the end of
    the connection.
    """

    SEND_REQUEST = "A-ASSOCIATE request"
    SEND_ACCEPT = "A-ASSOCIATE response (accept)"
    SEND_REJECT = "A-ASSOCIATE response (reject)"
    SEND_DATA = "P-DATA request"
    SEND_RELEASE = "A-RELEASE request"
    SEND_RELEASE_RESPONSE = "A-RELEASE response"
    SEND_ABORT = "A-ABORT request"
    ASSOCIATE_RQ = "A-ASSOCIATE-RQ"
    ASSOCIATE_AC = "A-ASSOCIATE-AC"
    ASSOCIATE_RJ = "A-ASSOCIATE-RJ"
    P_DATA_TF = "P-DATA-TF"
    RELEASE_RQ = "A-RELEASE-RQ"
    RELEASE_RP = "A-RELEASE-RP"
    ABORT = "A-ABORT"
    CONNECTION_LOST = "transport connection closed"


_S, _T = AssociationState, Trigger

TABLE: Final[dict[tuple[AssociationState, Trigger], AssociationState]] = {
    (_S.IDLE, _T.SEND_REQUEST): _S.AWAITING_ANSWER,
    (_S.AWAITING_ANSWER, _T.ASSOCIATE_AC): _S.ESTABLISHED,
    (_S.AWAITING_ANSWER, _T.ASSOCIATE_RJ): _S.CLOSED,
    (_S.AWAITING_REQUEST, _T.ASSOCIATE_RQ): _S.ANSWERING,
    (_S.ANSWERING, _T.SEND_ACCEPT): _S.ESTABLISHED,
    (_S.ANSWERING, _T.SEND_REJECT): _S.CLOSED,
    (_S.ESTABLISHED, _T.SEND_DATA): _S.ESTABLISHED,
    (_S.ESTABLISHED, _T.P_DATA_TF): _S.ESTABLISHED,
    (_S.ESTABLISHED, _T.SEND_RELEASE): _S.RELEASING,
    (_S.ESTABLISHED, _T.RELEASE_RQ): _S.RELEASE_ASKED,
    (_S.RELEASING, _T.P_DATA_TF): _S.RELEASING,
    (_S.RELEASING, _T.RELEASE_RP): _S.CLOSED,
    (_S.RELEASE_ASKED, _T.SEND_DATA): _S.RELEASE_ASKED,
    (_S.RELEASE_ASKED, _T.SEND_RELEASE_RESPONSE): _S.CLOSED,
    (_S.COLLISION_REQUESTOR, _T.RELEASE_RP): _S.CLOSED,
    (_S.COLLISION_ACCEPTOR, _T.RELEASE_RP): _S.CLOSED,
    # (RELEASING, RELEASE_RQ), a release collision, ends in a state of its own for each side: see _collide.
} | {
    (state, trigger): _S.CLOSED
    for state in AssociationState
    for trigger in (_T.SEND_ABORT, _T.ABORT, _T.CONNECTION_LOST)
}
"""Every permitted transition. Anything else is a LocalProtocolError if we do it, and PeerBroke if the peer does."""

TRIGGERS: Final = {
    wire.ASSOCIATE_RQ: _T.ASSOCIATE_RQ,
    wire.ASSOCIATE_AC: _T.ASSOCIATE_AC,
    wire.ASSOCIATE_RJ: _T.ASSOCIATE_RJ,
    wire.P_DATA_TF: _T.P_DATA_TF,
    wire.RELEASE_RQ: _T.RELEASE_RQ,
    wire.RELEASE_RP: _T.RELEASE_RP,
    wire.ABORT: _T.ABORT,
}
