"""Files that are being received: their names, their modes, what is left of them, and when they are on the disk."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from asprofile.receive import files
from asprofile.receive.files import DirectorySync, PartialFile, rename_new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def written(directory: Path, *parts: bytes) -> PartialFile:
    file = PartialFile(str(directory))
    file.write(parts)
    file.close()
    return file


@pytest.fixture(params=["renameat2", "link", "rename"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With all that this system has for it, without what it has first, and with neither."""
    number = ["renameat2", "link", "rename"].index(request.param)

    def unknown(source: str, target: str) -> None:
        raise OSError(errno.EINVAL, "it has no such thing")

    known = list(files._RENAMES)
    monkeypatch.setattr(files, "_RENAMES", [unknown] * min(number, len(known)) + known[number:])
    yield


@pytest.mark.usefixtures("ways")
def test_it_has_its_name_only_when_whole(tmp_path: Path) -> None:
    file = PartialFile(str(tmp_path))
    file.write((b"header", memoryview(b"data")))
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    assert [path.name[0] for path in tmp_path.iterdir()] == ["."]
    file.close()
    file.commit(str(tmp_path / "a.dcm"))
    file.discard()  # changes nothing any more
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.dcm": b"headerdata"}


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("there", ["file", "directory", "link to nowhere"])
def test_nothing_is_written_over(tmp_path: Path, there: str) -> None:
    target = tmp_path / "a.dcm"
    match there:
        case "file":
            target.write_bytes(b"theirs")
        case "directory":
            target.mkdir()
        case _:
            target.symlink_to(tmp_path / "nowhere")
    before = target.lstat()
    file = written(tmp_path, b"ours")
    with pytest.raises(FileExistsError):
        file.commit(str(target))
    assert target.lstat() == before
    file.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["a.dcm"]


@pytest.mark.usefixtures("ways")
def test_of_many_at_once_one_gets_the_name(tmp_path: Path) -> None:
    got: list[int] = []
    barrier = threading.Barrier(8)

    def one(number: int) -> None:
        file = written(tmp_path, b"%d" % number)
        barrier.wait()
        try:
            file.commit(str(tmp_path / "a.dcm"))
            got.append(number)
        except FileExistsError:
            file.discard()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"%d" % number for number in got]
    assert len(got) == 1


def test_other_errors_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, b"ours")
    with pytest.raises(FileNotFoundError):
        rename_new(file.path, str(tmp_path / "none" / "a.dcm"))
    file.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="has no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_modes_follow_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        file = written(tmp_path, b"x")
    finally:
        os.umask(before)
    file.commit(str(tmp_path / "a"))
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_a_write_in_parts_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full, or a signal: fewer bytes are written than were given."""
    write = os.write

    def some(descriptor: int, buffers: list[bytes]) -> int:
        return write(descriptor, b"".join(buffers)[:5])

    monkeypatch.setattr(files, "_write", some)
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    file = written(tmp_path, b"one ", b"two ", b"three ", b"four")
    file.commit(str(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"one two three four"


def test_more_buffers_than_the_system_takes(tmp_path: Path) -> None:
    parts = [b"%d " % number for number in range(5000)]
    written(tmp_path, *parts).commit(str(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"".join(parts)


class Disk:
    """Counts how often a directory is written to the disk, and lets the first time last until it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.error: OSError | None = None
        self.begun, self.go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(files, "_sync_directory", self.sync)

    def sync(self, _: str) -> OSError | None:
        self.count += 1
        if self.count == 1:
            self.begun.set()
            assert self.go_on.wait(60)
            return None
        return self.error


@pytest.mark.parametrize("fails", [False, True])
def test_who_waits_waits_together(monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    disk = Disk(monkeypatch)
    sync = DirectorySync()
    ends: list[str] = []

    def one() -> None:
        try:
            sync.sync("d")
            ends.append("done")
        except OSError as error:
            ends.append(str(error.strerror))

    first = threading.Thread(target=one)
    first.start()
    assert disk.begun.wait(60)
    if fails:
        disk.error = OSError(errno.EIO, "broken")
    others = [threading.Thread(target=one) for _ in range(5)]
    for thread in others:
        thread.start()
    while sync._known["d"].users < 6:
        pass
    disk.go_on.set()
    for thread in (first, *others):
        thread.join()
    assert disk.count == 2, "once for the first, once for all that came meanwhile"
    assert sorted(ends) == sorted(["done"] + ["broken" if fails else "done"] * 5)
    assert sync._known == {}
    disk.error = None
    sync.sync("d")
    assert disk.count == 3


def test_directories_are_written(tmp_path: Path) -> None:
    DirectorySync().sync(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        DirectorySync().sync(str(tmp_path / "none"))
