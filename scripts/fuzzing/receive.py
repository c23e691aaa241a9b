"""Mutated dialogues for the receivers: whatever a requestor says, the association ends, and what is stored is answered.

A dialogue is right at first (a request, objects, echoes, a release) and then mutated, in its PDUs and in its bytes.
``asprofile receive`` and ``asprofile storescp +B`` hear the same, each through a connection in memory. Any case can be
made again from its seed and number.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from asprofile.dcmtk_cli.arguments import parse
from asprofile.dcmtk_cli.log import Log
from asprofile.negotiate.request import AssociateRequest, OperationsWindow, ProposedContext, RoleItem, UserIdentity
from asprofile.net import dimse, wire
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.events import AssociationEnded, Received, ReceiveEvent
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.receive.policy import ProfilePolicy
from asprofile.receive.storing import Storage
from asprofile.send.control import Control
from asprofile.storescp import options
from asprofile.storescp.acceptance import ProviderPolicy
from asprofile.storescp.provider import ProviderParts, StorageProvider, StudyEvents
from asprofile.storescp.running import CommandRunner
from asprofile.storescp.settings import storescp_settings
from asprofile.storescp.storing import ObjectStore

CLASSES: Final = ("1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4")
SYNTAXES: Final = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50")
INSTANCES: Final = ("1.2.3", "1.2.4", "../../x", "", "a" * 64, "1.2.3\0", "/etc/x", ".")
_NUMBERS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 16, 32, 127, 128, 254, 255)
MOST_MEMORY: Final = 60
"""MB that such a process may ever have."""


class Stream:
    """A connection that says all it has to say, and closes."""

    security = ""
    peer = "127.0.0.1:104"

    def __init__(self, data: bytes, dice: random.Random) -> None:
        self.said: list[bytes] = []
        self._data = data
        self._at = 0
        self._most = dice.choice((1, 7, 100, 4096, 1 << 18)) if len(data) < 2000 else 1 << 18

    def send(self, buffers: list[bytes | memoryview], _: float | None, *__: object) -> bool:
        self.said += map(bytes, buffers)
        return True

    def receive(self, _: float | None) -> bytes:
        start, self._at = self._at, min(self._at + self._most, len(self._data))
        return self._data[start : self._at]

    def receive_into(self, buffer: memoryview, _: float | None) -> int:
        start, self._at = self._at, min(self._at + min(self._most, len(buffer)), len(self._data))
        buffer[: self._at - start] = self._data[start : self._at]
        return self._at - start


def dialogue(seed: int, number: int) -> bytes:
    """What the requestor of a case says."""
    dice = random.Random(f"{seed} {number}")
    first = request(dice, "ME")
    pdus = [first]
    for _ in range(dice.choice((0, 1, 2, 5))):
        pdus += message(dice)
    pdus.append(dice.choice((wire.encode(wire.ReleaseRequest()), wire.encode(wire.Abort(0, 0)), b"")))
    for _ in range(dice.choice((0, 0, 1, 2))):
        _mutate_pdus(pdus, dice)
    data = bytearray(b"".join(pdus))
    kept = len(first) if dice.random() < 0.6 else 0
    behind = data[kept:]
    for _ in range(dice.choice((0, 1, 1, 2, 4, 16))):
        mutate(behind, dice)
    data[kept:] = behind
    return bytes(data)


def request(dice: random.Random, calling: str) -> bytes:
    """A request of the first of CLASSES and others, from ``calling``."""
    contexts = tuple(
        ProposedContext(2 * number + 1, dice.choice(CLASSES), tuple(dice.choices(SYNTAXES, k=dice.choice((1, 2, 3)))))
        for number in range(dice.choice((1, 2, 4, 4, 4, 30)))
    )
    proposed = AssociateRequest(
        "STORE",
        calling,
        contexts,
        roles=(RoleItem(CLASSES[1], True, True),) * dice.choice((0, 0, 1, 2)),
        max_pdu=dice.choice((0, 4096, 16384)),
        user_identity=UserIdentity(2, b"name", b"secret") if dice.random() < 0.2 else None,
        window=OperationsWindow(5, 1) if dice.random() < 0.3 else None,
    )
    return wire.encode(proposed)


def message(dice: random.Random) -> list[bytes]:
    """The PDUs of a C-ECHO, or of a C-STORE of anything."""
    context_id = dice.choice((1, 3, 5, 7))
    if dice.random() < 0.2:
        return [pdv(context_id, dimse.echo_request(1), command=True, last=True)]
    command = dimse.store_request(dice.choice(CLASSES), dice.choice(INSTANCES), dice.choice((0, 1, 65535)))
    data = bytes(dice.choice((0, 1, 2, 100, 100, 5000)))
    size = dice.choice((50, 1000, 16378))
    pieces = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    pdus = [pdv(context_id, command, command=True, last=True)]
    return pdus + [pdv(context_id, piece, command=False, last=at == len(pieces)) for at, piece in enumerate(pieces, 1)]


def pdv(context_id: int, data: bytes, *, command: bool, last: bool) -> bytes:
    """A PDU with one fragment."""
    return wire.data_header(context_id, len(data), command=command, last=last) + data


def _mutate_pdus(pdus: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(pdus))
    match dice.randrange(4):
        case 0:
            del pdus[at]
        case 1:
            pdus.insert(at, dice.choice(pdus))
        case 2:
            other = dice.randrange(len(pdus))
            pdus[at], pdus[other] = pdus[other], pdus[at]
        case _:
            pdus[at] = pdus[at][: dice.randrange(len(pdus[at]) + 1)]
    if not pdus:
        pdus.append(b"")


def mutate(data: bytearray, dice: random.Random) -> None:
    """Near the beginning more often: that is where lengths and ids are."""
    if not data:
        return
    at = dice.randrange(min(len(data), dice.choice((6, 80, 400, len(data)))))
    match dice.randrange(6):
        case 0:
            data[at] ^= 1 << dice.randrange(8)
        case 1:
            data[at] = dice.choice(_NUMBERS)
        case 2:
            del data[at : at + dice.choice((1, 2, 4, 100))]
        case 3:
            data[at:at] = dice.randbytes(dice.choice((1, 2, 4, 100)))
        case 4:
            data[at : at + 4] = dice.choice((0, 1, 2, 255, 65535, 1 << 31, (1 << 32) - 1)).to_bytes(4, "big")
        case _:
            start = dice.randrange(len(data))
            data[at:at] = data[start : start + dice.choice((4, 40, 400))]


# --- the receivers


class Broken(Exception):
    """A promise that was not kept."""


def successes(said: bytes) -> list[str]:
    """The instances whose C-STORE was answered with success, in what a receiver said, whole or not."""
    found, at = [], 0
    set_of_elements = b""
    while at + wire.HEADER.size <= len(said):
        pdu_type, length = wire.HEADER.unpack_from(said, at)
        at += wire.HEADER.size
        if at + length > len(said):
            break
        if pdu_type == wire.P_DATA_TF:
            for value in wire.data_values(memoryview(said)[at : at + length]):
                set_of_elements += bytes(value.data)
                if not value.is_last:
                    continue
                command, set_of_elements = dimse.decode(set_of_elements), b""
                if command.field == dimse.C_STORE_RQ | dimse.RESPONSE and not command.status:
                    found.append(command.sop_instance)
        at += length
    return found


def _check(condition: object, what: str) -> None:
    if not condition:
        raise Broken(what)


def hear_receive(data: bytes, directory: Path, dice: random.Random) -> str:
    """``asprofile receive`` hears it; how the association ended. Raises Broken, or whatever went wrong."""
    log: list[ReceiveEvent] = []
    stream = Stream(data, dice)
    settings = ReceiveOptions(store=StoreOptions(min_free=0))
    policy = ProfilePolicy(None, settings)
    Acceptor(1, stream, settings, policy, Storage(directory, settings.store), log.append).run()  # type: ignore[arg-type]
    ended = [event for event in log if isinstance(event, AssociationEnded)]
    stored = [event for event in log if isinstance(event, Received)]
    _check(len(ended) == 1 and log[-1] is ended[0], "the end is told once")
    _check(ended[0].ending != "failed", f"failed: {ended[0].reason}")
    answered = successes(b"".join(stream.said))
    _check(len(answered) == len(stored), f"{len(stored)} stored, {len(answered)} answered with success")
    there = {str(path) for path in directory.iterdir()}
    _check(there == {event.file for event in stored}, f"files {there} are not those that were told")
    return ended[0].ending


def hear_storescp(data: bytes, directory: Path, dice: random.Random) -> str:
    """``asprofile storescp +B`` hears it; what its log says last. Raises Broken, or whatever went wrong."""
    text = io.StringIO()
    log = Log("info", text, text)
    settings = storescp_settings(
        parse(["-dhl", "-pm", "+xa", "+B", "-od", str(directory), "104"], options.storescp()), "info"
    )
    control = Control()
    acceptance = ProviderPolicy(settings, None, "3.7.0")
    parts = ProviderParts(settings, log, "3.7.0", acceptance, CommandRunner(log, wait=True), control)
    store = ObjectStore(settings, log, "3.7.0")
    stream = Stream(data, dice)
    StorageProvider(parts, stream, "127.0.0.1", store, StudyEvents(parts, store)).run()  # type: ignore[arg-type]
    answered = successes(b"".join(stream.said))
    there = [path.name for path in directory.iterdir()]
    _check(len(there) <= len(answered), f"files {there}, of which {len(answered)} were answered with success")
    _check(bool(there) == bool(answered), f"{len(answered)} answered with success, files {there}")
    _check(not any(name.startswith(".") for name in there), f"left: {there}")
    lines = text.getvalue().splitlines()
    return lines[-1].partition(":")[2][:40] if lines else ""


def main(cases: int, seed: int) -> int:
    """Hear so many cases; the exit status. Prints how they ended, and each promise that was not kept."""
    began = time.monotonic()
    endings: Counter[str] = Counter()
    broken = 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for number in range(cases):
            data = dialogue(seed, number)
            for hear in (hear_receive, hear_storescp):
                try:
                    ending = hear(data, directory, random.Random(number))
                    if hear is hear_receive:
                        endings[ending] += 1
                except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                    broken += 1
                    print(f"seed {seed}, case {number}, {hear.__name__}: {type(error).__name__}: {error}")
                for path in directory.iterdir():
                    path.unlink()
    memory = _memory()
    told = ", ".join(f"{count:,} {ending}" for ending, count in sorted(endings.items()))
    print(f"{cases:,} dialogues in {time.monotonic() - began:.0f} s: {told}; {broken:,} promises not kept; {memory} MB")
    return 1 if broken or memory > MOST_MEMORY else 0


def _memory() -> int:
    """The most that this process ever had, in MB; 0 where that cannot be asked."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
