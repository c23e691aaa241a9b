"""The walk: its order, its links, and what it says of what is no object."""

from __future__ import annotations

import itertools
import os
import shutil
from typing import TYPE_CHECKING

from asprofile.objects import scan as scan_module
from asprofile.objects.header import ObjectHeader, Unreadable
from asprofile.objects.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SYNTAX = b"\2\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0"
DATA = b"\x08\0\x16\0UI\x04\x001.2\0" + b"\x08\0\x18\0UI\x04\x001.3\0"
OBJECT = b"\0" * 128 + b"DICM" + SYNTAX + DATA
MEDIA_DIRECTORY = b"\0" * 128 + b"DICM\2\0\2\0UI\x14\x001.2.840.10008.1.3.10" + SYNTAX + b"\4\0\0\0UL\4\0\0\0\0\0"


def make(root: Path, *names: str, content: bytes = OBJECT) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def shown(root: Path, found: list[ObjectHeader | Unreadable]) -> list[str]:
    """Paths below ``root``, with what was wrong after a colon."""
    return [
        str(one.path.relative_to(root)) + ("" if isinstance(one, ObjectHeader) else f": {one.kind}") for one in found
    ]


def test_walks_depth_first_sorted_by_name(tmp_path: Path) -> None:
    make(tmp_path, "b/2", "b/10", "b/a/z", "a", "c", "B", "b.dcm", "é", "b/a0")
    assert shown(tmp_path, list(scan([tmp_path]))) == [
        "B", "a", "b/10", "b/2", "b/a/z", "b/a0", "b.dcm", "c", "é",
    ]  # fmt: skip


def test_takes_the_paths_in_the_order_given_as_often_as_given(tmp_path: Path) -> None:
    make(tmp_path, "z", "d/1", "d/2")
    found = list(scan([tmp_path / "z", str(tmp_path / "d"), tmp_path / "z"]))
    assert shown(tmp_path, found) == ["z", "d/1", "d/2", "z"]
    assert all(isinstance(one, ObjectHeader) and (one.sop_class, one.sop_instance) == ("1.2", "1.3") for one in found)


def test_without_recursion_leaves_subdirectories_out(tmp_path: Path) -> None:
    make(tmp_path, "a", "d/1", "z")
    assert shown(tmp_path, list(scan([tmp_path], recursive=False))) == ["a", "z"]


def test_reports_what_is_no_object_and_who_asked(tmp_path: Path) -> None:
    make(tmp_path, "readme.txt", content=b"Dear colleague")
    make(tmp_path, "DICOMDIR", content=MEDIA_DIRECTORY)
    make(tmp_path, "cut.dcm", content=OBJECT[:-2])
    make(tmp_path, "ok.dcm")
    walked = list(scan([tmp_path]))
    assert shown(tmp_path, walked) == [
        "DICOMDIR: dicomdir",
        "cut.dcm: damaged",
        "ok.dcm",
        "readme.txt: not-dicom",
    ]
    assert [isinstance(one, Unreadable) and one.skipped for one in walked] == [True, False, False, True]
    named = list(scan([tmp_path / "readme.txt", tmp_path / "DICOMDIR"]))
    assert shown(tmp_path, named) == ["readme.txt: not-dicom", "DICOMDIR: dicomdir"]
    assert not any(isinstance(one, Unreadable) and one.skipped for one in named)


def test_what_does_not_exist_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "ok")
    absent, impossible, ok = scan([tmp_path / "absent", "a\0b", tmp_path / "ok"])
    assert absent == Unreadable(
        tmp_path / "absent", "cannot be read: No such file or directory", "unreadable", explicit=True
    )
    assert isinstance(impossible, Unreadable)
    assert "not a possible file name" in impossible.reason
    assert isinstance(ok, ObjectHeader)


def test_follows_links_but_walks_no_directory_twice(tmp_path: Path) -> None:
    make(tmp_path, "d/1", "elsewhere/2")
    (tmp_path / "d" / "up").symlink_to(tmp_path)
    (tmp_path / "d" / "self").symlink_to(".")
    (tmp_path / "d" / "link").symlink_to("1")
    (tmp_path / "d" / "other").symlink_to("../elsewhere")
    assert shown(tmp_path, list(scan([tmp_path / "d"]))) == ["d/1", "d/link", "d/other/2"]
    assert shown(tmp_path, list(scan([tmp_path]))) == ["d/1", "d/link", "d/other/2"]


def test_links_that_lead_nowhere_are_reported(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("absent")
    (tmp_path / "itself").symlink_to("itself")
    found = list(scan([tmp_path]))
    assert shown(tmp_path, found) == ["dangling: unreadable", "itself: unreadable"]
    assert shown(tmp_path, list(scan([tmp_path / "itself"]))) == ["itself: unreadable"]


def test_does_not_wait_for_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (inside,) = scan([tmp_path])
    (named,) = scan([tmp_path / "fifo"])
    for one in (inside, named):
        assert isinstance(one, Unreadable)
        assert one.reason == "is a FIFO, not a regular file"
    assert (inside.skipped, named.skipped) == (True, False)


def test_a_directory_that_cannot_be_listed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a", "secret/1", "z")
    real = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(scan_module.os, "scandir", guarded)
    found = list(scan([tmp_path]))
    assert shown(tmp_path, found) == ["a", "secret: unreadable", "z"]
    assert found[1] == Unreadable(
        tmp_path / "secret", "cannot be read: Permission denied", "unreadable", explicit=False
    )
    assert shown(tmp_path, list(scan([tmp_path / "secret"]))) == ["secret: unreadable"]


def test_a_file_that_goes_away_during_the_walk_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a", "b", "c/1", "d")
    walk = scan([tmp_path])
    found = [next(walk)]
    (tmp_path / "b").unlink()
    shutil.rmtree(tmp_path / "c")
    assert shown(tmp_path, found + list(walk)) == ["a", "b: unreadable", "c: unreadable", "d"]


def test_streams(tmp_path: Path) -> None:
    make(tmp_path, "a", "b")
    assert len(list(itertools.islice(scan(itertools.repeat(tmp_path)), 7))) == 7


def test_empty_directory_has_nothing(tmp_path: Path) -> None:
    assert list(scan([tmp_path])) == []
    assert list(scan([])) == []
