"""What is no file: a command that names it says so at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

NO_FILES = Path(__file__).resolve().parents[1] / "no_files.py"


def run(*arguments: str, pass_fds: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asprofile", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, pass_fds=pass_fds)


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFO there")
@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a device"])
@pytest.mark.parametrize(
    "command", [["lint"], ["fmt"], ["show"], ["releases"], ["generate", "--from-log"]], ids=lambda words: words[0]
)
def test_it_is_refused_at_once(command: list[str], kind: str, tmp_path: Path) -> None:
    file = str(tmp_path / "it")
    with socket.socket(socket.AF_UNIX) as listening:
        if kind == "a pipe":
            os.mkfifo(file)
        elif kind == "a socket":
            listening.bind(file)
        else:
            file = "/dev/zero"
        done = run(*command, file)
    assert done.returncode == 2
    assert f"is {kind}, not a file" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd there")
def test_what_a_shell_hands_over_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"[[TransferSyntaxes]]\n")
    os.close(writing)
    done = run("lint", f"/dev/fd/{reading}", pass_fds=(reading,))
    os.close(reading)
    assert "AP102" in done.stdout


# Here it is no matter: nothing is read from the settings for a peer that is named by its address, and a report that
# cannot be written stops no sending. Whether something is sent decides the exit status; a plan is of what there is.
NOT_READ = {
    "send a.cfg 1", "send --config", "send --report", "send --output", "plan a.cfg 2", "simulate --from-files",
    "migrate a.cfg 2", "migrate --from", "migrate --config", "migrate --output", "migrate --spool",
}  # fmt: skip
# What may be there: a directory has files, and what is to be written need not be there yet.
MAY_BE = ("directory", "missing", "locked")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_no_argument_and_no_option_of_any_command_waits_for_what_is_no_file() -> None:
    done = subprocess.run([sys.executable, str(NO_FILES)], capture_output=True, text=True, timeout=600, check=True)
    endings = [line.split(": ", 3) for line in done.stdout.splitlines()]
    assert len(endings) > 150
    assert {ending for ending, *_ in endings} <= {"exit 0", "exit 1", "exit 2"}
    wrong = {
        (ending, kind, what)
        for ending, kind, named, what in endings
        if named == "file" and kind not in MAY_BE and ending != "exit 2"
        # As DCMTK's storescu ends, with the numbers of DCMTK.
        if not (what.startswith("storescu ") and ending == "exit 1")
    }
    assert {what for *_, what in wrong} <= NOT_READ
