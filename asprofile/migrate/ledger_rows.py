"""An object of a journal, and a change of what is known of it, as values; the same whatever keeps them.

Not here: how they are kept (``store``), what changes them (``ledger_run``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import JournalError
from asprofile.migrate.states import PERMITTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.migrate.states import MigrationState

_SIGNED: Final = struct.Struct(">q")


@dataclass(slots=True)
class LedgerRow:
    """An object of the journal. ``stamp`` is when its file was changed, in nanoseconds; ``identity`` is of which file
    it is (``identity_of``); the data set begins at ``start``.
    """

    id: int
    state: MigrationState
    tries: int
    sop_class: str
    transfer_syntax: str
    path: str
    uid: str
    size: int
    stamp: int
    start: int
    identity: int
    status: int | None = None
    comment: str | None = None
    digest: bytes | None = None
    time: float | None = None
    study: str | None = None
    series: str | None = None
    slot: int = 0
    """Where it is in the file of what is in flight; 0: it is not."""
    spooled: str = ""
    """Where the file of an object of a peer is, while there is one."""

    @property
    def file(self) -> str:
        """Where its bytes are."""
        return self.spooled or self.path


@dataclass(slots=True)
class StateChange:
    """``row`` goes from its state to another one; ``tries`` are added to those that it had. ``evidence`` is kept with
    the time.
    """

    row: LedgerRow
    to: MigrationState
    status: int | None = None
    comment: str | None = None
    tries: int = 0
    evidence: str = ""


def check_change(name: str, row: LedgerRow, to: MigrationState) -> None:
    if to not in PERMITTED[row.state]:
        raise JournalError(f"{name}: object {row.id} is {row.state.words}, and cannot become {to.words}")


def check_changed(name: str, count: int, row: LedgerRow) -> None:
    """Of the change of a row, ``count`` rows were changed. Raises JournalError if it was not this one."""
    if count != 1:
        raise JournalError(
            f"{name}: object {row.id} is no longer {row.state.words}: another program changed the journal; "
            "nothing more is sent"
        )


def stretches(rows: list[LedgerRow]) -> Iterator[list[LedgerRow]]:
    """Rows whose numbers follow one another, in their order."""
    some: list[LedgerRow] = []
    for row in sorted(rows, key=attrgetter("id")):
        if some and row.id != some[-1].id + 1:
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def kept_text(text: str) -> str:
    """Words of a peer or names in the file system, as every database takes them: what is no UTF-8, and NUL, escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def identity_of(stamp: tuple[int, int, int, int] | None) -> int:
    """64 bits of which file it is, its number and when its status was changed; 0: unknown. Not the device, which may
    have another number tomorrow.
    """
    if stamp is None:
        return 0
    mixed = (stamp[1] ^ stamp[3]) & 0xFFFFFFFFFFFFFFFF
    return mixed if mixed < 1 << 63 else mixed - (1 << 64)


def hashed(uid: str) -> int:
    """64 bits of a UID, as databases have them; the same in every process."""
    mixed = _empty_hash()
    mixed.update(uid.encode("ascii"))
    number: int = _SIGNED.unpack(mixed.digest())[0]
    return number


_empty_hash: Final = blake2b(digest_size=8).copy
"""A copy is made faster than a new one."""


def boot_id() -> str | None:
    """What tells a start of the system from the others; None where that is not known."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip() or None
    except OSError:
        return None
