"""What storescp and dcmrecv do from the first look at their command line to their exit status.

Belongs here: the order of things, listening, and what DCMTK's programs say and return for each way it can end. Does not
belong here: an association (``provider``).
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.log import one_line
from asprofile.dcmtk_cli.profiles import UnusableProfile, profile_of
from asprofile.errors import AssociationError, ConfigurationError, ConnectionFailed
from asprofile.net.listening import Inherited, Listener
from asprofile.net.lookup import name_of_address
from asprofile.net.transport import host_of
from asprofile.storescp.acceptance import ProviderPolicy
from asprofile.storescp.host_access import (
    ACCESS_TABLES,
    UNKNOWN,
    HostName,
    UnusableRule,
    check_access,
    may_connect,
)
from asprofile.storescp.names import trimmed
from asprofile.storescp.provider import ProviderParts, StorageProvider, StudyEvents
from asprofile.storescp.running import CommandRunner
from asprofile.storescp.storing import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.dcmtk_cli.log import Log
    from asprofile.dcmtk_cli.security import Secure
    from asprofile.dcmtk_cli.tls import CommandLineCalls
    from asprofile.model.config import Profile
    from asprofile.net.tcp import TcpTransport
    from asprofile.net.transport import Transport
    from asprofile.send.control import Control
    from asprofile.storescp.settings import ProviderSettings

_POLL: Final = 0.1
_LINGER: Final = 2.0
"""Seconds a peer has to close after its association ended."""
_LOOK_UP: Final = 5.0
"""Seconds in which the name of a peer has to be found."""
_MOST_THREADS: Final = 1000
"""Associations at a time where the user gave no limit."""

NO_DIRECTORY: Final = 45
CANNOT_HONOUR: Final = 2
CANNOT_LISTEN: Final = 64
BAD_PROFILE: Final = 66
NO_TLS: Final = 71
"""Exit statuses of dcmrecv; storescp has 1 for all of these, but for the first, which neither has: rules of the TCP
wrapper that we cannot honour.
"""


class _Stop(Exception):
    """It cannot begin; the log has said why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def run(
    settings: ProviderSettings,
    log: Log,
    release: str,
    outside: CommandLineCalls,
    control: Control,
) -> int:
    """Listen, and serve until ``control`` ends it; the exit status."""
    try:
        server = _Server(settings, log, release, outside, control)
    except _Stop as stop:
        return stop.status
    server.run()
    return 0


class _Server:
    def __init__(
        self,
        settings: ProviderSettings,
        log: Log,
        release: str,
        outside: CommandLineCalls,
        control: Control,
    ) -> None:
        """Raises _Stop."""
        self._settings = settings
        self._log = log
        self._control = control
        self._outside = outside
        self._is_storescp = settings.program == "storescp"
        if not self._is_storescp:
            log.info("configuring service class provider ...")
        profile = self._profile(release)
        self._check_directory()
        self._check_access()
        if not self._is_storescp:
            log.info("starting service class provider and listening ...")
            self._secure = self._tls(settings.tls)
        self._listener = self._listen()
        if self._is_storescp:
            try:
                self._secure = self._tls(settings.tls)
            except _Stop:
                self._listener.close()
                raise
        runner = CommandRunner(log, wait=settings.commands.wait or settings.parallel != 1)
        acceptance = ProviderPolicy(settings, profile, release)
        self._parts = ProviderParts(settings, log, release, acceptance, runner, control)
        self._release = release
        self._threads: set[threading.Thread] = set()
        self._changed = threading.Condition()

    # --- before anything comes

    def _profile(self, release: str) -> Profile | None:
        if self._settings.profile is None:
            if not self._is_storescp:
                self._log.warn("no configuration file specified, SCP will only support the Verification SOP Class")
            return None
        file, name = self._settings.profile
        try:
            return profile_of(file, name, "acceptor", release)
        except UnusableProfile as error:
            self._log.error(error.reason)
            if self._is_storescp:
                self._log.fatal(_refused_by_storescp(error))
                raise _Stop(1) from None
            for level, text in _refused_by_dcmrecv(error, file, name):
                self._log.say(level, text)
            raise _Stop(BAD_PROFILE) from None

    def _check_directory(self) -> None:
        directory = trimmed(self._settings.directory)
        there = os.path.isdir(directory)  # noqa: PTH112 - a name as somebody wrote it
        writable = there and os.access(directory, os.W_OK)
        if self._is_storescp:
            if not there:
                self._log.fatal("specified output directory does not exist")
                raise _Stop(1)
            if not writable and not self._settings.ignore:
                self._log.fatal("specified output directory is not writeable")
                raise _Stop(1)
            return
        if not writable:
            why = "Directory is not writable" if there else "Directory does not exist"
            self._log.fatal(f"cannot specify output directory: {why}")
            raise _Stop(NO_DIRECTORY)

    def _check_access(self) -> None:
        if self._settings.access_control:
            try:
                check_access(self._settings.program, ACCESS_TABLES)
            except UnusableRule as unusable:
                self._log.fatal(f"--access-control is not supported with these rules: {unusable}")
                raise _Stop(CANNOT_HONOUR) from None

    def _listen(self) -> Listener | Inherited:
        settings = self._settings
        if settings.inetd:
            return self._inherit()
        if settings.port < 1024 and getattr(os, "geteuid", lambda: 0)() != 0 and not _may_listen_low(settings.port):
            if self._is_storescp:
                self._log.fatal(f"cannot listen on port {settings.port}, insufficient privileges")
                raise _Stop(1)
            self._log.error(f"No privileges to open this network port ({settings.port})")
            self._log.fatal(f"cannot start SCP and listen on port {settings.port}: Insufficient port privileges")
            raise _Stop(CANNOT_LISTEN)
        host = {"4": "0.0.0.0", "6": "::", "auto": ""}[settings.ip]  # noqa: S104 - as the real ones
        try:
            return Listener(host, settings.port)
        except ConnectionFailed as error:
            cause = error.__cause__
            words = os.strerror(cause.errno) if isinstance(cause, OSError) and cause.errno else str(error)
            if self._is_storescp:
                self._log.error(f"cannot create network: 0006:031c TCP Initialization Error: {words}")
                raise _Stop(1) from None
            text = f"TCP Initialization Error: {words}"
            self._log.fatal(f"cannot start SCP and listen on port {settings.port}: {text}")
            raise _Stop(CANNOT_LISTEN) from None

    def _inherit(self) -> Inherited:
        try:
            return Inherited()
        except ConnectionFailed as error:
            self._log.error(f"cannot create network: 0006:031c TCP Initialization Error: {error}")
            raise _Stop(1) from None

    def _tls(self, secure: Secure | None) -> Callable[[TcpTransport], Transport] | None:
        """What makes a TLS connection of one that was accepted. Raises _Stop."""
        if secure is None:
            return None
        try:
            return self._secured(secure)
        except ConfigurationError as error:
            self._log.fatal(f"000b:0004 {error}")
            raise _Stop(1 if self._is_storescp else NO_TLS) from None

    def _secured(self, secure: Secure) -> Callable[[TcpTransport], Transport]:
        """Raises ConfigurationError."""
        # Not needed, and not waited for, without TLS.
        from asprofile.dcmtk_cli.tls import prepared
        from asprofile.net.tls import secure_accepted
        from asprofile.net.tls_context import (
            expect_name,
            let_in_without_certificate,
            server_context,
            use_dh_parameters,
        )

        context = server_context(prepared(secure, self._log, self._outside))
        if secure.optional:
            let_in_without_certificate(context)
        if secure.expected_name:
            expect_name(context, secure.expected_name)
        if secure.dh_parameters is not None:
            from pathlib import Path

            use_dh_parameters(context, Path(secure.dh_parameters))
        timeout = self._settings.acse_timeout
        return lambda tcp: secure_accepted(tcp, context, timeout)

    # --- serving

    def run(self) -> None:
        """Until the run is to end."""
        store = ObjectStore(self._settings, self._log, self._release)
        study_events = StudyEvents(self._parts, store)
        try:
            while not (self._control.finishing or (isinstance(self._listener, Inherited) and self._listener.is_taken)):
                transport = self._listener.accept(_POLL)
                if transport is None:
                    study_events.look()
                elif self._settings.parallel == 1:
                    self._serve(transport, store, study_events)
                else:
                    self._serve_beside(transport)
        finally:
            self._listener.close()
            with self._changed:
                self._changed.wait_for(lambda: not self._threads)

    def _serve_beside(self, transport: TcpTransport) -> None:
        """In a thread; like a process of storescp's it knows nothing of the studies of others."""
        most = self._settings.parallel or _MOST_THREADS
        with self._changed:
            if len(self._threads) >= most:
                self._log.info("Maximum number of associations reached, waiting for one to end")
                while len(self._threads) >= most and not self._control.finishing:
                    self._changed.wait(_POLL)
            store = ObjectStore(self._settings, self._log, self._release)
            study_events = StudyEvents(self._parts, store)
            thread = threading.Thread(
                target=self._serve_and_leave, args=(transport, store, study_events), name=f"asprofile-{transport.peer}"
            )
            self._threads.add(thread)
            thread.start()

    def _serve_and_leave(self, transport: TcpTransport, store: ObjectStore, study_events: StudyEvents) -> None:
        try:
            self._serve(transport, store, study_events)
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())
                self._changed.notify_all()

    def _serve(self, tcp: TcpTransport, store: ObjectStore, study_events: StudyEvents) -> None:
        address = host_of(tcp.peer)
        host = name_of_address(address, _LOOK_UP) if self._settings.host_lookup else address
        if self._settings.access_control and not self._may_connect(address, host):
            tcp.close()
            return
        transport: Transport = tcp
        self._control.watch(tcp)
        try:
            if self._secure is not None:
                transport = self._secure(tcp)
            study_events.renew()
            StorageProvider(self._parts, transport, host, store, study_events).run()
        except AssociationError as error:
            what = "Receiving Association failed" if self._is_storescp else "Could not receive association request"
            self._log.error(one_line(f"{what}: 0006:031e DUL secure transport layer: {error}"))
        except Exception as error:  # noqa: BLE001 - what one peer brings about ends its association, not the program
            self._log.error(one_line(f"internal error, association closed ({type(error).__name__}: {error})"))
        finally:
            self._control.forget(tcp)
            transport.finish(0.0 if self._control.finishing else _LINGER)
        if self._settings.tls is not None and self._settings.tls.seed is not None:
            from asprofile.dcmtk_cli.tls import finish

            finish(self._settings.tls, self._log, self._outside)

    def _may_connect(self, address: str, host: str) -> bool:
        """What the TCP wrapper says; nobody may while its rules cannot be honoured."""
        name = host if self._settings.host_lookup else UNKNOWN.decode()
        why = ""
        try:
            if may_connect(self._settings.program, HostName(address.encode(), name.encode()), ACCESS_TABLES):
                return True
        except UnusableRule as unusable:
            why = f": {unusable}"
        text = f"0006:0324 TCP wrapper: denied connection from {name} ({address}){why}"
        self._log.error(one_line(f"Receiving Association failed: {text}"))
        return False


def _may_listen_low(port: int) -> bool:
    """Linux lets everybody have ports from a number on."""
    try:
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:  # noqa: PTH123
            return port >= int(file.read())
    except (OSError, ValueError):
        return False


def _refused_by_storescp(error: UnusableProfile) -> str:
    if error.found:
        return f"profile '{error.name}' is not valid for SCP use, duplicate abstract syntaxes found"
    return f"unknown configuration profile name: {error.name}" if error.name else f"cannot read config file: {error}"


def _refused_by_dcmrecv(error: UnusableProfile, file: str, name: str) -> list[tuple[str, str]]:
    invalid = "cannot load association configuration: Invalid or non-existing SCP Association Profile"
    if not error.name:
        return [
            ("error", f"Unable to parse association configuration file: {file}: {error}"),
            ("fatal", f"cannot load association configuration: {error}"),
        ]
    if error.found:
        text = f'The association profile named "{name}" is not a valid SCP association profile'
        return [("error", text), ("fatal", invalid)]
    text = (
        f'No association profile named "{name}" in association configuration, '
        "did you forget to add presentation contexts?"
    )
    return [("error", text), ("fatal", invalid)]
