"""What DCMTK's programs say while they work: lines with a letter for the level on standard error, in DCMTK's form.

Belongs here: levels, prefixes, and the progress on standard output. Does not belong here: the long texts about
associations and messages (``dumps`` of each program), when something is said.
"""

from __future__ import annotations

from typing import TextIO

from asprofile.dcmtk_cli.checks import LEVELS
from asprofile.printing import visible

_LETTERS = {"debug": "D", "info": "I", "warn": "W", "error": "E", "fatal": "F"}

# Zs of Unicode but for the blank.
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


class Log:
    """Says what is of ``level`` or above; everything else costs next to nothing."""

    def __init__(self, level: str, out: TextIO | None, err: TextIO | None) -> None:
        """The dots go to ``out``, everything else to ``err``, where there is one."""
        self._lowest = LEVELS.index(level)
        self._out = out
        self._err = err

    def shows(self, level: str) -> bool:
        """Whether messages of that level are shown."""
        return LEVELS.index(level) >= self._lowest

    @property
    def shows_progress(self) -> bool:
        """Whether there is a dot for each PDU: from ``info`` on, but not where there are lines about more than that."""
        return LEVELS[self._lowest] == "info"

    def say(self, level: str, text: str) -> None:
        """A message; each of its lines gets the letter of the level."""
        if not self.shows(level):
            return
        self.force(level, text)

    def force(self, level: str, text: str) -> None:
        """The same, whatever the level."""
        if self._err is None:
            return
        # What comes from the peer or from file names must not control a terminal.
        lines = [f"{_LETTERS[level]}: {_shown(line)}\n" for line in text.split("\n")]
        self._err.write("".join(lines))
        self._err.flush()

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


def _shown(line: str) -> str:
    """The line, printable; a space of any kind stays, as in DCMTK's."""
    if line.isprintable():
        return line
    return "".join(letter if letter in _SPACES else visible(letter) for letter in line)


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
