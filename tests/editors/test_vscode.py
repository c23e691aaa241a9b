"""The extension for VS Code, by its own tests in Node: the grammar, finding the server, the real server.

What they need is fetched from the index of npm. Where that cannot be had, they are skipped: a machine without a network
is no fault of the extension.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import asprofile

SOURCE = Path(__file__).parents[2] / "editors" / "vscode"
pytestmark = pytest.mark.any_python


def test_the_extension(tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no Node with npm")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60).stdout
    if int(re.sub(r"^v(\d+).*", r"\1", version.strip()) or 0) < 20:
        pytest.skip(f"Node {version.strip()} is older than 20")
    place = tmp_path / "editors" / "vscode"
    shutil.copytree(SOURCE, place, ignore=shutil.ignore_patterns("node_modules", "dist"))
    shutil.copy(SOURCE.parents[1] / "LICENSE", tmp_path)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-timeout=20000"]
    try:
        had = subprocess.run([*install, "--fetch-retries=1"], capture_output=True, text=True, cwd=place, timeout=240)
    except subprocess.TimeoutExpired:
        pytest.skip("what the tests need could not be fetched in time")
    if had.returncode != 0:
        pytest.skip(f"what the tests need could not be fetched: {had.stderr.strip()[-300:]}")
    environment = dict(os.environ, ASPROFILE_PYTHON=sys.executable, PYTHONPATH=str(Path(asprofile.__file__).parents[1]))
    ran = subprocess.run(
        [npm, "test"], capture_output=True, text=True, cwd=place, env=environment, timeout=400, check=False
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    passed = re.search(r"^\W*pass (\d+)$", ran.stdout, re.MULTILINE)
    assert passed, ran.stdout[-1000:]
    assert int(passed[1]) >= 21
    assert re.search(r"^\W*skipped 0$", ran.stdout, re.MULTILINE), ran.stdout[-1000:]
