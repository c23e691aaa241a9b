#!/usr/bin/env python3
"""How fast are profile files read and loaded, and how soon after start? Prints numbers; fails below the least asked
for.

    benchmarks/read.py [--large]

One core. Files are made here: one of 16 KB as for storescu, one of 47 KB as large as the largest that DCMTK ships.
``--large`` adds files of 100 MB and of a million items.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from asprofile.errors import LoadError
from asprofile.model.document import read
from asprofile.model.loader import load
from asprofile.names import sop_classes, symbols

ROOT = Path(__file__).resolve().parent.parent
LEAST_FILES_A_SECOND = 300
MOST_MILLISECONDS_LARGEST = 60


def profile_file(size: int) -> bytes:
    """A file as people write them, of about ``size`` bytes: comments, transfer syntaxes, profiles of up to 120
    contexts.
    """
    current = [symbol for symbol in symbols.every_symbol() if symbol.current]
    storage = [symbol.name for symbol in current if sop_classes.is_storage(symbol.uid)]
    text = "# storage profiles\n\n[[TransferSyntaxes]]\n"
    for label, names in (
        ("Uncompressed", ("LittleEndianExplicit", "LittleEndianImplicit")),
        ("Lossless", ("JPEGLossless:Non-hierarchical-1stOrderPrediction",)),
    ):
        text += f"\n[{label}]\n" + "".join(f"TransferSyntax{n} = {name}\n" for n, name in enumerate(names, 1))
    text += "\n[[PresentationContexts]]\n"
    labels: list[str] = []
    while len(text) < size - 300:
        labels.append(f"Storage{len(labels)}")
        text += f"\n[{labels[-1]}]\n#\n# contexts of the list {labels[-1]}\n#\n"
        for number, name in enumerate(storage[:120], 1):
            if len(text) > size - 300:
                break
            text += f"PresentationContext{number} = {name}\\{'Uncompressed' if number % 3 else 'Lossless'}\n"
    text += "\n[[Profiles]]\n" + "".join(f"\n[{label}Profile]\nPresentationContexts = {label}\n" for label in labels)
    return text.encode("ascii")


def seconds_each(work: Callable[[], object], least: float = 1.0) -> float:
    """The processor time of one call: the best of five rounds, together at least ``least`` seconds."""
    work()
    best = float("inf")
    for _ in range(5):
        count, started = 0, time.process_time()
        while time.process_time() - started < least / 5:
            work()
            count += 1
        best = min(best, (time.process_time() - started) / count)
    return best


def start_up() -> float:
    """Milliseconds from nothing to the first file read, in a new process."""
    program = (
        "import time; started = time.perf_counter(); import asprofile.syntax.parser as parser; "
        "parser.parse(b'[[a]]'); print(1000 * (time.perf_counter() - started))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    return float(done.stdout)


def report_files() -> bool:
    """Files of two sizes, read and loaded."""
    good = True
    for size in (16 * 1024, 47 * 1024):
        data = profile_file(size)
        reading = seconds_each(lambda data=data: read(data))  # type: ignore[misc]
        entries = seconds_each(lambda data=data: read(data).entries)  # type: ignore[misc]
        loading = seconds_each(lambda data=data: load(data, role="acceptor"))  # type: ignore[misc]
        print(f"a file of {len(data):,} bytes, {len(read(data).entries)} entries:")
        for what, each in (("read", reading), ("read, all entries", entries), ("load", loading)):
            print(f"  {what:18} {1000 * each:6.2f} ms, {1 / each:7,.0f} files a second")
        if size == 16 * 1024:
            good = good and 1 / entries >= LEAST_FILES_A_SECOND
        else:
            good = good and 1000 * loading <= MOST_MILLISECONDS_LARGEST
    return good


def report_start() -> None:
    """What a process waits for before it has read anything."""
    print(f"first file of a process: {min(start_up() for _ in range(5)):.1f} ms, the import of the reader included")


def report_large() -> None:
    """Time and memory for files far beyond those that people write."""
    million = 1_000_000
    head = b"[[TransferSyntaxes]]\n[A]\n"
    files = {
        "one line of 100 MB": b"x" * (100 * million),
        "one value of 100 MB": head + b"TransferSyntax1 = " + b"1" * (100 * million),
        "a million brackets": b"[" * million,
        "a million nested brackets, closed": b"[" * million + b"a" + b"]" * million,
        "a million headers": b"[a]" * million,
        "a million entries": head + b"".join(b"TransferSyntax%d = 1.2\n" % n for n in range(1, million + 1)),
    }
    for what, data in files.items():
        started = time.perf_counter()
        _loaded(data)
        elapsed = time.perf_counter() - started
        tracemalloc.start()
        _loaded(data[: len(data) // 10])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"{what:35} {elapsed:6.1f} s, memory {10 * peak / len(data):5.1f} times the file")


def _loaded(data: bytes) -> None:
    try:
        load(data)
    except LoadError:
        return


def main() -> int:
    parser = argparse.ArgumentParser(description="How fast are profile files read and loaded?")
    parser.add_argument("--large", action="store_true", help="also files of 100 MB and of a million items (a minute)")
    arguments = parser.parse_args()
    good = report_files()
    report_start()
    if arguments.large:
        report_large()
    if not good:
        print(
            f"slower than asked for: {LEAST_FILES_A_SECOND} files of 16 KB a second, "
            f"{MOST_MILLISECONDS_LARGEST} ms for the largest"
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
