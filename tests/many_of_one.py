"""Every command on files in which one thing stands very many times.

    python tests/many_of_one.py [--n 100000] [--command NAME]... [--file WORD] [--jobs 1]
    python tests/many_of_one.py --steps 40 [--every 12] [--command NAME]... [--file WORD]

Prints a line for each run that takes over two seconds of processor time, over 400 MB, or does not end well, and how
long the longest took. A run may have 60 seconds of processor time and 1 GB of memory.

With ``--steps n`` no time is measured: the calls of functions are counted at n, 2n and 4n, and a line says where they
grow faster than n does. That is the same on every machine, whatever else it does.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, NoReturn

MAX_SIZE = 8 << 20
MAX_MEMORY = 1 << 30
MAX_SECONDS = 60

SYNTAXES = "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n"
CONTEXTS = "[[PresentationContexts]]\n[C]\nPresentationContext1 = VerificationSOPClass\\U\n"
ROLES = "[[SCPSCURoleSelection]]\n[R]\nRole1 = VerificationSOPClass\\SCU\n"
EXTENDED = "[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = VerificationSOPClass\\00\n"
PROFILES = "[[Profiles]]\n[P]\nPresentationContexts = C\n"
GOOD = SYNTAXES + CONTEXTS + PROFILES

Make = Callable[[int], str]


def _many(unit: str) -> Callable[[int], str]:
    """The unit n times; `#` in it is the number."""
    return lambda n: "".join(unit.replace("#", str(number)) for number in range(1, n + 1))


def _letters(number: int) -> str:
    """The number in letters, since digits are no part of what a key is compared by."""
    return str(number).translate(str.maketrans("0123456789", "abcdefghij"))


def _last(unit: str) -> Make:
    return lambda n: GOOD + _many(unit)(n)


def _syntaxes(unit: str) -> Make:
    return lambda n: SYNTAXES + _many(unit)(n) + CONTEXTS + PROFILES


def _contexts(unit: str, before: str = SYNTAXES) -> Make:
    return lambda n: before + CONTEXTS + _many(unit)(n) + PROFILES


def _middle(before: str, unit: str) -> Make:
    return lambda n: SYNTAXES + CONTEXTS + before + _many(unit)(n) + PROFILES + "SCPSCURoleSelection = R\n"


PATHOLOGIES: dict[str, Make] = {
    # headers
    "[A]": _last("[A]\n"),
    "[A] on one line": _last("[A]"),
    "[A#]": _last("[A#]\n"),
    "[": _last("["),
    "[ lines": _last("[\n"),
    "]": _last("]"),
    "[[": _last("[[\n"),
    "[[Profiles]]": _last("[[Profiles]]\n[P]\nPresentationContexts=C\n"),
    "[[X#]]": _last("[[X#]]\n"),
    "[[X#]] with content": lambda n: _many("[[X#]]\n[A]\na=b\n")(n) + GOOD,
    "[P] of one name": _last("[P]\nPresentationContexts=C\n"),
    "profiles": _last("[P#]\nPresentationContexts = C\n"),
    "profiles of undefined lists": _last("[P#]\nPresentationContexts = D#\n"),
    "profiles with roles": lambda n: (
        SYNTAXES + CONTEXTS + ROLES + PROFILES + _many("[P#]\nPresentationContexts = C\nSCPSCURoleSelection=R\n")(n)
    ),
    "profiles indented": _last("  [P#]\n  PresentationContexts = C\n"),
    "empty name": _last("[]\nPresentationContexts=C\n"),
    "unclosed": _last("[A#\na=b\n"),
    "no supersection": lambda n: _many("[A#]\nTransferSyntax1=LittleEndianImplicit\n")(n),
    # entries
    "transfer syntaxes": _syntaxes("TransferSyntax# = LittleEndianImplicit\n"),
    "transfer syntaxes by number": _syntaxes("TransferSyntax# = 1.2.840.10008.1.2.#\n"),
    "wrong transfer syntaxes": _syntaxes("TransferSyntax# = Litle#\n"),
    "a gap": _syntaxes("TransferSyntax1# = LittleEndianImplicit\n"),
    "leading zeros": _syntaxes("TransferSyntax0# = LittleEndianImplicit\n"),
    "one key": _syntaxes("TransferSyntax1 = LittleEndianImplicit\n"),
    "contexts": _contexts("PresentationContext# = VerificationSOPClass\\U\n"),
    "contexts of undefined lists": _contexts("PresentationContext# = VerificationSOPClass\\V#\n"),
    "contexts of one undefined list": _contexts("PresentationContext# = VerificationSOPClass\\V\n"),
    "contexts by number": _contexts("PresentationContext# = 1.2.3.#\\U\n"),
    "contexts of CT": _contexts("PresentationContext# = CTImageStorage\\U\n"),
    "contexts without a backslash": _contexts("PresentationContext# = VerificationSOPClass/U\n"),
    "contexts with comments": _contexts("PresentationContext# = VerificationSOPClass\\U  # it\n"),
    "roles": _middle(ROLES, "Role# = VerificationSOPClass\\SCP\n"),
    "roles of many": _middle(ROLES, "Role# = 1.2.3.#\\both\n"),
    "extended": _middle(EXTENDED, "ExtendedNegotiation# = 1.2.3.#\\00,01\n"),
    "extended without data": _middle(EXTENDED, "ExtendedNegotiation# = 1.2.3.#\\\n"),
    "extended with wrong data": _middle(EXTENDED, "ExtendedNegotiation# = 1.2.3.#\\0x\n"),
    "extended without a class": _middle(EXTENDED, "ExtendedNegotiation# = \\00\n"),
    "roles without a role": _middle(ROLES, "Role# = 1.2.3.#\\\n"),
    "roles without a class": _middle(ROLES, "Role# = \\SCP\n"),
    "roles of nothing": _middle(ROLES, "Role# =\n"),
    "contexts without a list": _contexts("PresentationContext# = 1.2.3.#\\\n"),
    "contexts without a class": _contexts("PresentationContext# = \\U\n"),
    "one extended, long": lambda n: (
        SYNTAXES + CONTEXTS + EXTENDED.rstrip("\n") + ",01" * n + "\n" + PROFILES + "ExtendedNegotiation = E\n"
    ),
    "unknown keys": _last("key# = value\n"),
    "keys of a profile": _last("PresentationContexts = C\n"),
    "keys like another": lambda n: GOOD + "".join(f"PresentationContexts{_letters(one)} = C\n" for one in range(n)),
    "contexts under keys like it": lambda n: (
        SYNTAXES
        + CONTEXTS
        + "".join(f"PresentationContexts{_letters(one)}{one} = 1.2.3\\U\n" for one in range(n))
        + PROFILES
    ),
    "labels like another": lambda n: (
        SYNTAXES
        + "[Uncompressed]\nTransferSyntax1 = LittleEndianImplicit\n"
        + CONTEXTS
        + "".join(f"PresentationContext{one + 2} = CTImageStorage\\Uncompressed{_letters(one)}\n" for one in range(n))
        + PROFILES
    ),
    "headers like another": lambda n: GOOD + "".join(f"[[Profiles{_letters(one)}]]\n" for one in range(n)),
    "outside": lambda n: _many("a# = b\n")(n) + GOOD,
    "glued": _last("x PresentationContexts = C\n"),
    "entries on one line": _last("a=b "),
    "=": _last("="),
    "a=": _last("a=\n"),
    "=b": _last("=b\n"),
    # lists
    "lists": _syntaxes("[L#]\nTransferSyntax1 = LittleEndianImplicit\n"),
    "lists, all used": lambda n: (
        SYNTAXES
        + _many("[L#]\nTransferSyntax1 = LittleEndianImplicit\n")(n)
        + CONTEXTS
        + _many("PresentationContext# = VerificationSOPClass\\L#\n")(n)
        + PROFILES
    ),
    "one list": _syntaxes("[U]\nTransferSyntax1 = LittleEndianImplicit\n"),
    "empty lists": _syntaxes("[L#]\n"),
    "context lists": _contexts("[C#]\nPresentationContext1 = VerificationSOPClass\\U\n"),
    "context lists, all used": lambda n: (
        SYNTAXES
        + CONTEXTS
        + _many("[C#]\nPresentationContext1=CTImageStorage\\U\n")(n)
        + PROFILES
        + _many("[P#]\nPresentationContexts=C#\n")(n)
    ),
    "role lists": _middle(ROLES, "[R#]\nRole1 = VerificationSOPClass\\SCP\n"),
    # values
    "a long name": lambda n: GOOD + "[" + "A" * 60 * n + "]\nPresentationContexts=C\n",
    "long names like another": lambda n: (
        SYNTAXES
        + "["
        + "A" * 30 * n
        + "X]\nTransferSyntax1 = LittleEndianImplicit\n"
        + CONTEXTS
        + "PresentationContext2 = CTImageStorage\\"
        + "A" * 30 * n
        + "Y\n"
        + PROFILES
    ),
    "a long undefined name": lambda n: GOOD + "[Q]\nPresentationContexts=" + "A" * 60 * n + "\n",
    "a long UID": lambda n: _syntaxes("TransferSyntax2 = " + "1." * 30 * n + "1\n")(1),
    "a long transfer syntax": lambda n: _syntaxes("TransferSyntax2 = " + "ab " * 20 * n + "\n")(1),
    "a long SOP class": lambda n: _contexts("PresentationContext2 = " + "ab" * 30 * n + "\\U\n")(1),
    "a long label": lambda n: _contexts("PresentationContext2 = VerificationSOPClass\\" + "ab" * 30 * n + "\n")(1),
    "a long key": lambda n: GOOD + "k" * 60 * n + " = 1\n",
    "a long number": lambda n: _syntaxes("TransferSyntax" + "1" * 60 * n + " = LittleEndianImplicit\n")(1),
    "a value of lines": lambda n: GOOD + "x = " + "\\\n" * n,
    "indented": lambda n: "".join("   " + line + "\n" for line in (GOOD + _many("k# = v\n")(n)).splitlines()),
    "continued": lambda n: GOOD + "key = v\n" + "  text of it\n" * n,
    "backslashes": lambda n: _contexts("PresentationContext2 = " + "\\" * n + "\n")(1),
    "blanks": lambda n: GOOD + "x = a" + " " * 60 * n + "b\n",
    "tabs": lambda n: GOOD + "x" + "\t" * 60 * n + "= b\n",
    "line ends": lambda n: GOOD + "x = a" + "\r\n" * n + "b\n",
    "CR": lambda n: GOOD + "x = a" + "\r" * n + "b\n",
    "odd bytes": lambda n: GOOD + "x = " + "\udcff" * n + "\n",
    "odd lines": lambda n: GOOD + "x = \udcff\n" * n,
    "umlauts": lambda n: GOOD + "x = ä\n" * n,
    "nothing but text": lambda n: "Lorem ipsum dolor sit\n" * n,
    "blank lines": lambda n: GOOD + "\n" * n + GOOD,
    # comments
    "comments": _last("# a comment\n"),
    "comments above": lambda n: "# a comment\n" * n + GOOD,
    "comments between": _contexts("# a comment\nPresentationContext# = VerificationSOPClass\\U\n"),
    "a long comment": lambda n: GOOD + "#" + " x" * 30 * n + "\n",
    "#": _last("#"),
    "comments indented": _last("  # a comment\n"),
    # suppressions
    "suppressions": lambda n: _many("# asprofile: ignore[AP203]\n")(n) + GOOD,
    "suppressions of entries": _last("# asprofile: ignore[AP203]\nPresentationContexts=C\n"),
    "suppressions of the file": lambda n: _many("# asprofile: ignore-file[AP203, AP1]\n")(n) + GOOD,
    "a long suppression": lambda n: "# asprofile: ignore[" + "AP203, " * n + "AP2]\n" + GOOD,
    "codes of no rule": lambda n: "# asprofile: ignore[" + "AP299, " * n + "AP2]\n" + GOOD,
    "malformed suppressions": lambda n: "# asprofile: ignore\n" * n + GOOD,
    # what the reader has a way of its own for
    "[[A]]": _last("[[A]]"),
    "[ A ]": _last("[ A ]\n"),
    "names on two lines": _last("[A\n]\n"),
    "keys on two lines": _last("a\n=b\n"),
    "brackets, all closed": lambda n: GOOD + "[" * n + "A" + "]" * n + "\n",
    "odd byte behind a value": _last("a=\n\udcffb"),
    "a last line without an end": lambda n: GOOD + "x = 1\n\udcffy = " + "a" * 80 * n,
    "one line": lambda n: GOOD + "x = " + "a" * 80 * n + "\n",
}


class Files(NamedTuple):
    """What the commands get: the file, another one that is right, and a directory to write to."""

    it: Path
    good: Path
    scratch: Path


COMMANDS: dict[str, str] = {
    "lint": "lint {it}",
    "lint concise": "lint --format concise {it}",
    "lint json": "lint --format json {it}",
    "lint sarif": "lint --format sarif {it}",
    "lint github": "lint --format github {it}",
    "lint gitlab": "lint --format gitlab {it}",
    "lint junit": "lint --format junit {it}",
    "lint checkstyle": "lint --format checkstyle {it}",
    "lint rdjson": "lint --format rdjson {it}",
    "lint --fix": "lint --fix {it}",
    "lint --unsafe-fixes": "lint --fix --unsafe-fixes {it}",
    "lint --diff": "lint --diff --unsafe-fixes {it}",
    "lint --add-ignores": "lint --add-ignores {it}",
    "lint --write-baseline": "lint --write-baseline {scratch}/baseline {it}",
    "lint --role acceptor": "lint --role acceptor {it}",
    "fmt": "fmt {it}",
    "fmt --check": "fmt --check {it}",
    "fmt --diff": "fmt --diff {it}",
    "fmt --renumber": "fmt --renumber {it}",
    "show": "show {it}",
    "show P": "show {it} P",
    "show json": "show --format json {it}",
    "show html": "show --html {it}",
    "releases": "releases {it}",
    "add": "add {it} P CTImageStorage --ts LittleEndianExplicit",
    "add roles": "add {it} P CTImageStorage --role-selection both --extended 0001 --shared",
    "add unknown": "add {it} NOBODY CTImageStorage",
    "remove": "remove {it} P VerificationSOPClass",
    "rename": "rename {it} P Q",
    "rename list": "rename {it} U V --kind transfer-syntaxes",
    "renumber": "renumber {it}",
    "merge": "merge {it} {good} --clash rename",
    "merge into": "merge {good} {it} --clash rename",
    "diff": "diff {it} {good}",
    "diff itself": "diff {it} {it}",
    "diff P": "diff {it}:P {good}:P",
    "convert json": "convert {it} --to json",
    "convert yaml": "convert {it}:P --to yaml",
    "convert conquest": "convert {it}:P --to conquest",
    "convert sop-classes": "convert {it}:P --to sop-classes",
    "convert store-tcs": "convert {it}:P --to store-tcs",
    "convert dcm4chee-json": "convert {it}:P --to dcm4chee-json",
    "convert dcm4chee-ldif": "convert {it}:P --to dcm4chee-ldif",
    "convert orthanc": "convert {it}:P --to orthanc",
    "convert pynetdicom": "convert {it}:P --to pynetdicom",
    "convert from anything": "convert {it} --to json --from conquest",
    "convert from properties": "convert {it} --to json --from sop-classes",
    "convert from ldif": "convert {it} --to json --from dcm4chee-ldif",
    "convert from json": "convert {it} --to json --from json",
    "convert from yaml": "convert {it} --to json --from yaml",
    "generate --into": "generate echo --into {it}",
    "generate --from-log": "generate --from-log {it}",
    "trace": "trace {it}",
    "plan": "plan --profile {it}:P {scratch}",
    "simulate": "simulate {it}:P {good}:P",
    "simulate acceptor": "simulate {good}:P {it}:P",
    "lsp": "lsp",
}


class Run(NamedTuple):
    """What came of a run: exit status, processor seconds, bytes of memory at most, what it printed."""

    status: int
    seconds: float
    memory: int
    printed: int
    error: str


def write(name: str, n: int, directory: Path) -> Files:
    """The files for a pathology, of at most 8 MiB."""
    text = PATHOLOGIES[name](n)
    # What is more than the file may have is left out, not refused.
    while len(text) > MAX_SIZE:
        n = n * MAX_SIZE // len(text) - 1
        text = PATHOLOGIES[name](n)
    files = Files(directory / "it.cfg", directory / "good.cfg", directory)
    files.it.write_bytes(text.encode("utf-8", "surrogateescape"))
    files.good.write_text(GOOD)
    return files


def run(command: str, files: Files, seconds: int = MAX_SECONDS) -> Run:
    """One command in a process of its own."""
    words = [word.format(**files._asdict()) for word in COMMANDS[command].split()]
    return run_words(words, files, seconds, _opened(files.it) if command == "lsp" else b"")


def run_words(words: list[str], files: Files, seconds: int = MAX_SECONDS, given: bytes = b"") -> Run:
    """The command line in a process of its own; ``given`` is its standard input."""

    import resource

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as standard:
        standard.write(given)
        standard.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "asprofile", *words],
            stdin=standard,
            stdout=out,
            stderr=told,
            cwd=files.scratch,
            preexec_fn=limits,
            env={**os.environ, "NO_COLOR": "1"},
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        printed = out.tell() + told.tell()
        told.seek(max(0, told.tell() - 400))
        error = told.read().decode("utf-8", "replace")
    return Run(child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, printed, error)


def _opened(path: Path) -> bytes:
    """An editor's session that opens the file, asks what it asks of each file, and closes."""
    uri = path.as_uri()
    text = path.read_bytes().decode("utf-8", "replace")
    place = {"line": 8, "character": 5}
    document = {"uri": uri}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 20, "character": 0}}
    asked = {
        "textDocument/documentSymbol": {"textDocument": document},
        "textDocument/hover": {"textDocument": document, "position": place},
        "textDocument/completion": {"textDocument": document, "position": place},
        "textDocument/definition": {"textDocument": document, "position": place},
        "textDocument/references": {
            "textDocument": document,
            "position": place,
            "context": {"includeDeclaration": True},
        },
        "textDocument/codeAction": {"textDocument": document, "range": whole, "context": {"diagnostics": []}},
        "textDocument/formatting": {"textDocument": document, "options": {"tabSize": 4, "insertSpaces": True}},
    }
    opened = {"textDocument": {"uri": uri, "languageId": "asprofile", "version": 1, "text": text}}
    messages: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": opened},
        *({"id": n, "method": method, "params": params} for n, (method, params) in enumerate(asked.items(), start=2)),
        {"id": 99, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def run_all(
    n: int, command: list[str], file: str, jobs: int, seconds: int = MAX_SECONDS
) -> Iterator[tuple[str, str, Run]]:
    """Each command on each file, with copies for those that write."""

    def one(case: tuple[str, str]) -> tuple[str, str, Run]:
        name, which = case
        with tempfile.TemporaryDirectory() as directory:
            return name, which, run(which, write(name, n, Path(directory)), seconds)

    cases = [
        (name, which) for name in PATHOLOGIES if file in name for which in COMMANDS if which in command or not command
    ]
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(one, cases)


# Here the square of few things is allowed, and a limit ends it: fixes are tried one by one, differences of few lines
# are the shortest ones. ``test_fixes`` and ``test_linediff`` hold the limits.
BOUNDED = ("lint --fix", "lint --unsafe-fixes", "lint --diff", "lint --add-ignores", "fmt --diff", "lsp")
# Each name gives the linter, before and after the edit, a fix that it tries: ``fixes.safety`` has the limit.
BOUNDED_PAIRS = frozenset({("add roles", "names on two lines")})
# So is each of many fixes of one kind.
BOUNDED_FILES = frozenset({"odd byte behind a value"})
# From 2n to 4n there are twice as many more calls than from n to 2n, four times as many where they grow by the square.
MOST_GROWTH = 3.0
FEW_CALLS = 10_000


def count_calls(command: str, name: str, n: int) -> int:
    """The calls of functions, Python's own among them, of one command in a fork of this process."""
    with tempfile.TemporaryDirectory() as directory:
        files = write(name, n, Path(directory))
        words = [word.format(**files._asdict()) for word in COMMANDS[command].split()]
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _counted_child(words, directory, writing)
        os.close(writing)
        told = os.read(reading, 100)
        os.close(reading)
        os.waitpid(child, 0)
    if not told:
        raise RuntimeError(f"{command}: {name}: it did not end well")
    return int(told)


def _counted_child(words: list[str], directory: str, writing: int) -> NoReturn:
    from asprofile.cli import main as run_command

    _silent()
    os.chdir(directory)
    # It counts in C, many times faster than a function that Python calls for each call.
    counting = cProfile.Profile()
    try:
        counting.enable()
        run_command(words)
    except SystemExit:
        counting.disable()
        os.write(writing, b"%d" % sum(entry.callcount for entry in counting.getstats()))
    finally:
        os._exit(0)


def _silent() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _warm_up(commands: Iterable[str]) -> None:
    """Run each command once in this process, on a small file: what is imported and worked out once for all files is
    there in each fork then, and is not counted.
    """
    from asprofile.cli import main as run_command

    before, streams = Path.cwd(), [os.dup(stream) for stream in (0, 1, 2)]
    _silent()
    try:
        for command in commands:
            with tempfile.TemporaryDirectory() as directory:
                files = write("contexts", 1, Path(directory))
                os.chdir(directory)
                with contextlib.suppress(SystemExit):
                    run_command([word.format(**files._asdict()) for word in COMMANDS[command].split()])
                os.chdir(before)
    finally:
        for stream, kept in enumerate(streams):
            os.dup2(kept, stream)
            os.close(kept)


def say_growth(n: int, every: int, command: list[str], file: str) -> int:
    """A line for each command and file of which the calls grow faster than the file; 1 if there is one. Of all pairs
    every so many-th, so that each command and each file has its turn.
    """
    pairs = found = 0
    counted = [which for which in COMMANDS if which not in BOUNDED]
    _warm_up(which for which in counted if which in command or not command)
    for row, name in enumerate(PATHOLOGIES):
        for column, which in enumerate(counted):
            wanted = file in name and (which in command or not command)
            # Next to each other in the table stand files that are alike.
            if not wanted or (7 * row + column) % every:
                continue
            pairs += 1
            if (which, name) in BOUNDED_PAIRS or (which.startswith("lint") and name in BOUNDED_FILES):
                continue
            first, second, third = (count_calls(which, name, n * times) for times in (1, 2, 4))
            if third - second > max(FEW_CALLS, MOST_GROWTH * (second - first)):
                found += 1
                print(f"{first:9} {second:9} {third:9}  {which:24} {name}", flush=True)
    print(f"{pairs} pairs, {found} that grow too fast")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--command", action="append", default=[])
    parser.add_argument("--file", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--from-seconds", type=float, default=2.0)
    parser.add_argument("--seconds", type=int, default=MAX_SECONDS)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    if options.steps is not None:
        return say_growth(options.steps, options.every, options.command, options.file)
    longest, most, count = 0.0, 0, 0
    for name, which, found in run_all(options.n, options.command, options.file, options.jobs, options.seconds):
        longest, most, count = max(longest, found.seconds), max(most, found.memory), count + 1
        bad = found.status not in (0, 1, 2) or "Traceback" in found.error
        if bad or found.seconds > options.from_seconds or found.memory > 400 << 20 or found.printed > 1 << 26:
            error = found.error.strip().splitlines()[-1:] if bad else ""
            print(
                f"{found.seconds:6.1f} s {found.memory >> 20:5} MB {found.printed:10} {found.status:3} "
                f"{which:24} {name}  {error}",
                flush=True,
            )
    print(f"{count} runs, at most {longest:.1f} s and {most >> 20} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
