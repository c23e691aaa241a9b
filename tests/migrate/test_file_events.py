"""What the system tells of changes, with the real package; and what is said where there is none."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from asprofile.migrate.file_events import FileEvents

LIMIT = 60
"""Seconds in which anything happens, however busy the machine is."""


def test_changes_are_told_until_it_is_stopped(tmp_path: Path) -> None:
    notes: list[str] = []
    events = FileEvents(notes.append)
    events.start([str(tmp_path)], recursive=True)
    (tmp_path / "deep").mkdir()
    names: set[str] = set()
    until = time.monotonic() + LIMIT
    number = 0
    # The first changes may come before anybody looks.
    while not {"a", "b"} <= {Path(name).name for name in names} and time.monotonic() < until:
        number += 1
        (tmp_path / "a").write_text(str(number))
        (tmp_path / "deep" / "b").write_text(str(number))
        time.sleep(0.05)
        found, is_too_much = events.taken()
        assert not is_too_much
        names |= set(found)
    assert {str(tmp_path / "a"), str(tmp_path / "deep" / "b")} <= names
    assert events.is_on
    events.stop()
    assert not events.is_on
    assert notes == []


def test_why_the_system_tells_nothing_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")  # so many directories are watched already

    monkeypatch.setattr("watchfiles.watch", fails)
    notes: list[str] = []
    events = FileEvents(notes.append)
    for _ in range(2):
        events.start([str(tmp_path)], recursive=True)
        assert events._thread is not None
        events._thread.join(LIMIT)
        assert not events.is_on
    assert notes == ["the system does not tell of changes: No space left on device"]


def test_too_many_names_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.file_events"), "_MOST", 10)
    events = FileEvents(lambda _: None)
    events._take([str(number) for number in range(11)])
    assert events.taken() == ([], True)
    assert events.taken() == ([], False)


def test_without_the_package_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    events = FileEvents(lambda _: None)
    events.start([str(tmp_path)], recursive=True)
    assert not events.is_on
    assert "pip install" in events.missing
