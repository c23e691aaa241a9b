"""Completion: what is offered at the end of a command line, and that real shells offer it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from programs import need

from asprofile.cli.completion import SHELLS, answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def files() -> None:
    Path("my.cfg").write_bytes((ROOT / "sample_profiles" / "mpeg4.cfg").read_bytes())
    Path("a b.cfg").write_bytes((ROOT / "sample_profiles" / "mpeg2.cfg").read_bytes())
    Path(".hidden").touch()
    Path("study").mkdir()
    Path("study/1.dcm").touch()
    Path("asprofile.toml").write_text('profiles = ["my.cfg"]\n[peers.pacs]\naddress = "h:104"\n')


def words(line: str, shell: str = "fish", breaks: str = "") -> list[str]:
    return [word for word, _ in answers(line, shell, breaks)]


LINES = [
    ("asprofile sho", ["show"]),
    ("asprofile lint --exte", ["--extend-select"]),
    ("asprofile lint m", ["my.cfg"]),
    ("asprofile lint st", ["study/"]),
    ("asprofile lint study/", ["study/1.dcm"]),
    ("asprofile lint .h", [".hidden"]),
    ("asprofile lint --select AP201,AP20", ["AP201,AP201", "AP201,AP202", "AP201,AP203"]),
    ("asprofile lint --format=js", ["--format=json"]),
    ("asprofile lint -o my", ["my.cfg"]),
    ("asprofile show my.cfg:", ["my.cfg:MPEG4"]),
    ("asprofile show my.cfg:mp", ["my.cfg:MPEG4"]),
    ("asprofile show my.cfg ", ["MPEG4"]),
    ("asprofile show PrivateS", ["PrivateSiemens"]),
    ("asprofile show 'a b.cfg:", ["a b.cfg:MPEG2"]),
    (r"asprofile show a\ b.cfg:", ["a b.cfg:MPEG2"]),
    ("asprofile plan --profile PrivateS", ["PrivateSiemens"]),
    ("asprofile plan --profile my.cfg:", ["my.cfg:MPEG4"]),
    ("asprofile plan --profile=my.cfg:", ["--profile=my.cfg:MPEG4"]),
    ("asprofile show --release 3.6.8", ["3.6.8"]),
    ("asprofile explain AP201", ["AP201"]),
    ("asprofile explain numbering", ["numbering-gap"]),
    ("asprofile generate mpeg", ["mpeg4", "mpeg2"]),
    ("asprofile recipes tomo", ["tomosynthesis"]),
    ("asprofile samples PrivateS", ["PrivateSiemens"]),
    ("asprofile echo pa", ["pacs"]),
    ("asprofile send pa", ["pacs"]),
    ("asprofile send pacs st", ["study/"]),
    ("asprofile send --peer pa", ["pacs"]),
    ("asprofile generate --ts JPEGLSLossl", ["JPEGLSLossless"]),
    ("asprofile generate --ts jpeg-ls,JPEGLSLossl", ["jpeg-ls,JPEGLSLossless"]),
    ("asprofile generate --from-files st", ["study/"]),
    ("asprofile add my.cfg:MPEG4 CTImageStorageForPr", ["CTImageStorageForProcessing"]),
    ("asprofile add my", ["my.cfg"]),
    ("asprofile diff my.cfg:M", ["my.cfg:MPEG4"]),
    ("asprofile simulate my.cfg: AcceptorA", ["AcceptorAll"]),
    ("asprofile convert --to js", ["json"]),
    ("asprofile completion z", ["zsh"]),
    ("asprofile send --calling A", []),
    ("asprofile show none.cfg:", []),
    ("asprofile nothing x", []),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_what_is_offered(line: str, expected: list[str]) -> None:
    found = words(line)
    assert found[: len(expected)] == expected
    if not expected:
        assert found == []


def test_each_has_a_word_on_what_it_is() -> None:
    offered = dict(answers("asprofile explain AP201", "zsh"))
    assert offered["AP201"]
    assert dict(answers("asprofile show --profile Private", "zsh"))["PrivateSiemens"]


def test_bash_gets_what_comes_after_a_break() -> None:
    breaks = " \t\n\"'><=;|&(:"
    assert words("asprofile show my.cfg:M", "bash", breaks) == ["MPEG4"]
    assert words("asprofile lint --format=js", "bash", breaks) == ["json"]
    assert words("asprofile show my.cfg:M", "bash", "") == ["my.cfg:MPEG4"]
    assert words("asprofile lint a", "bash", breaks)[0] == r"a\ b.cfg"
    assert words("asprofile lint 'a", "bash", breaks)[0] == "a b.cfg"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("asprofile show 'a b.cfg:M", "a b.cfg:MPEG2"),
        ('asprofile show "a b.cfg:M', "a b.cfg:MPEG2"),
        ("asprofile show 'a b", "a b.cfg"),
        ("asprofile plan --profile 'a b.cfg:M", "a b.cfg:MPEG2"),
        ("asprofile plan --profile='a b.cfg:M", "a b.cfg:MPEG2"),
        ("asprofile merge 'a b.cfg' my.cfg:M", "MPEG4"),
        (r"asprofile show a\ b.cfg:M", "MPEG2"),
    ],
)
def test_bash_breaks_no_word_in_quotes(line: str, expected: str) -> None:
    """What it puts in is what comes after the quote that is still open."""
    assert words(line, "bash", " \t\n\"'><=;|&(:") == [expected]


def test_nothing_is_ever_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("asprofile.toml").write_text("this is not TOML")
    monkeypatch.setenv("_ASPROFILE_LINE", "asprofile send pa")
    result = run("completion", "bash")
    assert (result.status, result.err) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script(run: Run, shell: str) -> None:
    script = run("completion", shell).out
    assert script.endswith("\n")
    assert run("completion", shell, "-o", "script").status == 0
    assert Path("script").read_text() == script
    assert subprocess.run([need(shell, shell), "-n", "script"], capture_output=True, timeout=60).returncode == 0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which ``asprofile`` is the one of this checkout."""
    program = tmp_path / "bin" / "asprofile"
    program.parent.mkdir()
    start = "from asprofile.cli import main; main()"
    program.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c '{start}' \"$@\"\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}


IN_SHELLS = [
    ("asprofile sho", "show"),
    ("asprofile lint m", "my.cfg"),
    ("asprofile plan --profile PrivateS", "PrivateSiemens"),
    ("asprofile generate tomo", "tomosynthesis"),
    ("asprofile lint --format js", "json"),
]


def test_bash(run: Run, environment: dict[str, str]) -> None:
    """Bash's own function, called as bash calls it."""
    need("bash", "bash")
    Path("script").write_text(run("completion", "bash").out)
    lines = [*IN_SHELLS, ("asprofile show my.cfg:M", "MPEG4"), ("asprofile show 'a b.cfg:M", "a b.cfg:MPEG2")]
    calls = "\n".join(
        f"COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(asprofile); _asprofile 2>/dev/null; "
        'echo "${COMPREPLY[0]}"'
        for line, _ in lines
    )
    program = f"source ./script\n{calls}\ncomplete -p asprofile\n"
    done = subprocess.run(
        ["bash", "--norc", "-c", program], env=environment, capture_output=True, text=True, timeout=120
    )
    *found, registered = done.stdout.splitlines()
    assert found == [word for _, word in lines], done.stderr
    assert "-F _asprofile asprofile" in registered


def test_fish(run: Run, environment: dict[str, str]) -> None:
    """Fish offers what it would show for a line."""
    need("fish", "fish")
    Path("script").write_text(run("completion", "fish").out)
    lines = [*IN_SHELLS, ("asprofile show my.cfg:M", "my.cfg:MPEG4")]
    calls = "\n".join(f"complete -C {shlex.quote(line)} | head -n 1" for line, _ in lines)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source ./script\n{calls}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [word for _, word in lines], done.stderr


def test_zsh(run: Run, environment: dict[str, str]) -> None:
    """Zsh runs the function; what it would add to its list is printed instead."""
    need("zsh", "zsh")
    Path("script").write_text(run("completion", "zsh").out)
    lines = [*IN_SHELLS, ("asprofile show my.cfg:M", "my.cfg:MPEG4")]
    calls = "\n".join(
        f"words=({' '.join(map(shlex.quote, line.split(' ')))}); CURRENT=$#words; _asprofile" for line, _ in lines
    )
    stand_ins = "compdef() { :; }\ncompadd() { local list=${@[-1]}; print -r -- ${${(P)list}[1]}; }\n"
    done = subprocess.run(
        ["zsh", "-f", "-c", f"{stand_ins}source ./script\n{calls}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == [word for _, word in lines], done.stderr
