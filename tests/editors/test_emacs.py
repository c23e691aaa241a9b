"""The mode for Emacs, by its own tests in the real one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from asprofile.lint.render import text
from asprofile.lint.render.look import Look
from asprofile.lint.run import lint
from asprofile.text import Source

EMACS = Path(__file__).parents[2] / "editors" / "emacs"
pytestmark = pytest.mark.any_python

GAP = b"[[TransferSyntaxes]]\n[A]\nTransferSyntax1 = LittleEndianExplicit\nTransferSyntax3 = LittleEndianImplicit\n"


def test_the_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shutil.which("emacs")
    if program is None:
        pytest.skip("there is no Emacs")
    findings = [found for found in lint(Source(GAP, "gap.cfg")).findings if found.code == "AP201"]
    assert findings
    printed = "\n".join(text.render([lint(Source(GAP, "gap.cfg"))], Look()))
    start = printed.index("gap.cfg:4:1")
    (tmp_path / "printed.txt").write_text(printed[start:] + "\n")
    monkeypatch.setenv("ASPROFILE_LINT_OUTPUT", str(tmp_path / "printed.txt"))
    monkeypatch.setenv("HOME", str(tmp_path))
    command = ["-Q", "--batch", "-L", str(EMACS), "-l", "asprofile-mode-tests", "-f", "ert-run-tests-batch-and-exit"]
    ran = subprocess.run([program, *command], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert "Ran 4 tests, 4 results as expected, 0 unexpected" in ran.stderr
