"""``asprofile lint`` as a whole process, beside yamllint and beside Python doing nothing.

    python benchmarks/lint.py

Runs each in turn and prints the medians and their ratios: `asprofile lint` of a profile file, the same with the
options of the pre-commit hook, yamllint of a YAML file of as many lines, `python -c pass`. Then lints many files of
that size in one run, with one process and with two; then files beyond all measure. yamllint is taken from the path, or
put into a temporary environment by pip; without either its part is left out. Exit status 1 if a goal is missed: at
most 6 times Python doing nothing, 0.9 times yamllint, 8 ms a file on one core.

What counts is processor time, of the process and all that it started: on an idle machine that is the time that passes,
and on a busy one it is what the program itself takes. Both are printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
STORESCU = Path("/etc/dcmtk/storescu.cfg")

NOTHING = [sys.executable, "-c", "pass"]
# What the script ``asprofile`` that pip makes does.
LINT = [sys.executable, "-c", "from asprofile.cli import main; main()", "lint"]

MOST_OF_NOTHING = 6.0
MOST_OF_YAMLLINT = 0.9
MOST_MS_A_FILE = 8.0


class Took(NamedTuple):
    """Seconds: of processor time, and as they pass."""

    processor: float
    elapsed: float


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--file", type=Path, default=STORESCU, help=f"what to lint (default: {STORESCU})")
    parser.add_argument("--runs", type=int, default=21, help="how often each runs (default: 21)")
    parser.add_argument("--files", type=int, default=1000, help="how many files in one run (default: 1000)")
    options = parser.parse_args()
    if not options.file.is_file():
        parser.error(f"{options.file}: no such file; name one with --file")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        met = [*_one_file(options.file, options.runs, directory), *_many(options.file, options.files, directory)]
        _beyond_measure(directory)
    return 0 if all(met) else 1


def _one_file(file: Path, runs: int, directory: Path) -> list[bool]:
    lines = file.read_bytes().count(b"\n")
    commands = {
        "nothing": NOTHING,
        "asprofile": [*LINT, str(file)],
        "the hook": [*LINT, "--quiet", "--skip-others", "--", str(file)],
    }
    yamllint = _yamllint(directory)
    if yamllint is not None:
        commands["yamllint"] = [*yamllint, str(_yaml(directory, lines))]
    took = _medians(commands, runs)
    print(f"{file} ({lines} lines), median of {runs} runs each")
    for name, median in took.items():
        print(f"  {name:10} {_ms(median)}")
    seconds = {name: median.processor for name, median in took.items()}
    met = [
        _compared(f"{name} / python -c pass", seconds[name] / seconds["nothing"], MOST_OF_NOTHING)
        for name in ("asprofile", "the hook")
    ]
    if yamllint is not None:
        met.append(_compared("asprofile / yamllint", seconds["asprofile"] / seconds["yamllint"], MOST_OF_YAMLLINT))
    return met


def _many(file: Path, count: int, directory: Path) -> list[bool]:
    profiles = directory / "profiles"
    profiles.mkdir()
    for number in range(count):
        (profiles / f"{number:05}.cfg").write_bytes(file.read_bytes() + b"# %d\n" % number)
    print(f"{count} files of that size in one run, for each file")
    took = {jobs: _took([*LINT, "-q", "--jobs", str(jobs), str(profiles)]) for jobs in (1, 2)}
    for jobs, each in took.items():
        print(f"  --jobs {jobs}   {_ms(Took(each.processor / count, each.elapsed / count))}")
    speed = took[1].elapsed / took[2].elapsed
    print(f"  two processes are {speed:.2f} times as fast as one ({os.cpu_count()} processors here)")
    return [_compared("ms a file on one core", 1000 * took[1].processor / count, MOST_MS_A_FILE)]


def _beyond_measure(directory: Path) -> None:
    """Files with very many slips; the time must grow with their length, not with its square."""
    head = b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n[[PresentationContexts]]\n"
    gapped = b"PresentationContext1 = CTImageStorage\\U\nPresentationContext3 = MRImageStorage\\U\n"
    end = b"[[Profiles]]\n[P]\nPresentationContexts = C0\n"
    for count in (200, 400):
        lists = (b"[C%d]\n%s" % (number, gapped) for number in range(count))
        _report(f"{count} lists with a gap each", head + b"".join(lists) + end, directory)
    for count in (20_000, 40_000):
        prose = b"a line of no use to anybody\n" * count
        _report(f"{count} lines of prose", head + b"[C0]\n" + gapped + prose + end, directory)


def _report(what: str, data: bytes, directory: Path) -> None:
    file = directory / "beyond.cfg"
    file.write_bytes(data)
    print(f"  {what:26} {_ms(_took([*LINT, '-q', str(file)]))}")


def _ms(took: Took) -> str:
    return f"{1000 * took.processor:7.1f} ms of processor time, {1000 * took.elapsed:7.1f} ms passed"


def _compared(what: str, found: float, most: float) -> bool:
    print(f"  {what}: {found:.2f} (goal: at most {most}){'' if found <= most else '  MISSED'}")
    return found <= most


def _medians(commands: dict[str, list[str]], runs: int) -> dict[str, Took]:
    """In turn, so that a busy moment of the machine meets all of them; the first round only warms up."""
    times: dict[str, list[Took]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            took = _took(command)
            if number:
                times[name].append(took)
    return {name: Took(*map(statistics.median, zip(*found, strict=True))) for name, found in times.items()}


def _took(command: Sequence[str]) -> Took:
    # As an installed program runs: its modules compiled once and kept.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    before, start = _of_children(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=environment, cwd=Path(tempfile.gettempdir()), check=False)
    elapsed, processor = time.perf_counter() - start, _of_children() - before
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr.decode()}")
    return Took(processor or elapsed, elapsed)


def _of_children() -> float:
    """The processor time of all processes started and ended so far; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _yamllint(directory: Path) -> list[str] | None:
    """The command; with this Python where it can be installed for it."""
    found = shutil.which("yamllint")
    if found is not None:
        return [found]
    home = directory / "yamllint"
    try:
        venv.create(home, with_pip=True)
        python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "yamllint"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"yamllint is not on the path and cannot be installed ({error}): left out", file=sys.stderr)
        return None
    return [str(python), "-m", "yamllint"]


def _yaml(directory: Path, lines: int) -> Path:
    """A file with as many lines, of a mapping of lists as a profile is one."""
    text = [f"list{number}:" if number % 10 == 1 else f"  - CTImageStorage{number}" for number in range(1, lines)]
    file = directory / "same.yaml"
    file.write_text("\n".join(["---", *text, ""]), "utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
