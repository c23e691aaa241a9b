"""A worker of a migration: blocks of a journal in PostgreSQL to the peer, beside other workers.

Not here: blocks and their leases (``migrate.block_ledger``), one sending (``migrate.running``), what is said (``cli``).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asprofile.api.migrating import RunLimits, add_doubts, check_conversion, judges_of, study_set_by
from asprofile.errors import ConfigurationError, JournalError
from asprofile.migrate.block_filling import begin_blocks, fill
from asprofile.migrate.block_ledger import BlockLedger, Fenced
from asprofile.migrate.doubts import Doubts, resolve
from asprofile.migrate.gone import GoneSources
from asprofile.migrate.lease import DEFAULT, SHORTEST, Lease
from asprofile.migrate.ordering import put_in_order
from asprofile.migrate.postgres_url import is_postgres
from asprofile.migrate.running import FailuresLeft, RunPlan, send_due
from asprofile.migrate.shared_limits import (
    SharedPace,
    fair_share,
    give_slots_back,
    has_free_slots,
    set_slots,
    take_slots,
)
from asprofile.migrate.store import JournalLost
from asprofile.migrate.wakeups import Wakeups, prepare_jobs
from asprofile.negotiate.fitting import fit
from asprofile.send.control import Control
from asprofile.send.options import delay
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.migrating import MigrationTerms
    from asprofile.migrate.block_ledger import HeldBlock
    from asprofile.migrate.pace import Hours
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.send.outcome import SendEvent, SendReport

_ROUNDS: Final = 3
"""How often what is left of a block is looked at again."""
_WAIT: Final = 0.5
"""Seconds between two looks whether something can be done."""
_LOOK: Final = 1.0
"""Seconds between two looks whether our share of associations is another."""


@dataclass(slots=True)
class Worked:
    """What a worker did: the report of its last sending (None: there was nothing for it), how many objects it stored,
    and how many it could not; doubts, and directories that are gone, as ``Migrated`` has them; ``is_done``: nothing is
    left for any worker.
    """

    report: SendReport | None = None
    stored: int = 0
    failed: int = 0
    doubts: Doubts = field(default_factory=Doubts)
    gone: dict[str, int] = field(default_factory=dict)
    is_done: bool = False


def work_migration(
    journal: str,
    terms: MigrationTerms,
    limits: RunLimits = RunLimits(),  # noqa: B008 - a value
    *,
    lease: float = DEFAULT,
    on_note: Callable[[str], None] = lambda _: None,
    on_pause: Callable[[Hours], None] = lambda _: None,
    on_event: Callable[[SendEvent], None] = lambda _: None,
    control: Control | None = None,
) -> Worked:
    """Send blocks of objects until none is left in ``journal``, a URL of PostgreSQL that other workers use, too; blocks
    that others hold are waited for. ``lease``: seconds for which a block is ours if nothing is heard of us. While the
    database is away, it is waited for; ``on_note`` gets what is worth telling.

    Raises JournalError where the journal cannot be used from the beginning, ConfigurationError, and what a profile
    cannot be.
    """
    if not is_postgres(journal):
        raise ConfigurationError(f"{journal}: workers share a journal in PostgreSQL: postgresql://USER@HOST/DATABASE")
    if lease < SHORTEST:
        raise ConfigurationError(f"@{{lease}} is {SHORTEST:g} seconds or more")
    check_conversion(terms)
    worker = _Worker(journal, terms, limits, lease, on_note, on_pause, on_event, control or Control())
    worker.connect()
    try:
        worker.work()
    finally:
        worker.end()
    return worker.done


class _Inner(Control):
    """Stops one sending, by itself or with the worker."""

    def __init__(self, outer: Control) -> None:
        self._outer = outer
        self._is_finishing = False
        super().__init__()

    @property
    def finishing(self) -> bool:
        return self._is_finishing or self._outer.finishing

    @finishing.setter
    def finishing(self, value: bool) -> None:
        self._is_finishing = value

    def interrupt(self) -> None:
        """The worker is aborted."""
        self.abort()


class _Worker:
    def __init__(
        self,
        url: str,
        terms: MigrationTerms,
        limits: RunLimits,
        lease: float,
        on_note: Callable[[str], None],
        on_pause: Callable[[Hours], None],
        on_event: Callable[[SendEvent], None],
        control: Control,
    ) -> None:
        self.done = Worked()
        self._url = url
        self._terms, self._limits = terms, limits
        self._note, self._on_pause, self._on_event = on_note, on_pause, on_event
        self._control = control
        self._lease = Lease(lease)
        self._ledger: BlockLedger | None = None
        self._renewing: BlockLedger | None = None
        self._wakeups = Wakeups(url, self._sweep)
        self._slots = 0
        self._preparer = terms.conversion.preparer()
        self._by_profile = terms.requests_of_profile()
        self._failures = FailuresLeft(limits.max_failures)
        self._study_set = study_set_by(terms.conversion)
        self._sending: _Inner | None = None
        self._kinds: list[tuple[str, str]] | None = None
        self._is_here = False
        self._has_begun = False
        self._next_look = 0.0

    # --- the database

    def connect(self) -> None:
        """Raises JournalError."""
        before = self._ledger
        me = before.me if before is not None else None
        self._ledger = ledger = BlockLedger(self._url, self._lease, me)
        if before is not None:
            ledger.stored, ledger.failed = before.stored, before.failed
        self._renewing = BlockLedger(self._url, self._lease, ledger.me)
        if not ledger.get("scanned", False):
            raise JournalError(f"{ledger.name}: its scan was not finished; scan before workers begin")
        prepare_jobs(ledger)
        ledger.next_block, ledger.on_done = self._wakeups.next_block, self._wakeups.has_done
        ledger.is_enough = self._is_enough
        if self._terms.options.associations is not None:
            set_slots(ledger, self._terms.options.associations)
        self._slots = 0
        self._lease.renewed_by(self._renew)
        self._lease.keep(self._renew, self._lost)

    def _renew(self) -> bool:
        assert self._ledger is not None
        assert self._renewing is not None
        self._renewing.stored, self._renewing.failed = self._ledger.stored, self._ledger.failed
        return self._renewing.renew(list(self._ledger.held), self._slots)

    def _lost(self) -> None:
        """The lease is over, or about to be: whatever is being sent, stop."""
        sending = self._sending
        if sending is not None:
            sending.abort()

    def _sweep(self) -> list[int]:
        with suppress(JournalLost):  # who works with it waits for it
            return fill(self._ledger) if self._ledger is not None and self._has_begun else []
        return []

    def disconnect(self) -> None:
        self._lease.stop()
        for one in (self._ledger, self._renewing):
            if one is not None:
                with suppress(JournalError):
                    one.forget()
                    one.close()

    def end(self) -> None:
        """What is held may be others' at once."""
        ledger = self._ledger
        assert ledger is not None
        self.done.stored, self.done.failed = ledger.stored, ledger.failed
        with suppress(JournalError):
            for block in list(ledger.held.values()):
                ledger.release(block)
            self.done.is_done = not ledger.is_anything_left()
            ledger.resign()
        self.disconnect()

    # --- work

    def work(self) -> None:
        with self._wakeups:
            tries = 0
            while not self._control.finishing:
                try:
                    if not self._is_here:
                        self._begin()
                    if not self._step():
                        return
                    tries = 0
                except JournalLost as error:
                    tries += 1
                    self._is_here = False
                    self._come_back(error, tries)
                except Fenced as error:
                    self._note(f"{error}; going on with other blocks")
                    self._is_here = False
                    self._come_back(None, 0)

    def _come_back(self, error: JournalLost | None, tries: int) -> None:
        self.disconnect()
        while not self._control.finishing:
            if error is not None:
                self._note(f"{error}; waiting for it, without sending")
                self._control.pause(delay(tries))
            try:
                self.connect()
                return
            except JournalLost as again:
                error, tries = again, tries + 1

    def _begin(self) -> None:
        ledger = self._ledger
        assert ledger is not None
        if not self._has_begun:
            order = self._limits.order
            judges = judges_of(order)

            def prepare() -> None:
                if order or ledger.get("order"):
                    put_in_order(ledger, order, judges, self._control.is_wanted)

            begin_blocks(ledger, prepare, self._control.is_wanted)
            self._has_begun = True
        self._is_here = True

    def _is_enough(self) -> bool:
        """Nothing more is to be begun as we are: something is wrong here, or our share of associations is another."""
        return bool(self.done.gone) or self._is_share_another()

    def _is_share_another(self) -> bool:
        ledger, now = self._ledger, self._control.clock()
        if not self._slots or ledger is None or now < self._next_look:
            return False
        self._next_look = now + _LOOK
        share = fair_share(ledger)
        return self._slots > share or (self._slots < share and has_free_slots(ledger))

    def _step(self) -> bool:
        """Do what can be done now; False if nothing is left, or no more can be done by us."""
        ledger = self._ledger
        assert ledger is not None
        if not self._take_associations(ledger):
            self._control.pause(_WAIT)
            return ledger.is_anything_left()
        try:
            if not ledger.held and not self._take_block(ledger):
                return ledger.is_anything_left()
            return self._send(ledger)
        finally:
            self._slots = 0
            if self._terms.options.associations is not None:
                with suppress(JournalError):
                    give_slots_back(ledger)

    def _take_block(self, ledger: BlockLedger) -> bool:
        number = self._wakeups.await_block(_WAIT)
        if number is None:  # the wake-up may be with a worker that has no association
            number = next(iter(fill(ledger)), None)
        if number is None:
            return False
        block = ledger.claim(number)
        if block is None:
            self._wakeups.has_done(number)
        return block is not None

    def _take_associations(self, ledger: BlockLedger) -> bool:
        if self._terms.options.associations is None:
            return True
        share = fair_share(ledger)
        if share:
            self._slots = take_slots(ledger, share)
        return self._slots > 0

    def _send(self, ledger: BlockLedger) -> bool:
        self._sending = inner = _Inner(self._control)
        self._control.watch(inner)
        try:
            return self._send_with(ledger, inner)
        finally:
            self._sending = None
            self._control.forget(inner)

    def _send_with(self, ledger: BlockLedger, inner: _Inner) -> bool:
        terms, limits = self._terms, self._limits
        options = terms.send_options
        if self._slots:
            options = replaced(options, associations=self._slots)
        pace = SharedPace(ledger, limits.rate, limits.hours, pause=inner.pause, is_wanted=inner.is_wanted)
        if limits.hours is not None and not pace.is_open:
            self._on_pause(limits.hours)
            for block in list(ledger.held.values()):
                ledger.release(block)
            return pace.await_opening()
        blocks = list(ledger.held.values())
        doubtful = [row for block in blocks if block.doubts for row in ledger.doubts_of(block)]
        if doubtful:
            found = resolve(ledger, terms.to, options, limits.in_doubt, inner.is_wanted, self._study_set, doubtful)
            add_doubts(self.done.doubts, found)
            for block in blocks:
                if block.doubts:
                    ledger.take_up(block)
        gone = GoneSources(tuple(ledger.get("sources", [])), directories=self.done.gone)
        plan = RunPlan(
            self._requests(ledger), terms.to.peer, options, self._preparer, inner, pace, self._failures, gone
        )
        report = send_due(ledger, plan, self._on_event)
        self.done.report = report
        if inner.aborting and not self._control.aborting:
            raise Fenced(f"{ledger.name}: the lease was not renewed in time; what was being sent is in doubt")
        ends = report.error is not None or bool(self.done.gone) or (inner.finishing and not self._control.finishing)
        stops = ends or self._control.finishing or not pace.is_open
        for block in list(ledger.held.values()):
            if stops:
                ledger.release(block)
            else:
                self._settle(ledger, block)
        return not ends

    @staticmethod
    def _settle(ledger: BlockLedger, block: HeldBlock) -> None:
        """After a sending that went well: what is in doubt is asked for once more, and the rest of a block is done."""
        if block.waiting:
            return
        had = block.doubts
        if block.rounds < _ROUNDS and had:
            ledger.take_up(block)
        else:
            ledger.finish(block)

    def _requests(self, ledger: BlockLedger) -> tuple[AssociateRequest, ...]:
        if self._by_profile:
            return tuple(self._by_profile)
        if self._kinds is None:
            self._kinds = ledger.kinds()
        terms = self._terms
        default = terms.propose_default
        return tuple(fit(self._kinds, self._preparer.targets, with_default=default, **terms.to.titles))
