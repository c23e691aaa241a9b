"""Ctrl-C in two steps: the first lets things end in good order, the second ends them at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from asprofile.send.control import Control


@contextmanager
def ctrl_c(control: Control, what: str) -> Iterator[None]:
    """The first SIGINT calls ``finish`` and says that ``what`` is done still, the second ``abort``."""

    def handler(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
        if control.finishing:
            control.abort()
            raise KeyboardInterrupt
        control.finish()
        # Not through a buffered stream, which may be in the middle of something.
        os.write(2, f"\n{what}; once more aborts\n".encode())

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
