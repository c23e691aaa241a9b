"""Output into the log of a CI service, which takes some of what it reads there for commands to itself.

GitHub's runner obeys a line that begins with `::` (blanks before it do not count) or has `##[` anywhere, Azure
Pipelines one with `##vso[`, TeamCity one with `##teamcity[`. What a profile, a name or a peer says may be put so, and
must not set a variable or fake a finding. So on such a service all text goes through ``LogStream``, which takes such a
word apart with a character that nobody sees. Bytes that are a file's own content (a profile on standard output) go past
it, as they do with `cat`; so does all that is redirected into a file.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO

from asprofile.program import CI_SERVICES

# Runners end lines at a carriage return, too, and skip all white space before a command; so do we colours, to be sure.
_COMMAND = re.compile(r"(^|[\r\n])((?:\x1b\[[0-9;]*m|[^\S\r\n])*):(?=:)|#(?=#\w*\[)")
_APART = "\N{ZERO WIDTH SPACE}"


def harmless(text: str) -> str:
    """The text without commands; what is no command stays as it is. It begins a line."""
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda match: f"{match[0]}{_APART}", text)


def is_log(stream: TextIO | None) -> bool:
    """Whether a CI service reads what is written there. A regular file it does not read, nor a terminal."""
    if stream is None or not any(os.environ.get(name) for name in CI_SERVICES):
        return False
    try:
        return not stat.S_ISREG(os.fstat(stream.fileno()).st_mode) and not stream.isatty()
    except (OSError, ValueError):
        return True


class LogStream:
    """A text stream that writes no commands. Text without a line end waits for it, or for ``flush``."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream
        self._waiting = ""

    def write(self, text: str) -> int:
        complete, end, rest = (self._waiting + text).rpartition("\n")
        if end:
            self.unguarded.write(harmless(complete + end))
        self._waiting = rest
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, ""
        self.unguarded.write(harmless(waiting))
        self.unguarded.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unguarded, name)


@contextmanager
def guarded_output() -> Iterator[None]:
    """Standard output and standard error as logs, where they are such."""
    before = sys.stdout, sys.stderr
    try:
        sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, LogStream):
                with suppress(OSError, ValueError):
                    stream.flush()
        sys.stdout, sys.stderr = before


def _guarded(stream: Any) -> Any:
    if not is_log(stream):
        return stream
    if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name == "ascii":
        # click would write to the bytes below such a stream, as UTF-8.
        stream.reconfigure(encoding="utf-8")
    return LogStream(stream)


def unguarded(stream: TextIO) -> TextIO:
    """The stream for our own commands, which GitHub's annotations are."""
    if not isinstance(stream, LogStream):
        return stream
    stream.flush()
    return stream.unguarded
