"""Ctrl-C in a command that talks to a peer: the first ends in good order, the second aborts. SIGTERM is the same.

An abort ends the waiting for the peer, and who waited says what is known. It is no exception, which could come while
an object goes from one hand to another, and then nobody knows of it. Only what cannot be told to end its waiting gets
one, such as a file system that does not answer, when the signal comes a third time. A connection that is being opened
is given up with the first.

SIGHUP, of a terminal that is closed, ends in good order, however often it comes: shells and the system send it each,
and SIGTERM with it. A signal that was ignored when we were started (``nohup``) stays ignored.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import FrameType

    from asprofile.send.control import Control

_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_ONE_AND_THE_SAME: Final = 0.5
"""Seconds within which SIGTERM may come twice for one reason: ``timeout`` sends it to us and to our group."""


@contextmanager
def ctrl_c(control: Control, first: Callable[[], None], message: str) -> Iterator[None]:
    """The first signal calls ``first``, which sets ``control.finishing``, and says ``message``; the second aborts, and
    the one after an abort raises KeyboardInterrupt.
    """
    began = 0.0

    def handler(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
        nonlocal began
        if not control.finishing:
            began = time.monotonic()
            first()
            # Not through a buffered stream, which may be in the middle of something; nor is it sure to be there.
            with suppress(OSError):
                after = "\n" if os.isatty(2) else ""  # ^C, which a terminal shows
                os.write(2, f"{after}{message}\n".encode())
        elif signum == signal.SIGINT or (signum == signal.SIGTERM and time.monotonic() > began + _ONE_AND_THE_SAME):
            has_aborted = control.aborting
            control.abort()
            if has_aborted:
                raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    heard = [one for one in _SIGNALS if before[one] not in (signal.SIG_IGN, None)]
    for one in heard:
        signal.signal(one, handler)
    try:
        yield
    finally:
        for one in heard:
            signal.signal(one, before[one])
