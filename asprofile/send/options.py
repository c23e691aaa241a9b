"""How objects are sent: limits, retries and waiting, as one value.

Belongs here: what holds for all objects and associations of a ``send``. Does not belong here: what is proposed
(``negotiate.request``), the address (``peer``), how data sets are changed (``objects.preparing``).
"""

from __future__ import annotations

import math
from typing import Final

from asprofile.net.transport import Link
from asprofile.value import Value

FIRST_DELAY: Final = 1.0
LONGEST_DELAY: Final = 30.0
"""Seconds between two associations: the first delay, twice that, and so on."""

DEFAULT_WAIT: Final = 120.0

MOST_OPERATIONS: Final = 128
"""How many objects without an answer at a time are asked for. At a round trip of 100 ms this is 1,280 objects a second.
With more, more objects are in doubt when a connection breaks.
"""
MOST_UNANSWERED: Final = 1 << 26
"""Bytes of data sets without an answer at a time, if there is more than one: what a link of 1 Gbit/s transfers in half
a second.
"""

MAX_WINDOW: Final = 1024
MAX_ASSOCIATIONS: Final = 64
MIN_SEND_PDU: Final = 1024
"""What may be asked for: objects without an answer, associations, and bytes of the longest PDU that we send."""

RANGES: Final[dict[str, tuple[int, int | None, object]]] = {
    "priority": (0, 2, 0),
    "window": (1, MAX_WINDOW, None),
    "associations": (1, MAX_ASSOCIATIONS, None),
    "retries": (0, None, 0),
    "max_send_pdu": (MIN_SEND_PDU, None, 0),
}
"""Of each whole number of SendOptions the least, the most (None: no bound), and what else it may be."""


class SendOptions(Value):
    """Time limits in seconds, None for no limit, the priority of C-STORE (0 medium, 1 high, 2 low), and what the
    connection is made over (``link``: TLS, IP version).

    ``dimse_timeout`` is the longest wait for the answer to an object, and the longest time without progress
    while it is sent; ``acse_timeout`` the longest wait for the answer to an association or release request.

    ``window`` is how many objects may be without an answer at a time in an association, 1 to MAX_WINDOW, where the
    peer grants it; None: MOST_OPERATIONS, but 1 where one failure must not affect more than one object
    (``asked_window``). ``associations`` (1 to MAX_ASSOCIATIONS) are open at the same time and share the objects; None:
    one, and more where they help (``growth``), but not with ``stop_on_failure``. ``retries`` (0 or more) is how often
    an object without an answer is tried again. ``wait`` is for how many seconds (``math.inf``: for ever) a peer is
    waited for that becomes unreachable, or answers that it is out of resources; with ``wait_from_start`` also one that
    is unreachable in the beginning. ``max_send_pdu`` limits the P-DATA-TF PDUs we send, in bytes, MIN_SEND_PDU or more,
    where the peer allows more; 0: only its limit. ``stop_on_failure``: nothing is begun once an object was not stored.
    ``check_uids``: objects whose SOP class or instance UID violates PS3.5 section 9.1 are refused. ``abort_at_end``:
    associations end with an abort and not with a release, for tests of acceptors. ``fitted``: the contexts follow from
    the objects, and another conversion would give other contexts (for advice).
    """

    connect_timeout: float | None = 10.0
    acse_timeout: float | None = 30.0
    dimse_timeout: float | None = 120.0
    priority: int = 0
    link: Link = Link()
    window: int | None = None
    associations: int | None = 1
    retries: int = 3
    wait: float = DEFAULT_WAIT
    wait_from_start: bool = False
    max_send_pdu: int = 0
    stop_on_failure: bool = False
    check_uids: bool = False
    abort_at_end: bool = False
    fitted: bool = False

    @property
    def asked_window(self) -> int:
        """``window``, or a useful default. When an association breaks, all unanswered objects have to be sent again,
        which ``retries`` may forbid; and ``stop_on_failure`` needs the result of one object before the next.
        """
        if self.window is not None:
            return self.window
        return MOST_OPERATIONS if self.retries and not self.stop_on_failure else 1


def duration(seconds: float) -> str:
    """For people, as ``--wait`` takes it: 90s, 2m, 1h, forever."""
    if seconds == math.inf:
        return "forever"
    whole = ((3600, "h"), (60, "m")) if seconds else ()
    size, unit = next((one for one in whole if seconds % one[0] == 0), (1, "s"))
    return f"{seconds / size:g}{unit}"


def delay(failures: int) -> float:
    """Seconds to wait before the next try when ``failures`` (1 or more) failed in a row."""
    return float(min(FIRST_DELAY * 2 ** min(failures - 1, 16), LONGEST_DELAY))
