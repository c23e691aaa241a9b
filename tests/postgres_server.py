"""A PostgreSQL server of our own in a temporary directory, on a Unix socket, with a password."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from programs import need

USER, PASSWORD = "mover", "p%w/d"


def _program(name: str) -> str:
    """Debian keeps these out of the way, by version; what is in the way of everybody is ``pg_ctlcluster``."""
    if not _of_debian(name) and (found := shutil.which(name)):
        return found
    if not _of_debian(name):
        need("pg_ctlcluster", "postgresql")
    return _of_debian(name)[-1]


def _of_debian(name: str) -> list[str]:
    return sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))


class PostgresServer:
    """Running, once it is entered; ``stop`` and ``start`` as often as wanted."""

    def __init__(self) -> None:
        self._initdb, self._control = _program("initdb"), _program("pg_ctl")
        self._home = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self._home / "data"
        self._as: list[str] = []
        self._databases = 0
        if sys.platform != "win32" and os.geteuid() == 0:
            user, group = _account()
            self._as = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
            os.chown(self._home, user, group)

    def __enter__(self) -> PostgresServer:
        word = self._home / "password"
        word.write_text(PASSWORD)
        word.chmod(0o644)
        self._run(self._initdb, "-D", str(self._data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={word}", "-N",
                  "-E", "UTF8", "--locale=C")  # fmt: skip
        self.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop("immediate")
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._home}' -c fsync=off -c max_connections=30"
        self._run(self._control, "-D", str(self._data), "-w", "-t", "60", "-l", str(self._home / "log"), "-o", options,
                  "start")  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` is as if the machine had gone, but for the disk."""
        self._run(self._control, "-D", str(self._data), "-w", "-m", mode, "stop")

    def url(self, database: str, password: str = "p%25w%2Fd") -> str:
        return f"postgresql://{USER}:{password}@/{database}?host={self._home}"

    def fresh(self) -> str:
        """The URL of a database with nothing in it."""
        import psycopg

        self._databases += 1
        name = f"d{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._as, *command],
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def _account() -> tuple[int, int]:
    """User and group that run it where we are root, which it refuses."""
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise AssertionError("neither postgres nor nobody has an account")
