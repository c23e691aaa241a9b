"""``asprofile demo``."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.cli import demo_certificates

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """No file, no thread, and the same current directory."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    before, here = threading.active_count(), Path.cwd()
    yield
    assert list(place.iterdir()) == []
    assert (threading.active_count(), Path.cwd()) == (before, here)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_everything_arrives_both_ways(run: Run) -> None:
    started = time.monotonic()
    result = run("demo")
    assert (result.status, result.err) == (0, "")
    assert time.monotonic() - started < 300  # a machine may be busy; what must not be is waiting for a time limit
    parts = re.split(r"^\d\. .*\n", result.out, flags=re.MULTILINE)
    assert len(parts) == 5
    mended, shown, sent, secure = parts[1:]
    assert "study.cfg:16:1: error: AP201 PresentationContext3 is missing" in mended
    assert "fixed 1 finding in 1 file" in mended
    assert "profile STUDY, 4 presentation contexts" in shown
    for part, over in ((sent, ""), (secure, " over TLS")):
        assert re.search(r"^4 objects to 127\.0\.0\.1:\d+: 4 stored; ", part, re.MULTILINE), part
        said = part.partition(f"and the archive says{over}:\n")[2]
        assert len(re.findall(r"^1: archive\S*/2\.25\.\d+\.dcm stored, ", said, re.MULTILINE)) == 4
        assert re.search(r"^1: ASPROFILE@127\.0\.0\.1:\d+: 4 objects, .*, released$", said, re.MULTILINE)
    assert "--tls-ca archive-tls.pem --tls-key workstation.key --tls-cert workstation.pem" in secure


def test_without_openssl_the_rest_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_certificates.shutil, "which", lambda name: None)
    result = run("demo")
    assert (result.status, result.err) == (0, "")
    assert "Left out: the openssl command makes the certificates, and it is not installed.\n" in result.out


@pytest.mark.parametrize("program", ["#!/bin/sh\necho no such thing >&2\nexit 1\n", "no program"])
def test_an_openssl_that_does_not_work(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    broken = tmp_path / "openssl"
    broken.write_text(program)
    broken.chmod(0o755 if program.startswith("#!") else 0o644)
    monkeypatch.setattr(demo_certificates.shutil, "which", lambda name: str(broken))
    result = run("demo")
    assert result.status == 0
    assert "Left out: openssl cannot " in result.out


def test_what_does_not_arrive_is_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from asprofile.cli import demo

    monkeypatch.setattr(demo, "PROFILE", demo.PROFILE.replace("1.3.12.2.1107.5.9.1", "MRImageStorage"))
    monkeypatch.setattr(demo_certificates.shutil, "which", lambda name: None)
    result = run("demo")
    assert result.status == 1
    assert "siemens-csa.dcm: refused before sending: the profile does not propose Siemens CSA Non-Image" in result.out


def test_objects_are_made_once_and_kept(run: Run) -> None:
    result = run("demo", "--make", "study")
    names = sorted(path.name for path in Path("study").iterdir())
    assert (result.status, sorted(result.out.split())[:4]) == (0, ["made"] * 4)
    assert names == ["breast-tomosynthesis.dcm", "ct.dcm", "endoscopic-video.dcm", "siemens-csa.dcm"]
    again = run("demo", "--make", "study")
    assert (again.status, again.out) == (2, "")
    assert again.err == "asprofile: study: cannot make it: it is there already; name one that is not\n"
    assert "no such file or directory" in run("demo", "--make", "none/study").err.lower()
