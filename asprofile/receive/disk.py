"""How much room the disk has left: asked before it is full, and not for every object."""

from __future__ import annotations

import errno
import os
import threading
import time
from typing import Final

_TRUSTED: Final = 1.0
"""Seconds for which an answer of the system is used: others write to the disk, too."""
_STEP: Final = 1 << 26
"""Bytes that we write before we ask again, at most."""


class DiskNearlyFull(OSError):
    """Writing it would leave fewer bytes free than shall stay free."""


class DiskRoom:
    """The disk of ``directory``, of which ``least`` bytes stay free; 0: it is not looked at. ``writers`` are as many
    as we, each with a DiskRoom of its own.
    """

    def __init__(self, directory: str, least: int, writers: int = 1) -> None:
        self._share = 2 * writers
        self._directory = directory
        self._least = least
        self._lock = threading.Lock()
        self._left = 0
        self._until = 0.0

    def take(self, size: int) -> None:
        """``size`` bytes are written next. Raises DiskNearlyFull; OSError if the system does not say."""
        if not self._least:
            return
        with self._lock:
            self._left -= size
            if self._left >= 0 and time.monotonic() < self._until:
                return
            # Others write at the same time: only half of the room is used before the system is asked again.
            free = self.free() - self._least - size
            self._left = min(free // self._share, _STEP)
            self._until = time.monotonic() + _TRUSTED
        if free < 0:
            raise DiskNearlyFull(errno.ENOSPC, f"less than {self._least:,} bytes would stay free")

    def free(self) -> int:
        """Bytes that may be written now. Raises OSError."""
        if not hasattr(os, "statvfs"):
            # Not needed elsewhere.
            import shutil

            return shutil.disk_usage(self._directory).free
        status = os.statvfs(self._directory)
        room: int = status.f_bavail * status.f_frsize
        return room
