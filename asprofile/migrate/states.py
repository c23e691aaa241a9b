"""What may be known of an object that is migrated, in one word, and which word may follow which.

The codes are those of the column ``state`` of a journal, and never change their meaning.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class MigrationState(IntEnum):
    """Exactly one for each object. Those up to LAST_OPEN are not decided yet."""

    FOUND = 0
    SENDING = 1
    IN_DOUBT = 2
    HELD = 3
    STORED = 4
    STORED_WITH_WARNING = 5
    REFUSED = 6
    FAILED = 7
    CONFLICT = 8
    VERIFIED = 9
    MISSING = 10
    LISTED = 11
    LOST = 12

    @property
    def words(self) -> str:
        """For people, and in the journal's own table."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        return _WORDS[self][1]


LAST_OPEN: Final = MigrationState.IN_DOUBT

_S = MigrationState
_WORDS: Final = {
    _S.FOUND: ("found", "a scan found it; it is still to be sent"),
    _S.SENDING: ("sending", "about to be sent, or sent and not answered"),
    _S.IN_DOUBT: ("in doubt", "sent at least in part without a recorded answer: the peer may have it or not"),
    _S.HELD: ("held", "not to be sent for now"),
    _S.STORED: ("stored", "the peer said that it has it"),
    _S.STORED_WITH_WARNING: ("stored with warning", "the peer said that it has it, with a warning"),
    _S.REFUSED: ("refused", "not sent: no context carries it, or it cannot be read or converted"),
    _S.FAILED: ("failed", "the peer answered with a failure, or every try ended the association"),
    _S.CONFLICT: ("conflict", "another data set has its SOP Instance UID; not sent"),
    _S.VERIFIED: ("verified", "the peer was asked after it was stored, and has it"),
    _S.MISSING: ("missing at the peer", "the peer was asked after it was stored, and does not have it as it was sent"),
    _S.LISTED: ("at the source", "the peer that it comes from lists it; it has not come yet"),
    _S.LOST: ("missing at the source", "the peer that it comes from lists it, and did not hand it out"),
}

PERMITTED: Final = {
    _S.FOUND: {_S.SENDING, _S.IN_DOUBT, _S.HELD, _S.REFUSED, _S.CONFLICT, _S.LISTED},
    _S.SENDING: {_S.FOUND, _S.IN_DOUBT, _S.STORED, _S.STORED_WITH_WARNING, _S.REFUSED, _S.FAILED},
    _S.IN_DOUBT: {_S.FOUND, _S.STORED},
    _S.HELD: {_S.FOUND, _S.REFUSED, _S.CONFLICT},
    _S.STORED: {_S.VERIFIED, _S.MISSING},
    _S.STORED_WITH_WARNING: {_S.VERIFIED, _S.MISSING},
    _S.REFUSED: {_S.FOUND, _S.CONFLICT},
    _S.FAILED: {_S.FOUND, _S.CONFLICT},
    _S.CONFLICT: set(),
    _S.VERIFIED: {_S.MISSING},
    _S.MISSING: {_S.VERIFIED, _S.FOUND},
    _S.LISTED: {_S.FOUND, _S.HELD, _S.CONFLICT, _S.LOST},
    _S.LOST: {_S.FOUND, _S.CONFLICT},
}
"""The states that may follow each. After a recorded answer nothing is sent again, unless the peer was asked and does
not have it, and a user wants it tried again.
"""

STORED: Final = (_S.STORED, _S.STORED_WITH_WARNING)
"""The peer said so, and was not asked since."""
AT_THE_PEER: Final = (*STORED, _S.VERIFIED)
AT_THE_SOURCE: Final = (_S.LISTED, _S.LOST)
"""Listed by a peer that objects come from, and not in hand."""
