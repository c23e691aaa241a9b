"""Files that break a promise, sought by libFuzzer through atheris: mutations that reach new code of asprofile are kept.

The promises: any bytes are read and come back; any bytes load or are refused with a place in the file, for both roles
and the oldest and the newest release; the places of all fields are in the file. Where DCMTK's reader is to be had,
its reading is one too. atheris is in the dependency group ``fuzz``; it exists for Linux and macOS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from asprofile.errors import LoadError
from asprofile.model.document import read
from asprofile.model.loader import load
from asprofile.model.words import AssociationRole
from asprofile.names.releases import RELEASES
from fuzzing import cases
from fuzzing.judge import Judge, NoJudge, build
from fuzzing.report import report

ROLES: tuple[AssociationRole, ...] = ("requestor", "acceptor")
SEEDS = 300
MISSING = """\
scripts/fuzz coverage needs atheris, which is not installed for this Python.
It is in the dependency group "fuzz": pip install --group fuzz (or: pip install atheris)."""


class Broken(Exception):
    """A promise that a file breaks."""


def check(data: bytes, judge: Judge | None = None) -> None:
    """Raise if a promise does not hold for this file."""
    document = read(data)
    if document.to_bytes() != data:
        raise Broken("the tree is not the file")
    for release in (RELEASES[0], RELEASES[-1]):
        for role in ROLES:
            _check_loading(data, release, role)
    if judge is not None and judge.report(data) != report(data, judge.release):
        raise Broken(f"DCMTK {judge.release} reads something else")


def _check_loading(data: bytes, release: str, role: AssociationRole) -> None:
    try:
        config = load(data, release, role)
    except LoadError as error:
        if not 0 <= error.span.start <= error.span.end <= len(data):
            raise Broken(f"{error.code} at {error.span}, outside the file") from error
        return
    for profile in config.profiles.values():
        for context in profile.contexts:
            if not profile.span.end <= len(data) >= context.span.end:
                raise Broken("a span outside the file")


def main(seconds: int, corpus: Path | None) -> int:
    """Search for so many seconds; 1 if a promise was broken (the file is printed), 0 if none was or atheris is
    missing.
    """
    if find_spec("atheris") is None:
        print(MISSING, file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory() as scratch:
        directory = corpus or Path(scratch) / "corpus"
        directory.mkdir(parents=True, exist_ok=True)
        for number in range(SEEDS):
            (directory / f"seed-{number}").write_bytes(cases.generate(1, number)[:4096])
        options = [f"-max_total_time={seconds}", f"-artifact_prefix={scratch}/", "-max_len=4096", "-verbosity=1"]
        # libFuzzer ends its process, so it has one of its own.
        done = subprocess.run([sys.executable, "-m", "fuzzing.coverage", *options, str(directory)], env=_environment())
        for found in sorted(Path(scratch).iterdir()):
            if found.is_file():
                print(f"{found.name}: {found.read_bytes()!r}")
    return 1 if done.returncode else 0


def _environment() -> dict[str, str]:
    scripts = Path(__file__).resolve().parents[1]
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(scripts), str(scripts.parent)))}


def _search(arguments: list[str]) -> None:
    atheris = import_module("atheris")
    atheris.instrument_all()
    try:
        judge = Judge(build())
    except NoJudge:
        judge = None
    atheris.Setup(arguments, lambda data: check(data, judge))
    atheris.Fuzz()


if __name__ == "__main__":
    _search(sys.argv)
