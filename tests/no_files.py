"""Every argument and option of every command that names a file, with a pipe that nobody writes to.

    python tests/no_files.py

Prints a line for each: how it ended, command and option. The commands are walked through, so that a new option has its
turn, too. Each runs in a fork of this process, and has 20 seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from asprofile.cli import main as run_command
from asprofile.cli.root import cli

SECONDS = 20
GOOD = """[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = VerificationSOPClass\\U
[[Profiles]]
[P]
PresentationContexts = C
"""
PIPE = "pipe"
# What stands behind the command where nothing else is asked of it; nobody listens at the peer's port.
PEER = "127.0.0.1:1"
ARGUMENTS: dict[str, list[str]] = {
    "lint": ["a.cfg"],
    "fmt": ["a.cfg"],
    "show": ["a.cfg"],
    "send": [PEER, "a.cfg"],
    "echo": [PEER],
    "trust": ["a.toml"],
    "probe": [PEER],
    "generate": ["echo"],
    "convert": ["a.cfg", "--to", "json"],
    "recipes": [],
    "add": ["a.cfg", "P", "CTImageStorage"],
    "remove": ["a.cfg", "P", "VerificationSOPClass"],
    "rename": ["a.cfg", "P", "Q"],
    "renumber": ["a.cfg"],
    "merge": ["a.cfg", "b.cfg"],
    "diff": ["a.cfg", "b.cfg"],
    "plan": ["--profile", "a.cfg:P", "a.cfg"],
    "simulate": ["a.cfg", "b.cfg"],
    "samples": [],
    "releases": ["a.cfg"],
    "explain": [],
    "demo": [],
}
_WORDS = ("FILE", "PATH", "SOURCE", "DIR")
# An argument to a file: it is put where a file stands; these are replaced one by one.
_FILES = ("a.cfg", "b.cfg", "a.toml")


def cases() -> Iterator[tuple[str, list[str]]]:
    """Each command with a pipe in the place of a file; what has a parser of its own is not walked through."""
    for name, arguments in ARGUMENTS.items():
        for place, word in enumerate(arguments):
            if word in _FILES:
                yield f"{name} {word} {place}", [name, *arguments[:place], PIPE, *arguments[place + 1 :]]
        for option in options(name):
            # Of secrets and the like it is said where they come from.
            value = f"file:{PIPE}" if option.metavar == "SOURCE" else PIPE
            yield f"{name} {option.opts[-1]}", [name, *arguments, option.opts[-1], value]


def options(name: str) -> list[click.Option]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    found = [one for one in command.params if isinstance(one, click.Option)]
    return [one for one in found if isinstance(one.type, click.Path | click.File) or (one.metavar or "") in _WORDS]


def ending(words: list[str]) -> str:
    """How it ends: `exit N`, `waits`, or with a traceback."""
    with tempfile.TemporaryDirectory() as directory:
        for name in ("a.cfg", "b.cfg"):
            (Path(directory) / name).write_text(GOOD)
        (Path(directory) / "a.toml").write_text("")
        os.mkfifo(Path(directory) / PIPE)
        child = os.fork()
        if child == 0:
            _child(words, directory)
        _, status = os.waitpid(child, 0)
        said = (Path(directory) / "said").read_text("utf-8", "replace")
    if os.WIFSIGNALED(status):
        return "waits"
    return "traceback" if "Traceback" in said else f"exit {os.waitstatus_to_exitcode(status)}"


def _child(words: list[str], directory: str) -> NoReturn:
    signal.alarm(SECONDS)
    os.chdir(directory)
    said = os.open("said", os.O_WRONLY | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, file in enumerate((nothing, said, said)):
        os.dup2(file, stream)
    try:
        run_command(words)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:
        os._exit(99)


def missing() -> list[str]:
    """The commands that stand in no line above."""
    return sorted({*cli.list_commands(click.Context(cli))} - {*ARGUMENTS, "storescu", "lsp"})


def main() -> int:
    for name in missing():
        print(f"not tried: {name}")
    for what, words in cases():
        print(f"{ending(words)}: {what}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
