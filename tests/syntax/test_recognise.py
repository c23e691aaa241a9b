"""What is a profile, broken or not, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from not_profiles import ALL, BINARY, BROKEN, PROFILE, TEXT

from asprofile.syntax.recognise import binary, is_meant, why_no_profile

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ALL)
def test_what_is_no_profile(name: str) -> None:
    reason = why_no_profile(ALL[name])
    assert reason is not None
    assert (binary(ALL[name]) is not None) is (name in BINARY)
    if name not in TEXT:
        assert not is_meant(ALL[name])


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_a_profile(name: str) -> None:
    assert why_no_profile(BROKEN[name]) is None
    assert is_meant(BROKEN[name])


def test_every_profile_of_ours_is_one_and_every_other_file_is_none() -> None:
    profiles = set(ROOT.glob("sample_profiles/*.cfg")) | set(ROOT.glob("asprofile/data/**/*.cfg"))
    assert len(profiles) > 5
    assert [path for path in profiles if why_no_profile(path.read_bytes()) is not None] == []
    others = [
        path for pattern in ("*.md", "*.toml", "asprofile/**/*.py", "docs/**/*.md") for path in ROOT.glob(pattern)
    ]
    assert len(others) > 100
    assert [path for path in others if why_no_profile(path.read_bytes()) is None] == []


def test_what_it_is_called() -> None:
    assert why_no_profile(BINARY["part10.dcm"]) == "it is a DICOM object"
    assert why_no_profile(BINARY["bare-implicit.dcm"]) == "it is a DICOM data set"
    assert why_no_profile(BINARY["program"]) == "it is a program or a library (ELF)"
    assert "NUL or control characters" in str(why_no_profile(BINARY["zeros"]))
    assert "none of the supersections" in str(why_no_profile(TEXT["other.ini"]))
    assert "above its first header (line 3)" in str(why_no_profile(TEXT["README-short.md"]))


@pytest.mark.parametrize(
    "piece",
    [b"\n", b"[", b"[ ", b"[\n", b"# \n", b" \t", b"[a", b"x", b"\xff", b"]\r", b"[[Profiles]]\n", b"a=b\n", b"\0["],
)
def test_it_looks_once_at_each_byte(piece: bytes) -> None:
    # A pattern that tries every way to read a line would take years for these.
    data = PROFILE[:30] + piece * (400_000 // len(piece))
    why_no_profile(data)
    why_no_profile(data + PROFILE)
