"""``asprofile migrate``: its steps, what it remembers, and how it ends when something is wrong."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_archive, write_ct

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_archive(tmp_path / "archive", 4)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def peer(folder: Path) -> Iterator[asprofile.Receiving]:
    with asprofile.receive(None, folder / "inbox") as receiving:
        yield receiving


def states(path: str = "j") -> dict[str, int]:
    with Journal(path, writes=False) as journal:
        return {state.words: count for state, (count, _) in journal.counts().items()}


def test_all_at_once_and_again(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    assert run("migrate", "j", "--from", "archive", "--to", str(peer.address)).status == 0
    assert states() == {"stored": 4}
    write_ct(folder / "archive" / "9.dcm", "1.2.3.9", side=8)
    assert run("migrate", "j").status == 0
    assert states() == {"stored": 4}, "it is not scanned again unless that is asked for"
    assert run("migrate", "scan", "j").status == 0
    assert run("migrate", "run", "j").status == 0
    assert states() == {"stored": 5}
    assert len([one for one in peer.events if isinstance(one, asprofile.Received)]) == 5


NOTHING = "no DICOM objects found{} in any source: nothing to migrate"


@pytest.mark.parametrize("step", [(), ("scan",)], ids=["all", "scan"])
def test_sources_without_any_object_are_told(run: Run, folder: Path, step: tuple[str, ...]) -> None:
    (folder / "empty").mkdir()
    to = () if step else ("--to", "127.0.0.1:1")
    result = run("migrate", *step, "j", "--from", "empty", *to)
    assert (result.status, result.err) == (1, f"asprofile: {NOTHING.format('')}\n")
    (folder / "empty" / "note.txt").write_text("no object")
    result = run("migrate", "scan", "j")
    assert (result.status, result.err) == (1, f"asprofile: {NOTHING.format(' among 1 file')}\n")
    assert run("migrate", "status", "j").status == 0
    result = run("migrate", "run", "j", "--to", "127.0.0.1:1")
    assert (result.status, NOTHING.format(" among 1 file") in result.err) == (1, True)


def test_an_empty_source_beside_others_is_none(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    (folder / "empty").mkdir()
    assert run("migrate", "j", "--from", "archive", "--from", "empty", "--to", str(peer.address)).status == 0
    result = run("migrate", "j", "--from", "empty")
    assert (result.status, result.err) == (0, "")


def test_what_no_context_carries_is_refused_with_the_reason(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    write_ct(folder / "archive" / "odd.dcm", "1.2.3.9", side=8, sop_class="1.2.3.4.5.6.7")
    result = run("migrate", "j", "--from", "archive", "--to", str(peer.address))
    assert result.status == 1
    assert states() == {"stored": 4, "refused": 1}
    report = run("migrate", "report", "j").out
    assert str(folder / "archive" / "odd.dcm") in report
    assert run("migrate", "retry", "j").status == 0
    assert states() == {"found": 1, "stored": 4}


def test_options_are_remembered_and_may_be_given_again(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    assert run("migrate", "j", "--from", "archive", "--to", "127.0.0.1:1", "--wait", "0", "--window", "3").status == 2
    assert states() == {"found": 4}
    assert run("migrate", "j", "--to", str(peer.address)).status == 0
    with Journal("j", writes=False) as journal:
        kept = journal.get("options")
    assert (kept["target"], kept["wait"], kept["window"]) == (str(peer.address), "0", "3")


def test_an_order_of_before_ends(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    order = ("--order", 'SOPInstanceUID = "1.2.3.4"', "--associations", "1", "--window", "1")
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    assert run("migrate", "run", "j", "--to", "127.0.0.1:1", *order, "--wait", "0").status == 2
    assert run("migrate", "run", "j", "--to", str(peer.address), "--order", "found").status == 0
    came = [one.sop_instance for one in peer.events if isinstance(one, asprofile.Received)]
    assert came == [f"1.2.3.{number}" for number in (1, 2, 3, 4)]
    with Journal("j", writes=False) as journal:
        assert journal.get("order") == []


def test_hold_release_and_where(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    assert "1 object held" in run("migrate", "hold", "j", "--where", 'SOPInstanceUID = "1.2.3.2"').err
    assert run("migrate", "run", "j", "--to", str(peer.address)).status == 1
    assert states() == {"held": 1, "stored": 3}
    assert run("migrate", "release", "j").status == 0
    assert run("migrate", "run", "j").status == 0
    assert states() == {"stored": 4}


def test_a_file_that_was_changed_or_removed_after_the_scan_is_refused(
    run: Run, folder: Path, peer: asprofile.Receiving
) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    write_ct(folder / "archive" / "0.dcm", "1.2.3.1", side=20)
    (folder / "archive" / "1.dcm").unlink()
    assert run("migrate", "run", "j", "--to", str(peer.address)).status == 1
    assert states() == {"stored": 2, "refused": 2}
    assert run("migrate", "scan", "j").status == 0
    assert states() == {"found": 1, "stored": 2, "refused": 2}


def begin_and_die(count: int) -> None:
    """A run begins so many of what is to be sent, and nothing is heard of it any more."""
    with Journal("j") as journal:
        journal.begin_run()
        known = list(journal.in_state(MigrationState.FOUND))[:count]
        journal.change([], known)
        for row in known:
            journal.note_begun(row)


def test_in_doubt_stays_so_where_the_peer_cannot_say(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    begin_and_die(2)
    result = run("migrate", "run", "j", "--to", str(peer.address))
    assert result.status == 1
    assert states() == {"in doubt": 2, "stored": 2}
    command = result.err.partition("all the same: asprofile ")[2].split()
    assert command == ["migrate", "j", "--in-doubt", "send"]
    assert run(*command).status == 0
    assert states() == {"stored": 4}
    write_ct(folder / "archive" / "more.dcm", "1.2.3.9", side=8)
    assert run("migrate", "scan", "j").status == 0
    begin_and_die(1)
    assert run("migrate", "j").status == 0, "--in-doubt is remembered"
    assert states() == {"stored": 5}


def test_after_so_many_failures_nothing_more_is_begun(run: Run, folder: Path, peer: asprofile.Receiving) -> None:
    for number in range(4):
        (folder / "archive" / f"{number}.dcm").unlink()
        write_ct(folder / "archive" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8, sop_class="1.2.3.4.5.6.7")
    options = ("--to", str(peer.address), "--max-failures", "2", "--window", "1", "--associations", "1")
    run("migrate", "j", "--from", "archive", *options)
    assert states() == {"found": 2, "refused": 2}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument 'JOURNAL'"),
        (("status",), "a journal of that name is given as ./status"),
        (("j",), "no peer was given before"),
        (("run", "j", "--to", "127.0.0.1:1"), "There is no journal"),
        (("stauts", "j"), "did you mean the step 'status'"),
        (("status", "j", "--window", "3"), "--window: the step status does not take it"),
        (("run", "j", "--from", "archive"), "--from: the step run does not take it"),
        (("status", "j", "--format", "csv"), "is for the step report"),
        (("scan", "j", "--from", "nowhere"), "nowhere: there is no such file"),
        (("scan", "archive/0.dcm", "--from", "archive"), "is no journal"),
        (("status", "nothing"), "no journal can be read"),
        (("j", "--from", "archive", "--to", "127.0.0.1:1", "--invent"), "keeps the SOP Instance UIDs"),
        (("j", "--from", "archive", "--to", "127.0.0.1:1", "--set", "SOPInstanceUID=1.2"), "keeps the SOP Instance"),
    ],
)
def test_what_is_wrong_is_said(run: Run, folder: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run("migrate", *arguments)
    assert (result.status, words in result.err) == (2, True), result.err


def test_a_journal_with_the_name_of_a_step(run: Run, folder: Path) -> None:
    assert run("migrate", "scan", "./status", "--from", "archive").status == 0
    assert states("status") == {"found": 4}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_journal_in_a_directory_that_is_read_only(run: Run, folder: Path) -> None:
    (folder / "kept").mkdir()
    assert run("migrate", "scan", "kept/j", "--from", "archive").status == 0
    (folder / "kept").chmod(0o555)
    try:
        assert run("migrate", "status", "kept/j").status == 0
        assert run("migrate", "run", "kept/j", "--to", "127.0.0.1:1").status == 2
    finally:
        (folder / "kept").chmod(0o755)


def test_a_copy_of_a_journal_is_one(run: Run, folder: Path) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    shutil.copy("j", "copy")
    assert states("copy") == {"found": 4}


def test_the_sums_as_json(run: Run, folder: Path) -> None:
    (folder / "archive" / "notes").write_text("none")
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 0
    found = run("migrate", "status", "j", "--json").json
    assert (found["version"], found["files"], found["objects"], found["not_objects"]) == (1, 5, 4, 1)
    assert found["states"]["found"]["objects"] == 4
    lines = run("migrate", "report", "j", "--format", "csv").out.splitlines()
    assert len(lines) == 5
    assert lines[1].startswith(f"1,found,{folder / 'archive' / '0.dcm'},")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device there")
@pytest.mark.parametrize("words", [["status", "j"], ["report", "j"], ["report", "j", "--format", "csv"]])
def test_what_cannot_be_shown_is_no_success(run: Run, folder: Path, words: list[str]) -> None:
    """Showing it is the job of these steps; that of a run is to send, however its sums come to be told."""
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 0
    for step, status in ((words, 2), (["scan", "j"], 0)):
        with Path("/dev/full").open("w") as full:
            command = [sys.executable, "-m", "asprofile", "migrate", *step]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == status, done.stderr
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_is_told_can_be_pasted(run: Run, folder: Path) -> None:
    """Whatever the name of the journal is."""
    name = "a 'move'.journal"
    assert run("migrate", "scan", name, "--from", "archive").status == 0
    (folder / "archive").rename(folder / "elsewhere")
    done = run("migrate", name, "--to", "127.0.0.1:1", "--wait", "0s")
    (line,) = (line for line in done.err.splitlines() if "left as found" in line)
    assert shlex.split(line.rpartition(": ")[2]) == ["asprofile", "migrate", "hold", name]
