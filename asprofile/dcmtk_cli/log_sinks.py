"""Where the lines of a log go: streams and files, each in a form of its own.

Belongs here: writing, files that are put aside when they are large. Does not belong here: what is said and from which
level on (``log``), reading settings (``log_config``). A log that cannot be written stops nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Final

from asprofile.dcmtk_cli.checks import LEVELS
from asprofile.errors import ConfigurationError
from asprofile.regular import NO_WAITING

if TYPE_CHECKING:
    from typing import TextIO

    from asprofile.dcmtk_cli.log_config import LogAppender, PatternPiece

_DATE: Final = "%Y-%m-%d %H:%M:%S"
_ACCESS: Final = os.O_WRONLY | os.O_CREAT | NO_WAITING


class LogSink:
    """An appender at work, for messages of ``program``. Raises ConfigurationError if its file cannot be opened."""

    def __init__(self, appender: LogAppender, program: str, out: TextIO | None, err: TextIO | None) -> None:
        self._appender = appender
        self._logger = f"dcmtk.apps.{program}"
        self._stream = {"stdout": out, "stderr": err}.get(appender.stream)
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._formatted("off", "", time.time())
        if appender.file:
            try:
                self._file = self._opened(append=appender.append)
            except OSError as error:
                why = (error.strerror or str(error)).lower()
                raise ConfigurationError(f"--log-config: {appender.file}: cannot be written: {why}") from error

    def write(self, level: str, lines: list[str]) -> None:
        """A message, of lines that are fit to be shown. OSError of a stream goes on; of a file it does not."""
        appender = self._appender
        if LEVELS.index(level) < appender.threshold:
            return
        now = time.time()
        texts = lines if appender.each_line else ["\n".join(lines)]
        text = "".join(self._formatted(level, one, now) for one in texts)
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()
        elif self._file is not None:
            with self._lock, contextlib.suppress(OSError, ValueError):
                self._write(text.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Nothing is written any more."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, data: bytes) -> None:
        assert self._file is not None, "asked before"
        self._file.write(data)
        if 0 < self._appender.size < self._file.tell():
            self._put_aside()

    def _put_aside(self) -> None:
        """Number the files of before, and begin again; what is in the way of that is no reason to say nothing."""
        name = self._appender.file
        assert self._file is not None, "asked before"
        self._file.close()
        for number in range(self._appender.backups - 1, 0, -1):
            with contextlib.suppress(OSError):
                os.replace(f"{name}.{number}", f"{name}.{number + 1}")  # noqa: PTH105 - names as somebody wrote them
        with contextlib.suppress(OSError):
            os.replace(name, f"{name}.1")  # noqa: PTH105
        self._file = self._opened(append=True)

    def _opened(self, *, append: bool) -> IO[bytes]:
        """Never waits, as opening a pipe that nobody reads would. Raises OSError."""
        flags = _ACCESS | os.O_APPEND | (0 if append else os.O_TRUNC)
        file = os.fdopen(os.open(self._appender.file, flags, 0o666), "ab", buffering=0)
        with contextlib.suppress(OSError):
            file.seek(0, os.SEEK_END)
        return file

    def _formatted(self, level: str, line: str, now: float) -> str:
        return "".join(
            one.text or _fitted(one, self._converted(one, level, line, now)) for one in self._appender.pattern
        )

    def _converted(self, piece: PatternPiece, level: str, line: str, now: float) -> str:
        match piece.letter:
            case "m":
                return line
            case "n":
                return "\n"
            case "p":
                return level.upper()
            case "P":
                return level[0].upper()
            case "d" | "D":
                return _date(now, piece.option or _DATE, utc=piece.letter == "d")
            case "c":
                return ".".join(self._logger.split(".")[-int(piece.option or 0) :])
            case "i":
                return str(os.getpid())
            case "h":
                return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
            case _:
                return str(int((time.monotonic() - self._begun) * 1000))


def _fitted(piece: PatternPiece, text: str) -> str:
    """As wide as is asked for; of what is too long the end counts."""
    if piece.most is not None and len(text) > piece.most:
        return text[len(text) - piece.most :]
    return text.ljust(piece.least) if piece.left else text.rjust(piece.least)


def _date(now: float, form: str, *, utc: bool) -> str:
    """``strftime``, with ``%q`` for milliseconds and ``%Q`` for those with three more digits. Raises ValueError."""
    at = datetime.fromtimestamp(now, UTC if utc else None)
    parts = {"%q": f"{at.microsecond // 1000:03}", "%Q": f"{at.microsecond / 1000:07.3f}", "%%": "%%"}
    return at.strftime(re.sub("%[qQ%]", lambda found: parts[found[0]], form))
