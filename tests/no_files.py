"""Every argument and option of every command that may name a file, with what is no file that can be read.

    python tests/no_files.py [--all] [WORD]

Prints a line for each: how it ended, what it was given, command and option; with a word, those alone in which it is.
The commands are walked through, so that a new option has its turn, too: each that takes a text may take it for the name
of a file. All of files get a pipe that nobody writes to; the other kinds are dealt out, one to each option of several
commands; with ``--all``, each to all. Each runs in a fork of this process, and has 20 seconds.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import os
import pkgutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

import asprofile
from asprofile.cli import main as run_command
from asprofile.cli.commands import STAND_INS
from asprofile.cli.root import cli
from asprofile.storescu.options import storescu

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
GAP = "\0"
PIPE = "pipe"
# A device that never ends, one that no byte can be written to, and a file of the system that cannot be read.
OTHERS = ("socket", "/dev/zero", "/dev/full", "directory", "missing", "/proc/self/mem", "locked")

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
    "conformance": [],
    "add": ["a.cfg", "P", "CTImageStorage"],
    "remove": ["a.cfg", "P", "VerificationSOPClass"],
    "rename": ["a.cfg", "P", "Q"],
    "renumber": ["a.cfg"],
    "merge": ["a.cfg", "b.cfg"],
    "diff": ["a.cfg", "b.cfg"],
    "plan": ["--profile", "a.cfg:P", "a.cfg"],
    "simulate": ["a.cfg", "b.cfg"],
    "trace": ["a.log"],
    "samples": [],
    "releases": ["a.cfg"],
    "explain": [],
    "demo": [],
    "receive": ["nowhere"],
    "migrate": ["new.journal", "--from", "a.cfg", "--to", PEER],
    "completion": ["bash"],
}
_WORDS = ("FILE", "PATH", "SOURCE", "DIR", "PATH...")
# An argument to a file: it is put where a file stands; these are replaced one by one.
_FILES = ("a.cfg", "b.cfg", "a.toml")
# DCMTK's words for what stands behind an option of storescu.
_STORESCU_FILES = ("filename", "private-key-file", "certificate-file", "directory")
_STORESCU = ["storescu", "127.0.0.1", "1", "a.cfg"]


class Case(NamedTuple):
    """A command line with a GAP for the name of a file; ``is_file``: whether it is certainly one."""

    what: str
    words: list[str]
    is_file: bool = True


def cases() -> Iterator[Case]:
    """Each command with a gap in the place of each file, and behind each option that takes a text."""
    for name, arguments in ARGUMENTS.items():
        for place, word in enumerate(arguments):
            file, colon, profile = word.partition(":")
            if file in _FILES:
                gap = f"{GAP}{colon}{profile}"
                yield Case(f"{name} {file} {place}", [name, *arguments[:place], gap, *arguments[place + 1 :]])
        for option in options(name):
            # Of secrets and the like it is said where they come from.
            gap = f"file:{GAP}" if option.metavar == "SOURCE" else GAP
            yield Case(f"{name} {option.opts[-1]}", [name, *arguments, option.opts[-1], gap], _names_file(option))
    yield Case("migrate journal", ["migrate", "status", GAP])
    yield Case("storescu @", ["storescu", f"@{GAP}", "127.0.0.1", "1", "a.cfg"])
    yield Case("storescu a.cfg", [*_STORESCU[:-1], GAP])
    for entry in storescu().options:
        words = list(entry.arguments)
        for place, word in enumerate(words):
            if word in _STORESCU_FILES:
                # What stands before it belongs to it; a seed that is written needs one that is read.
                seed = ["--seed", "a.cfg"] if entry.long == "--write-seed-file" else []
                given = [GAP if at == place else "P" for at in range(len(words))]
                yield Case(f"storescu {entry.long} {place}", [_STORESCU[0], *seed, entry.long, *given, *_STORESCU[1:]])


def dealt(*, everything: bool) -> Iterator[tuple[Case, str]]:
    """What is tried: the cases with what each is given."""
    others = itertools.cycle(OTHERS)
    seen: set[str] = set()
    for case in cases():
        option = case.what if case.words[0] == "storescu" else case.what.partition(" ")[2]
        is_new = option not in seen
        seen.add(option)
        if case.is_file or is_new or everything:
            yield case, PIPE
        if everything:
            yield from ((case, kind) for kind in OTHERS)
        elif case.is_file and is_new:
            yield case, next(others)


def options(name: str) -> list[click.Option]:
    """Those that take a text: a choice, a number, a flag name no file."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    found = [one for one in command.params if isinstance(one, click.Option) and not one.is_flag and not one.count]
    typed = click.Choice | click.types.IntParamType | click.types.FloatParamType | click.types._NumberRangeBase
    return [one for one in found if _names_file(one) or not isinstance(one.type, typed)]


def _names_file(option: click.Option) -> bool:
    return isinstance(option.type, click.Path | click.File) or (option.metavar or "") in _WORDS


def given(case: Case, kind: str) -> list[str]:
    """The command line with the file in its gap."""
    return [word.replace(GAP, kind) for word in case.words]


def ending(words: list[str]) -> str:
    """How it ends: `exit N`, `waits`, `says nothing`, or with a traceback."""
    with tempfile.TemporaryDirectory() as directory:
        for name in ("a.cfg", "b.cfg"):
            (Path(directory) / name).write_text(GOOD)
        (Path(directory) / "a.toml").write_text("")
        (Path(directory) / "directory").mkdir()
        (Path(directory) / "locked").write_text(GOOD)
        (Path(directory) / "locked").chmod(0)
        os.mkfifo(Path(directory) / PIPE)
        child = os.fork()
        if child == 0:
            _child(words, directory)
        _, status = os.waitpid(child, 0)
        said = (Path(directory) / "said").read_text("utf-8", "replace")
    if os.WIFSIGNALED(status):
        return "waits"
    if "Traceback" in said or "internal error" in said:
        return "traceback"
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if said.strip() or not code else f"says nothing, exit {code}"


def _child(words: list[str], directory: str) -> NoReturn:
    signal.alarm(SECONDS)
    os.chdir(directory)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("socket")
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
    return sorted({*cli.list_commands(click.Context(cli))} - {*ARGUMENTS, *STAND_INS, "lsp"})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("word", nargs="?", default="")
    chosen = parser.parse_args()
    for name in missing():
        print(f"not tried: {name}")
    # What each of them would import.
    for module in pkgutil.walk_packages(asprofile.__path__, "asprofile."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for case, kind in dealt(everything=chosen.all):
        if chosen.word in f"{kind} {case.what}":
            named = "file" if case.is_file else "text"
            print(f"{ending(given(case, kind))}: {kind}: {named}: {case.what}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
