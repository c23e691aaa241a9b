"""Edits at once: each is in the file in the end, or was refused; nobody waits for ever, and nothing is left behind."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from not_profiles import PROFILE

import asprofile
from asprofile.cli import fixing, locking, main
from asprofile.cli.atomic import create_file, replace_file
from asprofile.cli.locking import Unwritable, held
from asprofile.lint.run import lint
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

if locking.fcntl is None:
    pytest.skip("there are no locks of this kind here", allow_module_level=True)
fcntl = locking.fcntl
GAP = PROFILE.replace(b"\n\n[[Profiles]]", b"\nPresentationContext3 = CTImageStorage\\Uncompressed\n\n[[Profiles]]")


def at_once(lines: list[list[str]]) -> list[int]:
    """Run each command line in a process of its own, all started at a signal; their exit statuses."""
    for name in ("add", "generate", "fmt", "ignoring", "parallel", "editing"):
        # Once for all of them.
        importlib.import_module(f"asprofile.cli.{name}")
    lint(Source(PROFILE))
    ready, go = os.pipe()
    children = []
    for line in lines:
        child = os.fork()
        if child == 0:
            status = 99
            try:
                os.close(go)
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                os.read(ready, 1)
                main(line)
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else 98
            finally:
                os._exit(status)
        children.append(child)
    os.close(ready)
    os.close(go)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.cfg"
    path.write_bytes(PROFILE)
    return path


def uid(number: int) -> str:
    return f"1.2.276.0.7230010.3.9999.{number}"


def test_no_edit_is_lost(file: Path) -> None:
    count = 20
    (file.parent / "link.cfg").symlink_to(file)
    names = ("x.cfg", "./x.cfg", str(file), "link.cfg")
    lines = [["add", names[number % 4], "Small", uid(number), "-q"] for number in range(count)]
    statuses = at_once(lines)
    assert set(statuses) <= {0, 2}
    contexts = {context.abstract_syntax for context in asprofile.load(file).profiles["SMALL"].contexts}
    assert {number for number in range(count) if uid(number) in contexts} == {
        number for number, status in enumerate(statuses) if status == 0
    }
    assert statuses.count(0) > 1
    assert sorted(found.name for found in file.parent.iterdir()) == ["link.cfg", "x.cfg"]


def test_edits_of_every_kind_at_once(file: Path) -> None:
    lines = [
        *(["add", "x.cfg", "Small", uid(number), "-q"] for number in range(8)),
        *(["generate", "worklist", "--name", f"W{number}", "--into", "x.cfg"] for number in range(4)),
        *(["fmt", "x.cfg"] for _ in range(4)),
        *(["lint", "--add-ignores", "x.cfg"] for _ in range(2)),
    ]
    statuses = at_once(lines)
    assert set(statuses) <= {0, 2}
    profiles = asprofile.load(file).profiles
    contexts = {context.abstract_syntax for context in profiles["SMALL"].contexts}
    # Whoever said that it was done has done it, and whoever was refused has changed nothing.
    for number in range(8):
        assert (uid(number) in contexts) is (statuses[number] == 0)
    for number in range(4):
        assert (f"W{number}" in profiles) is (statuses[8 + number] == 0)


def test_one_of_many_makes_a_file(tmp_path: Path) -> None:
    lines = [["generate", "worklist", "--name", f"W{number}", "-o", "new.cfg"] for number in range(6)]
    statuses = at_once(lines)
    assert sorted(statuses) == [0] + [2] * 5
    assert list(asprofile.load(tmp_path / "new.cfg").profiles) == [f"W{statuses.index(0)}"]
    assert [found.name for found in tmp_path.iterdir()] == ["new.cfg"]


@pytest.mark.parametrize("line", [["fmt", "x.cfg"], ["lint", "--fix", "x.cfg"], ["lint", "--add-ignores", "x.cfg"]])
def test_a_file_that_an_editor_saves_meanwhile_is_left_to_it(
    run: Run, file: Path, line: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(GAP.replace(b" = ", b"=") if line[0] == "fmt" else GAP)
    saved = file.read_bytes() + b"# more\n"
    for module in (fixing, sys.modules.get("asprofile.cli.fmt"), sys.modules.get("asprofile.cli.ignoring")):
        if module is not None:
            monkeypatch.setattr(module, "replace_file", _saving(file, saved))
    for name in ("fmt", "ignoring"):
        monkeypatch.setattr(importlib.import_module(f"asprofile.cli.{name}"), "replace_file", _saving(file, saved))
    result = run(*line)
    assert result.status == 2
    assert "x.cfg: not written, because another program has changed it meanwhile; do the same again" in result.err
    assert file.read_bytes() == saved


def _saving(file: Path, saved: bytes) -> Callable[..., None]:
    def replace(*arguments: Any) -> None:
        file.write_bytes(saved)
        replace_file(*arguments)

    return replace


def test_an_edit_notices_an_editor_without_locks(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asprofile.cli import editing

    monkeypatch.setattr(editing, "replace_file", _saving(file, b"saved\n"))
    result = run("rename", "x.cfg", "Small", "Smaller")
    assert result.status == 2
    assert file.read_bytes() == b"saved\n"


def test_a_file_that_is_gone_meanwhile(file: Path) -> None:
    with held(str(file)):
        file.unlink()
        with pytest.raises(Unwritable):
            replace_file(str(file), b"new", PROFILE)
    assert list(file.parent.iterdir()) == []


def test_nobody_waits_for_ever(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "WAIT", 0.1)
    for line in (["renumber", "x.cfg"], ["add", "x.cfg", "Small", uid(1)], ["generate", "ct", "--into", "x.cfg"]):
        with file.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            result = run(*line)
        assert result.status == 2
        assert "x.cfg: not written: another program has been changing it for 0.1 s; try again" in result.err
        assert file.read_bytes() == PROFILE
        assert run(*line).status == 0
        file.write_bytes(PROFILE)


def test_a_lock_ends_with_its_process(run: Run, file: Path) -> None:
    child = os.fork()
    if child == 0:
        with held(str(file)):
            os._exit(0)
    os.waitpid(child, 0)
    assert run("add", "x.cfg", "Small", uid(1)).status == 0


def test_what_only_shows_waits_for_nobody(run: Run, file: Path) -> None:
    with file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert run("add", "x.cfg", "Small", uid(1), "--diff").status == 1
        assert run("merge", "x.cfg", "x.cfg", "-o", "-").status == 0
        assert run("lint", "x.cfg").status in (0, 1)


@pytest.mark.parametrize("reason", ["no module", "no locks", "no file"])
def test_where_there_are_no_locks(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    def unsupported(*_: Any) -> None:
        raise OSError(95, "Operation not supported")

    if reason == "no module":
        monkeypatch.setattr(locking, "fcntl", None)
    elif reason == "no locks":
        monkeypatch.setattr(fcntl, "flock", unsupported)
    else:
        monkeypatch.setattr(locking, "_opened", lambda _: None)
    assert run("add", "x.cfg", "Small", uid(1)).status == 0
    assert uid(1).encode() in file.read_bytes()


def test_without_the_module_it_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    specification = importlib.util.find_spec("asprofile.cli.locking")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with module.held("nothing"):
        assert module.fcntl is None


def test_no_descriptor_is_left_open(run: Run, file: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    for number in range(5):
        run("add", "x.cfg", "Small", uid(number))
        run("add", "x.cfg", "NoSuch", uid(number))
        run("fmt", "x.cfg")
    after = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    assert after == before
    assert locking._held == set()


# -- every call that can fail, at each time that it is made


@pytest.mark.parametrize("function", ["open", "fsync", "link", "replace", "fchmod", "close"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_call_that_fails_leaves_all_or_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int
) -> None:
    new = PROFILE + b"# new\n"
    for write, path, old in (
        (lambda path: replace_file(str(path), new, PROFILE), file, PROFILE),
        (lambda path: create_file(str(path), new), file.with_name("y.cfg"), None),
    ):
        calls = 0
        real = getattr(os, function)

        def fail(*arguments: Any, real: Any = real, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == number:
                if real is os.close:
                    real(*arguments)
                raise OSError(28, "No space left on device")
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, function, fail)
            with suppress(Unwritable, OSError):
                write(path)
        content = path.read_bytes() if path.exists() else None
        assert content in (old, new)
        assert sorted(found.name for found in file.parent.iterdir()) == sorted(
            {"x.cfg"} | ({path.name} if content else set())
        )
        path.unlink(missing_ok=True)
        file.write_bytes(PROFILE)


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    create_file(str(tmp_path / "y"), b"new")
    with pytest.raises(Unwritable, match="exists already"):
        create_file(str(tmp_path / "y"), b"newer")
    assert (tmp_path / "y").read_bytes() == b"new"
    assert [found.name for found in tmp_path.iterdir()] == ["y"]

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Unwritable, match="No space"):
        create_file(str(tmp_path / "z"), b"new")
    assert [found.name for found in tmp_path.iterdir()] == ["y"]


@pytest.mark.parametrize("there", ["file", "link", "directory"])
def test_what_comes_to_exist_meanwhile_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    path = tmp_path / "y"
    make = {"file": lambda: path.write_bytes(b"theirs"), "link": lambda: path.symlink_to("no"), "directory": path.mkdir}
    real = os.fsync

    def fsync(handle: int) -> None:
        real(handle)
        if not os.path.lexists(path):
            make[there]()

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(Unwritable, match="exists already"):
        create_file(str(path), b"new")
    assert [found.name for found in tmp_path.iterdir()] == ["y"]
    if there == "file":
        assert path.read_bytes() == b"theirs"
