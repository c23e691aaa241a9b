"""``--where`` in send, plan and generate: what is left out, what is counted, what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from factories import CT, MR, write_ct

from asprofile.model.loader import load
from asprofile.receive.engine import Receiver
from asprofile.resources import directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    found = tmp_path / "study"
    found.mkdir()
    write_ct(found / "ct.dcm", "1.2.3.1", sop_class=CT)
    write_ct(found / "mr.dcm", "1.2.3.2", sop_class=MR)
    (found / "notes.txt").write_text("no object")
    return found


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[str]:
    acceptor = load(directory("sample_profiles") / "acceptor_all.cfg", role="acceptor").use("AcceptorAll")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Receiver(acceptor, inbox) as receiver:
        yield f"127.0.0.1:{receiver.port}"


WHERE = "SOPClass = 'CTImageStorage' and StudyDate = 20240229"
REASON = 'left out: it is not so that SOPClass = "CTImageStorage"'


def test_send_sends_what_fits(run: Run, study: Path, peer: str, tmp_path: Path) -> None:
    done = run("send", "--isolated", "-v", peer, str(study), "--where", WHERE)
    assert done.status == 0, done.err
    assert "1 object to" in done.err
    assert "1 other files skipped; 1 left out by --where" in done.err
    assert f"mr.dcm: skipped: {REASON}" in done.out
    assert len(list((tmp_path / "inbox").iterdir())) == 1


def test_send_in_json(run: Run, study: Path, peer: str) -> None:
    done = run("send", "--isolated", "--json", peer, str(study), "--where", WHERE)
    summary = json.loads(done.out)["summary"]
    assert (summary["stored"], summary["left_out"], summary["skipped"]) == (1, 1, 1)
    done = run("send", "--isolated", "--format", "jsonl", peer, str(study), "--where", WHERE)
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert {"type": "skipped", "path": str(study / "mr.dcm"), "reason": REASON} in lines
    assert lines[-1]["left_out"] == 1


def test_all_of_several(run: Run, study: Path, peer: str) -> None:
    more = ("--where", "Modality = 'CT'", "--where", "SOPClass != 'CTImageStorage'")
    done = run("send", "--isolated", peer, str(study), *more)
    assert done.status == 0, done.err
    assert "1 object to" in done.err


def test_a_file_that_is_named_is_left_out_too(run: Run, study: Path, peer: str) -> None:
    done = run("send", "--isolated", peer, str(study / "ct.dcm"), str(study / "mr.dcm"), "--where", WHERE)
    assert done.status == 0, done.err
    assert "1 left out by --where" in done.err


def test_nothing_fits(run: Run, study: Path) -> None:
    done = run("send", "--isolated", "127.0.0.1:1", str(study), "--where", "Modality = 'NONE'")
    assert (done.status, done.out) == (1, "")
    assert "none of 2 DICOM objects fits --where (1 other files skipped; -v says why): nothing to send" in done.err


def test_an_object_that_cannot_be_judged_is_refused(run: Run, study: Path, peer: str) -> None:
    path = study / "mr.dcm"
    path.write_bytes(path.read_bytes().replace(b"20240229", b"tomorrow"))
    done = run("send", "--isolated", peer, str(study), "--where", "StudyDate > 2020")
    assert done.status == 1
    assert "1 stored, 1 refused" in done.err
    assert "it cannot be said whether it is selected: StudyDate: 'tomorrow' is no date" in done.out + done.err


def test_plan(run: Run, study: Path) -> None:
    done = run("plan", "--isolated", "-v", "--profile", "Default", str(study), "--where", WHERE)
    assert done.status == 0, done.err
    assert f"mr.dcm: {REASON}" in done.out
    assert "1 object: 1 with a context" in done.out
    assert "1 other files skipped; 1 left out by --where" in done.out
    done = run("plan", "--isolated", "--json", "--profile", "Default", str(study), "--where", WHERE)
    assert json.loads(done.out)["summary"] == {
        "objects": 1,
        "without": 0,
        "unreadable": 0,
        "skipped": 1,
        "left_out": 1,
    }


def test_generate(run: Run, study: Path) -> None:
    done = run("generate", "--isolated", "--from-files", str(study), "--where", WHERE, "-o", "-")
    assert done.status == 0, done.err
    assert "1 object looked at; 1 file skipped; 1 left out by --where" in done.err
    assert "CTImageStorage" in done.out
    assert "MRImageStorage" not in done.out
    done = run("generate", "--isolated", "--from-files", str(study), "--where", "Modality = 'X'", "-o", "-")
    assert done.status == 2
    assert "none of 2 DICOM objects fits --where" in done.err
    done = run("generate", "--isolated", "ct", "--where", "Modality = 'X'", "-o", "-")
    assert done.status == 2
    assert "--where is for the objects of --from-files" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("send", "127.0.0.1:1", "STUDY"),
        ("plan", "--profile", "Default", "STUDY"),
        ("generate", "--from-files", "STUDY", "-o", "-"),
    ],
    ids=lambda words: words[0],
)
def test_what_is_no_expression(run: Run, study: Path, words: tuple[str, ...]) -> None:
    given = [str(study) if word == "STUDY" else word for word in words]
    done = run(given[0], "--isolated", *given[1:], "--where", "Modalty = 'CT'")
    assert done.status == 2
    assert done.out == ""
    first, text, mark = done.err.splitlines()[-3:]
    assert first.startswith("asprofile: --where: 'Modalty' is no keyword of a DICOM attribute; did you mean Modality")
    assert (text, mark) == ("  Modalty = 'CT'", "  ^")
