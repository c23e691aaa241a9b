"""Objects that a peer gives back or hands out: C-GET (PS3.4 section C.4.3), or C-MOVE to our own receiver (C.4.2).

Belongs here: retrieval with pynetdicom; what comes is handed on as it came. Does not belong here: what is done with it
(``sampling``, ``pulling``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydicom.dataset import Dataset
from pynetdicom import AE, evt

from asprofile.migrate.associating import CannotSay, associated, without_delays
from asprofile.migrate.checkpoints import release, stand_still
from asprofile.names.well_known import MAX_CONTEXTS, VERIFICATION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pynetdicom.association import Association
    from pynetdicom.transport import ThreadedAssociationServer

    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

GET: Final = "1.2.840.10008.5.1.4.1.2.2.3"
MOVE: Final = "1.2.840.10008.5.1.4.1.2.2.2"
"""Study Root Query/Retrieve Information Model - GET, and MOVE."""
_PENDING: Final = (0xFF00, 0xFF01)
_SUCCESS: Final = 0x0000
_NOT_KEPT: Final = 0xA700


@dataclass(frozen=True, slots=True)
class ReceivedBack:
    """An object as it came: the SOP class and instance of the command, transfer syntax, and its data set."""

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How a retrieval ended: the last status, and what the peer counted as failed (it may count wrongly)."""

    status: int
    failed: int

    @property
    def problem(self) -> str:
        """What is wrong by the peer's word; empty if nothing is."""
        if self.status == _SUCCESS:
            return ""
        return f"it answered {self.status:04X}H" + (f", with {self.failed} failed" if self.failed else "")


class Retriever:
    """Retrieves by C-GET, or with ``listen`` by C-MOVE to our own receiver there; a context manager. ``kinds`` are the
    SOP classes and transfer syntaxes to be taken, each syntax in a context of its own; ``keep`` gets what comes, from
    another thread, and says whether it was kept. With ``destination`` by C-MOVE to that AE title, where somebody else
    takes the objects. Raises CannotSay.
    """

    def __init__(
        self,
        to: Destination,
        options: SendOptions,
        kinds: Sequence[tuple[str, str]],
        keep: Callable[[ReceivedBack], bool],
        listen: tuple[str, int] | None = None,
        destination: str = "",
    ) -> None:
        self._keep = keep
        self._title = destination or to.calling_ae
        self._moves = bool(destination) or listen is not None
        self._server: ThreadedAssociationServer | None = None
        handlers: list[tuple[Any, ...]] = [(evt.EVT_C_STORE, self._stored)]
        if listen is not None:
            self._server = self._listening(listen, kinds, handlers)
        if self._moves:
            contexts: list[tuple[str, Sequence[str] | None]] = [(MOVE, None)]
            self._association = self._associated(to, options, contexts, "C-MOVE (Study Root)", [], [])
        else:
            contexts = [(GET, None), *((uid, [syntax]) for uid, syntax in kinds[: MAX_CONTEXTS - 1])]
            classes = list(dict.fromkeys(uid for uid, _ in kinds))
            self._association = self._associated(to, options, contexts, "C-GET (Study Root)", classes, handlers)

    def _associated(
        self,
        to: Destination,
        options: SendOptions,
        contexts: list[tuple[str, Sequence[str] | None]],
        what: str,
        classes: list[str],
        handlers: list[tuple[Any, ...]],
    ) -> Association:
        try:
            return associated(to, options, contexts, what, as_scp=classes, handlers=handlers)
        except CannotSay:
            self._stop()
            raise

    def _listening(
        self, address: tuple[str, int], kinds: Sequence[tuple[str, str]], handlers: list[tuple[Any, ...]]
    ) -> ThreadedAssociationServer | None:
        entity = AE(ae_title=self._title)
        syntaxes: dict[str, list[str]] = {}
        for uid, syntax in kinds:
            syntaxes.setdefault(uid, []).append(syntax)
        for uid, those in syntaxes.items():
            entity.add_supported_context(uid, those)
        entity.add_supported_context(VERIFICATION)
        try:
            at_once = (evt.EVT_CONN_OPEN, lambda event: without_delays(event.assoc))
            return entity.start_server(address, block=False, evt_handlers=[at_once, *handlers])
        except OSError as error:
            raise CannotSay(f"objects cannot be taken at {address[0]}:{address[1]}: {error.strerror}") from None

    def __enter__(self) -> Retriever:
        return self

    def __exit__(self, *_: object) -> None:
        release(self._association)
        self._stop()

    @property
    def is_open(self) -> bool:
        """The association is."""
        return bool(self._association.is_established)

    def abort(self) -> None:
        """End it in the middle of what it does; from any thread."""
        if self._association.is_established:
            self._association.abort()

    def _stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server = None

    def _stored(self, event: evt.Event) -> int:
        request: Any = event.request
        came = ReceivedBack(
            str(request.AffectedSOPClassUID),
            str(request.AffectedSOPInstanceUID),
            str(event.context.transfer_syntax),
            request.DataSet.getvalue(),
        )
        return _SUCCESS if self._keep(came) else _NOT_KEPT

    def retrieve(self, level: str, **keys: Any) -> Retrieval:
        """Ask for what has these keys, and wait for the end."""
        question = Dataset()
        question.QueryRetrieveLevel = level
        for name, value in keys.items():
            setattr(question, name, value)
        status, failed = 0xC000, 0
        stand_still(self._association)
        try:
            if self._moves:
                answers = self._association.send_c_move(question, self._title, MOVE)
            else:
                answers = self._association.send_c_get(question, GET)
            for found, _ in answers:
                if "Status" not in found:
                    raise CannotSay("the retrieval was not answered, or the association was lost")
                status = found.Status
                failed = int(found.get("NumberOfFailedSuboperations", 0) or 0)
        except (ValueError, RuntimeError) as error:
            raise CannotSay(str(error)) from None
        return Retrieval(status, failed)
