"""Packages of npm's registry that are used as they are: fetched by npm itself, held against their hash, unpacked."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha512
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """``integrity`` is that of the registry: the SHA-512 of the archive, in base 64."""

    name: str
    version: str
    integrity: str


PYODIDE = NpmPackage(
    "pyodide", "314.0.7", "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
)
"""Python, compiled for browsers."""

AXE = NpmPackage(
    "axe-core", "4.14.1", "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
"""Finds what keeps people out of a page."""


class NotFetched(Exception):
    """There is no npm, it did not get the package, or that is not the one that is meant."""


def fetch(package: NpmPackage, directory: Path) -> Path:
    """The directory, in ``directory``, with the files of the package. Nothing of it is run. Raises NotFetched."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not installed (Debian package npm)")
    wanted = f"{package.name}@{package.version}"
    command = [npm, "pack", "--silent", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0", wanted]
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        raise NotFetched(f"npm did not get {wanted} in two minutes") from None
    archive = directory / f"{package.name}-{package.version}.tgz"
    if done.returncode or not archive.is_file():
        raise NotFetched(f"npm did not get {wanted}: {done.stderr.strip()[-300:] or 'no reason given'}")
    if b64encode(sha512(archive.read_bytes()).digest()).decode() != package.integrity:
        raise NotFetched(f"{archive.name} is not the archive that is meant: its SHA-512 is another one")
    target = directory / package.name
    with tarfile.open(archive) as members:
        if hasattr(tarfile, "data_filter"):
            members.extractall(target, filter="data")
        else:  # Python before 3.11.4; the archive is the one that is meant
            members.extractall(target)
    return target / "package"
