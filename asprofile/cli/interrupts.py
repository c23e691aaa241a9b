"""Ctrl-C in a command that talks to a peer: the first ends in good order, the second at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from asprofile.send.control import Control


@contextmanager
def ctrl_c(control: Control, first: Callable[[], None], message: str) -> Iterator[None]:
    """The first SIGINT calls ``first``, which sets ``control.finishing``, and says ``message``; the second aborts."""

    def handler(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
        if control.finishing:
            control.abort()
            raise KeyboardInterrupt
        first()
        # Not through a buffered stream, which may be in the middle of something.
        os.write(2, f"\n{message}\n".encode())

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
