"""Who is told that a block may be claimed: jobs of Procrastinate, in the database of the journal.

A job is a wake-up and no more: it may come twice, late, or not at all. A sweep in every worker looks in the ledger for
blocks that nobody holds, and defers a job for each that has none; jobs of a worker that was lost are taken away. The
job lasts as long as this worker has the block, so no worker gets more than it can use soon.

Belongs here: all that knows Procrastinate. Its tables are in the schema ``procrastinate``. Does not belong here: who
holds a block (``block_ledger``).
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError
from asprofile.migrate.postgres_schema import RUN_LOCK
from asprofile.program import installing

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.migrate.block_ledger import BlockLedger

_SCHEMA: Final = "procrastinate"
_QUEUE: Final = "asprofile-blocks"
_TASK: Final = "asprofile.block"
_AT_ONCE: Final = 3
"""Blocks for which this worker has a job: the one that is sent, the one before of which answers are still to come, and
the next.
"""
_MOMENT: Final = 0.05
_MAKING: Final = RUN_LOCK + 3
"""Key of the advisory lock of who makes the tables."""
_SWEEP: Final = 1.0
_HEARTBEAT: Final = 2.0
_STALE: Final = 8.0
"""Seconds without a heartbeat after which the jobs of a worker are taken away."""
_PAUSE: Final = 1.0
"""Seconds before it is tried again when the database was away."""
_POLLING: Final = 2.0
_JOIN: Final = 10.0


class Wakeups:
    """Running in a thread while it is entered. ``sweep`` says which blocks nobody holds; raises JournalError."""

    def __init__(self, url: str, sweep: Callable[[], list[int]]) -> None:
        try:
            import procrastinate  # noqa: F401
        except ImportError:
            raise JournalError(f"a worker needs Procrastinate: {installing('cluster')}") from None
        for name in ("procrastinate", "psycopg.pool"):  # what they say is said by the worker
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._url = url
        self._sweep = sweep
        self._came: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._waiting: dict[int, list[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakeups", daemon=True)

    def __enter__(self) -> Wakeups:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(_JOIN)

    def next_block(self) -> int | None:
        """A block of which a job came; None if none comes within a moment."""
        return self.await_block(_MOMENT)

    def await_block(self, seconds: float) -> int | None:
        """The same, waiting so long."""
        try:
            return self._came.get(timeout=seconds)
        except queue.Empty:
            return None

    def has_done(self, number: int) -> None:
        """This worker does not hold that block any more, or never did. From any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it is closed
                loop.call_soon_threadsafe(self._wake, number)

    def _wake(self, number: int) -> None:
        for one in self._waiting.pop(number, []):
            one.set()

    # --- in the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(Exception):  # the database is away, or says no: the ledger tells it to whoever asks
                asyncio.run(self._work())
            self._loop = None
            self._waiting.clear()
            self._stopping.wait(_PAUSE)

    async def _work(self) -> None:
        import procrastinate

        self._loop = asyncio.get_running_loop()
        connector = procrastinate.PsycopgConnector(
            conninfo=self._url,
            kwargs={"options": f"-c search_path={_SCHEMA}", "application_name": "asprofile migrate: jobs"},
            min_size=1,
            max_size=3,
            timeout=10.0,
        )
        app = procrastinate.App(connector=connector)

        async def block(number: int) -> None:
            done = asyncio.Event()
            self._waiting.setdefault(number, []).append(done)
            self._came.put(number)
            await done.wait()

        task = app.task(name=_TASK, queue=_QUEUE)(block)
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=_AT_ONCE,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    fetch_job_polling_interval=_POLLING,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_STALE,
                    shutdown_graceful_timeout=0,
                )
            )
            sweeping = asyncio.create_task(self._keep_sweeping(app, task))
            ending = asyncio.create_task(self._await_end())
            _, left = await asyncio.wait({worker, sweeping, ending}, return_when=asyncio.FIRST_COMPLETED)
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _await_end(self) -> None:
        while not self._stopping.is_set():
            await asyncio.sleep(0.1)

    async def _keep_sweeping(self, app: Any, task: Any) -> None:
        from procrastinate.exceptions import AlreadyEnqueued

        while True:
            free = await asyncio.to_thread(self._sweep)
            for job in await app.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=_STALE):
                await app.job_manager.finish_job(job=job, status=_failed(), delete_job=True)
            known = {job.task_kwargs["number"] for job in await app.job_manager.list_jobs_async(queue=_QUEUE)}
            for number in free:
                if number not in known:
                    with suppress(AlreadyEnqueued):
                        await task.configure(queueing_lock=str(number)).defer_async(number=number)
            await asyncio.sleep(_SWEEP)


def _failed() -> Any:
    from procrastinate.jobs import Status

    return Status.FAILED


def prepare_jobs(ledger: BlockLedger) -> None:
    """Make the tables of Procrastinate, once for all workers. Raises JournalError."""
    from procrastinate.schema import SchemaManager

    with ledger.store.changing() as db:
        db.execute("SELECT pg_advisory_xact_lock(?)", (_MAKING,))
        if db.execute("SELECT to_regclass(?)", (f"{_SCHEMA}.procrastinate_jobs",)).fetchone()[0] is None:
            db.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
            db.execute(f"SET LOCAL search_path = {_SCHEMA}")
            db.execute(SchemaManager.get_schema())
