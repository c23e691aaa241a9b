"""What there is to send, looked at before anything is proposed.

Belongs here: the kinds of objects in a walk, and the walk once more. Does not belong here: the walk itself
(``objects.scan``), what is proposed for the kinds (``negotiate.fitting``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from asprofile.objects.header import ObjectHeader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asprofile.objects.header import Unreadable

KEPT: Final = 20_000
"""Items that are kept in memory, some 10 MB; those after are found again instead."""


class Survey:
    """The items of ``walk()``, seen once for their ``kinds``: pairs of SOP class and transfer syntax, in the order in
    which they first come.

    ``walk`` is called a second time for what is not kept, and should then give the same. Should files have come or gone
    in between, what was not proposed is refused when its turn comes, and nothing is sent that is not there.
    """

    def __init__(self, walk: Callable[[], Iterable[ObjectHeader | Unreadable]], *, keep: int = KEPT) -> None:
        kinds: dict[tuple[str, str], None] = {}
        self._walk = walk
        self._kept: list[ObjectHeader | Unreadable] = []
        self._complete = True
        for item in walk():
            if isinstance(item, ObjectHeader):
                kinds.setdefault((item.sop_class, item.transfer_syntax))
            if len(self._kept) < keep:
                self._kept.append(item)
            else:
                self._complete = False
        self.kinds = tuple(kinds)

    def items(self) -> Iterator[ObjectHeader | Unreadable]:
        """The items, each once, in the order of the walk."""
        yield from self._kept
        if not self._complete:
            known = Counter(item.path for item in self._kept)
            for item in self._walk():
                if known[item.path]:
                    known[item.path] -= 1
                else:
                    yield item
