"""``asprofile migrate check`` and ``report``: what is said adds up to the last object, whatever is in a file's name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, write_ct

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.states import PERMITTED, MigrationState

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

STATES = [state for state in MigrationState if state is not MigrationState.SENDING]  # who opens a journal settles those
NAMES = ["plain", "=1+1", "<b>&amp;", "a\u202eb", "+x", "-x", "@x", "tab\tx", "'quote'", "é`", "y", "z"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal with an object in each state, and what else a scan may find."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for number, name in enumerate(NAMES):
        write_ct(
            archive / f"{number:02} {name}.dcm", f"1.2.3.9.{number + 1}", side=8, sop_class=CT if number % 2 else MR
        )
    (archive / "same.dcm").write_bytes((archive / "00 plain.dcm").read_bytes())
    (archive / "notes.txt").write_text("no object")
    (archive / "bad.dcm").write_bytes((archive / "00 plain.dcm").read_bytes()[:160])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def journal(run: Run, folder: Path) -> Path:
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 1
    with Journal("j") as journal:
        journal.begin_run()
        for row, state in zip(list(journal.in_state(*STATES)), STATES, strict=True):
            for step in way_to(state):
                journal.change([StateChange(row, step, comment=f"=why {state.words}", tries=1)])
    return folder / "j"


def way_to(state: MigrationState) -> list[MigrationState]:
    """The shortest way from found to there."""
    ways: dict[MigrationState, list[MigrationState]] = {MigrationState.FOUND: []}
    todo = [MigrationState.FOUND]
    while state not in ways:
        here = todo.pop(0)
        for one in sorted(PERMITTED[here]):
            if one not in ways:
                ways[one] = [*ways[here], one]
                todo.append(one)
    return ways[state]


def test_the_report_as_json_adds_up(run: Run, journal: Path, schema: Callable[[str], Any]) -> None:
    found = run("migrate", "report", "j", "--json").json
    schema("migrate")(found)
    schema("migrate")(run("migrate", "status", "j", "--json").json)
    assert found["objects"] == len(STATES)
    assert found["files"] == len(STATES) + 3
    for breakdown in ("modalities", "years"):
        assert sum(sum(one["states"].values()) for one in found[breakdown]) == len(STATES)
    assert sum(one["objects"] for one in found["stored"]) == 3
    told = {one["state"] for one in found["reasons"]}
    assert told >= {state.words for state in STATES if state not in (0, 4, 5, 9, 11)}, "each has its reason"


def test_the_page_adds_up(run: Run, journal: Path) -> None:
    page = run("migrate", "report", "j", "--html").out
    for state in STATES:
        assert re.search(rf"</span> {state.words}</th>\n<td>1</td>", page), state.words
    assert f"3 of {len(STATES)} objects at the peer" in page
    assert f"files in all</th><td>{len(STATES) + 3}</td>" in page
    text = unescape(page)
    missing = [state for state in STATES if state.words not in ("stored", "stored with warning", "verified")]
    assert f"{len(missing) + 1} objects not at the peer" in page
    assert page.count("<li><bdi>") == len(missing) + 1
    for number, state in enumerate(STATES):
        assert (f"1.2.3.9.{number + 1}<" in page) is (state in missing)
    assert "&lt;b&gt;&amp;amp;" in page
    assert "\u202e" not in text
    assert not re.search(r"<(script|img|link|iframe)|https?://", page), "it loads nothing"


def test_what_a_spreadsheet_would_run_is_text(run: Run, journal: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(run("migrate", "report", "j", "--format", "csv").out)))
    assert len(lines) == len(STATES)
    assert [line["state"] for line in lines] == [state.words for state in STATES]
    assert all(line["comment"].startswith("'=why") for line in lines if line["comment"])
    assert sum(bool(line["comment"]) for line in lines) >= len(STATES) - 1
    assert not any(value[:1] in "=+-@\t\r" for line in lines for value in line.values() if value)


def test_a_page_of_many_objects_is_small(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asprofile.api.reporting._MOST_MISSING", 3)
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 1
    page = run("migrate", "report", "j", "--html").out
    assert page.count("<li><bdi>") == 3
    assert f"{len(STATES) + 1} objects not at the peer" in page


@pytest.mark.parametrize("step", ["status", "scan", "check"])
def test_pages_and_lines_are_for_the_report(run: Run, folder: Path, step: str) -> None:
    for form in ("html", "csv"):
        result = run("migrate", step, "j", "--format", form)
        assert (result.status, "is for the step report" in result.err) == (2, True), result.err


# --- check


@pytest.fixture
def receiver(folder: Path) -> Iterator[asprofile.Receiving]:
    (folder / "narrow.cfg").write_text(
        f"[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = {IMPLICIT}\nTransferSyntax2 = {EXPLICIT}\n"
        f"[[PresentationContexts]]\n[Taken]\nPresentationContext1 = {CT}\\Plain\n"
        "[[Profiles]]\n[Narrow]\nPresentationContexts = Taken\n"
    )
    with asprofile.receive("narrow.cfg:Narrow", folder / "inbox") as receiving:
        yield receiving


def check(run: Run, to: asprofile.Receiving, *options: str) -> Any:
    return run("migrate", "check", "j", "--to", str(to.address), *options)


def test_each_kind_is_checked_and_nothing_is_sent(
    run: Run, folder: Path, receiver: asprofile.Receiving, schema: Callable[[str], Any]
) -> None:
    write_ct(folder / "archive" / "p14.dcm", "1.2.3.9.100", side=8, transfer_syntax=JPEG_LOSSLESS)
    write_ct(folder / "archive" / "x.dcm", "1.2.3.9.2", side=20)
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 1
    result = check(run, receiver, "--json", "--expected-rate", "2")
    found = result.json
    schema("migrate-check")(found)
    assert result.status == 1
    kinds = {(one["sop_class"], one["transfer_syntax"]): one for one in found["kinds"]}
    assert kinds[CT, EXPLICIT]["outcome"] == "as it is"
    assert kinds[MR, EXPLICIT]["outcome"] == kinds[CT, JPEG_LOSSLESS]["outcome"] == "refused"
    assert "--convert lossless" in kinds[CT, JPEG_LOSSLESS]["way_out"]
    assert "--convert" not in kinds[MR, EXPLICIT]["way_out"]
    assert found["objects"] == sum(one["objects"] for one in found["kinds"]) == len(NAMES)
    assert (found["conflicts"], found["again"], found["wrong"]) == (2, 1, 1)
    assert found["seconds"] == (found["objects"] - found["refused"]) / 2
    assert not [one for one in receiver.events if isinstance(one, asprofile.Received)]
    converted = check(run, receiver, "--convert", "lossless", "--json").json
    (one,) = [one for one in converted["kinds"] if one["transfer_syntax"] == JPEG_LOSSLESS]
    assert (one["outcome"], one["sent_as"]) == ("converted", EXPLICIT)
    text = check(run, receiver).out
    assert "would be refused" in text
    assert "send with --convert lossless" in text
    assert run("migrate", "run", "j", "--to", str(receiver.address), "-q").status == 1
    with Journal("j", writes=False) as journal:
        counts = journal.counts()
    assert counts[MigrationState.REFUSED][0] == found["refused"], "the check was right"
    assert counts[MigrationState.STORED][0] == found["objects"] - found["refused"]


def test_a_migration_that_would_go_through_is_no_finding(run: Run, folder: Path) -> None:
    (folder / "archive" / "bad.dcm").unlink()
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 0
    with asprofile.receive(None, folder / "inbox") as receiver:
        assert check(run, receiver).status == 0
        assert check(run, receiver, "--profile", "default").status in (0, 1)
    assert run("migrate", "check", "j", "--to", "127.0.0.1:1").status == 2
