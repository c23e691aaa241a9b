"""The results of a presentation context in words."""

from __future__ import annotations

import pytest

from asprofile.negotiate.negotiation import NegotiatedContext
from asprofile.negotiate.results import NOT_MENTIONED, NOT_PROPOSED, refusal_text, result_text

# PS3.8 Table 9-18.
TEXTS = {
    0: "accepted",
    1: "user rejection (its application does not want it)",
    2: "no reason given (provider rejection)",
    3: "abstract syntax not supported",
    4: "transfer syntaxes not supported",
}


@pytest.mark.parametrize("result", range(256))
def test_every_result_has_its_own_text(result: int) -> None:
    assert result_text(result) == TEXTS.get(result, f"result {result}, which PS3.8 does not define")


@pytest.mark.parametrize(
    ("result", "syntax", "text"),
    [(0, "1.2", ""), (0, None, NOT_PROPOSED), (None, None, NOT_MENTIONED), (1, None, TEXTS[1]), (3, None, TEXTS[3])],
)
def test_why_a_context_cannot_be_used(result: int | None, syntax: str | None, text: str) -> None:
    context = NegotiatedContext(1, "1.2.3", ("1.2",), result, syntax, scu=True, scp=False)
    assert refusal_text(context) == text
