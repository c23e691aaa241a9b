"""Storage commitment (PS3.4 annex J): the peer is asked to commit to objects, and reports whether it does.

Belongs here: N-ACTION, and N-EVENT-REPORT on the same association or on one that the peer opens to our listener, with
pynetdicom. Does not belong here: what follows from a report (``verifying``).
"""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydicom.dataset import Dataset
from pynetdicom import AE, evt

from asprofile.migrate.associating import CannotSay, associated
from asprofile.migrate.checkpoints import release
from asprofile.names.well_known import VERIFICATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pynetdicom.association import Association
    from pynetdicom.transport import ThreadedAssociationServer

    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

PUSH_MODEL: Final = "1.2.840.10008.1.20.1"
"""Storage Commitment Push Model."""
_INSTANCE: Final = "1.2.840.10008.1.20.1.1"
NO_SUCH_OBJECT: Final = 0x0112
CLASS_CONFLICT: Final = 0x0119
"""Failure reasons (PS3.3 section C.14.1.1)."""
_UNKNOWN_TRANSACTION: Final = 0x0110


@dataclass(frozen=True, slots=True)
class CommitmentReport:
    """What the peer reported: SOP instances that it committed to, and those that it did not, with the reason."""

    transaction: str
    committed: frozenset[str]
    failed: dict[str, int]


class Committer:
    """Asks for commitments, and takes the reports; a context manager. ``listen`` is where the peer may bring them, as
    host and port; ``is_known`` says whether a transaction is ours. Raises CannotSay.
    """

    def __init__(
        self, to: Destination, options: SendOptions, listen: tuple[str, int] | None, is_known: Callable[[str], bool]
    ) -> None:
        self._to = to
        self._options = options
        self._is_known = is_known
        self._association: Association | None = None
        self._server: ThreadedAssociationServer | None = None
        self._reports: queue.SimpleQueue[CommitmentReport] = queue.SimpleQueue()
        if listen is not None:
            self._server = self._listening(listen)

    def __enter__(self) -> Committer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._association is not None:
            release(self._association)
        if self._server is not None:
            self._server.shutdown()

    def _listening(self, address: tuple[str, int]) -> ThreadedAssociationServer | None:
        entity = AE(ae_title=self._to.calling_ae)
        entity.add_supported_context(PUSH_MODEL, scu_role=False, scp_role=True)
        entity.add_supported_context(VERIFICATION)
        try:
            return entity.start_server(address, block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, self._reported)])
        except OSError as error:
            raise CannotSay(f"reports cannot be taken at {address[0]}:{address[1]}: {error.strerror}") from None

    def _reported(self, event: evt.Event) -> tuple[int, None]:
        try:
            found = event.event_information
            transaction = str(found.TransactionUID)
            report = CommitmentReport(
                transaction,
                frozenset(str(one.ReferencedSOPInstanceUID) for one in found.get("ReferencedSOPSequence", None) or ()),
                {
                    str(one.ReferencedSOPInstanceUID): int(one.get("FailureReason", 0))
                    for one in found.get("FailedSOPSequence", None) or ()
                },
            )
        except (AttributeError, ValueError, TypeError):
            return 0x0115, None  # invalid argument value
        if not self._is_known(transaction):
            return _UNKNOWN_TRANSACTION, None
        self._reports.put(report)
        return 0, None

    def ask(self, transaction: str, objects: Iterable[tuple[str, str]]) -> None:
        """Ask for objects: SOP class and SOP instance of each."""
        association = self._association
        if association is None or not association.is_established:
            handlers: list[tuple[Any, ...]] = [(evt.EVT_N_EVENT_REPORT, self._reported)]
            association = self._association = associated(
                self._to, self._options, [(PUSH_MODEL, None)], "storage commitment", handlers=handlers
            )
        question = Dataset()
        question.TransactionUID = transaction
        question.ReferencedSOPSequence = []
        for sop_class, uid in objects:
            item = Dataset()
            item.ReferencedSOPClassUID = sop_class
            item.ReferencedSOPInstanceUID = uid
            question.ReferencedSOPSequence.append(item)
        try:
            status, _ = association.send_n_action(question, 1, PUSH_MODEL, _INSTANCE)
        except (ValueError, RuntimeError) as error:
            raise CannotSay(str(error)) from None
        code = status.Status if "Status" in status else None
        if code != 0:
            told = "did not answer" if code is None else f"answered {code:04X}H"
            raise CannotSay(f"the peer was asked to commit to objects, and {told}")

    def report(self, seconds: float) -> CommitmentReport | None:
        """The next report; None if none comes in this time."""
        try:
            return self._reports.get(timeout=seconds) if seconds > 0 else self._reports.get_nowait()
        except queue.Empty:
            return None
