"""The queue: what several threads take from it, and what waits in it."""

from __future__ import annotations

import threading
import time
from itertools import cycle

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, MR, write_ct

from asprofile.negotiate.fitting import fit
from asprofile.negotiate.request import propose
from asprofile.objects.as_it_is import AS_IT_IS
from asprofile.objects.header import read_header
from asprofile.send import backlog as module
from asprofile.send import engine
from asprofile.send.backlog import Backlog, result_of
from asprofile.send.options import SendOptions
from asprofile.send.outcome import Outcome
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, store_all
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


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("runs", [[1] * 60, [30, 30], [40, 1, 19], [1, 58, 1], [7] * 8])
def test_what_waits_for_another_request_is_bounded(tmp_path, monkeypatch, count, runs):
    """Objects of two kinds, which no request has together, one kind after the other so many times."""
    monkeypatch.setattr(module, "_AHEAD", 5)
    paths = {CT: write_ct(tmp_path / "ct.dcm", "1.2.3"), MR: write_ct(tmp_path / "mr.dcm", "1.2.3", sop_class=MR)}
    kinds = [kind for kind, size in zip(cycle((CT, MR)), runs, strict=False) for _ in range(size)]
    headers = {kind: read_header(path) for kind, path in paths.items()}
    items = [replaced(headers[kind], sop_instance=f"1.2.{number}") for number, kind in enumerate(kinds)]
    requests = [fit([(kind, EXPLICIT)])[0] for kind in (CT, MR)]
    sizes, told = [], []

    class Watched(Backlog):
        def take(self, request):
            job = super().take(request)
            sizes.append(sum(map(len, self._aside)) + len(self._early))
            return job

    monkeypatch.setattr(engine, "Backlog", Watched)
    with ScriptedPeer(store_all, at_once=count + 1) as peer:
        report = engine.send(
            requests,
            iter(items),
            Peer("127.0.0.1", peer.port),
            SendOptions(20, 20, 20, retries=0, wait=0, associations=count),
            lambda event: told.append(event.result.sop_instance) if isinstance(event, engine.Finished) else None,
        )
    assert report.all_stored, report
    assert told == [item.sop_instance for item in items]
    assert max(sizes) <= 5 + 1 + 2 * count
