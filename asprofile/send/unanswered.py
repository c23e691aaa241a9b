"""The requests of an association that have no answer yet, and which answer belongs to which of them.

Belongs here: message ids, how long an answer may take, and in what an answer can differ from what was asked. Does not
belong here: sending and receiving (``session``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.net import dimse, events
from asprofile.net.deadline import Deadline
from asprofile.printing import of_peer
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.net.events import Event

_MOST_IDS = 65535


class Asked(Value):
    """A request that has no answer yet: what it asked for, and in which context. ``what`` is for people."""

    field: int
    context_id: int
    sop_class: str
    sop_instance: str
    what: str


class Unanswered:
    """An answer is to come within ``seconds`` (None: whenever) of its request, or of the answer to the one before."""

    def __init__(self, seconds: float | None) -> None:
        self.oldest = Deadline(seconds)
        """For the answer to the oldest, from when it was sent and all before it were answered."""
        self.unfinished: int | None = None
        """The message id of a request that is being sent."""
        self._message_id = 0
        self._asked: dict[int, Asked] = {}
        """By message id: completely sent, and not answered, the oldest first."""
        self._answers: dict[int, dimse.CommandSet] = {}
        """Answers that nobody has asked for yet; never more than requests without an answer."""

    def next_id(self) -> int:
        """The next message id that is not in use."""
        self._message_id = self._message_id % _MOST_IDS + 1
        while self._message_id in self._asked or self._message_id in self._answers:
            self._message_id = self._message_id % _MOST_IDS + 1
        return self._message_id

    def sent(self, number: int, asked: Asked) -> None:
        """This request is at the peer: an answer may come."""
        self.unfinished = None
        if not self._asked:
            self.oldest.renew()
        self._asked[number] = asked

    @property
    def is_late(self) -> bool:
        """The answer to the oldest should have come."""
        return bool(self._asked) and self.oldest.is_over

    def what(self, number: int) -> str:
        """What this request was, for people."""
        return self._asked[number].what

    # --- answers

    def take(self, event: Event) -> bool:
        """Keep the answer to something that was asked; False if the event is anything else."""
        if not isinstance(event, events.CommandReceived) or self.fault(event):
            return False
        number = event.command.responded_to
        assert number is not None, "it has been looked up"
        if number == next(iter(self._asked)):
            self.oldest.renew()
        del self._asked[number]
        self._answers[number] = event.command
        return True

    def fault(self, event: events.CommandReceived) -> str:
        """Why this is no answer to what was asked; empty if it is one."""
        command, number = event.command, event.command.responded_to
        asked = self._asked.get(number) if number is not None else None
        if not command.is_response:
            return f"sent command {command.field:04X}H, where only answers may come"
        if asked is None:
            if number == self.unfinished:
                return f"answered message {number} before all of it was sent"
            open_ones = ", ".join(map(str, self._asked))
            return f"answered message {number}, which was not asked" + (f"; {open_ones} was" if open_ones else "")
        return _mismatch(asked, event)

    def answer_to(self, number: int) -> dimse.CommandSet | None:
        """The answer to this request, once; None if it has not come."""
        return self._answers.pop(number, None)

    def any_answer(self) -> tuple[int, dimse.CommandSet] | None:
        """Message id and answer of a request that has one, once; None if there is none."""
        for number in self._answers:
            return number, self._answers.pop(number)
        return None


def _mismatch(asked: Asked, event: events.CommandReceived) -> str:
    """In what an answer differs from the request with its message id; empty if it is that request's."""
    command = event.command
    service = "C-ECHO" if asked.field == dimse.C_ECHO_RQ else "C-STORE"
    if command.field != asked.field | dimse.RESPONSE:
        return f"answered {service} with command {command.field:04X}H"
    if event.context_id != asked.context_id:
        return f"answered in presentation context {event.context_id} what was asked in {asked.context_id}"
    # Both UIDs may be left out of an answer (PS3.7 Table 9.3-2).
    if _differs(command.sop_instance, asked.sop_instance):
        return f"answered for SOP instance {of_peer(command.sop_instance)}, and {asked.sop_instance} was sent"
    if service == "C-STORE" and _differs(command.sop_class, asked.sop_class):
        return f"answered for SOP class {of_peer(command.sop_class)}, and an object of {asked.sop_class} was sent"
    if command.has_data_set:
        return f"answered {service} with a data set, which it cannot have"
    return ""


def _differs(answered: str, asked: str) -> bool:
    """Whether a UID of an answer, empty without one, is another than was asked with."""
    return answered not in ("", asked) and answered != dimse.echoed(asked)
