"""Objects on disk into a journal: the scan, and what has the same SOP Instance UID.

Two files with one UID and the same data set are one object that was found twice. With other data sets they are in
conflict: which of them is right is not for us to say, so none of them is sent.
"""

from __future__ import annotations

import hashlib
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.migrate.ledger_found import GONE
from asprofile.migrate.ledger_rows import StateChange, identity_of
from asprofile.migrate.origins import is_at_a_peer
from asprofile.migrate.states import MigrationState
from asprofile.objects.header import ObjectHeader, examine, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.objects.header import Unreadable

_BATCH: Final = 5000
"""Rows a transaction, some 5 MB."""
_PIECE: Final = 1 << 20
CONFLICT: Final = "its SOP Instance UID is that of another data set"
NOT_COMPARED: Final = "its SOP Instance UID is that of an object whose file cannot be compared any more"


def take_in(
    journal: Journal,
    items: Iterable[ObjectHeader | Unreadable],
    on_count: Callable[[int], None],
    is_wanted: Callable[[], bool],
) -> bool:
    """Put all of these into the journal; ``on_count`` gets how many there are so far. False if it was stopped."""
    journal.put(scanned=False)
    journal.begin_scan()
    source = iter(items)
    count = 0
    while batch := list(islice(source, _BATCH)):
        journal.add(batch)
        count += len(batch)
        on_count(count)
        if not is_wanted():
            return False
    return _end_scan(journal, is_wanted)


def _end_scan(journal: Journal, is_wanted: Callable[[], bool]) -> bool:
    """All rows are there: what has one UID is told apart. False if it was stopped."""
    journal.end_scan()
    for group in journal.twins():
        if not is_wanted():
            return False
        _tell_apart(journal, group)
    journal.put(scanned=True)
    return True


def begin_watch(journal: Journal, is_wanted: Callable[[], bool]) -> bool:
    """The journal is ready for ``take_watched``; False if it was stopped."""
    if not journal.get("scanned", False):
        return _end_scan(journal, is_wanted)
    journal.end_scan()
    return True


def take_watched(
    journal: Journal,
    objects: Sequence[tuple[ObjectHeader, bytes]],
    others: Iterable[Unreadable],
    gone: Iterable[str],
) -> None:
    """Put objects with their digests into the journal, and what is no object yet or any more."""
    journal.forget_others(gone)
    if objects:
        journal.put(scanned=False)
    journal.add([*(header for header, _ in objects), *others])
    if not objects:
        return
    found = {str(header.path): (header, digest) for header, digest in objects}
    groups = [journal.with_uid(uid) for uid in dict.fromkeys(header.sop_instance for header, _ in objects)]
    fresh, back = [], []
    for row in (row for group in groups for row in group if row.path in found):
        header, digest = found[row.path]
        if header.stamp is None or (header.size, header.stamp[2]) != (row.size, row.stamp):
            continue  # what was there before
        if row.state is MigrationState.FOUND and row.digest is None:
            row.digest = digest
            fresh.append(row)
        elif row.state is MigrationState.REFUSED and row.comment == GONE:
            words = "its file is there again"
            back.append(StateChange(row, MigrationState.FOUND, comment=words, evidence=words))
    journal.keep_digests(fresh)
    journal.change(back)
    for group in groups:
        if len(group) > 1:
            _tell_apart(journal, group)
    journal.put(scanned=True)


def same_object(row: LedgerRow) -> ObjectHeader | str:
    """The header of the file of a row, or why it is not the object that was found. The file is opened only where it is
    not surely the one that was found.
    """
    try:
        file = row.file
        status = os.stat(file)  # noqa: PTH116 - of millions
        stamp = stamp_of(status)
        if stamp[2] == row.stamp and status.st_size == row.size and identity_of(stamp) == row.identity:
            return ObjectHeader(
                Path(file), row.sop_class, row.uid, row.transfer_syntax, row.start, row.size, False, stamp
            )
    except OSError:
        pass  # the next says it in words
    header = examine(row.file, reading="either")
    if not isinstance(header, ObjectHeader):
        return header.reason
    written = header.stamp[2] if header.stamp is not None else 0
    found = (header.sop_class, header.transfer_syntax, header.sop_instance, header.size, written)
    if found != (row.sop_class, row.transfer_syntax, row.uid, row.size, row.stamp):
        return "was changed after it was found; scan once more, and it counts as another object"
    return header


def _tell_apart(journal: Journal, group: list[LedgerRow]) -> None:
    """Objects with one UID, each stored, still to be sent, or neither."""
    undecided = (MigrationState.FOUND, MigrationState.HELD)
    group = [row for row in group if row.digest is not None or not is_at_a_peer(row.path)]
    if not any(row.state in undecided for row in group):
        return
    apart: dict[bytes | int, LedgerRow] = {}
    for row in group:
        if row.state is MigrationState.REFUSED and isinstance(same_object(row), str):
            continue  # its file is gone or another one, and it was never sent
        digest = known_digest(journal, row)
        key: bytes | int = row.id if digest is None else digest
        if key not in apart:
            apart[key] = row
        elif row.state in undecided:
            first = apart[key]
            if first.state is MigrationState.FAILED and isinstance(same_object(first), str):
                apart[key] = row  # that one cannot be tried again
            else:
                journal.merge(row, first)
    if len(apart) < 2:
        return
    first, second, *_ = apart.values()
    changes = []
    for row in apart.values():
        other = second if row is first else first
        if row.state in (*undecided, MigrationState.REFUSED, MigrationState.FAILED):
            why = NOT_COMPARED if any(isinstance(key, int) for key in apart) else CONFLICT
            changes.append(StateChange(row, MigrationState.CONFLICT, comment=why, evidence=f"{why}: {other.path}"))
    journal.change(changes)


def known_digest(journal: Journal, row: LedgerRow) -> bytes | None:
    """That of the file of a row; None where the file is not what it was, and it was not known before."""
    if row.digest is None:
        header = same_object(row)
        row.digest = digest_of(header) if isinstance(header, ObjectHeader) else None
        if row.digest is not None:
            journal.keep_digests([row])
    return row.digest


def digest_of(header: ObjectHeader) -> bytes | None:
    """SHA-256 of SOP class, transfer syntax and data set as they are in the file; None where it cannot be read."""
    sha = hashlib.sha256(f"{header.sop_class} {header.transfer_syntax} ".encode())
    try:
        with header.path.open("rb") as file:
            file.seek(header.dataset_offset)
            while piece := file.read(_PIECE):
                sha.update(piece)
    except OSError:
        return None
    return sha.digest()
