"""Random seed files are read and written, and problems with them are said."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from asprofile.errors import ConfigurationError
from asprofile.net.tls_seed import SEED_SIZE, mix_in_seed, write_seed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_seed_is_mixed_in_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "seed"
    path.write_bytes(b"much the same every day")
    mixed: list[tuple[bytes, float]] = []
    monkeypatch.setattr(ssl, "RAND_add", lambda data, entropy: mixed.append((data, entropy)))
    mix_in_seed(path)
    assert mixed == [(b"much the same every day", 0.0)]
    write_seed(path)
    first = path.read_bytes()
    write_seed(path)
    assert len(first) == SEED_SIZE
    assert path.read_bytes() != first


def test_only_the_user_reads_a_new_one(tmp_path: Path) -> None:
    write_seed(tmp_path / "seed")
    assert (tmp_path / "seed").stat().st_mode & 0o077 == 0


def test_problems(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing: random seed: no such file"):
        mix_in_seed(tmp_path / "missing")
    with pytest.raises(ConfigurationError, match="random seed: is a directory"):
        write_seed(tmp_path)
