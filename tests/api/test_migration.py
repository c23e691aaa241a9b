"""A migration as a program asks for it: it goes on, what it refuses before anything is made, what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from factories import write_archive, write_ct

import asprofile
from asprofile.migrate.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "127.0.0.1:1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_archive(tmp_path / "archive", 3)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def peer(folder: Path) -> Iterator[asprofile.Receiving]:
    with asprofile.receive(None, folder / "inbox") as receiving:
        yield receiving


def test_it_goes_on_and_sends_nothing_twice(folder: Path, peer: asprofile.Receiving) -> None:
    told: list[object] = []
    without = asprofile.SendOptions(wait=0)
    first = asprofile.migrate("j", folder / "archive", NOBODY, options=without)
    assert first.run is not None
    assert first.run.report is not None
    assert isinstance(first.run.report.error, asprofile.AssociationError)
    assert (first.all_stored, list(first.status.states)) == (False, [asprofile.MigrationState.FOUND])
    assert asprofile.migrate("j", (), peer.address, on_event=told.append).all_stored
    write_ct(folder / "archive" / "9.dcm", "1.2.3.9", side=8)
    last = asprofile.migrate("j", "archive", peer.address)
    assert (last.all_stored, last.status) == (True, asprofile.migration_status("j"))
    assert last.status.states[asprofile.MigrationState.STORED][0] == 4
    assert sum(isinstance(one, asprofile.Received) for one in peer.events) == 4
    assert sum(isinstance(one, asprofile.Finished) for one in told) == 3
    report = asprofile.migration_report("j")
    assert (report.peer, report.status) == (str(peer.address), last.status)


def test_stopped_in_its_scan_it_has_sent_nothing(folder: Path) -> None:
    control = asprofile.Control()
    control.finish()
    result = asprofile.migrate("j", "archive", NOBODY, control=control)
    assert (result.run, result.all_stored, result.status.is_scanned) == (None, False, False)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"sources": ()}, asprofile.ConfigurationError),
        ({"peer": "nowhere"}, asprofile.ConfigurationError),
        ({"profile": "missing.cfg:X"}, asprofile.AsprofileError),
        ({"where": "Modalty = 1"}, asprofile.WhereError),
        ({"limits": asprofile.RunLimits(order=["Modalty = 1"])}, asprofile.WhereError),
        ({"limits": asprofile.RunLimits(order="newest")}, asprofile.ConfigurationError),
        ({"limits": asprofile.RunLimits(in_doubt="drop")}, asprofile.ConfigurationError),  # type: ignore[arg-type]
        ({"limits": asprofile.RunLimits(hours=asprofile.Hours(60, 60))}, asprofile.ConfigurationError),
        ({"conversion": asprofile.ConversionOptions(invent=True)}, asprofile.ConfigurationError),
    ],
)
def test_what_makes_no_sense_makes_no_journal(folder: Path, given: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        asprofile.migrate(**{"journal": "j", "sources": "archive", "peer": NOBODY, **given})
    assert not (folder / "j").exists()


@pytest.mark.parametrize("call", [asprofile.migration_status, asprofile.migration_report], ids=["status", "report"])
def test_a_file_that_is_no_journal_is_left_alone(folder: Path, call: Any) -> None:
    (folder / "j").write_text("mine")
    for ask in (call, lambda one: asprofile.migrate(one, "archive", NOBODY)):
        with pytest.raises(asprofile.JournalError):
            ask("j")
    with pytest.raises(asprofile.JournalError):
        call("missing")
    assert ((folder / "j").read_text(), (folder / "missing").exists()) == ("mine", False)


def test_a_journal_whose_objects_come_from_a_peer_is_for_the_command(folder: Path) -> None:
    with Journal.begun("j") as journal:
        journal.put(origins=["peer:OLD@127.0.0.1:1"])
    with pytest.raises(asprofile.ConfigurationError, match=r"come from peer:OLD@127\.0\.0\.1:1"):
        asprofile.migrate("j", "archive", NOBODY)


@pytest.mark.parametrize("given", [{"by": "faith"}, {"retrieve": "mail"}, {"content": 1, "retrieve": "move"}])
def test_a_verification_that_makes_no_sense_asks_nobody(folder: Path, given: dict[str, Any]) -> None:
    Journal.begun("j").close()
    with pytest.raises(asprofile.ConfigurationError):
        asprofile.verify_migration("j", NOBODY, **given)
