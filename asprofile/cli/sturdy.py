"""Standard output and standard error for long work: trouble with them does not stop it.

A disk is full, whoever read has gone, the terminal is closed: the first trouble with standard output is said on
standard error (but for a reader that has gone), and what is written from then on is lost. The work goes on, and has
its own exit status.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, Final, TextIO

from asprofile.cli.exits import lead_nowhere
from asprofile.printing import printable

_TROUBLE: Final = (OSError, ValueError, MemoryError)


class Sturdy:
    """A text stream that raises nothing but for bugs. ``trouble`` is the first one that it would have raised."""

    def __init__(self, stream: TextIO, name: str, other: TextIO | Sturdy | None) -> None:
        self.trouble: OSError | ValueError | MemoryError | None = None
        self._stream = stream
        self._name = name
        self._other = other

    def write(self, text: str) -> int:
        if self.trouble is None:
            try:
                self._stream.write(text)
            except _TROUBLE as error:
                self._lose(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self.trouble is None:
            try:
                self._stream.flush()
            except _TROUBLE as error:
                self._lose(error)

    def _lose(self, error: OSError | ValueError | MemoryError) -> None:
        self.trouble = error
        with suppress(*_TROUBLE):
            # Else Python would find trouble with what waits in a buffer at its exit.
            lead_nowhere(self._stream)
        if self._other is not None and not isinstance(error, BrokenPipeError):
            reason = error.strerror if isinstance(error, OSError) else None
            with suppress(*_TROUBLE):
                self._other.write(f"asprofile: {self._name}: {printable(str(reason or error) or 'out of memory')}\n")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def sturdy_output() -> Iterator[None]:
    """For as long as it lasts, nothing that is written to ``sys.stdout`` or ``sys.stderr`` raises."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name == "ascii":
            # click would write to the bytes below such a stream, as UTF-8.
            stream.reconfigure(encoding="utf-8")
    error = Sturdy(sys.stderr, "standard error", None) if sys.stderr is not None else None
    output = Sturdy(sys.stdout, "standard output", error) if sys.stdout is not None else None
    sys.stdout, sys.stderr = output, error
    try:
        yield
    finally:
        for sturdy in (output, error):
            if sturdy is not None:
                sturdy.flush()
        sys.stdout, sys.stderr = before
