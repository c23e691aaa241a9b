"""The workers of a ``send`` and their threads: as many as were asked for, or as many as make it faster.

Belongs here: which worker runs in which thread, and that all of them end. Does not belong here: what a worker does
(``worker``), when more of them help (``growth``).
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from asprofile.send.control import Beside, Control
from asprofile.send.growth import Growth

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.send.worker import Worker

_PATIENCE = 5.0
"""Seconds that aborted associations have to end before their threads are abandoned."""


class Crew:
    """``workers`` are all workers so far. With ``grows`` there may be more than one later."""

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
        """Run all of them: a single one in this thread, several in threads of their own. Raises what one of them
        raises.
        """
        if len(self.workers) > 1:
            started = [self._start(worker.run) for worker in self.workers]
            if not any(started):
                self.workers[0].run()
            self._threads_end()
        elif self._grows:
            self._run_growing(self.workers[0])
        else:
            self.workers[0].run()

    def run_again(self, workers: list[Worker]) -> None:
        """Run these again."""
        Crew(workers, self._control, grows=False).run()

    def _run_growing(self, first: Worker) -> None:
        growth = first.growth = Growth(lambda count: self._open_more(first, growth, count), self._close)
        try:
            first.run()
        except BaseException:
            self._control.abort()
            raise
        finally:
            with self._lock:
                self._is_closed = True
            if self._control.finishing or not first.given_up:
                # There is nothing left to do, so new ones are not needed either.
                for beside in self._beside:
                    beside.dismiss()
            self._threads_end()

    def _open_more(self, first: Worker, growth: Growth, count: int) -> None:
        """Open this many more, in threads of their own, without waiting for them."""
        if self._is_closed or not self._start(lambda: self._open_some(first, growth, count)):
            growth.needless(count)

    def _open_some(self, first: Worker, growth: Growth, count: int) -> None:
        """One for each waiting object: more would have nothing to do."""
        for number in range(count):
            is_wanted = first.sees_waiting(number + 1)
            with self._lock:
                if self._is_closed or not is_wanted:
                    growth.needless(count - number)
                    return
                worker, beside = first.another(), Beside(self._control)
                self.workers.append(worker)
                self._beside.append(beside)
                if not self._start(partial(worker.run, beside)):
                    growth.refused()

    def _close(self, count: int) -> None:
        """Let this many of the additional ones end."""
        with self._lock:
            working = [one for one in self.workers[1:] if one.associations and not one.given_up]
            for worker in working[-count:]:
                worker.leave()

    def _start(self, run: Callable[[], None]) -> bool:
        """Run it in a thread; False if no thread can be started."""

        def work() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised again in the thread of the caller
                self._raised.append(error)
                self._control.abort()

        # Daemon threads: a connection that cannot be interrupted must not keep the program from ending.
        thread = threading.Thread(target=work, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._threads.append(thread)
        return True

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
        """Wait until all have ended, at most this long."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
