"""Where the files are that are data, not code: the sample profiles.

A wheel carries them inside the package; a source checkout has them at its top level, where people look for them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def directory(name: str) -> Path:
    """The directory ``sample_profiles``."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
