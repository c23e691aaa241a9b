"""The proof of ``benchmarks/migrate_proof.py`` in small: archives to Orthanc, killed on the way, compared with what
Orthanc says that it has.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from programs import need

PROOF = Path(__file__).parents[2] / "benchmarks" / "migrate_proof.py"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL"),
]


@pytest.mark.parametrize(
    ("source", "objects", "kills"), [("directory", 60, 2), ("dcmqrscp", 40, 2), ("orthanc", 30, 0)]
)
def test_its_report_is_true_to_the_object(tmp_path: Path, source: str, objects: int, kills: int) -> None:
    for program, package in (("Orthanc", "orthanc"), ("dcmcjpeg", "dcmtk"), ("dcmqrscp", "dcmtk")):
        need(program, package)
    options = ("--objects", str(objects), "--kills", str(kills), "--from", source, "--folder", str(tmp_path / "proof"))
    command = [sys.executable, str(PROOF), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" in doubt\n") == kills
    assert done.stdout.endswith("the report is true to the object\n")
