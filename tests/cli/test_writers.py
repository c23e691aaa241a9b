"""Every option that writes, over every kind of file that is not its own: refused with one message, the file untouched.

The table is complete by construction: what the commands take is read from click, and what may write and is in no list
here fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import click
import pytest
from factories import write_ct
from not_profiles import ALL, BINARY, BROKEN, PROFILE, TEXT
from program_logs import LOGS
from surroundings import assert_mode

from asprofile.cli.commands import COMMANDS
from asprofile.cli.root import cli
from asprofile.cli.writing import check_over
from asprofile.dcmtk_cli.tls import CommandLineCalls, finish
from asprofile.net.tls_seed import SEED_SIZE
from asprofile.syntax.recognise import binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]

_SECOND = b"PresentationContext2 = MRImageStorage\\Uncompressed\n"
TWO = PROFILE.replace(b"\n\n[[Profiles]]", b"\n" + _SECOND + b"\n[[Profiles]]")
GAP = TWO.replace(b"PresentationContext2", b"PresentationContext3")
# Nobody listens there: what asks a peer must refuse before it does.
PEER = "127.0.0.1:1"

# How each option or argument that names a file to be written is used; X is that file, good.cfg a profile, and `text` is
# whether a text that is nothing of ours may be written over (by --force).
IN_PLACE: dict[str, list[str]] = {
    "lint --fix": ["lint", "--fix", "X"],
    "lint --unsafe-fixes": ["lint", "--fix", "--unsafe-fixes", "X"],
    "lint --diff": ["lint", "--diff", "X"],
    "lint --add-ignores": ["lint", "--add-ignores", "X"],
    "fmt": ["fmt", "X"],
    "fmt --renumber": ["fmt", "--renumber", "X"],
    "add": ["add", "X", "Small", "CTImageStorage"],
    "remove": ["remove", "X", "Small", "VerificationSOPClass"],
    "rename": ["rename", "X", "Small", "Smaller"],
    "renumber": ["renumber", "X"],
    "merge": ["merge", "X", "other.cfg"],
    "generate --into": ["generate", "worklist", "--into", "X"],
    "convert --into": ["convert", "other.json", "--to", "profile", "--into", "X"],
}
WITHOUT_FORCE: dict[str, list[str]] = {
    "lint --write-baseline": ["lint", "good.cfg", "--write-baseline", "X"],
    "send --report": ["send", PEER, "good.cfg", "--report", "X"],
}
WITH_FORCE: dict[str, list[str]] = {
    "generate --output": ["generate", "worklist", "-o", "X"],
    "convert --output": ["convert", "good.cfg", "--to", "json", "-o", "X"],
    "convert --output, a profile": ["convert", "good.json", "--to", "profile", "-o", "X"],
    "show --output": ["show", "good.cfg", "-o", "X"],
    "show --output, a page": ["show", "good.cfg", "--html", "-o", "X"],
    "probe --output": ["probe", PEER, "-o", "X"],
    "lint --output": ["lint", "good.cfg", "--json", "-o", "X"],
    "releases --output": ["releases", "good.cfg", "-o", "X"],
    "explain --output": ["explain", "AP101", "-o", "X"],
    "samples --output": ["samples", "-o", "X"],
    "recipes --output": ["recipes", "-o", "X"],
    "conformance --output": ["conformance", "-o", "X"],
    "plan --output": ["plan", "--profile", "good.cfg:Small", "ct.dcm", "-o", "X"],
    "simulate --output": ["simulate", "good.cfg", "other.cfg", "-o", "X"],
    "diff --output": ["diff", "good.cfg", "two.cfg", "-o", "X"],
    "echo --output": ["echo", PEER, "--json", "-o", "X"],
    "completion --output": ["completion", "bash", "-o", "X"],
    "fmt --output": ["fmt", "gap.cfg", "-o", "X"],
    "add --output": ["add", "good.cfg", "Small", "MRImageStorage", "-o", "X"],
    "remove --output": ["remove", "two.cfg", "Small", "VerificationSOPClass", "-o", "X"],
    "rename --output": ["rename", "good.cfg", "Small", "Smaller", "-o", "X"],
    "renumber --output": ["renumber", "gap.cfg", "-o", "X"],
    "migrate --output": ["migrate", "report", "a.journal", "-o", "X"],
    "merge --output": ["merge", "good.cfg", "other.cfg", "-o", "X"],
    "trace --output": ["trace", "a.log", "-o", "X"],
}
EDITS = tuple(f"{name} --output" for name in ("fmt", "add", "remove", "rename", "renumber", "merge"))
OF_PROFILES = ("generate --output", "convert --output, a profile", *EDITS)
# What is sent is not taken back by an output: it goes to standard output, and the exit status is that of the sending.
ACCOUNTS = {"send --output": ["send", PEER, "ct.dcm", "-o", "X"]}
WRITERS = {**IN_PLACE, **WITHOUT_FORCE, **{f"{name} --force": [*line, "--force"] for name, line in WITH_FORCE.items()}}

# Which of click's parameters write a file, and which only read one or name something else.
WRITING = {
    ("add", "file"), ("remove", "file"), ("rename", "file"), ("renumber", "file"), ("merge", "file"),
    ("fmt", "paths"), ("fmt", "renumber"), ("lint", "paths"), ("lint", "fix"),
    ("lint", "unsafe_fixes"), ("lint", "diff"),
    ("lint", "add_ignores"), ("lint", "write_baseline"), ("send", "report_file"),
    ("generate", "into"), ("convert", "into"),
    *((line[0], word) for line in (*WITH_FORCE.values(), *ACCOUNTS.values()) for word in ("output", "force")),
}  # fmt: skip
# `send --rename` and `receive` give files names that nothing has; `storescu` reads its command line, its seed is below.
ELSEWHERE = {("send", "renaming"), ("receive", "into"), ("storescu", "arguments")}
# They name files that are only read, or say where nothing is written.
READING = {
    ("add", "diff"), ("remove", "diff"), ("rename", "diff"), ("renumber", "diff"), ("merge", "diff"), ("fmt", "diff"),
    ("fmt", "check"), ("convert", "strict"), ("convert", "to_name"), ("send", "old_vrs"),
    ("migrate", "old_vrs"),
}  # fmt: skip
_WORDS = ("write", "output", "force", "fix", "ignores", "into", "report", "save", "keep", "rename")


def untouched(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return hashlib.sha256(path.read_bytes()).hexdigest(), status.st_ino, status.st_mtime_ns


_json: list[str] = []


@pytest.fixture(autouse=True)
def _files(run: Run, request: pytest.FixtureRequest) -> None:
    Path("good.cfg").write_bytes(PROFILE)
    Path("other.cfg").write_bytes(PROFILE.replace(b"[Small]", b"[Other]"))
    Path("gap.cfg").write_bytes(GAP)
    Path("two.cfg").write_bytes(TWO)
    write_ct(Path("ct.dcm"), "1.2.3.4")
    Path("a.log").write_text(LOGS["DCMTK"].text)
    if not _json:
        _json.extend(run("convert", name, "--to", "json").out for name in ("good.cfg", "other.cfg"))
    Path("good.json").write_text(_json[0])
    Path("other.json").write_text(_json[1])
    if "migrate" in request.node.name:
        assert run("migrate", "scan", "a.journal", "--from", "ct.dcm").status == 0


def refused(run: Run, line: list[str], data: bytes) -> None:
    path = Path("X")
    path.write_bytes(data)
    before = untouched(path)
    names = sorted(found.name for found in Path().iterdir())
    result = run(*line)
    assert result.status == 2, result
    assert untouched(path) == before
    assert sorted(found.name for found in Path().iterdir()) == names, "nothing is left beside it"
    assert len([one for one in result.err.splitlines() if "X: " in one]) == 1, result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("writer", IN_PLACE)
@pytest.mark.parametrize("kind", ALL)
def test_what_changes_a_profile_changes_nothing_else(run: Run, writer: str, kind: str) -> None:
    refused(run, IN_PLACE[writer], ALL[kind])


@pytest.mark.parametrize("writer", WITHOUT_FORCE)
@pytest.mark.parametrize("kind", ALL)
def test_what_nobody_forced_is_not_written_over(run: Run, writer: str, kind: str) -> None:
    refused(run, WITHOUT_FORCE[writer], ALL[kind])


@pytest.mark.parametrize("writer", WITH_FORCE)
@pytest.mark.parametrize("kind", [*BINARY, "key.pem"])
def test_force_does_not_reach_data_and_keys(run: Run, writer: str, kind: str) -> None:
    refused(run, [*WITH_FORCE[writer], "--force"], ALL[kind])


@pytest.mark.parametrize("writer", [name for name in WITH_FORCE if name not in OF_PROFILES])
def test_force_does_not_reach_a_profile_that_becomes_something_else(run: Run, writer: str) -> None:
    refused(run, [*WITH_FORCE[writer], "--force"], PROFILE)


@pytest.mark.parametrize("writer", WITH_FORCE)
def test_without_force_nothing_is_written_over(run: Run, writer: str) -> None:
    for data in (b"", b"mine", PROFILE):
        refused(run, WITH_FORCE[writer], data)


@pytest.mark.parametrize("writer", ["lint --write-baseline", "send --report"])
def test_a_profile_is_no_report(run: Run, writer: str) -> None:
    refused(run, WITHOUT_FORCE[writer], PROFILE)
    refused(run, WITHOUT_FORCE[writer], b'{"version": 1, "pairs": []}')


@pytest.mark.parametrize("writer", WITH_FORCE)
def test_settings_are_written_over_by_nothing(run: Run, writer: str) -> None:
    for name in ("asprofile.toml", "pyproject.toml"):
        Path(name).write_text("[lint]\n")
        line = [name if word == "X" else word for word in WITH_FORCE[writer]]
        assert run(*line, "--isolated", "--force").status == 2
        assert Path(name).read_text() == "[lint]\n"


def test_every_writer_of_click_is_in_the_table() -> None:
    context = click.Context(cli)
    unknown = set()
    for name in COMMANDS:
        command = cli.get_command(context, name)  # type: ignore[attr-defined]
        assert command is not None
        for parameter in command.params:
            pair = (name, str(parameter.name))
            names = " ".join(parameter.opts)
            text = (getattr(parameter, "help", None) or "").lower()
            if any(word in names for word in _WORDS) or "write" in text or "save" in text:
                unknown.add(pair)
    assert unknown - WRITING - ELSEWHERE - READING == set(), "do they write a file? Put them into the table"
    assert {line[0] for line in WRITERS.values()} == {command for command, _ in WRITING}
    table = " ".join(word for line in WRITERS.values() for word in line)
    options = {"output": "-o", "report_file": "--report"}
    for _, parameter in WRITING:
        if parameter not in ("file", "paths"):
            assert options.get(parameter, f"--{parameter.replace('_', '-')}") in table


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_still_mended(run: Run, kind: str) -> None:
    path = Path("X")
    # With a gap there is always something to be fixed.
    path.write_bytes(BROKEN[kind])
    result = run("lint", "--fix", "--unsafe-fixes", "X")
    assert result.status in (0, 1), result
    assert "not an association profile" not in result.err


@pytest.mark.parametrize("kind", BINARY)
def test_the_linter_says_in_one_line_what_data_is(run: Run, kind: str) -> None:
    Path("X").write_bytes(BINARY[kind])
    result = run("lint", "--format", "concise", "X")
    assert result.status == 1
    (line,) = result.out.splitlines()
    if not line.startswith("X:1:1: error: AP102 this is a"):
        assert "this is binary data" in line
    assert "and no association profile" in line


def test_a_pattern_takes_the_profiles_and_leaves_the_rest(run: Run) -> None:
    for name, data in ALL.items():
        Path(name).write_bytes(data)
    Path("z.cfg").write_bytes(GAP)
    result = run("lint", "--fix", *sorted(ALL), "z.cfg")
    assert result.status == 2
    assert Path("z.cfg").read_bytes() == TWO
    assert {name: Path(name).read_bytes() for name in ALL} == ALL
    assert len(result.err.splitlines()) < len(ALL) + 10


def test_standard_input_that_is_no_profile_comes_out_as_it_was(run: Run) -> None:
    data = TEXT["README.md"]
    for options in (["--fix"], ["--add-ignores"]):
        result = run("lint", *options, "-", stdin=data)
        assert result.status == 2
        assert result.out == data.decode()


# -- whole or not at all


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow over 20 bytes: the nearest to a full disk that can be had without one."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python does not see that a module which it compiles now is cut off, and would read it ever after.
    compiles, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
        sys.dont_write_bytecode = compiles


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system with all files of the tests in it and no room for another."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a file system, and not everywhere")
    try:
        for name in ("good.cfg", "other.cfg", "gap.cfg", "two.cfg", "good.json", "other.json", "ct.dcm", "a.log"):
            shutil.copy(name, place)
        monkeypatch.chdir(place)
        yield place
    finally:
        os.chdir("/")
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    with suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


# What each writer would write over, if there were room for it.
EARLIER = {
    "lint --write-baseline": b'{"version": 1, "findings": []}',
    "send --report": b"asprofile send, yesterday",
    **dict.fromkeys(IN_PLACE, GAP.replace(b" = ", b"=")),
    **dict.fromkeys(WITH_FORCE, b"mine"),
    **dict.fromkeys(EDITS, GAP.replace(b" = ", b"=")),
}
ROOM = {
    **WITHOUT_FORCE,
    **{
        name: [*line, "--json"] if line[0] == "probe" else line
        for name, line in WITH_FORCE.items()
        if line[0] != "migrate"  # its journal is a file that comes and goes beside the output
    },
    **{
        name: line
        for name, line in IN_PLACE.items()
        if "--diff" not in line and name not in ("renumber", "lint --unsafe-fixes")
    },
}


def assert_nothing_happened(result: Result, data: bytes | None, names: list[str]) -> None:
    assert result.status in (1, 2), result
    assert "X: not written" in result.err, result
    assert sorted(found.name for found in Path().iterdir()) == names
    assert (Path("X").read_bytes() if Path("X").exists() else None) == data


def earlier(name: str) -> list[str]:
    Path("X").write_bytes(EARLIER[name])
    if name == "lint --add-ignores":
        Path("X").write_bytes(GAP)
    elif name in ("add", "remove"):
        Path("X").write_bytes(TWO)
    return [*ROOM[name], "--force"] if name in WITH_FORCE else ROOM[name]


@pytest.mark.parametrize("writer", ROOM)
def test_no_room_leaves_what_was_there(run: Run, writer: str) -> None:
    line = earlier(writer)
    data, names = Path("X").read_bytes(), sorted(found.name for found in Path().iterdir())
    with no_room():
        result = run(*line)
    assert_nothing_happened(result, data, names)


@pytest.mark.parametrize("writer", [name for name in ROOM if name not in IN_PLACE])
def test_no_room_makes_no_part_of_a_file(run: Run, writer: str) -> None:
    names = sorted(found.name for found in Path().iterdir())
    with no_room():
        result = run(*ROOM[writer])
    assert_nothing_happened(result, None, names)


@pytest.mark.parametrize("writer", ROOM)
def test_a_full_disk_leaves_what_was_there(run: Run, writer: str, full_disk: Path) -> None:
    line = earlier(writer)
    fill(full_disk)
    data, names = Path("X").read_bytes(), sorted(found.name for found in Path().iterdir())
    assert_nothing_happened(run(*line), data, names)


@pytest.mark.parametrize("writer", ROOM)
def test_a_link_stays_one_and_the_mode_stays(run: Run, writer: str) -> None:
    line = earlier(writer)
    Path("X").rename("target")
    Path("target").chmod(0o640)
    Path("X").symlink_to("target")
    data = Path("target").read_bytes()
    assert "not written" not in run(*line).err
    assert Path("X").is_symlink()
    assert Path("target").read_bytes() != data
    assert_mode(Path("target"), 0o640)


@pytest.mark.parametrize("writer", [name for name in ROOM if name not in IN_PLACE])
def test_standard_output_a_pipe_and_nothing(run: Run, writer: str) -> None:
    names = sorted(found.name for found in Path().iterdir())
    for output in ("-", "/dev/null"):
        line = [output if word == "X" else word for word in ROOM[writer]]
        result = run(*line)
        assert "not written" not in result.err
        assert (output == "-") <= bool(result.out)
    assert sorted(found.name for found in Path().iterdir()) == names
    os.mkfifo("X")
    result = run(*ROOM[writer])
    # Nobody reads from it, and that is not waited for.
    assert result.status in (1, 2)
    goes_on = "X: No such device or address; the sending goes on"
    assert (goes_on if "--report" in ROOM[writer] else "X: not written") in result.err


def test_a_new_file_has_the_mode_of_any(run: Run) -> None:
    before = os.umask(0o027)
    try:
        assert run("generate", "worklist", "-o", "X").status == 0
    finally:
        os.umask(before)
    assert Path("X").stat().st_mode & 0o777 == 0o640


def test_what_is_read_is_not_written_over(run: Run) -> None:
    data = Path("good.json").read_bytes()
    assert run("convert", "good.json", "--to", "profile", "-o", "./good.json", "--force").status == 2
    assert Path("good.json").read_bytes() == data


@pytest.mark.parametrize("kind", [name for name in ALL if name not in ("blanks", "compressed", "zeros", "every-byte")])
@pytest.mark.parametrize("read", ["seed", "X"])
def test_a_new_random_seed_is_written_over_a_seed(kind: str, read: str) -> None:
    warned: list[str] = []
    log = SimpleNamespace(warn=warned.append)
    secure = SimpleNamespace(seed=SimpleNamespace(read=read, write="X"))
    data = ALL[kind]
    Path("X").write_bytes(data)
    finish(secure, log, CommandLineCalls(str, check_over))  # type: ignore[arg-type]
    # Somebody may have chosen any text for a seed, and random bytes have no name.
    is_seed = (read == "X" and kind in TEXT and kind != "key.pem") or "binary data" in str(binary(data))
    assert bool(warned) is not is_seed
    if warned:
        assert Path("X").read_bytes() == data
        assert "X: not written over" in warned[0]
    else:
        assert len(Path("X").read_bytes()) == SEED_SIZE
    Path("X").unlink()
    for seed in (None, os.urandom(SEED_SIZE), os.urandom(300)):
        if seed is not None:
            Path("X").write_bytes(seed)
        finish(secure, log, CommandLineCalls(str, check_over))  # type: ignore[arg-type]
        assert len(Path("X").read_bytes()) == SEED_SIZE
        assert Path("X").read_bytes() != seed
