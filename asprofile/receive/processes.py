"""A receiver whose associations run in several processes: one listens, counts, and tells; the others receive.

Belongs here: starting processes, giving each its connections, hearing of them, what happens when one dies. Does not
belong here: what such a process does with a connection (``engine``), and the channel between the two (``net``).

The process that listens has no threads of its own, so it may be forked at any time. All limits and numbers are its, and
all that is told comes from it: one event after the other, whichever process has it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NoReturn, get_args

from asprofile.errors import ConfigurationError
from asprofile.net.listening import Listener
from asprofile.net.tcp import TcpTransport, wait_any
from asprofile.receive.engine import BACKLOG, Receiver
from asprofile.receive.events import AssociationEnded, ProcessEnded, ReceiveEvent
from asprofile.receive.places import ConnectionPlaces

if sys.platform != "win32":
    from asprofile.net.channel import Channel, channels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asprofile.negotiate.request import ProfileSource
    from asprofile.receive.options import ReceiveOptions

assert sys.platform != "win32", "Windows cannot fork a process"

_POLL: Final = 0.1
_HELD: Final = 0.01
"""Seconds between two tries to hand a connection over."""
_TOGETHER: Final = 0.002
"""Seconds for which messages of the processes are gathered: waking up for each object would take as long as receiving
it.
"""
_BEFORE_ANOTHER: Final = 1.0
"""Seconds between the starts of two processes that take the place of others: one that cannot live is not started a
thousand times a second.
"""
_ORPHANED: Final = 5.0
"""Seconds for what a process is receiving when the one that listens was killed: nobody is left who could end it."""
_SIGNALS: Final = {
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1") if hasattr(signal, name)
}
"""What a terminal, or systemd, sends to all processes of a group is for the one that listens. It tells the others, with
the last of these if they are to end at once.
"""


_EVENTS: Final = {kind.__name__: kind for kind in get_args(ReceiveEvent)}
_VALUES: Final = {name: attrgetter(*kind.__match_args__) for name, kind in _EVENTS.items()}
"""Of each event, all values: said as a tuple in a tenth of the time that the event itself would take."""


class _Process:
    """A process that receives: its id, the channel to it, and the connections that it has, by their numbers."""

    def __init__(self, process: int, channel: Channel) -> None:
        self.process = process
        self.channel = channel
        self.given: dict[int, _Given] = {}


class _Given:
    """A connection that a process has; ``is_over``: its end was told."""

    def __init__(self, number: int, peer: str, places: ConnectionPlaces, process: _Process) -> None:
        self.number = number
        self.peer = peer
        self.is_over = False
        self.process = process
        self.place = places.enter(self)

    def interrupt(self) -> None:
        """It has to make room for another one."""
        self.process.channel.tell_surely(("displaced", self.number))


class _AskedPlace:
    """The place of a connection, in its process. Whether there is one for an association, the process that listens
    decides.
    """

    def __init__(self, number: int, transport: TcpTransport, channel: Channel, ended: threading.Event) -> None:
        self._ended = ended
        self.is_displaced = False
        self._number = number
        self._transport = transport
        self._channel = channel
        self._is_admitted = False
        self._answered = threading.Event()

    def admit(self) -> bool:
        """See AssociationPlace."""
        self._channel.say(("admit", self._number))
        while not (self._answered.wait(_POLL) or self._ended.is_set()):
            pass
        return self._is_admitted and not self.is_displaced

    def answer(self, is_admitted: bool) -> None:
        """What is answered to that."""
        self._is_admitted = is_admitted
        self._answered.set()

    def displace(self) -> None:
        """It had to make room."""
        self.is_displaced = True
        self._transport.interrupt()
        self._answered.set()

    def leave(self) -> None:
        """See AssociationPlace."""
        self._channel.say(("over", self._number))


class ReceiverGroup:
    """What a ``Receiver`` is, with ``options.processes`` processes. Events come, and connections are taken, while
    ``wait`` is called, by the thread that has called ``start``, which has to be the only one.
    """

    def __init__(
        self,
        profile: ProfileSource | None,
        directory: Path,
        options: ReceiveOptions,
        on_event: Callable[[ReceiveEvent], None],
    ) -> None:
        if not hasattr(os, "fork"):
            raise ConfigurationError("this system cannot fork a process: receive with one")
        if "{counter" in (options.store.layout or "").replace("{{", ""):
            raise ConfigurationError("{counter} of a layout counts in one process: leave it out, or receive with one")
        self._options = options
        self._on_event = on_event
        self._receiver = Receiver(profile, directory, options, self._tell_parent)
        self._parent: Channel | None = None
        self._listener: Listener | None = None
        self._processes: dict[int, _Process] = {}
        self._places = ConnectionPlaces(options.max_associations, options.max_per_host)
        self._count = 0
        self._held: TcpTransport | None = None
        """A connection that no process can take now."""
        self._next_start = 0.0
        self._finishing = self._aborting = False

    @property
    def port(self) -> int:
        """See Receiver."""
        return self._listening.port

    @property
    def host(self) -> str:
        """See Receiver."""
        return self._listening.host

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """See Receiver."""
        return self._listening.addresses

    @property
    def _listening(self) -> Listener:
        if self._listener is None:
            raise ConfigurationError("the receiver is not started")
        return self._listener

    def start(self) -> None:
        """Listen; comes back at once. Raises what ``Receiver.start`` raises."""
        self._receiver.prepare()
        self._listener = Listener(
            self._options.host,
            self._options.port,
            BACKLOG,
            more=self._options.more,
            descriptors=self._options.descriptors,
        )
        for _ in range(self._options.processes):
            self._begin()
        if not self._processes:
            self._listener.close()
            raise ConfigurationError("the system has no process left to receive with")

    def finish(self) -> None:
        """See Receiver. May be called in a signal handler."""
        self._finishing = True
        for one in tuple(self._processes.values()):
            one.channel.end()

    def interrupt(self) -> None:
        """See Receiver. May be called in a signal handler."""
        self._aborting = True
        self.finish()
        self._send(signal.SIGUSR1)

    def wait(self, timeout: float) -> bool:
        """Take connections and tell events for so many seconds; True once all has finished."""
        end = time.monotonic() + timeout
        while True:
            if self._finishing:
                self._listening.close()
                if self._held is not None:
                    self._held.close()
                    self._held = None
                if not self._processes:
                    return True
            elif len(self._processes) < self._options.processes and time.monotonic() >= self._next_start:
                self._begin()
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._look(min(left, _POLL))

    def stop(self, timeout: float | None = None) -> bool:
        """See Receiver; processes that have not ended by then are killed."""
        self.interrupt()
        ended = self.wait(3600.0 if timeout is None else timeout)
        if not ended:
            self._send(signal.SIGKILL)
            self.wait(1.0)
        return ended

    # --- processes

    def _begin(self) -> None:
        """Start a process, if the system has one more."""
        self._next_start = time.monotonic() + _BEFORE_ANOTHER
        ours, its = channels()
        # A signal waits until both know what they have to do then.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        listening = os.getpid()
        try:
            process = os.fork()
        except OSError:
            ours.close()
            its.close()
        else:
            if not process:
                self._become(ours, its, before, listening)
            its.close()
            one = _Process(process, ours)
            self._processes[process] = one
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _become(self, ours: Channel, its: Channel, signals: set[int | signal.Signals], listening: int) -> NoReturn:
        """All that a new process does. It ends nothing that belongs to the process that it was forked from."""
        status = 1
        try:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            signal.signal(signal.SIGUSR1, lambda _, __: self._receiver.interrupt())
            signal.pthread_sigmask(signal.SIG_SETMASK, signals)
            for other in (ours, *(one.channel for one in self._processes.values())):
                other.close()
            if self._listener is not None:
                self._listener.close()
            self._serve(its)
            self._end(listening)
            status = 0
        finally:
            os._exit(status)

    def _serve(self, channel: Channel) -> None:
        """The connections that come through the channel, until it ends."""
        self._parent = channel
        ended = threading.Event()
        places: dict[int, _AskedPlace] = {}
        while (told := channel.told()) is not None:
            what, number, *more = told
            if what == "take":
                transport = TcpTransport(channel.take_socket(), *more)
                places[number] = _AskedPlace(number, transport, channel, ended)
                self._receiver.take(transport, number, places[number])
            elif what == "over":
                del places[number]
            elif number in places and what == "displaced":
                places[number].displace()
            elif number in places:
                places[number].answer(*more)
        ended.set()

    def _end(self, listening: int) -> None:
        """Finish what is being received; but not for long, if the process that listens is not there any more."""
        self._receiver.finish()
        orphaned = 0.0
        while not self._receiver.wait(_POLL):
            if os.getppid() == listening:
                continue
            orphaned = orphaned or time.monotonic()
            if time.monotonic() - orphaned >= _ORPHANED:
                self._receiver.interrupt()

    def _tell_parent(self, event: ReceiveEvent) -> None:
        assert self._parent is not None, "in a process of its own"
        name = type(event).__name__
        self._parent.say((name, *_VALUES[name](event)))

    def _send(self, number: signal.Signals) -> None:
        for process in tuple(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)  # not waited for yet, so no other process has its number

    # --- what comes

    def _look(self, timeout: float) -> None:
        """Take what comes next, if something does within so many seconds."""
        for process in self._processes.values():
            process.channel.flush()
        if self._held is not None:
            self._accept()
        if self._held is not None:
            timeout = min(timeout, _HELD)
        waiting: dict[int, _Process | None] = {one.channel.fileno(): one for one in self._processes.values()}
        if self._held is None and self._listener is not None and self._listener.is_open:
            waiting.update(dict.fromkeys(self._listener.descriptors))
        ready = [waiting[descriptor] for descriptor in wait_any(waiting, timeout)]
        if ready and None not in ready:
            time.sleep(_TOGETHER)
        for one in ready:
            if one is None:
                self._accept()
            else:
                self._hear(one)

    def _accept(self) -> None:
        """Give the next connection to a process. Where none can take one, it is kept until one can, and others wait in
        the queue of the system: a flood costs nobody his connection.
        """
        listener = self._listening
        transport = self._held or listener.accept(0.0)
        if transport is None:
            if listener.is_exhausted:
                self._places.make_room()
            return
        self._held = transport
        if not self._processes:
            self._begin()
        number = self._count + 1
        for one in sorted(self._processes.values(), key=lambda one: len(one.given)):
            if one.channel.tell(("take", number, transport.peer), transport.fileno()):
                self._count = number
                one.given[number] = _Given(number, transport.peer, self._places, one)
                self._held = None
                transport.close()  # the process has its own
                return

    def _hear(self, one: _Process) -> None:
        """What a process says: questions, events, and that a connection is over."""
        said = one.channel.heard()
        if said is None:
            self._over(one)
            return
        for what, *values in said:
            if what == "admit":
                one.channel.tell_surely(("admitted", values[0], one.given[values[0]].place.admit()))
            elif what == "over":
                one.given.pop(values[0]).place.leave()
                one.channel.tell_surely(("over", values[0]))
            else:
                event = _EVENTS[what](*values)
                if isinstance(event, AssociationEnded) and event.number in one.given:
                    one.given[event.number].is_over = True
                self._on_event(event)

    def _over(self, one: _Process) -> None:
        """A process has ended: in good order, if it was to."""
        one.channel.close()
        _, status = os.waitpid(one.process, 0)
        del self._processes[one.process]
        code = os.waitstatus_to_exitcode(status)
        if code == 0 and self._finishing:
            return
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        for given in one.given.values():
            given.place.leave()
        lost = [(given.number, given.peer) for given in one.given.values() if not given.is_over]
        self._on_event(ProcessEnded(one.process, f"ended {how}", len(lost)))
        for number, peer in lost:
            reason = f"process {one.process}, which had it, ended {how}"
            self._on_event(AssociationEnded(number, peer, "", "", "failed", reason, 0, 0, 0, 0.0))
