"""Names in their order, in runs of any length."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from asprofile.objects import listing
from asprofile.objects.listing import DIRECTORY, FILE_TYPE, OTHER_TYPE, listed

NAMES = ["", "a", "é", "\udcff\udc80", "z\n", "\U0001f600", "b" * 200]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "many"
    made.mkdir()
    shuffled = [f"{name}{number}" for number in range(40) for name in NAMES]
    random.Random(1).shuffle(shuffled)
    for name in shuffled:
        (made / name).touch()
    (made / "a directory").mkdir()
    (made / "link").symlink_to("1")
    return made


@pytest.mark.parametrize("run", [1, 2, 7, 141, 281, 282, 283, 1000])
def test_any_length_of_runs(directory: Path, run: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PIECE", 16)
    found = list(listed(str(directory), run=run))
    assert [name for name, _ in found] == sorted(os.listdir(directory))  # noqa: PTH208 - as names, in no order
    kinds = dict(found)
    assert (kinds["1"], kinds["a directory"], kinds["link"]) == (FILE_TYPE, DIRECTORY, OTHER_TYPE)


@pytest.mark.parametrize("run", [1, 10])
def test_an_empty_directory(tmp_path: Path, run: int) -> None:
    assert list(listed(str(tmp_path), run=run)) == []


def test_what_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        listed(str(tmp_path / "absent"))
