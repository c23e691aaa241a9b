"""Message ids, and which answer belongs to which request."""

from __future__ import annotations

from asprofile.net.dimse import C_STORE_RQ, RESPONSE, CommandSet
from asprofile.net.events import CommandReceived
from asprofile.send.unanswered import Asked, Unanswered

ASKED = Asked(C_STORE_RQ, 1, "1.2", "1.2.3", "the object")
MOST = 65535


def test_message_ids_come_round() -> None:
    """One that waits for its answer is not given out again, nor one whose answer nobody has taken yet."""
    unanswered = Unanswered(None)
    for number in range(1, MOST + 1):
        assert unanswered.next_id() == number
        if number in (3, MOST):
            unanswered.sent(number, ASKED)
    assert [unanswered.next_id() for _ in range(3)] == [1, 2, 4]
    answer = CommandSet(C_STORE_RQ | RESPONSE, False, responded_to=3, status=0)
    assert unanswered.take(CommandReceived(1, answer))
    assert [unanswered.next_id() for _ in range(MOST - 5)] == list(range(5, MOST))
    assert [unanswered.next_id() for _ in range(3)] == [1, 2, 4]
    assert unanswered.any_answer() == (3, answer)
    assert [unanswered.next_id() for _ in range(MOST - 5)] == list(range(5, MOST))
    assert [unanswered.next_id() for _ in range(3)] == [1, 2, 3]
