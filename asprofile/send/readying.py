"""An object is made ready for an association: its presentation context, and its data set open.

Belongs here: which object cannot be sent, and why. Does not belong here: when it is sent (``worker``).
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose
from asprofile.send.backlog import result_of
from asprofile.send.conversions import Trials, conversions
from asprofile.send.in_hand import ReadyObject
from asprofile.send.outcome import ObjectResult, Outcome
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.objects.preparing import Preparer
    from asprofile.send.backlog import Job
    from asprofile.send.session import Session

NO_MEMORY: Final = "there is not enough memory for it"


class Readying:
    """For one worker. What was chosen for a kind of objects is kept for as long as the association lasts."""

    def __init__(self, preparer: Preparer, *, fitted: bool) -> None:
        self._preparer = preparer
        self._adviser = Adviser(conversions, fitted=fitted)
        self.begin()

    def begin(self) -> None:
        """There is another association."""
        self._choices: dict[tuple[str, str], AcceptedContext | NoContext] = {}
        self._trials = Trials()

    def prepare(self, job: Job, session: Session) -> ReadyObject | ObjectResult:
        """The object, ready for this association; or what becomes of it because it cannot be sent."""
        header = job.header
        choice = self._choice(header.sop_class, header.transfer_syntax, session)
        if isinstance(choice, NoContext):
            choice = self._trials.checked(choice, header)
            return result_of(header, Outcome.REFUSED, reason=choice.reason, way_out=choice.way_out, tries=job.tries)
        try:
            source = self._preparer.open(header, choice.transfer_syntax)
        except ObjectError as error:
            return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=str(error), tries=job.tries)
        except MemoryError:
            return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=NO_MEMORY, tries=job.tries)
        sent_as = (source.header.sop_class, source.header.transfer_syntax)
        if sent_as == (choice.abstract_syntax, choice.transfer_syntax):
            return ReadyObject(job, session, choice, source)
        source.close()
        reason = f"was prepared as {sent_as[0]} in {sent_as[1]}, which presentation context {choice.id} does not carry"
        return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=reason, tries=job.tries)

    def _choice(self, sop_class: str, transfer_syntax: str, session: Session) -> AcceptedContext | NoContext:
        key = (sop_class, transfer_syntax)
        choice = self._choices.get(key)
        if choice is None:
            targets = self._preparer.targets(*key)
            choice = self._choices[key] = choose(session.negotiation, *key, targets, self._adviser)
        return choice


def begun(ready: ReadyObject, buffer: memoryview) -> ReadyObject:
    """The same, with the first piece of its data set in the buffer; what is wrong with that is raised when the piece is
    asked for.
    """
    return replaced(ready, pieces=_begun(ready.source.pieces(buffer)))


def _begun(pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    try:
        first = [*islice(pieces, 1)]
    except (ObjectError, MemoryError) as error:
        return _failing(error)
    return chain(first, pieces)


def _failing(error: ObjectError | MemoryError) -> Iterator[memoryview]:
    raise error
    yield
