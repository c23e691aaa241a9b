"""How ``asprofile`` starts and ends: errors become messages and exit statuses, output is known to be out.

The command line is read by ``root``, but for the plain ``asprofile lint``, with no more options than the hook of
pre-commit gives: what runs on each commit and each save is wanted at once, and to make ready for options takes a third
of its time. So nothing here, nor what the plain command needs, knows click.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, NoReturn

from asprofile.cli.exits import INTERRUPTED, READER_GONE, discard_output, say, typed
from asprofile.errors import AsprofileError
from asprofile.program import CI_SERVICES, DEBUG_VARIABLE

# Next to everything that is made at the start stays; looking for garbage in it so early takes longer than the rest of
# some commands.
_GARBAGE_THRESHOLD = 50_000


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; ends with SystemExit. No traceback reaches a user unless ASPROFILE_DEBUG is set."""
    gc.set_threshold(_GARBAGE_THRESHOLD, *gc.get_threshold()[1:])
    _occupy_standard_streams()
    if isinstance(sys.stdout, TextIOWrapper):
        # File names are bytes and terminals are not all UTF-8; a character that cannot be written is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    if any(os.environ.get(name) for name in CI_SERVICES):
        # Not needed where people read what is printed.
        from asprofile.cli.ci_log import guarded_output

        with guarded_output():
            status = _written(_run(arguments))
    else:
        status = _written(_run(arguments))
    if _has_signals(arguments) or (arguments is None and _leaves_nothing(sys.argv[1:])):
        _end(status)
    sys.exit(status)


def _occupy_standard_streams() -> None:
    """Where one of them was closed before we began, the next file or connection to be opened would take its number, and
    get what somebody writes to standard error.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number


def _run(arguments: list[str] | None) -> int:
    try:
        status = _dispatched(arguments)
        if arguments is None:
            _has_signals(arguments)  # in here: this may be interrupted
        return status
    except KeyboardInterrupt:
        return say("interrupted", INTERRUPTED)
    except AsprofileError as error:
        return say(typed(error), 2)
    except BrokenPipeError:
        discard_output()
        return READER_GONE
    except OSError as error:
        return _failed(error)
    except MemoryError:
        return say("out of memory", 2)
    except Exception as error:
        # The last resort: a user gets a sentence, not a traceback.
        if os.environ.get(DEBUG_VARIABLE):
            raise
        what = f"{type(error).__name__}: {error}"
        return say(f"internal error, please report it ({what}); {DEBUG_VARIABLE}=1 shows where", 2)


def _dispatched(arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if (plain := _plain_lint(given)) is not None:
        return _lint(*plain)
    from asprofile.cli.root import run as run_command

    return run_command(arguments)


def _lint(names: tuple[str, ...], flags: dict[str, Any]) -> int:
    # A run over one file ends before there is garbage worth looking for; where there are many files, ``parallel``
    # switches this on again.
    gc.disable()
    try:
        from asprofile.cli.linting import LintRequest, run

        return run(LintRequest(names, **flags))
    finally:
        gc.enable()


_PLAIN = {"-q": "quiet", "--quiet": "quiet", "--skip-others": "skip_others"}


def _plain_lint(arguments: list[str]) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """The names and the flags of a ``lint`` without other options; None for all else. On Windows names may be
    patterns, which click expands.
    """
    if os.name == "nt" or arguments[:1] != ["lint"]:
        return None
    names: list[str] = []
    flags: dict[str, Any] = {}
    for number, argument in enumerate(arguments[1:], 2):
        if argument == "--":
            names += arguments[number:]
            break
        if argument == "-" or not argument.startswith("-"):
            names.append(argument)
        elif argument in _PLAIN and not os.path.lexists(argument):  # which ``root`` refuses
            flags[_PLAIN[argument]] = True
        else:
            return None
    return tuple(names), flags


def _leaves_nothing(arguments: list[str]) -> bool:
    """Whether nothing is to be done at the exit: all files closed, no thread that anybody waits for."""
    if os.environ.get(DEBUG_VARIABLE):
        return False
    return arguments[:1] == ["send"] or _plain_lint(arguments) is not None


def _has_signals(arguments: list[str] | None) -> bool:
    """Whether a signal has come that the command has heard. Of a process of ours, another one is the end from here on,
    with the status of the second: it must not come while Python, which has given back its signals, takes itself apart.
    """
    interrupts = sys.modules.get("asprofile.cli.interrupts")  # most commands hear none
    if interrupts is None:
        return False
    if arguments is None:
        return bool(interrupts.end_at_once())
    interrupts.give_back()
    return False


def _written(status: int) -> int:
    """Make sure that the output is out: Python would find out at its exit that it is not, and speak for itself."""
    if sys.stdout is None:
        return status
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        return READER_GONE
    except (OSError, ValueError) as error:
        # ValueError: the stream is closed, or somebody has taken what is below it.
        discard_output()
        return say(f"standard output: {getattr(error, 'strerror', None) or error}", 2)
    return status


def _failed(error: OSError) -> int:
    """Say it once: where standard output is what failed, it fails again."""
    if error.filename is None and (status := _written(0)):
        return status
    return say(_words(error), 2)


def _end(status: int) -> NoReturn:
    """End the process now. Python would take apart object by object what the system frees in one go, for as long as
    linting a file takes, or sending one.
    """
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
    os._exit(status)


def _words(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename is not None else reason
