"""The workers of a ``send`` and their threads: as many as were asked for, or as many as help.

Belongs here: who runs in which thread, and that all of them end. Does not belong here: what one of them does
(``worker``), when more of them help (``growth``).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from asprofile.send.control import Beside, Control
from asprofile.send.growth import Growth

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.send.worker import Worker

_PATIENCE = 5.0
"""Seconds that aborted associations have to come to an end before their threads are left alone."""


class Crew:
    """``workers`` are all that there have been. With ``grows`` they may become more than the one there is."""

    def __init__(self, workers: list[Worker], control: Control, *, grows: bool) -> None:
        self.workers = workers
        self._control = control
        self._grows = grows
        self._lock = threading.Lock()
        self._is_closed = False
        self._beside: list[Beside] = []
        self._threads: list[threading.Thread] = []
        self._raised: list[BaseException] = []

    def run(self) -> None:
        """Let all of them work; the first in this thread if it is alone, several in threads of their own. Raises what
        one of them raises.
        """
        if len(self.workers) > 1:
            for worker in self.workers:
                self._start(worker.run)
            self._threads_end()
        elif self._grows:
            self._run_growing(self.workers[0])
        else:
            self.workers[0].run()

    def run_again(self, workers: list[Worker]) -> None:
        """Let these of them work once more."""
        Crew(workers, self._control, grows=False).run()

    def _run_growing(self, first: Worker) -> None:
        first.growth = Growth(lambda count: self._open_more(first, count))
        try:
            first.run()
        except BaseException:
            self._control.abort()
            raise
        finally:
            with self._lock:
                self._is_closed = True
            if self._control.finishing or not first.given_up:
                # It has nothing left to do, so neither have those that are on their way.
                for beside in self._beside:
                    beside.dismiss()
            self._threads_end()

    def _open_more(self, first: Worker, count: int) -> None:
        with self._lock:
            for _ in range(0 if self._is_closed else count):
                worker, beside = first.another(), Beside(self._control)
                self.workers.append(worker)
                self._beside.append(beside)
                self._start(lambda worker=worker, beside=beside: worker.run(beside))  # type: ignore[misc]

    def _start(self, run: Callable[[], None]) -> None:
        def work() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised again in the thread of the caller
                self._raised.append(error)
                self._control.abort()

        # Daemons: a connection that cannot be interrupted does not keep the program from ending.
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _threads_end(self) -> None:
        try:
            while not self._control.aborting and any(thread.is_alive() for thread in self._threads):
                self._join(1.0)
        except BaseException:
            self._control.abort()
            raise
        finally:
            self._join(_PATIENCE)
        if self._raised:
            raise self._raised[0]

    def _join(self, seconds: float) -> None:
        """Wait for the end of all, at most so long."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
