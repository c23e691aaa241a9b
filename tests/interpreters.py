"""The Pythons on this machine that asprofile is for."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path


@cache
def interpreters() -> dict[str, str]:
    """Path of one interpreter for each release of Python from 3.11 on that is installed, by "3.11.2"."""
    named = [Path(directory) for directory in os.environ.get("PATH", "").split(os.pathsep)]
    more = [*Path.home().glob(".pyenv/versions/*/bin"), *Path("/opt").glob("*/bin")]
    found: dict[str, str] = {}
    for directory in dict.fromkeys((*named, Path("/usr/bin"), Path("/usr/local/bin"), *more)):
        for path in sorted(directory.glob("python3*")):
            if path.name.removeprefix("python").replace(".", "").isdigit():
                version = _version(str(path))
                if version is not None:
                    found.setdefault(version, str(path))
    return dict(sorted(found.items()))


def _version(path: str) -> str | None:
    """``3.11.2``; None where it is older, or nothing that runs: version managers leave names behind."""
    ask = "import sys; print(sys.version.split()[0] if sys.version_info >= (3, 11) else '')"
    try:
        done = subprocess.run([path, "-I", "-c", ask], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
