"""What DCMTK's programs say while they work: lines with a letter for the level on standard error, in DCMTK's form.

Belongs here: levels, prefixes, and the progress on standard output. Does not belong here: the long texts about
associations and messages (``dumps`` of each program), when something is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

from asprofile.dcmtk_cli.checks import LEVELS
from asprofile.printing import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = {"debug": "D", "info": "I", "warn": "W", "error": "E", "fatal": "F"}

# Zs of Unicode but for the blank.
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


class LogWriter(Protocol):
    """Writes messages somewhere, in a form of its own (``log_sinks.LogSink``)."""

    def write(self, level: str, lines: list[str]) -> None:
        """A message of a level, of lines that are fit to be shown."""

    def close(self) -> None:
        """Nothing more is said."""


class Log:
    """Says what is of ``level`` or above; everything else costs next to nothing."""

    def __init__(
        self,
        level: str,
        out: TextIO | None,
        err: TextIO | None,
        *,
        writers: Sequence[LogWriter] | None = None,
        progress: str = "",
    ) -> None:
        """The dots go to ``out``, everything else to ``err``, where there is one, or to ``writers``. The dots have a
        level of their own, ``progress``.
        """
        self._lowest = LEVELS.index(level)
        self._progress = progress or level
        self._out = out
        self._writers = [_Plain(err)] if writers is None and err is not None else list(writers or ())

    def shows(self, level: str) -> bool:
        """Whether messages of that level are shown."""
        return LEVELS.index(level) >= self._lowest

    @property
    def shows_progress(self) -> bool:
        """Whether there is a dot for each PDU: from ``info`` on, but not where there are lines about more than that."""
        return self._progress == "info"

    def say(self, level: str, text: str) -> None:
        """A message; each of its lines gets the letter of the level."""
        if not self.shows(level):
            return
        self.force(level, text)

    def force(self, level: str, text: str) -> None:
        """The same, whatever the level."""
        # What comes from the peer or from file names must not control a terminal.
        lines = [one_line(line) for line in text.split("\n")]
        for writer in self._writers:
            writer.write(level, lines)

    def close(self) -> None:
        """Nothing more is said."""
        for writer in self._writers:
            writer.close()

    def debug(self, text: str) -> None:
        self.say("debug", text)

    def info(self, text: str) -> None:
        self.say("info", text)

    def warn(self, text: str) -> None:
        self.say("warn", text)

    def error(self, text: str) -> None:
        self.say("error", text)

    def fatal(self, text: str) -> None:
        self.say("fatal", text)

    def progress(self, text: str) -> None:
        """A piece of the line of dots, on standard output."""
        if self.shows_progress and self._out is not None:
            self._out.write(text)
            self._out.flush()


class _Plain:
    """As DCMTK's programs write unless they are told otherwise."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, level: str, lines: list[str]) -> None:
        """Each of its lines gets the letter of the level."""
        self._out.write("".join(f"{_LETTERS[level]}: {line}\n" for line in lines))
        self._out.flush()

    def close(self) -> None:
        """The stream is not ours."""


def one_line(text: str) -> str:
    """The text, printable, whatever a peer put into it: no control character, no end of a line. A space of any kind
    stays, as in DCMTK's.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter in _SPACES else visible(letter) for letter in text)


class ProgressDots:
    """The dots for one object: one for each PDU that its data set fills."""

    def __init__(self, log: Log, room: int) -> None:
        """``room``: bytes of a data set in a PDU."""
        self._log = log
        self._room = room
        self._sent = 0
        self._dots = 0

    def begin(self) -> None:
        self._log.progress("XMIT: ")

    def sent(self, count: int) -> None:
        """So many bytes more; the last PDU is not full, so ``end`` counts it."""
        self._sent += count
        full = self._sent // self._room
        if full > self._dots:
            self._log.progress("." * (full - self._dots))
            self._dots = full

    def end(self) -> None:
        if self._sent > self._dots * self._room:
            self._log.progress(".")
        self._log.progress("\n")
