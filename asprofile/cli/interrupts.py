"""Ctrl-C in a command that talks to a peer: the first ends in good order, the second aborts. SIGTERM is the same.

An abort ends the waiting for the peer, and who waited says what is known. It is no exception, which could come while
an object goes from one hand to another, and then nobody knows of it. Only what cannot be told to end its waiting gets
one, such as a file system that does not answer, when the signal comes a third time. A connection that is being opened
is given up with the first.

SIGHUP, of a terminal that is closed, ends in good order, however often it comes: shells and the system send it each,
and SIGTERM with it. A signal that was ignored when we were started (``nohup``) stays ignored.

Once one has come, they are ours until the process is over: there is no moment at which the second ends us as a signal
that nobody handles does, with another exit status.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from asprofile.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from types import FrameType

    from asprofile.send.control import Control

_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_ONE_AND_THE_SAME: Final = 0.5
"""Seconds within which SIGTERM may come twice for one reason: ``timeout`` sends it to us and to our group."""


_began = 0.0
"""When the first came, by ``time.monotonic``; 0: none has."""
_kept: dict[int, Any] = {}
"""The signals that are still ours, and who had them before."""


@contextmanager
def ctrl_c(control: Control, first: Callable[[], None], message: str) -> Iterator[None]:
    """The first signal calls ``first``, which sets ``control.finishing``, and says ``message``; the second aborts, and
    the one after an abort raises KeyboardInterrupt. So does the second after this is over, until ``end_at_once``.
    """
    global _began
    is_over = False

    def handler(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
        global _began
        if not control.finishing:
            _began = time.monotonic()
            first()
            # Not through a buffered stream, which may be in the middle of something; nor is it sure to be there.
            with suppress(OSError):
                after = "\n" if os.isatty(2) else ""  # ^C, which a terminal shows
                os.write(2, f"{after}{message}\n".encode())
        elif _is_another(signum):
            has_aborted = control.aborting or is_over
            control.abort()
            if is_over:
                end_at_once()  # a third while the second is dealt with
            if has_aborted:
                raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if not control.finishing:
        _began = 0.0
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    heard = [one for one in _SIGNALS if before[one] not in (signal.SIG_IGN, None)]
    for one in heard:
        signal.signal(one, handler)
    try:
        yield
    finally:
        is_over = True
        if _began:
            _kept.update({one: before[one] for one in heard if one not in _kept})
        else:
            for one in heard:
                signal.signal(one, before[one])


def end_at_once() -> bool:
    """Whether a signal has come that ``ctrl_c`` has heard. From now on the next ends the process without more ado:
    nothing is left that could be ended in good order.
    """
    for one in _kept:
        signal.signal(one, _end)
    return bool(_kept)


def give_back() -> None:
    """Somebody called us who goes on: the signals are theirs again."""
    while _kept:
        signal.signal(*_kept.popitem())


def _end(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal wants it
    if _is_another(signum):
        os._exit(INTERRUPTED)


def _is_another(signum: int) -> bool:
    """It means more than the first."""
    return signum == signal.SIGINT or (signum == signal.SIGTERM and time.monotonic() > _began + _ONE_AND_THE_SAME)
