"""What an acceptor answers to a presentation context, in words (PS3.8 Table 9-18).

Belongs here: one text for each result. Does not belong here: what to do about it (``advice``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import NegotiatedContext

ACCEPTED: Final = 0
USER_REJECTION: Final = 1
NO_REASON: Final = 2
ABSTRACT_SYNTAX_NOT_SUPPORTED: Final = 3
TRANSFER_SYNTAXES_NOT_SUPPORTED: Final = 4

_TEXTS: Final = {
    ACCEPTED: "accepted",
    USER_REJECTION: "user rejection (its application does not want it)",
    NO_REASON: "no reason given (provider rejection)",
    ABSTRACT_SYNTAX_NOT_SUPPORTED: "abstract syntax not supported",
    TRANSFER_SYNTAXES_NOT_SUPPORTED: "transfer syntaxes not supported",
}
NOT_PROPOSED: Final = "accepted with a transfer syntax that was not proposed"
NOT_MENTIONED: Final = "the answer does not mention it"


def result_text(result: int | None) -> str:
    """The result in words, with its number if the standard does not define it; None: the answer has no result."""
    if result is None:
        return NOT_MENTIONED
    return _TEXTS.get(result, f"result {result}, which PS3.8 does not define")


def refusal_text(context: NegotiatedContext) -> str:
    """Why a context cannot be used, "" if it can."""
    if context.transfer_syntax is not None:
        return ""
    return NOT_PROPOSED if context.result == 0 else result_text(context.result)
