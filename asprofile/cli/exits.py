"""The last words of a command, and the exit statuses that a shell gives to signals. Knows nothing of click."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from asprofile.errors import AsprofileError

# As the shell has it for a program that SIGINT or SIGPIPE ends.
INTERRUPTED = 130
READER_GONE = 141


# Where what is typed is not called like the argument of the library.
_OPTIONS = {
    "assignments": "--set",
    "dictionaries": "--dictionary",
    "everything": "--all",
    "from_format": "--from",
    "origins": "--from",
    "recipes": "RECIPE",
    "recurse": "--no-recurse",
    "sni": "--tls-name",
    "verify": "--tls-verify",
}


def option_of(argument: str) -> str:
    """The option of an argument of the library."""
    return _OPTIONS.get(argument, f"--{argument.replace('_', '-')}")


def typed(error: AsprofileError) -> str:
    """What an error says to whoever types commands: it names options."""
    return error.typed(option_of)


def discard_output() -> None:
    """Nothing more can be written: neither by us, nor by Python at its exit."""
    with suppress(OSError, ValueError):
        lead_nowhere(sys.stdout)


def lead_nowhere(stream: TextIO) -> None:
    """What waits in its buffer, and what is written to it from now on, is lost. Raises OSError or ValueError."""
    number = stream.fileno()
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, number)
    finally:
        os.close(devnull)


def say(message: str, status: int) -> int:
    """Put a message on standard error, if there is one; the exit status to go with it."""
    from asprofile.printing import printable

    with suppress(OSError):
        print(f"asprofile: {printable(message)}", file=sys.stderr)
    return status
