"""Which blocks there are: what is to be sent, some hundred objects at a time, in the order in which it is to be sent.

Blocks are made as they are needed, a few dozen at a time, so that neither a journal of a hundred million objects nor a
worker that is killed meanwhile makes a difference. How far that is, is the setting ``filling``: the last place and
object; ``null`` when all objects are in blocks.

Not here: who holds a block (``block_ledger``).
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from asprofile.migrate.ledger_base import PUT
from asprofile.migrate.postgres_schema import RUN_LOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.migrate.block_ledger import BlockLedger

MOST_OBJECTS: Final = 500
"""In a block."""
_LEAST_OBJECTS: Final = 32
_BLOCKS: Final = 64
"""Made at a time; and so many should there be that nobody holds."""
_FILLING: Final = RUN_LOCK + 2
"""Key of the advisory lock of who makes them."""
_LOOKING: Final = 0.2


def begin_blocks(ledger: BlockLedger, prepare: Callable[[], None], is_wanted: Callable[[], bool]) -> None:
    """If no block is left to be done, make some of all that is to be sent or in doubt by now, after ``prepare``. One
    worker does so at a time, and the others wait for it.
    """
    while is_wanted():
        with ledger.store.reading() as db:
            has_it = db.execute("SELECT pg_try_advisory_lock(?)", (_FILLING,)).fetchone()[0]
        if has_it:
            break
        time.sleep(_LOOKING)
    else:
        return
    try:
        if not ledger.is_anything_left():
            prepare()
            with ledger.store.changing() as db:
                db.execute("DELETE FROM block WHERE done")
                db.execute("DELETE FROM worker WHERE seen < clock_timestamp() - interval '1 day'")
                (count,) = db.execute("SELECT count(*) FROM object WHERE state <= 2").fetchone()
                size = min(MOST_OBJECTS, max(_LEAST_OBJECTS, count // _BLOCKS))
                filling = {"place": "", "last": 0, "size": size, "turns": bool(ledger.get("order"))}
                db.execute(PUT, ("filling", json.dumps(filling if count else None)))
        _fill(ledger)
    finally:
        with ledger.store.reading() as db:
            db.execute("SELECT pg_advisory_unlock(?)", (_FILLING,))


def fill(ledger: BlockLedger) -> list[int]:
    """Make some more if there are few left, unless another worker does. Returns the first that nobody holds, as many
    as are made at a time.
    """
    with ledger.store.changing() as db:
        free = _free(db)
        if len(free) < _BLOCKS and db.execute("SELECT pg_try_advisory_xact_lock(?)", (_FILLING,)).fetchone()[0]:
            _fill(ledger)
            free = _free(db)
    return free


def _free(db: Any) -> list[int]:
    query = "SELECT id FROM block WHERE NOT done AND lease_until < clock_timestamp() ORDER BY id LIMIT ?"
    return [number for (number,) in db.execute(query, (_BLOCKS,))]


def _fill(ledger: BlockLedger) -> None:
    with ledger.store.changing() as db:
        filling = ledger.get("filling")
        if not filling or len(_free(db)) >= _BLOCKS:
            return
        size, limit = filling["size"], filling["size"] * _BLOCKS
        if filling["turns"]:
            query = (
                "SELECT object.id, place FROM turn JOIN object ON object.id = turn.object WHERE state <= 2"
                " AND (place, turn.object) > (?, ?) ORDER BY place, turn.object LIMIT ?"
            )
            values: tuple[Any, ...] = (filling["place"], filling["last"], limit)
        else:
            query = "SELECT id, '' FROM object WHERE state <= 2 AND id > ? ORDER BY id LIMIT ?"
            values = (filling["last"], limit)
        found = db.execute(query, values).fetchall()
        numbers = [number for number, _ in found]
        blocks = [(numbers[at : at + size],) for at in range(0, len(numbers), size)]
        db.executemany("INSERT INTO block(objects) VALUES (?)", blocks)
        after = {**filling, "last": found[-1][0], "place": found[-1][1]} if len(found) == limit else None
        db.execute(PUT, ("filling", json.dumps(after)))
