"""DCMTK as the judge: ``tests/dcmtk_reader/reader.cc``, compiled when needed, and its process.

Which files are judged, and what asprofile says of them, is not known here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

READER = Path(__file__).resolve().parents[2] / "tests" / "dcmtk_reader" / "reader.cc"
LIBRARIES = ("-ldcmnet", "-ldcmdata", "-loflog", "-lofstd")
PACKAGES = ("g++", "libdcmtk-dev")
_HEADER = Path("/usr/include/dcmtk/dcmnet/dcasccff.h")


class NoJudge(Exception):
    """The reader cannot be built here; the message says what is missing."""


class JudgeDied(Exception):
    """The reader's process ended within a batch: one of the files is too much for DCMTK."""


def build() -> Path:
    """The compiled reader. Compiles at most once for each state of its source and of the DCMTK that is installed.

    Raises NoJudge without a compiler or DCMTK's headers that could be used or, as root on Debian, installed.
    """
    program = _cache() / f"reader-{_state()}" if _ready() or _install() else None
    if program is None:
        raise NoJudge(f"no {' and '.join(PACKAGES)} here; on Debian: apt-get install {' '.join(PACKAGES)}")
    if not program.exists():
        _compile(program)
    return program


def _ready() -> bool:
    return shutil.which("g++") is not None and _HEADER.exists()


def _install() -> bool:
    """Install the compiler and the headers where that needs no question: as root, with apt."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    for command in (install, ["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if _ready():
            return True
    return False


def _state() -> str:
    # The header's text changes little between releases; the time of its installation changes always.
    installed = str(_HEADER.stat().st_mtime_ns).encode()
    return hashlib.sha256(READER.read_bytes() + installed).hexdigest()[:16]


def _cache() -> Path:
    """A directory that only this user can write to: what is in it is run."""
    base = os.environ.get("XDG_CACHE_HOME")
    directory = (Path(base) if base else Path.home() / ".cache") / "asprofile-fuzz"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def _compile(program: Path) -> None:
    with tempfile.TemporaryDirectory(dir=program.parent) as scratch:
        built = Path(scratch) / "reader"
        command = ["g++", "-O2", str(READER), "-o", str(built), *LIBRARIES]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise NoJudge(f"{READER.name} does not compile:\n{result.stderr}")
        built.replace(program)


class Judge:
    """A running reader; ``release`` is that of the DCMTK it is linked with. A context manager."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self.release = self._next().decode()

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, files: list[bytes]) -> None:
        """Hand over a batch; the reader works on it while the caller does. Each ask is followed by one
        :meth:`answers`.
        """
        parts = [struct.pack("=I", len(files))]
        for data in files:
            parts += (struct.pack("=I", len(data)), data)
        try:
            self._input.write(b"".join(parts))
            self._input.flush()
        except BrokenPipeError as error:
            raise JudgeDied("DCMTK's reader is gone") from error

    def answers(self, count: int) -> list[bytes]:
        """The reports for the batch of ``count`` files that was handed over last."""
        return [self._next() for _ in range(count)]

    def report(self, data: bytes) -> bytes:
        """The report for one file."""
        self.ask([data])
        return self._next()

    def _next(self) -> bytes:
        (length,) = struct.unpack("=I", self._exactly(4))
        return self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = self._output.read(size)
        if len(data) != size:
            raise JudgeDied(f"DCMTK's reader ended with status {self._process.wait()}")
        return data
