"""An acceptor without a network that grants a window, answers when and in what order a test wants it, and may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, OperationsWindow
from asprofile.net import dimse, wire

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from played_stream import Clock

ABORT = wire.encode(wire.Abort(2, 0))


class Asked:
    """A C-STORE-RQ, and whether all of its data set has come."""

    def __init__(self, command: dimse.CommandSet, context_id: int) -> None:
        assert command.message_id is not None
        self.message_id = command.message_id
        self.instance = command.sop_instance
        self.context_id = context_id
        self.complete = False

    def answer(self, status: int = 0, **other: object) -> bytes:
        """A C-STORE-RSP; ``other`` gives what is to be wrong: message_id, sop_instance, sop_class, context_id."""
        context_id = other.pop("context_id", self.context_id)
        fields = {"message_id": self.message_id, "sop_instance": self.instance, **other}
        data = dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, **fields), status)  # type: ignore[arg-type]
        return wire.data_header(context_id, len(data), command=True, last=True) + data  # type: ignore[arg-type]


class Archive:
    """What the peer is over all associations. ``lie(stream, asked)`` may return bytes that are said in place of the
    right thing when a piece of an object came, after which nothing right is said in that association.
    """

    def __init__(
        self,
        chance: random.Random,
        *,
        window: int | None = 4,
        lie: Callable[[Stream, Asked], bytes | None] | None = None,
        status: Callable[[Asked], int] = lambda _: 0,
        holds: Callable[[Asked], bool] = lambda _: False,
    ) -> None:
        self.chance = chance
        self.window = window
        self.lie = lie
        self.status = status
        self.holds = holds
        """These are never answered."""
        self.asked: list[str] = []
        """The SOP instances of all objects that came whole, in order."""
        self.answered: list[str] = []
        """Those to which the right answer was given with success."""
        self.most = 0
        """Objects without an answer at a time."""
        self.together: list[set[str]] = []
        """Which objects were without an answer together, after each that came."""
        self.requests: list[AssociateRequest] = []


class Stream:
    """A Transport to an Archive. Deterministic: what is said depends on ``archive.chance`` alone."""

    security = ""
    peer = "127.0.0.1:104"

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.open: list[Asked] = []
        self.closed = False
        self._archive = archive
        self._clock = clock
        self._heard = b""
        self._command = b""
        self._ready = bytearray()
        self._lied = False

    # --- the peer's side

    def _hear(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= 6:
            pdu_type, length = wire.HEADER.unpack_from(self._heard)
            if len(self._heard) < 6 + length:
                return
            body, self._heard = self._heard[6 : 6 + length], self._heard[6 + length :]
            if pdu_type == wire.P_DATA_TF:
                for value in wire.data_values(memoryview(body)):
                    self._take(value)
            elif pdu_type == wire.RELEASE_RQ and not self._lied:
                assert not any(asked.complete for asked in self.open if not self._archive.holds(asked))
                self._ready += wire.encode(wire.ReleaseResponse())
            elif pdu_type == wire.ASSOCIATE_RQ:
                self._accept(wire.decode(pdu_type, body))

    def _accept(self, request: AssociateRequest) -> None:
        self._archive.requests.append(request)
        window = None
        if request.window is not None and self._archive.window is not None:
            window = OperationsWindow(self._archive.window, 1)
        results = tuple(ContextResult(one.id, 0, one.transfer_syntaxes[0]) for one in request.contexts)
        self._ready += wire.encode(AssociateAccept("A", "B", results, max_pdu=1024, window=window))

    def _take(self, value: wire.DataValue) -> None:
        archive = self._archive
        if value.is_command:
            self._command += bytes(value.data)
            if value.is_last:
                self.open.append(Asked(dimse.decode(self._command), value.context_id))
                self._command = b""
        asked = self.open[-1]
        if value.is_last and not value.is_command:
            asked.complete = True
            archive.asked.append(asked.instance)
            archive.together.append({one.instance for one in self.open})
            archive.most = max(archive.most, len(self.open))
        if self._lied:
            return
        lie = archive.lie(self, asked) if archive.lie is not None else None
        if lie is not None:
            self._lied = True
            self._ready += lie
            return
        while archive.chance.random() < 0.3 and self._answer_one():
            pass

    def _answer_one(self) -> bool:
        """Answer any of the objects that are complete."""
        ones = [one for one in self.open if one.complete and not self._archive.holds(one)]
        if not ones or self._lied:
            return False
        one = self._archive.chance.choice(ones)
        self.open.remove(one)
        status = self._archive.status(one)
        if status == 0:
            self._archive.answered.append(one.instance)
        self._ready += one.answer(status)
        return True

    # --- as a Transport

    def send(
        self,
        buffers: list,
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        for place, buffer in enumerate(buffers):
            # In the middle of it the peer takes no more, and wants to be heard first.
            if place and on_data is not None and self._archive.chance.random() < 0.2:
                data = self._some()
                if data is not None and not on_data(data):
                    return False
            self._hear(bytes(buffer))
        return True

    def receive(self, timeout: float | None) -> bytes | None:
        data = self._some() if timeout or self._archive.chance.random() < 0.5 else None
        if data is None and timeout:
            if self._answer_one():
                return self._some()
            self._clock.now += timeout
        return data

    def _some(self) -> bytes | None:
        if not self._ready:
            return b"" if self.closed else None
        size = self._archive.chance.choice([1, 3, 20, 90, 1000])
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    unsent = None

    def go_on(self, count: int) -> None:
        raise AssertionError("it takes everything at once")

    def interrupt(self) -> None:
        pass

    def finish(self, timeout: float) -> None:
        pass

    def close(self) -> None:
        pass
