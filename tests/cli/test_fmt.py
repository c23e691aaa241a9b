"""``asprofile fmt``: what it writes, shows, says, and how it ends. What the form is, is in tests/edit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}

UGLY = b"[[Profiles]]\n[A]\n\nx=y\nlonger = z  \n"
NEAT = b"[[Profiles]]\n\n[A]\nx      = y\nlonger = z  \n"
REFUSED = b"[[Profiles]]\n[A]\n # indented\nx=y\n"

DIFF = """\
--- a.cfg
+++ a.cfg
@@ -1,5 +1,5 @@
 [[Profiles]]
+
 [A]
-
-x=y
+x      = y
 longer = z\x20\x20
"""


@pytest.fixture
def file() -> Path:
    path = Path("a.cfg")
    path.write_bytes(UGLY)
    return path


def test_a_file_is_rewritten(run: Run, file: Path) -> None:
    result = run("fmt", "a.cfg")
    assert (result.status, result.out) == (0, "")
    assert result.err == "formatted: a.cfg\nfiles: 1 formatted\n"
    assert file.read_bytes() == NEAT
    result = run("fmt", "a.cfg")
    assert (result.status, result.out, result.err) == (0, "", "files: 1 as it should be\n")


def test_a_file_that_is_as_it_should_be_is_not_touched(run: Run, file: Path) -> None:
    file.write_bytes(NEAT)
    os.utime(file, (1, 1))
    assert run("fmt", "a.cfg").status == 0
    assert file.stat().st_mtime == 1


def test_check_lists_what_would_change_and_writes_nothing(run: Run, file: Path) -> None:
    Path("b.cfg").write_bytes(NEAT)
    result = run("fmt", "--check", "a.cfg", "b.cfg")
    assert (result.status, result.out) == (1, "would be formatted: a.cfg\n")
    assert result.err == "files: 1 would be formatted, 1 as it should be\n"
    assert file.read_bytes() == UGLY
    assert run("fmt", "--check", "b.cfg").status == 0


def test_diff_shows_what_would_change_and_writes_nothing(run: Run, file: Path) -> None:
    result = run("fmt", "--diff", "-q", "a.cfg")
    assert (result.status, result.out, result.err) == (1, DIFF, "")
    assert file.read_bytes() == UGLY
    file.write_bytes(NEAT)
    assert run("fmt", "--diff", "-q", "a.cfg") == type(result)(0, "", "")


def test_diff_and_check_together(run: Run, file: Path) -> None:
    result = run("fmt", "--diff", "--check", "-q", "a.cfg")
    assert (result.status, result.out, result.err) == (1, DIFF, "would be formatted: a.cfg\n")


def test_a_diff_that_patch_takes(run: Run, file: Path) -> None:
    """Also one with CR LF, a missing last line end, and bytes that are not UTF-8."""
    data = b"# \xe4\r\n" + UGLY.replace(b"\n", b"\r\n").rstrip()
    file.write_bytes(data)
    command = [sys.executable, "-m", "asprofile", "fmt", "--diff", "a.cfg"]
    diff = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT).stdout
    assert b"\n\\ No newline at end of file\n" in diff
    patch = subprocess.run(["patch", "--binary", "a.cfg"], input=diff, capture_output=True, check=False)
    assert patch.returncode == 0, patch
    patched = file.read_bytes()
    file.write_bytes(data)
    run("fmt", "-q", "a.cfg")
    assert file.read_bytes() == patched != data


class Terminal:
    """Standard output that says it is a terminal."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def isatty(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def test_a_diff_on_a_terminal_is_coloured_and_cannot_steer_it(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(UGLY.replace(b"x=", b"x=\x1b[2J\r\n#"))
    out = run("fmt", "--diff", "--color", "always", "a.cfg").out
    assert "\x1b[32m+x      = \x1b[2J\x1b[0m\n" in out
    assert "\x1b[36m@@ " in out
    monkeypatch.setattr("sys.stdout", Terminal(sys.stdout))
    out = run("fmt", "--diff", "--color", "never", "a.cfg").out
    assert "\x1b" not in out
    assert "+x      = \N{SYMBOL FOR ESCAPE}[2J" in out


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    assert run("fmt", "-q", "-", stdin=UGLY).out.encode() == NEAT
    assert run("fmt", "-q", "-", stdin=NEAT).out.encode() == NEAT
    check = run("fmt", "--check", "--stdin-filename", "n.cfg", "-", stdin=UGLY)
    assert (check.status, check.out) == (1, "would be formatted: n.cfg\n")
    diff = run("fmt", "--diff", "--stdin-filename", "a.cfg", "-", stdin=UGLY)
    assert (diff.status, diff.out) == (1, DIFF)
    assert run("fmt", "--check", "-", stdin=NEAT).status == 0


def test_what_is_refused_is_shown_where_it_stands_and_left_alone(run: Run, file: Path) -> None:
    Path("b.cfg").write_bytes(REFUSED)
    result = run("fmt", "b.cfg", "a.cfg")
    assert (result.status, result.out) == (2, "")
    lines = result.err.splitlines()
    assert lines[0].startswith("b.cfg:3:2: not formatted: `#` begins a comment only as the first character of a line")
    assert lines[1:3] == ["    3 |  # indented", "      |  ^^^^^^^^^^"]
    assert lines[3:] == ["formatted: a.cfg", "files: 1 formatted, 1 not formatted"]
    assert Path("b.cfg").read_bytes() == REFUSED
    assert file.read_bytes() == NEAT


def test_refused_standard_input_gives_nothing(run: Run) -> None:
    result = run("fmt", "-", stdin=REFUSED)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("<stdin>:3:2: not formatted")


def test_renumber_only_when_asked_for(run: Run, file: Path) -> None:
    gap = b"[[TransferSyntaxes]]\n\n[U]\nTransferSyntax1 = 1.2\nTransferSyntax%d = 1.3\n"
    file.write_bytes(gap % 4)
    assert run("fmt", "--check", "a.cfg").status == 0
    assert run("fmt", "--check", "--renumber", "a.cfg").status == 1
    assert run("fmt", "--renumber", "a.cfg").status == 0
    assert file.read_bytes() == gap % 2


def test_a_directory_is_walked_for_profiles(run: Run) -> None:
    Path("sub").mkdir()
    profile = b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1=1.2\n[[PresentationContexts]]\n"
    Path("sub/a.cfg").write_bytes(profile)
    Path("sub/b.ini").write_bytes(b"[section]\nkey=value\n")
    result = run("fmt", "--check", ".")
    assert (result.status, result.out) == (1, f"would be formatted: {Path('./sub/a.cfg')}\n".replace("sub", "./sub", 1))
    Path("sub/a.cfg").unlink()
    result = run("fmt", "--check", ".")
    assert result.status == 0
    assert "no association profile" in result.err


def test_a_file_of_another_program_is_refused(run: Run, file: Path) -> None:
    file.write_bytes(b"[metadata]\nname=x\n")
    result = run("fmt", "a.cfg")
    assert result.status == 2
    assert "not an association profile" in result.err
    assert file.read_bytes() == b"[metadata]\nname=x\n"


def test_what_cannot_be_read_or_written_is_said_and_the_rest_is_done(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("b.cfg").write_bytes(UGLY)
    Path("b.cfg").chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "b.cfg")
    result = run("fmt", "missing.cfg", "b.cfg", "a.cfg")
    assert result.status == 2
    assert "asprofile: missing.cfg: No such file or directory\n" in result.err
    assert "asprofile: b.cfg: not written, because it is read-only" in result.err
    assert Path("b.cfg").read_bytes() == UGLY
    assert file.read_bytes() == NEAT


def test_a_path_is_needed(run: Run) -> None:
    result = run("fmt")
    assert result.status == 2
    assert "Missing argument 'PATH...'" in result.err


@pytest.mark.parametrize("arguments", [["fmt", "--check", "a.cfg"], ["fmt", "a.cfg"], ["lint", "--fix", "a.cfg"]])
def test_nothing_is_imported_that_is_not_needed(file: Path, arguments: list[str]) -> None:
    """The start is most of the run time."""
    code = (
        "import sys\nfrom asprofile.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pydicom', 'pynetdicom', 'rich', 'numpy', 'asprofile.objects'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
