"""Limits the size of an object after decompression: little data can become very much.

Belongs here: the bound, and whether the disk has room. Temporary files are where Python's ``tempfile`` puts them
(TMPDIR). Does not belong here: the files (``prepared``).
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from typing import Final

from asprofile.errors import ObjectError

DEFAULT_MAX_SIZE: Final = 2 << 30
"""Bytes that an object may have after it was inflated or decompressed."""

_UNITS: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_ALWAYS: Final = 64 << 20  # so much is not asked for


@dataclass(slots=True)
class Room:
    """How many bytes one object may still grow to; ``limit`` bytes in all."""

    limit: int = DEFAULT_MAX_SIZE
    taken: int = 0

    @property
    def left(self) -> int:
        return self.limit - self.taken

    def take(self, length: int, how: str, most: int = 0) -> None:
        """``length`` bytes are to be written, or up to ``most``, where that is not known. Raises ObjectError if that is
        too much, in all or for the disk.
        """
        self.taken += length
        if self.taken > self.limit:
            enough = (self.taken - length + max(most, length) >> 20) + 1
            raise ObjectError(
                f"would be more than {size_text(self.limit)} when it is {how}; if that is what you want, use asprofile "
                f"send with --max-object-size {enough}M"
            )
        if length <= _ALWAYS:
            return
        directory = tempfile.gettempdir()
        free = shutil.disk_usage(directory).free
        if length > free - free // 10:
            raise ObjectError(
                f"needs {size_text(length)} in {directory} when it is {how}, which has {size_text(free)} left; set "
                "TMPDIR to a directory with more"
            )


def size_text(size: int) -> str:
    """A size as people write it."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
