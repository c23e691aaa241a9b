"""Where the files are that are data, not code: the sample profiles, and what a report's page is made of.

A wheel carries them inside the package; a source checkout has the samples at its top level, where people look for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# What the comment at the top of each sample says: `# Default: the common objects`, `# DCMTK: 3.6.0 and later`, ...
_LINE = re.compile(r"^# (\w+): +(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample file as its own comment describes it: ``needs`` is its oldest DCMTK release, in words."""

    file: Path
    name: str
    summary: str
    role: str
    contexts: str
    needs: str


def directory(name: str) -> Path:
    """The directory ``sample_profiles``."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def sample_files() -> list[Path]:
    """The sample profiles that come with asprofile, by name."""
    return sorted(directory("sample_profiles").glob("*.cfg"))


def described(file: Path) -> Sample:
    """The description of a sample, from the comment at its top."""
    comment = file.read_text("utf-8").partition("\n[")[0]
    lines = _LINE.findall(comment)
    (name, summary), said = lines[0], dict(lines)
    return Sample(file, name, summary, said["Role"], said["Contexts"], said["DCMTK"])


def text_of(name: str) -> str:
    """A file of the package, by its path in it."""
    return (_PACKAGE / name).read_text("utf-8")
