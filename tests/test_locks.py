"""The lock files: what asprofile needs to run is a part of what is tested, and whole."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def locked(name: str) -> dict[str, str]:
    """Each package with its version and hashes."""
    text = (ROOT / name).read_text("ascii")
    return {re.split(r"[= ]", block)[0]: block.strip() for block in re.split(r"^(?=[a-z])", text, flags=re.M) if block}


def names(requirements: list[str]) -> set[str]:
    """The packages that are wanted on every platform."""
    plain = [one for one in requirements if "extra ==" not in one and "platform" not in one]
    return {re.split(r"[^A-Za-z0-9_-]", one)[0].lower().replace("_", "-") for one in plain}


def test_what_is_needed_to_run_is_a_part_of_what_is_tested() -> None:
    everything, some = locked("requirements.lock"), locked("requirements-run.lock")
    assert some
    assert {name: everything[name] for name in some} == some


def test_what_is_needed_to_run_is_whole_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted, found = names(project["dependencies"]), set()
    while wanted - found:
        name = min(wanted - found)
        found.add(name)
        wanted |= names(requires(name) or [])
    assert set(locked("requirements-run.lock")) == found


def test_what_builds_it_is_what_is_tested() -> None:
    everything, some = locked("requirements.lock"), locked("requirements-build.lock")
    assert some
    assert {name: everything.get(name) for name in some} == some


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_lock_has_hashes(name: str) -> None:
    assert [package for package, block in locked(name).items() if "--hash=sha256:" not in block] == []
