"""Nothing that a file, a name or a peer says is a command to the CI service that reads our output."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from asprofile.cli.ci_log import LogStream, harmless

ROOT = Path(__file__).resolve().parents[2]

COMMANDS = [
    "::error title=x::faked",
    "  ::set-output name=a::b",
    "\t::add-mask::a",
    "\N{NO-BREAK SPACE}::error::x",
    "\x1b[31m::error::x",
    "text\r::error::x",
    "text\n ::error::x",
    "##[error]faked",
    "+ ##[add-path]/tmp",
    "text ##vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus status='SUCCESS']",
    "###[error]x",
    ":::error::x",
]
"""Each as a service would find it; the last two keep one when only the first pair of characters is looked at."""


def obeyed(text: str) -> list[str]:
    """What the services take for commands, as their runners read lines."""
    lines = re.split(r"\r\n|\r|\n", text)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line).lstrip() for line in lines]
    return [line for line in bare if line.startswith("::") or re.search(r"##\w*\[", line)]


@pytest.mark.parametrize("text", COMMANDS, ids=repr)
def test_a_command_is_taken_apart(text: str) -> None:
    assert obeyed(text)
    assert not obeyed(harmless(text))
    assert harmless(text).replace("\N{ZERO WIDTH SPACE}", "") == text


@pytest.mark.parametrize(
    "text", ["", "a::b", "x.cfg:1:2: error: AP201", "# comment", "## heading", "#[a]", "+[[Profiles]]", ": :"]
)
def test_what_is_no_command_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_it_does_not_matter_how_a_line_is_written(size: int) -> None:
    inner = io.StringIO()
    stream = LogStream(inner)
    text = "\n".join([*COMMANDS, "plain", ""])
    for start in range(0, len(text), size):
        stream.write(text[start : start + size])
    stream.write("::last")
    stream.flush()
    assert not obeyed(inner.getvalue())
    assert inner.getvalue().replace("\N{ZERO WIDTH SPACE}", "") == text + "::last"


HOSTILE = b"""\
[[TransferSyntaxes]]
[A]
TransferSyntax1 = LittleEndianImplicit
::error title=faked::one
 ::error title=faked::two
##[error]three
  ##vso[task.setvariable variable=x]four
TransferSyntax2 = LittleEndianExplicit\r::error title=faked::five
::error::\r::error::six
[[PresentationContexts]]
[A]
PresentationContext2=::error title=faked::seven
PresentationContext4=CTImageStorage\\::error
[[Profiles]]
[A]
PresentationContexts= ::error
"""
NAMES = ["::error title=name::x.cfg", "##[error]x.cfg", "a\n::error::x.cfg", "a\r##vso[x]y.cfg"]

ARGUMENTS = [
    ["lint", "--"],
    ["lint", "--format", "text", "--"],
    ["lint", "--format", "concise", "--"],
    ["lint", "--format", "json", "--"],
    ["lint", "--format", "checkstyle", "--"],
    ["lint", "--format", "junit", "--"],
    ["lint", "--diff", "--unsafe-fixes", "--"],
    ["lint", "--diff", "--unsafe-fixes", "--color", "always", "--"],
    ["lint", "--baseline", "gone.json", "--"],
    ["fmt", "--check", "--"],
    ["fmt", "--diff", "--"],
    ["show", "--"],
    ["show", "--json", "--"],
    ["releases", "--"],
    ["plan", "--profile", "::error::x", "--config"],
    ["diff", "--", "gone:::error::x"],
    ["convert", "--to", "json", "--"],
    ["::error::x"],
    ["explain", "::error::x"],
    ["samples", "::error::x"],
    ["send", "--profile", "::error::x", "127.0.0.1:1"],
    ["echo", "::error::x"],
]


def ran(arguments: list[str], directory: Path, **variables: str) -> str:
    """All that a CI service would read of a command."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "GITHUB_ACTIONS")}
    done = subprocess.run(
        [sys.executable, "-m", "asprofile", *arguments],
        cwd=directory,
        env={**kept, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(directory / "none"), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    text = done.stdout.decode("utf-8", "replace")
    assert "Traceback" not in text
    return text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("hostile")
    for name in NAMES:
        (directory / name).write_bytes(HOSTILE)
    return directory


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=shlex.join)
def test_no_command_of_ours_prints_one(arguments: list[str], hostile: Path) -> None:
    names = NAMES if arguments[0] in ("lint", "fmt") else NAMES[:1]
    text = ran([*arguments, *names], hostile, TF_BUILD="true")
    assert text
    assert obeyed(text) == []


def test_without_the_guard_there_would_be_some(hostile: Path) -> None:
    assert obeyed(ran(["lint", "--diff", "--unsafe-fixes", "--", *NAMES], hostile))


def test_annotations_are_commands_and_nothing_else_is(hostile: Path) -> None:
    text = ran(["lint", "--", *NAMES], hostile, GITHUB_ACTIONS="true")
    assert all(re.match(r"::(error|warning|notice) file=", line) for line in obeyed(text))
    assert len(obeyed(text)) >= len(NAMES)
    assert "title=faked::" not in "".join(line.partition("::")[0] for line in text.split("\n"))


def test_a_file_gets_the_bytes_as_they_are(hostile: Path, tmp_path: Path) -> None:
    """A patch that is redirected is applied later."""
    output = tmp_path / "fix.patch"
    command = [sys.executable, "-m", "asprofile", "lint", "--diff", "--unsafe-fixes", "--", *NAMES]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CI": "true"}
    with output.open("wb") as file:
        subprocess.run(command, cwd=hostile, env=environment, stdout=file, stderr=subprocess.DEVNULL, timeout=60)
    assert b"\n  ::error title=faked::two\n" in output.read_bytes()
    assert "\N{ZERO WIDTH SPACE}".encode() not in output.read_bytes()


def test_a_profile_on_standard_output_is_the_profile(tmp_path: Path) -> None:
    text = b"# ::a\n##[x]\n[[TransferSyntaxes]]\n[A]\nTransferSyntax1 = LittleEndianImplicit\n"
    done = subprocess.run(
        [sys.executable, "-m", "asprofile", "fmt", "-"],
        input=text,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CI": "true"},
        capture_output=True,
        timeout=60,
    )
    assert b"\n##[x]\n" in done.stdout
