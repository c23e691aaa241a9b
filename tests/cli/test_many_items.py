"""Files of very many items: every command ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.cli.files import MAX_ITEMS, Unreadable, read_one


@pytest.mark.parametrize("unit", [b"[A]", b"[", b"a=b\n", b"="])
def test_too_many_are_refused(unit: bytes, tmp_path: Path) -> None:
    file = tmp_path / "it.cfg"
    file.write_bytes(b"[[Profiles]]\n" + unit * (MAX_ITEMS + 1))
    with pytest.raises(Unreadable, match="250,000 headers and entries"):
        read_one(str(file))


def test_what_stands_in_comments_is_no_item(tmp_path: Path) -> None:
    file = tmp_path / "it.cfg"
    file.write_bytes(b"[[Profiles]]\n" + b"# ====================\n" * (MAX_ITEMS // 10))
    assert read_one(str(file)).data == file.read_bytes()
