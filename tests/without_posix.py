"""What Windows lacks, taken out of Python's modules: with WITHOUT_POSIX=1 the tests run as far as they would there.

It is no Windows: paths, consoles and files that are open behave as they do here. It shows what is used without asking
whether it is there. Programs that tests start have all of it. A test that itself uses what is not there is skipped, on
Windows, too (``needed``).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import select
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

LEFT = (asyncio, multiprocessing, selectors, subprocess, tempfile)
"""Python's own that took what they need when they were imported."""

MODULES = ("resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline")
NAMES: dict[Any, str] = {
    os: """
        O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_SYNC chown fchmod fchown fork forkpty getegid geteuid getpgid
        getpgrp lchown memfd_create mkfifo mknod posix_fadvise posix_fallocate pread preadv pwrite pwritev readv
        sched_getaffinity setsid sysconf writev
        """,
    select: "epoll poll",
    signal: """
        SIGALRM SIGCHLD SIGCONT SIGHUP SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH alarm pause
        pthread_kill pthread_sigmask setitimer siginterrupt sigwait
        """,
    socket: """
        AF_UNIX MSG_DONTWAIT MSG_NOSIGNAL SO_REUSEPORT TCP_INFO TCP_NOTSENT_LOWAT TCP_QUICKACK TCP_USER_TIMEOUT
        recv_fds send_fds
        """,
}
"""What is used behind a question for the system's name (fcntl, killpg, getxattr) is left: mypy looks at that."""


def take_out() -> None:
    """Take it out, for as long as this process lives."""
    # The programs that tests start have them all the same, and take over what is ignored here.
    for name in ("SIGHUP", "SIGQUIT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in NAMES.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    socket.socketpair = _socketpair  # type: ignore[assignment]
    for name in ("sendmsg", "recvmsg", "recvmsg_into", "sendfile"):
        setattr(socket.socket, name, property(_missing))
    # Only now: what it imports shall see what is left.
    from asprofile.cli import locking
    from asprofile.net import listening

    locking.fcntl = None
    listening.allow_descriptors = lambda _: True  # what it asks for the system's name says so there
    multiprocessing.set_start_method("spawn", force=True)


def needed(error: BaseException, raised_in: Path) -> str:
    """What a test uses that the system lacks, if it ended for that; empty for whatever the product does."""
    if not isinstance(error, AttributeError) or not raised_in.is_relative_to(Path(__file__).parent):
        return ""
    module = error.obj if isinstance(error.obj, ModuleType) else None
    return f"needs {module.__name__}.{error.name}" if module and error.name in NAMES.get(module, "").split() else ""


def _socketpair(*_: int) -> tuple[socket.socket, socket.socket]:
    """Two sockets of TCP, as Python makes them there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        other, _address = server.accept()
    return one, other


def _missing(_: socket.socket) -> Any:
    raise AttributeError("there is none on Windows")
