"""What went wrong, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from asprofile.trace.remedies import Remedy

CauseKind = Literal[
    "connection", "tls", "rejected", "not-allowed", "nothing-accepted", "limit", "not-proposed", "class", "syntax",
    "role", "refused", "status", "no-context", "aborted", "no-answer", "other",
]  # fmt: skip
ENOUGH: Final = 3
"""SOP classes that are named one by one; of more there is one cause, or none is asked for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """``what`` is the cause in a sentence, ``why`` what follows from it or stands behind it. ``contexts``: the ids of
    those it is about. ``counts``: whether it kept something from happening; a context that was refused and that nothing
    was sent for does not."""

    kind: CauseKind
    what: str
    why: str = ""
    remedies: tuple[Remedy, ...] = ()
    contexts: tuple[int, ...] = ()
    sop_class: str = ""
    counts: bool = True
