"""Files replaced as a whole: what stays, and that a failure leaves everything as it was."""

from __future__ import annotations

import errno
import os
import signal
import stat
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.cli.writing import Unwritable, replace_file, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = b"old\r\n", b"new\xff\0\r"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.cfg"
    path.write_bytes(OLD)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def assert_untouched(file: Path) -> None:
    assert file.read_bytes() == OLD
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("name", ["a.cfg", "\N{SNOWMAN}" * 80 + ".cfg", "with blank", ".hidden"])
def test_bytes_are_written_as_they_are_and_nothing_else_is_left(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    replace_file(str(path), NEW)
    assert path.read_bytes() == NEW
    assert [found.name for found in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(not hasattr(os, "fchmod"), reason="a mode says who may write, and no more")
@pytest.mark.parametrize("wanted", [0o600, 0o644, 0o664, 0o755])
def test_mode_stays_whatever_the_umask(file: Path, wanted: int) -> None:
    file.chmod(wanted)
    before = os.umask(0o077)
    try:
        replace_file(str(file), NEW)
    finally:
        os.umask(before)
    assert mode(file) == wanted


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file away")
def test_owner_and_group_stay(file: Path) -> None:
    os.chown(file, 1234, 2345)
    file.chmod(0o2755)
    replace_file(str(file), NEW)
    assert (file.stat().st_uid, file.stat().st_gid, mode(file)) == (1234, 2345, 0o2755)


def test_extended_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.note", b"value")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace_file(str(file), NEW)
    assert os.getxattr(file, "user.note") == b"value"


def test_a_symbolic_link_stays_one(file: Path, tmp_path: Path) -> None:
    directory = tmp_path / "sub"
    directory.mkdir()
    (directory / "one").symlink_to("two")
    (directory / "two").symlink_to("../a.cfg")
    replace_file(str(directory / "one"), NEW)
    assert file.read_bytes() == NEW
    assert (directory / "one").readlink() == Path("two")
    assert not (directory / "two").resolve().is_symlink()
    assert sorted(path.name for path in directory.iterdir()) == ["one", "two"]


def test_a_relative_name_is_taken_from_here(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    replace_file("a.cfg", NEW)
    assert file.read_bytes() == NEW


# -- what cannot be written


def test_a_reader_sees_the_old_file_until_the_new_one_is_complete(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        seen.append(file.read_bytes())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    replace_file(str(file), NEW)
    # At the first call the new bytes are written but not yet in place, at the second (the directory's) they are.
    assert seen == [OLD, NEW]


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        ("fsync", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        ("fsync", OSError(errno.EIO, os.strerror(errno.EIO)), "Input/output error"),
        ("rename", OSError(errno.EBUSY, os.strerror(errno.EBUSY)), "busy"),
        ("fchmod", OSError(errno.EPERM, os.strerror(errno.EPERM)), "not permitted"),
    ],
)
def test_a_failure_leaves_the_file_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: OSError, words: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    if not hasattr(os, "replace" if function == "rename" else function):
        pytest.skip(f"there is no {function} here")
    # Path.replace is os.replace, which is what a renaming is called here.
    monkeypatch.setattr(os, "replace" if function == "rename" else function, fail)
    with pytest.raises(Unwritable, match=words) as raised:
        replace_file(str(file), NEW)
    assert str(raised.value).startswith(f"{file}: not written, and left as it was: ")
    assert_untouched(file)


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow over 1,000 bytes: the nearest to a full disk that can be had.

    Only around the call itself: what the tests print goes to a file, too, where they run unattended.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python does not see that a module which it compiles now is cut off, and would read it ever after.
    compiles, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
        sys.dont_write_bytecode = compiles


def test_a_file_that_has_no_room_is_left_alone(file: Path) -> None:
    with pytest.raises(Unwritable, match="File too large"), small_files():
        replace_file(str(file), bytes(5000))
    assert_untouched(file)


def test_an_interruption_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(str(file), NEW)
    assert_untouched(file)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A directory that this process may not write, with a file that it may."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "a.cfg").write_bytes(OLD)
        (directory / "a.cfg").chmod(0o666)
        directory.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            yield directory
        finally:
            os.seteuid(user)
            directory.chmod(0o755)


def test_a_directory_that_is_read_only(as_nobody: Path) -> None:
    with pytest.raises(Unwritable, match="Permission denied"):
        replace_file(str(as_nobody / "a.cfg"), NEW)
    assert_untouched(as_nobody / "a.cfg")


def test_a_file_that_is_read_only(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write any file; whoever is not root may not.
    file.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, _: bool(Path(path).stat().st_mode & 0o200))
    with pytest.raises(Unwritable, match=r"read-only; make it writable \(chmod u\+w\)"):
        replace_file(str(file), NEW)
    assert_untouched(file)
    assert mode(file) == 0o444


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("missing", "No such file"), (".", "not a regular file"), ("pipe", "not a regular file")):
        with pytest.raises(Unwritable, match=words):
            replace_file(str(tmp_path / name), NEW)
    with pytest.raises(Unwritable, match="loop"):
        replace_file(str(tmp_path / "loop"), NEW)


def test_a_file_is_written_over_only_by_force(file: Path) -> None:
    with pytest.raises(Unwritable, match="exists already"):
        write_file(str(file), NEW, force=False)
    assert_untouched(file)
    write_file(str(file), NEW, force=True)
    assert file.read_bytes() == NEW
    write_file(str(file.with_name("b.cfg")), NEW, force=True)
    assert file.with_name("b.cfg").read_bytes() == NEW
