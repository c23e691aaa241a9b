"""A disk that is to stay free to some extent."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from asprofile.receive import disk as disk_module
from asprofile.receive.disk import DiskNearlyFull, DiskRoom

if TYPE_CHECKING:
    from pathlib import Path


class Disk:
    """A disk of which others use, too; and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free: int) -> None:
        self.free = free
        self.asked = 0
        self.now = 0.0
        monkeypatch.setattr(DiskRoom, "free", lambda _: self.ask())
        monkeypatch.setattr(disk_module, "time", SimpleNamespace(monotonic=lambda: self.now))

    def ask(self) -> int:
        self.asked += 1
        return self.free


def test_it_is_refused_before_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 10_000_000)
    space = DiskRoom("d", 1_000_000)
    with pytest.raises(DiskNearlyFull, match="less than 1,000,000 bytes would stay free"):
        while True:
            space.take(100_000)
            disk.free -= 100_000
    assert 1_000_000 <= disk.free < 1_100_000
    disk.free += 500_000
    space.take(100_000)


def test_it_is_not_asked_for_every_object(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 1 << 40)
    space = DiskRoom("d", 1)
    for _ in range(1000):
        space.take(10_000)
    assert disk.asked == 1
    disk.now = 60.0
    space.take(10_000)
    assert disk.asked == 2


def test_others_write_too(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 1 << 40)
    space = DiskRoom("d", 1000)
    space.take(10)
    disk.free = 500
    disk.now = 2.0
    with pytest.raises(DiskNearlyFull):
        space.take(10)


def test_nobody_looks_where_nothing_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, 0)
    DiskRoom("d", 0).take(1 << 40)
    assert disk.asked == 0


def test_the_system_is_asked(tmp_path: Path) -> None:
    free = DiskRoom(str(tmp_path), 1).free()
    assert free > 0
    DiskRoom(str(tmp_path), 1).take(1)
    with pytest.raises(DiskNearlyFull):
        DiskRoom(str(tmp_path), 1 << 62).take(1)
    if hasattr(os, "statvfs"):
        with pytest.raises(FileNotFoundError):
            DiskRoom(str(tmp_path / "none"), 1).take(1)
