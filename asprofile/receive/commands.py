"""Other people's commands: their words, with what is known put in, and running them without a shell.

Belongs here: from ``"move.sh {path}"`` to the words of a process, and one run of it. Does not belong here: when
something is run, and how often (``following``, ``identities``).
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asprofile.errors import ConfigurationError

_FIELD: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_MOST_OUTPUT: Final = 1 << 16
"""Bytes of a command's output that are looked at."""
_STOPPING: Final = 2.0
"""Seconds that a command has to end once it is told to."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended: its exit status (negative: the signal that ended it; None: it could not be run, or not in
    time), why it is a failure, empty if it is none, and the first bytes of its output.
    """

    status: int | None
    failure: str
    output: bytes = b""


class CommandTemplate:
    """A command with placeholders: ``{path}`` alone or within a word. Raises ConfigurationError for a placeholder that
    is not one of ``names``, or a command without words.
    """

    def __init__(self, command: str | Sequence[str], names: Sequence[str]) -> None:
        try:
            self._words = tuple(shlex.split(command) if isinstance(command, str) else command)
        except ValueError as error:
            raise ConfigurationError(f"{command!r}: {str(error).lower()}") from None
        if not self._words or not self._words[0]:
            raise ConfigurationError("a command begins with the name of a program")
        if any("\0" in word for word in self._words):
            raise ConfigurationError("no word of a command has a NUL in it")
        for word in self._words:
            for found in _FIELD.finditer(word):
                _check(found, word, names)

    def __str__(self) -> str:
        return shlex.join(self._words)

    def words(self, values: Mapping[str, str]) -> list[str]:
        """The words of a process. What a value says is part of one word, and no option: control characters become
        ``_``, so does a hyphen at the beginning of a word.
        """
        return [_filled(word, values) for word in self._words]


def _check(found: re.Match[str], word: str, names: Sequence[str]) -> None:
    if found[0] in ("{{", "}}") or found[1] in names:
        return
    if found[1] is None:
        raise ConfigurationError(f"{word!r}: write {found[0] * 2} for the character itself")
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    near = nearest(found[1], names, n=1)
    hint = f"did you mean {{{near[0]}}}?" if near else f"there is {', '.join(f'{{{name}}}' for name in names)}"
    raise ConfigurationError(f"{word!r}: {found[0]} is no placeholder; {hint}")


def _filled(word: str, values: Mapping[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        value = "".join("_" if c < " " or c == "\x7f" else c for c in values[found[1]])
        return f"_{value[1:]}" if value.startswith("-") and found.start() == 0 else value

    return _FIELD.sub(one, word)


class RunningCommand:
    """One run; ``wait`` it. ``stop`` may be called from another thread."""

    def __init__(self, words: Sequence[str], data: bytes = b"", *, keep_output: bool = False) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._failure = ""
        # Files, because a pipe would have to be emptied, and would be held open by what the command leaves behind.
        self._output = tempfile.TemporaryFile() if keep_output else None  # noqa: SIM115 - closed by wait
        given = tempfile.TemporaryFile() if data else None  # noqa: SIM115
        try:
            if given is not None:
                given.write(data)
                given.seek(0)
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL if given is None else given,
                stdout=subprocess.DEVNULL if self._output is None else self._output,
                stderr=subprocess.DEVNULL,
                # Ctrl-C is for us; and what a command has started ends with it.
                start_new_session=os.name != "nt",
            )
        except (OSError, ValueError) as error:
            self._failure = f"cannot be run: {(getattr(error, 'strerror', None) or str(error)).lower()}"
        finally:
            if given is not None:
                given.close()

    def wait(self, timeout: float | None) -> CommandResult:
        """Until it ends, or is ended after so many seconds."""
        try:
            return self._wait(timeout)
        finally:
            if self._output is not None:
                self._output.close()

    def _wait(self, timeout: float | None) -> CommandResult:
        process = self._process
        if process is None:
            return CommandResult(None, self._failure)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._end(process)
            return CommandResult(None, f"did not end within {timeout:g} s")
        if self._stopped:
            return CommandResult(None, "was stopped, because we stop")
        output = b""
        if self._output is not None:
            self._output.seek(0)
            output = self._output.read(_MOST_OUTPUT)
        failure = "" if not status else f"ended by signal {-status}" if status < 0 else f"exit status {status}"
        return CommandResult(status, failure, output)

    def stop(self) -> None:
        """End it."""
        self._stopped = True
        if self._process is not None:
            self._end(self._process)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    process.kill()
                elif process.poll() is None:
                    os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOPPING)
                return
