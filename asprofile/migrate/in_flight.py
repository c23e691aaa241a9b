"""What is being sent, and what was answered, between two transactions of a journal: a file of 16 bytes for each object.

A transaction for every object would take longer than sending a small one. So rows are marked as ``sending`` in blocks,
and which of them were really begun, and what the peer answered, is written here at once: a write of 16 bytes that the
system has taken outlives the process, however that ends. It does not outlive a loss of power; the journal knows when
there was one, and then nothing here counts.

Belongs here: the file's bytes. Does not belong here: what follows from them (``journal``), when they are written
(``running``).

Layout, little-endian: 16 bytes of MAGIC and the number of the run (64 bits, by chance), then slots. A slot is a number
of an object (64 bits; 0: free), and 64 bits: what is known (the low 4: 0 nothing, 1 begun, else a state of the
ledger), status + 1 (17 bits; 0: none), milliseconds since 1970. It never lies across two pages, so it is written whole
or not at all.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC: Final = b"ASPMRUN1"
_HEAD: Final = struct.Struct("<8sQ")
_SLOT: Final = struct.Struct("<QQ")
_ROOM: Final = 4096
"""Slots that are there from the beginning, so that a full disk says so before anything is sent."""
_BEGUN: Final = 1
ANSWERS: Final = frozenset(
    (MigrationState.STORED, MigrationState.STORED_WITH_WARNING, MigrationState.REFUSED, MigrationState.FAILED)
)
"""What a slot may say of an object that ended."""


class SlotContent(NamedTuple):
    """Of an object: the state that was answered (None: it was begun, and nothing more is known), status and time."""

    state: MigrationState | None
    status: int | None
    time: float


class InFlight:
    """The file, open as ``handle``. Raises OSError. Of each slot, from one thread at a time."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._free: list[int] = []
        self._count = 0

    def begin(self, run: int) -> None:
        """Empty, for a run."""
        self.clear()
        _write(self._handle, bytes(_ROOM * _SLOT.size), _HEAD.size)
        _write(self._handle, _HEAD.pack(MAGIC, run), 0)

    def clear(self) -> None:
        """Nothing is in flight, and there is no run."""
        os.ftruncate(self._handle, 0)
        self._free, self._count = [], 0

    def begun(self, number: int) -> int:
        """The object with this number is sent next. Returns the slot."""
        if self._free:
            slot = self._free.pop()
        else:
            self._count += 1
            slot = self._count
        _write(self._handle, _SLOT.pack(number, _BEGUN), slot * _SLOT.size)
        return slot

    def ended(self, slot: int, number: int, state: MigrationState, status: int | None, time: float) -> None:
        """That is what was answered; anything but ANSWERS: it is as if it had not been begun."""
        word = 0
        if state in ANSWERS:
            word = int(time * 1000) << 21 | (0 if status is None else status + 1) << 4 | state
        _write(self._handle, _SLOT.pack(number, word), slot * _SLOT.size)

    def free(self, slot: int) -> None:
        """The journal has what was here."""
        self._free.append(slot)

    def of(self, run: int) -> dict[int, SlotContent] | None:
        """What is known by the number of the object; None if it is not about this run."""
        parts = self._content()
        if next(parts, None) != (MAGIC, run):
            return None
        known = {}
        for number, word in parts:
            assert isinstance(number, int)
            code, status = word & 15, (word >> 4 & 0x1FFFF) - 1
            if number and code == _BEGUN:
                known[number] = SlotContent(None, None, 0.0)
            elif number and code in ANSWERS:
                known[number] = SlotContent(MigrationState(code), None if status < 0 else status, (word >> 21) / 1000)
        return known

    def _content(self) -> Iterator[tuple[bytes | int, int]]:
        size = os.fstat(self._handle).st_size
        os.lseek(self._handle, 0, os.SEEK_SET)
        content = b""
        while len(content) < size and (part := os.read(self._handle, size - len(content))):
            content += part
        if len(content) >= _HEAD.size:
            yield _HEAD.unpack_from(content)
            whole = len(content) - len(content) % _SLOT.size
            yield from _SLOT.iter_unpack(content[_HEAD.size : whole])


def has_content(path: str) -> bool:
    """Something may be in flight in the file with this name."""
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 - for each status
    except OSError:
        return False


_at_place: Final[Callable[[int, bytes, int], int] | None] = getattr(os, "pwrite", None)
"""None where the system has no such call."""


def _write(handle: int, data: bytes, offset: int) -> None:
    if _at_place is not None:
        count = _at_place(handle, data, offset)
    else:
        os.lseek(handle, offset, os.SEEK_SET)
        count = os.write(handle, data)
    if count != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
