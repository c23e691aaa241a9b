"""Where the files are that are data, not code: the sample profiles, and what a report's page is made of.

A wheel carries them inside the package; a source checkout has the samples at its top level, where people look for them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def directory(name: str) -> Path:
    """The directory ``sample_profiles``."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def sample_files() -> list[Path]:
    """The sample profiles that come with asprofile, by name."""
    return sorted(directory("sample_profiles").glob("*.cfg"))


def text_of(name: str) -> str:
    """A file that lies in the package beside the code that uses it, by its path there."""
    return (_PACKAGE / name).read_text("utf-8")
