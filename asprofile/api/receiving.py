"""Receiving objects: which profile is executed, where it listens, where objects go.

Not here: the associations themselves (``receive``), signals and what is said (``cli``).
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.api.ranges import check_receive_options, number
from asprofile.api.words import Words, words_of
from asprofile.errors import AssociationError, ConfigurationError
from asprofile.names.releases import LATEST, parse_release
from asprofile.names.well_known import VERIFICATION
from asprofile.net.transport import describe_address
from asprofile.printing import plural
from asprofile.receive.addresses import parse_caller, parse_listening
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationAccepted, Received
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.record import EventRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from asprofile.api.references import NamedProfile, ProfileInput
    from asprofile.model.config import Profile
    from asprofile.net.tls_options import TlsOptions
    from asprofile.receive.events import ReceiveEvent
    from asprofile.receive.record import E
    from asprofile.settings.project import ProjectSettings

    if sys.platform == "win32":
        ReceiverGroup = Receiver
    else:
        from asprofile.receive.processes import ReceiverGroup

PROFILE: Final = "AcceptorAll"
"""The sample that is executed where no profile is given."""
_LAST_WAIT: Final = 10.0
"""Seconds in which an association that is interrupted ends, whatever it does."""


def receive(
    profile: ProfileInput | None,
    into: str | os.PathLike[str],
    *,
    address: Words | None = None,
    accept_all: bool = False,
    release: str = LATEST,
    only_from: Words = (),
    tls: TlsOptions | None = None,
    options: ReceiveOptions = ReceiveOptions(),  # noqa: B008 - a value
    on_event: Callable[[ReceiveEvent], None] | None = None,
    keep_events: bool = True,
    grace: float = 5.0,
    settings: ProjectSettings | None = None,
) -> Receiving:
    """Receive DICOM objects (C-STORE SCP) as long as a ``with`` lasts: accept what DCMTK's storescp and dcmrecv accept
    with the profile, and store each object as it came.

    It listens from the beginning of the ``with`` on. At its end no more associations are taken, and those that there
    are end: after the object that each is receiving, which has ``grace`` seconds; at once if the ``with`` ends with an
    exception.

    Args:
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile; None: the sample AcceptorAll, which has every
            storage SOP class.
        into: The directory; it is made if only itself is missing.
        address: ``"[AET@][HOST:]PORT"``, or several with the same AE title: port 0 is a free one, without a host it is
            all addresses of this machine, and with an AE title only associations that call it are accepted. None: what
            ``options`` says, which is a free port of 127.0.0.1.
        accept_all: In place of a profile, every storage or private SOP class, as the requestor prefers.
        release: The DCMTK release that shall load the profile.
        only_from: Accept only these calling AE titles, ``"AET"`` or ``"AET@ADDRESS"`` with an address or a network.
        tls: Every connection has to be TLS.
        options: How to receive: limits, time limits, what to do with duplicates.
        on_event: Gets each event: an association requested, accepted or rejected, and ended; an object stored, or not
            stored. Never two at once, in a thread of an association, which waits for it. What it raises comes out at
            the end of the ``with``.
        keep_events: Keep the events, to be looked at and waited for. Memory grows with them.
        grace: Seconds.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        A context manager, which says where it listens, what has come, and waits for what has to come.

    Raises:
        ConfigurationError: It is no address, or options exclude each other; at the beginning of the ``with``: objects
            cannot be stored there, or files for TLS cannot be used.
        LoadError: The release does not load the file of the profile, or would not use it.
        ProfileNotFound: There is no such profile.
        AssociationError: At the beginning of the ``with``: it cannot listen there.

    Examples:
        >>> with asprofile.receive(None, "received") as receiving:
        ...     sent = asprofile.send(receiving.address, "study", calling="MODALITY")
        ...     objects = receiving.wait_for_objects(4, timeout=60)
        >>> sent.all_stored, [one.calling_ae for one in objects]
        (True, ['MODALITY', 'MODALITY', 'MODALITY', 'MODALITY'])
        >>> all(one.path.parent.name == "received" for one in objects)
        True

    PS3.4 annex B, PS3.7 9.1.1.
    """
    if accept_all and profile is not None:
        raise ConfigurationError("@{accept_all} takes the place of @{profile}: give one of them")
    number("grace", grace)
    check_receive_options(options)
    if options.processes > 1 and keep_events:
        raise ConfigurationError("events of several processes are told as they come, and not kept: give one process")
    limits = _with(options, () if address is None else words_of(address), words_of(only_from), tls)
    named = None if accept_all else _named(profile, release, settings)
    return Receiving(named, into, limits, EventRecord(on_event, keep=keep_events), grace)


class Receiving:
    """A receiver, as ``asprofile.receive`` makes it: a context manager, or to be started and stopped.

    ``profile`` is what is executed, None if everything is accepted. All may be called from any thread; ``finish`` and
    ``interrupt`` in a signal handler too.
    """

    def __init__(
        self,
        named: NamedProfile | None,
        into: str | os.PathLike[str],
        options: ReceiveOptions,
        record: EventRecord,
        grace: float,
    ) -> None:
        self.profile: Profile | None = None if named is None else named.profile()
        self.into = Path(into)
        self.options = options
        self._named = named
        self._record = record
        self._grace = grace
        self._receiver: Receiver | ReceiverGroup
        if options.processes == 1:
            self._receiver = Receiver(self.profile, self.into, options, record.tell)
        elif sys.platform == "win32":
            raise ConfigurationError("Windows cannot fork a process: receive with one")
        else:
            # Not needed by most.
            from asprofile.receive.processes import ReceiverGroup

            self._receiver = ReceiverGroup(self.profile, self.into, options, record.tell)

    @property
    def port(self) -> int:
        """The port it listens on. Raises ConfigurationError before it has begun."""
        return self._receiver.port

    @property
    def host(self) -> str:
        """The address it listens on; of all addresses, the one by which this machine reaches itself. Raises
        ConfigurationError before it has begun.
        """
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._receiver.host, self._receiver.host)  # noqa: S104

    @property
    def address(self) -> str:
        """``[AET@]HOST:PORT``, as ``asprofile.send`` takes it. Raises ConfigurationError before it has begun."""
        title = "" if self.options.ae_title is None else f"{self.options.ae_title}@"
        return title + describe_address(self.host, self.port)

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Hosts and ports that it listens on. Raises ConfigurationError before it has begun."""
        return self._receiver.addresses

    @property
    def accepts(self) -> str:
        """What is accepted, in words."""
        if self.profile is None or self._named is None:
            return "everything that can be stored"
        classes = {context.abstract_syntax for context in self.profile.contexts}
        count = len(classes)
        more = ", and Verification" if self.options.always_verification and VERIFICATION not in classes else ""
        source = self._named.source
        file = "" if source is None else f" of {Path(source.path).name}"
        return f"{self.profile.name}{file}, {plural(count, 'SOP class')}{more}"

    # --- what has come

    @property
    def events(self) -> tuple[ReceiveEvent, ...]:
        """All events so far, in their order."""
        return self._record.events

    @property
    def objects(self) -> tuple[Received, ...]:
        """The objects that are stored so far, in their order."""
        return self._record.of(Received)

    @property
    def associations(self) -> tuple[AssociationAccepted, ...]:
        """The associations that were accepted so far, in their order."""
        return self._record.of(AssociationAccepted)

    def wait_for_objects(self, count: int = 1, timeout: float = 30.0) -> tuple[Received, ...]:
        """All objects that are stored, once there are ``count``. Raises NotReceived if ``timeout`` seconds were not
        enough, or it has stopped; the message says what came instead.
        """
        return self.wait_for(Received, count, timeout)

    def wait_for(self, kind: type[E], count: int = 1, timeout: float = 30.0) -> tuple[E, ...]:
        """All events of a type, such as ``asprofile.AssociationEnded``, once there are ``count``. Raises NotReceived if
        ``timeout`` seconds were not enough, or it has stopped.
        """
        return self._record.wait_for(kind, count, timeout)

    # --- from the beginning to the end

    def start(self) -> None:
        """Listen; comes back at once. Raises ConfigurationError, AssociationError."""
        _make_directory(self.into)
        self._receiver.start()

    def finish(self) -> None:
        """Take no more associations, and abort each as soon as the object that it is receiving is stored and answered;
        comes back at once.
        """
        self._receiver.finish()

    def interrupt(self) -> None:
        """Take no more associations, and end those that there are in the middle of what they do; comes back at once."""
        self._receiver.interrupt()

    def wait(self, timeout: float) -> bool:
        """Wait, at most so many seconds, until it has finished; True if it has."""
        return self._receiver.wait(timeout)

    def stop(self, grace: float = 0.0) -> None:
        """End everything: objects on their way have ``grace`` seconds, and those that are not complete then are
        discarded. Raises AssociationError if something does not let go within ten seconds more.
        """
        if grace > 0:
            self._receiver.finish()
            self._receiver.wait(grace)
        ended = self._receiver.stop(_LAST_WAIT)
        self._record.end()
        if not ended:
            raise AssociationError(
                f"an association did not end within {_LAST_WAIT:g} s of being told to: a function that gets its "
                "events, or the disk, does not come back"
            )

    def __enter__(self) -> Receiving:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(self._grace if error is None else 0.0)
        if error is None and self._record.error is not None:
            raise self._record.error


def _with(
    options: ReceiveOptions, addresses: tuple[str, ...], only_from: tuple[str, ...], tls: TlsOptions | None
) -> ReceiveOptions:
    """The options with what is said beside them. Raises ConfigurationError."""
    if addresses:
        first, *others = map(parse_listening, addresses)
        if any(other.ae_title != first.ae_title for other in others):
            raise ConfigurationError("all addresses have the same AE title, or none has one")
        more = tuple((other.host, other.port) for other in others)
        options = replace(options, host=first.host, port=first.port, more=more, ae_title=first.ae_title)
    return replace(
        options,
        only_from=tuple(map(parse_caller, only_from)) or options.only_from,
        tls=options.tls if tls is None else tls,
    )


def _named(profile: ProfileInput | None, release: str, settings: ProjectSettings | None) -> NamedProfile:
    # Reading profiles takes a while to import.
    from asprofile.api.references import named_profile
    from asprofile.model.reference import ProfileReference
    from asprofile.settings.project import ProjectSettings

    given = ProfileReference(None, PROFILE) if profile is None else profile
    return named_profile(given, settings or ProjectSettings(), parse_release(release), "acceptor")


def _make_directory(path: Path) -> None:
    """The directory, which is made if only itself is missing. Raises ConfigurationError."""
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:
        what = "it is a link that leads nowhere" if path.is_symlink() else "it is no directory"
        raise ConfigurationError(f"{path}: cannot store there: {what}") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot store there: {(error.strerror or str(error)).lower()}") from error
    if not os.access(path, os.W_OK):
        raise ConfigurationError(f"{path}: cannot store there: not writable")
