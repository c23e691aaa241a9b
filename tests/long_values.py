"""Files in which one value is very long, and commands that are given such a one; what is said of them is lines.

    python tests/long_values.py [--command NAME] [--place WORD]

Prints a line for each command and place where a line of a message is longer than ``MOST``, or where all that is
printed is more than ``TIMES`` the file. What is data (a profile, a difference, values of JSON that no person reads) may
be long.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from many_of_one import COMMANDS

from asprofile.cli import main as run_command

MOST = 1200
"""Characters of a line: a message, the name of a file of 255 before it, and the code of a rule."""

TIMES = 200
LONG = 8_000
_WORD = "Xy" * (LONG // 2)
_WORDS = "Xy z " * (LONG // 5)
_NUMBER = "1.2" + ".345" * (LONG // 4)
_DIGITS = "1" * LONG

WHOLE = """\
# @comment
# asprofile: ignore[AP203@code] because
[[TransferSyntaxes@over]]
[U@list]
TransferSyntax1@number = LittleEndianImplicit@syntax
Key@key = LittleEndianExplicit
TransferSyntax2 = 1.2.840.10008.1.2.1@uid
[[PresentationContexts]]
[C@contexts]
PresentationContext1 = VerificationSOPClass@class\\U@label
PresentationContext2 = CTImageStorage\\U@more
PresentationContext3 = 1.2.840.10008.5.1.4.1.1.4@abstract\\U
[[SCPSCURoleSelection]]
[R@roles]
Role1 = CTImageStorage@roleclass\\SCU@role
[[ExtendedNegotiation]]
[E@extended]
ExtendedNegotiation1 = CTImageStorage@extclass\\01@data
[[Profiles]]
[P@profile]
PresentationContexts = C@usescontexts
SCPSCURoleSelection = R@usesroles
ExtendedNegotiation = E@usesextended
Key@profilekey = C
[Q@unused]
PresentationContexts = C
"""
_MARK = re.compile("@([a-z]+)")
_FITTING = {"uid": _NUMBER[3:], "abstract": _NUMBER[3:], "number": _DIGITS, "data": "0" * LONG}


class Value(NamedTuple):
    """A long value in the file: what it is, and the file."""

    name: str
    text: str


def values() -> Iterator[Value]:
    """The file with something long in each of its places in turn: a word, several, what fits there; and used as it is
    defined.
    """
    places = _MARK.findall(WHOLE)
    for place in places:
        fitting = {"fitting": _FITTING[place]} if place in _FITTING else {}
        for kind, long in {"word": _WORD, "words": _WORDS, **fitting}.items():
            yield Value(f"{place}, {kind}", _MARK.sub(lambda mark: long if mark[1] == place else "", WHOLE))  # noqa: B023
    for name, both in {
        "list and its uses": ("list", "label", "more"),
        "contexts and their uses": ("contexts", "usescontexts"),
        "roles and their uses": ("roles", "usesroles"),
        "extended and its uses": ("extended", "usesextended"),
        "number of two classes": ("class", "roleclass"),
    }.items():
        yield Value(name, _MARK.sub(lambda mark: _WORD if mark[1] in both else "", WHOLE))  # noqa: B023
    text = _MARK.sub("", WHOLE)
    number = "1.2" + ".345" * (LONG // 4)
    yield Value("numbers of classes", text.replace("CTImageStorage", number))
    yield Value("numbers of syntaxes", text.replace("LittleEndianImplicit", number))


def is_data(command: str) -> bool:
    """Whether what it prints is what was asked for, and no message."""
    return command.startswith("convert ") or command in (
        "lint --fix",
        "lint --unsafe-fixes",
        "lint --diff",
        "fmt --diff",
    )


class Printed(NamedTuple):
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str


def printed(words: list[str], stdin: bytes = b"") -> Printed:
    """Run a command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        run_command(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    said = [stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err)]  # type: ignore[attr-defined]
    return Printed(status, *said)


def faults(found: Printed, size: int, *, data: bool = False) -> Iterator[str]:
    """What is too long in what a command printed of an input of ``size``; ``data``: on standard error alone."""
    if "Traceback" in found.err or "internal error" in found.err:
        yield f"broken: {found.err[-300:]}"
    if found.status not in (0, 1, 2):
        yield f"exit {found.status}"
    for line in found.err.splitlines():
        if len(line) > MOST:
            yield f"stderr: {len(line):,} characters: {line[:150]}"
    yield from () if data else _of_output(found.out)
    if len(found.out) + len(found.err) > TIMES * size + 200_000:
        yield f"{len(found.out) + len(found.err):,} characters of {size:,}"


_FOR_PEOPLE = frozenset(("message", "text", "title", "reason", "role_reason", "refusal", "way_out", "note", "error"))


def _of_output(out: str) -> Iterator[str]:
    if out.lstrip().startswith(("{", "[")):
        try:
            yield from _of_json(json.loads(out), "")
        except ValueError:
            pass
        else:
            return
    if out.startswith("<!DOCTYPE"):
        return
    for line in out.splitlines():
        if len(line) > MOST * (3 if line.lstrip().startswith(("<", "::")) else 1):
            yield f"stdout: {len(line):,} characters: {line[:150]}"


def _of_json(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("edits", "replacements", "suggestions"):
                yield from _of_json(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner, key)
    elif isinstance(value, str) and key in _FOR_PEOPLE and len(value) > MOST:
        yield f"{key}: {len(value):,} characters: {value[:150]}"


def tried(command: str, value: Value) -> list[str]:
    """What is wrong with what a command prints of the file."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        Path("it.cfg").write_text(value.text)
        Path("good.cfg").write_text(_MARK.sub("", WHOLE))
        words = shlex.split(COMMANDS[command].format(it="it.cfg", good="good.cfg", scratch="."))
        return list(faults(printed(words), len(value.text), data=is_data(command)))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default="")
    parser.add_argument("--place", default="")
    options = parser.parse_args()
    for value in values():
        for command in COMMANDS:
            if options.place in value.name and options.command in command and command != "lsp":
                for fault in tried(command, value):
                    print(f"{command}: {value.name}: {fault}", flush=True)
    return 0


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    sys.exit(main())
