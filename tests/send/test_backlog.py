"""The queue: what several threads take from it, and what waits in it."""

from __future__ import annotations

import threading
import time

from factories import CT_PROFILE

from asprofile.negotiate.request import propose
from asprofile.objects.preparing import AS_IT_IS
from asprofile.send import backlog as module
from asprofile.send.backlog import Backlog, result_of
from asprofile.send.options import SendOptions
from asprofile.send.outcome import Outcome
from asprofile.value import replaced


def test_results_behind_one_that_does_not_come_are_bounded(three, monkeypatch):
    """Whoever is far ahead of an object that another thread has waits for it; not for one that it has itself."""
    monkeypatch.setattr(module, "_AHEAD", 5)
    told, waiting = [], []
    items = [replaced(three[0], sop_instance=f"1.2.{number}") for number in range(60)]
    backlog = Backlog(items, [propose(CT_PROFILE)], AS_IT_IS, SendOptions(), told.append, lambda _: None)
    stuck = backlog.take(0)

    def work() -> None:
        while (job := backlog.take(0)) is not None:
            backlog.end(job, result_of(job.header, Outcome.STORED))
            waiting.append(len(backlog._early))

    other = threading.Thread(target=work)
    other.start()
    while len(backlog._early) < 5:
        time.sleep(0.01)
    own = [backlog.take(0) for _ in range(10)]  # who has the object that is waited for does not wait
    time.sleep(0.05)
    for job in (stuck, *own):
        backlog.end(job, result_of(job.header, Outcome.STORED))
    other.join()
    assert max(waiting) <= 6
    assert [result.sop_instance for result in told] == [f"1.2.{number}" for number in range(60)]
