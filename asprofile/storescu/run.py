"""What storescu does from the first look at the files to its exit status.

Belongs here: the order of things on one association, and what DCMTK's program says and returns for each way it can end
(DCMTK 3.7.0, storescu). Does not belong here: what is decided about a single file (``objects``), what is
proposed (``proposal``).

The next file is read while the peer works on the last; the log tells of it when it is its turn.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.dumps import status_text, store_request, store_response
from asprofile.dcmtk_cli.log import Log, ProgressDots
from asprofile.errors import AssociationAborted, AssociationError, ObjectError
from asprofile.names.dcmtk import modality_of
from asprofile.names.releases import at_least
from asprofile.names.uids import keyword_or_uid
from asprofile.net.dimse import StatusClass, status_class
from asprofile.storescu.associating import HEADERS, LONGEST_PDU, PEER_ABORTED, StorescuAssociations, options, room
from asprofile.storescu.files import Halt, checked, input_files, rename
from asprofile.storescu.loading import NO_MEMORY, Condition
from asprofile.storescu.objects import SEND_FAILED, Hopeless, LoggedObject, Objects
from asprofile.storescu.proposal import request_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.dcmtk_cli.security import Secure
    from asprofile.dcmtk_cli.tls import CommandLineCalls
    from asprofile.net.dimse import CommandSet
    from asprofile.send.control import Control
    from asprofile.storescu.settings import StorescuSettings

INTERRUPTED: Final = 130
_LAST_MESSAGE: Final = 65535

PEER_RELEASED: Final = Condition("0006:0319", "DUL Peer Requested Release")
NO_ANSWER: Final = Condition("0006:0207", "DIMSE No data available (timeout in non-blocking mode)")
NO_MORE: Final = Condition("0006:0303", "DUL Finite State Machine Error: the association is over")
ABORTED_BY_US: Final = Condition("0006:0317", "Interrupted, and aborted by us")


def run(settings: StorescuSettings, log: Log, release: str, outside: CommandLineCalls, control: Control) -> int:
    """Send the files; the exit status. ``control`` ends it: in good order, or at once."""
    try:
        names, classes = checked(input_files(settings, log, control), settings, log, release, control)
        limits = options(settings, log, release, outside)
        request = request_for(settings, classes, log, release)
        sender = _Sender(StorescuAssociations(settings, log, release, request, limits, control))
        try:
            status = sender.end(sender.send(names))
        finally:
            sender.session.abort()  # nothing, if it is over
    except Halt:
        return INTERRUPTED if control.finishing else 1
    _finish_tls(settings.tls, log, outside)
    return status


def _finish_tls(secure: Secure | None, log: Log, outside: CommandLineCalls) -> None:
    if secure is not None:
        from asprofile.dcmtk_cli.tls import finish

        finish(secure, log, outside)


class _Sender:
    """Sends the files of one run over its association; with --no-halt over another one when that is lost."""

    def __init__(self, associations: StorescuAssociations) -> None:
        """Raises Halt if there is no association."""
        self._associations = associations
        self._settings = settings = associations.settings
        self._log = associations.log
        self._release = associations.release
        self._control = associations.control
        self.session = associations.first()
        self._objects = Objects(settings, self.session.negotiation, self._release)
        self._over = False
        self._was_lost = False
        self._left: tuple[int, str] = (0, "")
        """Files that were not begun because of an interruption: how many, and the first."""
        self._number = 0
        self._unsuccessful = False
        self._last_status = 0
        self._make_room()

    def _make_room(self) -> None:
        longest = self._settings.max_send_pdu or LONGEST_PDU
        self._room = min(room(self.session), longest - HEADERS)
        self._buffer = memoryview(bytearray(self.session.chunk_size))

    # --- one file after the other

    def send(self, names: list[str]) -> Condition | None:
        """What ended the sending, None if all was done, or nothing more is to be sent after a failure status."""
        queue = self._queue(names)
        # What is renamed is not there for the next time, and must not be read before.
        ahead = not (self._settings.rename and self._settings.repeat > 1)
        current = next(queue, None)
        while current is not None:
            if self._over and not self._settings.halt:
                current = self._again(current)
            if self._control.finishing:
                self._left = 1 + sum(1 for _ in self._names(names)) - self._taken, current.name
                _close(current)
                return ABORTED_BY_US if self._over else None
            read: list[LoggedObject | Hopeless | None] = []
            condition = self._one(current, lambda: read.append(next(queue, None)) if ahead else None)  # noqa: B023
            if self._settings.halt and (condition is not None or self._unsuccessful):
                _close(*read)
                return condition
            upcoming = read[0] if read else next(queue, None)
            if condition is not None:
                # What is left of the repetitions of this file is left out.
                while upcoming is not None and upcoming.time > 1:
                    _close(upcoming)
                    upcoming = next(queue, None)
            current = upcoming
        return None

    def _names(self, names: list[str]) -> Iterator[tuple[str, int]]:
        return ((name, time) for name in names for time in range(1, self._settings.repeat + 1))

    def _queue(self, names: list[str]) -> Iterator[LoggedObject | Hopeless]:
        self._taken = 0
        for name, time in self._names(names):
            self._taken += 1
            yield self._objects.prepare(name, time)

    def _again(self, item: LoggedObject | Hopeless) -> LoggedObject | Hopeless:
        """Another association in place of one that is over, if it can be had; the file in its contexts."""
        self._was_lost = True
        session = self._associations.another()
        if session is None:
            return item
        before = self._objects.negotiation.usable
        self.session, self._objects.negotiation = session, session.negotiation
        self._over, self._number = False, 0
        self._make_room()
        if session.negotiation.usable == before:
            return item
        _close(item)
        return self._objects.prepare(item.name, item.time)

    def _one(self, item: LoggedObject | Hopeless, meanwhile: Callable[[], None]) -> Condition | None:
        """Send one file; ``meanwhile`` is called while the peer works on it. What went wrong, None if it has an answer,
        whatever that says.
        """
        self._unsuccessful = True
        self._log.info(f"Sending file: {item.name}")
        for level, text in item.lines:
            self._log.say(level, text)
        if isinstance(item, Hopeless):
            self._give_up(item)
            return item.condition
        with closing(item.source):
            condition, answer = self._exchange(item, meanwhile)
        if condition is None and answer is not None:
            self._answered(item, answer)
        else:
            self._rename(item.name, ".bad")
            self._log.error(f"Store Failed, file: {item.name}:\n{condition}")
        return condition

    def _give_up(self, item: Hopeless) -> None:
        self.session.skip_message()
        self._number = self._number % _LAST_MESSAGE + 1
        if item.announced:
            self._log.info(self._sending(item.announced))
            self._log.progress("XMIT: ")
        for level, text in item.failure:
            self._log.say(level, text)
        self._rename(item.name, ".bad")

    def _exchange(
        self, item: LoggedObject, meanwhile: Callable[[], None]
    ) -> tuple[Condition | None, CommandSet | None]:
        header, context = item.source.header, item.context
        self._number = self._number % _LAST_MESSAGE + 1
        self._announce(item)
        progress = ProgressDots(self._log, self._room)
        progress.begin()
        if self._over:
            progress.end()
            return Condition(SEND_FAILED.code, f"{SEND_FAILED.text}\n{NO_MORE}"), None
        try:
            pieces = _counted(item.source.pieces(self._buffer), progress)
            message_id = self.session.send_object(context, header.sop_instance, pieces, item.source.length)
            progress.end()
            meanwhile()
            return None, self.session.await_answer(message_id)
        except (ObjectError, MemoryError) as error:
            # Half an object is at the peer, and nothing takes it back but an abort.
            self.session.abort()
            self._over = True
            return Condition(SEND_FAILED.code, f"{SEND_FAILED.text}\n{str(error) or NO_MEMORY.text}"), None
        except AssociationError as error:
            self._over = True
            return self._lost(error), None

    def _announce(self, item: LoggedObject) -> None:
        header, context = item.source.header, item.context
        self._log.info(self._sending(header.sop_class))
        if self._log.shows("debug"):
            what = f"{keyword_or_uid(header.sop_class)} with {keyword_or_uid(context.transfer_syntax)} transfer syntax"
            self._log.debug(f"  using Presentation Context ID {context.id} = {what}")
            self._log.debug(store_request(header.sop_class, header.sop_instance, self._number, self._release))

    def _sending(self, sop_class: str) -> str:
        return f"Sending Store Request (MsgID {self._number}, {modality_of(sop_class) or 'OT'})"

    def _lost(self, error: AssociationError) -> Condition:
        """DCMTK's condition for an association that ended before its time."""
        if not isinstance(error, AssociationAborted):
            return Condition("0006:0307", f"DUL Illegal or ill-formed PDU: {error}")
        if self._control.aborting:
            return ABORTED_BY_US
        if error.how == "release":
            return PEER_RELEASED
        if error.how == "silence" and self._settings.answer_timeout is not None:
            return NO_ANSWER
        return PEER_ABORTED

    def _answered(self, item: LoggedObject, answer: CommandSet) -> None:
        status = answer.status or 0
        self._last_status = status
        self._unsuccessful = status_class(status) not in (StatusClass.SUCCESS, StatusClass.WARNING)
        self._rename(item.name, ".bad" if self._unsuccessful else ".done")
        if self._log.shows("debug"):
            self._log.info("Received Store Response")
            self._log.debug(store_response(answer, item.context.id, self._release))
        else:
            self._log.info(f"Received Store Response ({status_text(status)})")

    def _rename(self, name: str, suffix: str) -> None:
        if self._settings.rename:
            rename(name, suffix, self._log)

    # --- the end

    def end(self, condition: Condition | None) -> int:
        """End the association as it has to be ended; the exit status."""
        count, name = self._left
        if count:
            files = "1 file was" if count == 1 else f"{count:,} files were"
            self._log.warn(f"Interrupted: {files} not sent, from {name} on")
        status = self._ended(condition)
        if count or condition == ABORTED_BY_US:
            return INTERRUPTED
        return status or int(self._was_lost)

    def _ended(self, condition: Condition | None) -> int:
        recent = at_least(self._release, "3.6.7")
        if condition is None:
            if not self._released():
                return 1
        elif condition == PEER_RELEASED:
            self._log.error("Protocol Error: Peer requested release (Aborting)")
            self._log.info("Aborting Association")
            self.session.abort()
        elif condition == PEER_ABORTED:
            self._log.info("Peer Aborted Association")
        else:
            self._log.error(f"Store SCU Failed: {condition}")
            self._log.info("Aborting Association")
            self.session.abort()
            if recent:
                return 1
        if not (self._settings.halt and self._unsuccessful):
            return 0
        # Without a status of the peer: the association was lost.
        return self._last_status >> 8 if self._last_status else 10 if recent else 255

    def _released(self) -> bool:
        if self._settings.abort:
            self._log.info("Aborting Association")
            self.session.abort()
            return True
        self._log.info("Releasing Association")
        if self._over:
            self._log.error(f"Association Release Failed: {NO_MORE}")
            return False
        try:
            self.session.release()
        except AssociationError as error:
            self._log.error(f"Association Release Failed: {self._lost(error)}")
            return False
        return True


def _counted(pieces: Iterator[memoryview], progress: ProgressDots) -> Iterator[memoryview]:
    for piece in pieces:
        yield piece
        progress.sent(len(piece))


def _close(*items: LoggedObject | Hopeless | None) -> None:
    for item in items:
        if isinstance(item, LoggedObject):
            item.source.close()
