"""The command ``asprofile`` itself: finding commands, errors as sentences, output that cannot be written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import asprofile
from asprofile.cli import root, start
from asprofile.cli.options import HEADINGS
from asprofile.names import editions
from asprofile.names.releases import RELEASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "asprofile"]
DEFAULT = str(ROOT / "sample_profiles" / "default.cfg")


@pytest.fixture
def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """``broken(error)``: ``asprofile explain`` raises the error."""

    def set_error(error: BaseException) -> None:
        @click.command()
        def command() -> None:
            raise error

        monkeypatch.setattr("asprofile.cli.explain.command", command)

    return set_error


def test_version(run: Run) -> None:
    assert run("--version") == run("-V")
    assert run("-V").out == f"asprofile {asprofile.__version__}\n"


@pytest.mark.parametrize("order", [("--version", "--verbose"), ("--verbose", "-V")])
def test_the_version_may_say_what_the_tables_follow(run: Run, order: tuple[str, str]) -> None:
    done = run(*order)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"asprofile {asprofile.__version__}\n")
    assert f"DICOM {editions.UIDS}" in done.out
    assert f"{RELEASES[0]} to {RELEASES[-1]}" in done.out


def test_verbose_before_a_command_is_refused_and_not_ignored(run: Run) -> None:
    done = run("--verbose", "recipes")
    assert (done.status, done.out) == (2, "")
    assert "after the command" in done.err


def test_help_lists_every_command(run: Run) -> None:
    result = run("-h")
    assert (result.status, result.err) == (0, "")
    for heading, commands in root.COMMAND_GROUPS.items():
        listed = result.out.partition(f"\n{heading}:\n")[2].partition("\n\n")[0]
        assert re.findall(r"^  (\S+)", listed, re.MULTILINE) == list(commands)
    assert "\x1b" not in result.out


@pytest.mark.parametrize("name", root.COMMANDS)
def test_every_command_has_help(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.status == 0
    assert result.out.startswith(f"Usage: asprofile {name} ")


@pytest.mark.parametrize("name", [name for name in root.COMMANDS if name not in ("storescu", "storescp", "dcmrecv")])
@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_help_fits_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, columns: int) -> None:
    """Lines are no longer than it, but for what is to be pasted, and single words; under a heading are options."""
    monkeypatch.setenv("COLUMNS", str(columns))
    before, _, examples = run(name, "--help").out.partition("\nExamples:\n")
    # The help of an option has some room even in a narrow terminal.
    long = [line for line in before.splitlines() if len(line) > max(columns, 52)]
    assert [line for line in long if len(line.split()) > 2 and f"asprofile {name}" not in line] == []
    for heading in HEADINGS:
        rows = before.partition(f"\n{heading}:\n")[2].partition("\n\n")[0]
        assert {row.strip()[:1] for row in rows.splitlines() if row[:3].strip()} <= {"-", "+"}, rows
    if name in ("lint", "send"):
        assert examples


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lnt"], "Error: no command 'lnt'; did you mean 'lint'?"),
        (["qqqq"], "Error: no command 'qqqq'"),
        (["lint", "--fromat", "json", "x"], "--format"),
        (["fmt"], "Error: Missing argument 'PATH...'."),
        (["lint", "--fail-on", "eror", "x"], "Error: Invalid value for '--fail-on': 'eror' is not one of"),
        (["show"], "Error: Missing argument 'FILE'."),
        (["send", "host:104"], "Error: Missing argument 'PATH...'."),
        (
            ["send", "--profile", "x", "--acse-timeout", "nan", "h:1", "x"],
            "'nan' is not a number of seconds, 0 or more",
        ),
        (["send", "--profile", "x", "--acse-timeout", "-1", "h:1", "x"], "'-1' is not a number of seconds, 0 or more"),
    ],
)
def test_wrong_usage_is_2(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "asprofile: interrupted\n"),
        (asprofile.AsprofileError("no\x1b[2J way"), 2, "asprofile: no␛[2J way\n"),
        (FileNotFoundError(2, "No such file or directory", "a\nb"), 2, "asprofile: a␊b: No such file or directory\n"),
        (MemoryError(), 2, "asprofile: out of memory\n"),
        (
            RuntimeError("x\x1b"),
            2,
            "asprofile: internal error, please report it (RuntimeError: x␛); ASPROFILE_DEBUG=1 shows where\n",
        ),
    ],
)
def test_errors_are_sentences(
    run: Run, broken: Callable[[BaseException], None], error: BaseException, status: int, message: str
) -> None:
    broken(error)
    result = run("explain")
    assert (result.status, result.out, result.err.lstrip("\n")) == (status, "", message)


def test_debugging_shows_where(broken: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch) -> None:
    broken(RuntimeError("here"))
    monkeypatch.setenv("ASPROFILE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="here"):
        start.main(["explain"])


class TestOutput:
    """With real processes, because Python has a last word at its exit."""

    @pytest.mark.parametrize("arguments", [["samples"], ["show", DEFAULT, "default"], ["--help"], ["lint", "-h"]])
    def test_a_full_disk(self, arguments: list[str], environment: dict[str, str]) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, env=environment, timeout=60
            )
        assert done.returncode == 2
        assert done.stderr.endswith(b": No space left on device\n")
        assert done.stderr.count(b"\n") == 1

    @pytest.mark.parametrize("arguments", [["samples"], ["show", DEFAULT, "default"], ["--help"], ["lint", "-h"]])
    def test_a_reader_that_has_gone(self, arguments: list[str], environment: dict[str, str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [*PROGRAM, *arguments], stdout=writing, stderr=subprocess.PIPE, env=environment, timeout=60
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (141, b"")

    def test_no_standard_streams_at_all(self, environment: dict[str, str]) -> None:
        command = " ".join(map(repr, [*PROGRAM, "show", DEFAULT])) + " <&- >&- 2>&-"
        assert subprocess.run(["sh", "-c", command], env=environment, timeout=60).returncode == 0
        closed = " ".join(map(repr, [*PROGRAM, "show", "-"])) + " <&-"
        done = subprocess.run(["sh", "-c", closed], env=environment, timeout=60, capture_output=True)
        assert (done.returncode, done.stderr) == (2, b"asprofile: <stdin>: standard input is closed\n")

    def test_a_terminal_that_is_not_utf_8(self, environment: dict[str, str], clean: str) -> None:
        name = os.fsdecode("Röntgen\x1b.cfg".encode() + b"\xff")
        Path(name).write_text(clean)
        environment |= {"PYTHONIOENCODING": "latin-1"}
        done = subprocess.run([*PROGRAM, "show", name], env=environment, timeout=60, capture_output=True)
        assert done.returncode == 0
        assert done.stdout.startswith(b"R\xf6ntgen\\u241b.cfg\\ufffd: loads in DCMTK")

    def test_colours_go_through_a_pipe_when_asked_for(self, environment: dict[str, str]) -> None:
        command = [*PROGRAM, "show", "--color", "always", DEFAULT, "default"]
        done = subprocess.run(command, env=environment, timeout=60, capture_output=True)
        assert b"\x1b[1m" in done.stdout


def test_it_is_a_module_and_a_script(environment: dict[str, str]) -> None:
    done = subprocess.run([*PROGRAM, "--version"], env=environment, timeout=60, capture_output=True)
    assert done.stdout.decode() == f"asprofile {asprofile.__version__}\n"
