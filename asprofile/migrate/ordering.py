"""Which objects are sent first: the newest studies, the oldest, or those that fit an expression.

Belongs here: the turn of an object, by what its file says, into the journal. Does not belong here: taking objects out
in their turn (``journal``).

Each object's file is looked at once, before it is sent for the first time; the turn stays in the journal.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from asprofile.objects.header import ObjectHeader, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.objects.header import Judge

NEWEST: Final = "newest"
OLDEST: Final = "oldest"
_BATCH: Final = 1000
_UNKNOWN: Final = "99999999"
"""After all dates."""


def order_of_studies(wishes: Sequence[str]) -> str:
    """NEWEST or OLDEST, whichever of ``wishes`` is first; empty if none of them is of studies."""
    return next((wish for wish in wishes if wish in (NEWEST, OLDEST)), "")


def put_in_order(
    journal: Journal, wishes: Sequence[str], judges: Sequence[Judge | None], is_wanted: Callable[[], bool]
) -> bool:
    """Give its turn to each object that has none and is to be sent. Each of ``wishes`` counts where those before it
    make no difference: NEWEST and OLDEST by the study's date, studies kept together, objects without a date last; of an
    expression ``judges`` has what decides, and what fits it is first. False if it was stopped.
    """
    journal.begin_order(list(wishes))
    if not wishes:
        return True
    waiting = journal.without_turn()
    while rows := list(islice(waiting, _BATCH)):
        journal.give_turns([(row.id, _turn(row.file, wishes, judges)) for row in rows])
        if not is_wanted():
            return False
    return True


def _turn(path: str, wishes: Sequence[str], judges: Sequence[Judge | None]) -> str:
    """What sorts it."""
    parts, study = [], ""
    for wish, judge in zip(wishes, judges, strict=True):
        if judge is not None:
            parts.append("0" if isinstance(examine(path, reading="either", where=judge), ObjectHeader) else "1")
        else:
            date, study = _date_and_study(path)
            parts.append(f"{99999998 - int(date):08}" if date != _UNKNOWN and wish == NEWEST else date)
    return "/".join((*parts, study))


def _date_and_study(path: str) -> tuple[str, str]:
    # Needed only where somebody wants an order.
    from pydicom import dcmread

    try:
        found = dcmread(path, specific_tags=["StudyDate", "StudyInstanceUID"], stop_before_pixels=True, force=True)
        date, study = str(found.get("StudyDate", "") or ""), str(found.get("StudyInstanceUID", "") or "")
    except Exception:  # noqa: BLE001 - pydicom raises many things for a damaged file
        return _UNKNOWN, ""
    date = date.replace(".", "").strip()
    return (date if re.fullmatch("[0-9]{8}", date) and date < _UNKNOWN else _UNKNOWN), study
