"""Answers of a peer reach whoever asked: pynetdicom's own thread of an association stands still while it does.

pynetdicom (3.0) looks whether that thread stands still at a flag that may be a moment old; then the thread takes an
answer that comes quickly, and whoever asked waits in vain until a time limit.

Belongs here: a checkpoint that is exact. Does not belong here: associations (``associating``).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pynetdicom.association import Association

_PATIENCE: Final = 10.0
"""Seconds that the thread may take to stand still."""


class Checkpoint:
    """As a ``threading.Event``, for one thread that waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_open = True
        self._stands = False

    def set(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._is_open = False

    def is_set(self) -> bool:
        return self._is_open

    def wait(self, timeout: float | None = None) -> bool:
        """Stand still until it is open."""
        with self._changed:
            self._stands = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_open, timeout)
            self._stands = False
            return self._is_open

    def stop(self) -> None:
        """Close it; the thread stands still from now on."""
        with self._changed:
            self._is_open = False
            self._changed.wait_for(lambda: self._stands, _PATIENCE)


def put_checkpoint(association: Association) -> None:
    """Give it one that is exact, where its pynetdicom has any."""
    holder: Any = association
    if hasattr(holder, "_reactor_checkpoint"):
        holder._reactor_checkpoint = Checkpoint()


def stand_still(association: Association) -> None:
    """Before each question, and before the end. What pynetdicom does after it lets the thread go on."""
    checkpoint = getattr(association, "_reactor_checkpoint", None)
    if isinstance(checkpoint, Checkpoint) and association.is_established:
        checkpoint.stop()


def release(association: Association) -> None:
    """Release it, if it is established; not before what the thread is answering has its answer, which pynetdicom
    could not send any more.
    """
    stand_still(association)
    if association.is_established:
        association.release()
