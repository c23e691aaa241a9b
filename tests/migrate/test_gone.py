"""Sources that are gone, as those of a disk that is not mounted."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.migrate.gone import GoneSources


@pytest.mark.parametrize(
    ("there", "path", "gone"),
    [
        (("a/1/x",), "a/1/y", ""),  # others are beside it
        (("a/1/x",), "a/2/y", ""),  # its directory was removed, the archive is there
        (("a/1/",), "a/1/y", "a/1"),  # nothing is mounted below
        (("a/",), "a/1/y", "a"),
        (("other",), "a/1/y", "a"),  # as an automounter leaves it
        (("other",), "single", ""),  # a source that is a file
    ],
)
def test_whether_a_file_is_missing_by_itself(tmp_path: Path, there: tuple[str, ...], path: str, gone: str) -> None:
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    found = GoneSources([str(tmp_path / "a"), str(tmp_path / "single")])
    assert found.has(str(tmp_path / path)) == bool(gone)
    assert found.directories == ({str(tmp_path / gone): 1} if gone else {})


def test_it_is_looked_at_again_after_a_while(tmp_path: Path) -> None:
    clock = [0.0]
    (tmp_path / "a").mkdir()
    found = GoneSources([str(tmp_path / "a")], clock=lambda: clock[0])
    assert found.has(str(tmp_path / "a" / "x"))
    (tmp_path / "a" / "y").touch()
    assert found.has(str(tmp_path / "a" / "x")), "believed for a moment"
    clock[0] = 2.0
    assert not found.has(str(tmp_path / "a" / "x"))
    assert found.directories == {str(tmp_path / "a"): 2}
