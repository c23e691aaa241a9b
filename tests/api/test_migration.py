"""A migration as a program asks for it: it goes on, what it refuses before anything is made, what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from archive_peer import ArchivedObject, ArchivePeer
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


def test_a_peer_of_the_settings_is_a_source_that_has_to_be_given_again(folder: Path) -> None:
    with Journal.begun("j") as journal:
        journal.put(origins=["peer:old"])
    with pytest.raises(asprofile.ConfigurationError, match=r"come from peer:old, which is no address"):
        asprofile.migrate("j", "archive", NOBODY)


# pynetdicom leaves the socket of a connection that is refused to Python.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning")
def test_a_source_that_does_not_answer_is_none_from_then_on(folder: Path) -> None:
    with pytest.raises(asprofile.AssociationError, match="cannot be asked"):
        asprofile.migrate("j", (), NOBODY, origins="OLD@127.0.0.1:1", options=asprofile.SendOptions(wait=0))
    with Journal("j", writes=False) as journal:
        assert journal.get("origins", []) == []


def test_objects_of_a_peer_are_moved(folder: Path, peer: asprofile.Receiving) -> None:
    objects = [ArchivedObject.of(path) for path in sorted((folder / "archive").iterdir())]
    listed: list[tuple[str, int, str]] = []
    with ArchivePeer(objects) as old:
        name = f"ARCHIVE@127.0.0.1:{old.port}"
        first = asprofile.migrate("j", (), peer.address, origins=name, on_listed=lambda *told: listed.append(told))
    assert (first.all_stored, first.status.objects) == (True, 3)
    assert {peer for peer, _, _ in listed} == {f"peer:{name}"}
    # Nothing is to be asked any more.
    assert asprofile.migrate("j", (), peer.address).all_stored


def test_files_from_anywhere_are_taken_one_by_one(folder: Path, peer: asprofile.Receiving) -> None:
    taken: list[str] = []

    def names() -> Iterator[Path]:
        for path in sorted((folder / "archive").iterdir())[:2]:
            taken.append(path.name)
            yield path

    assert asprofile.migrate("j", (), peer.address, files_from=names()).status.objects == 2
    assert len(taken) == 2
    with pytest.raises(TypeError):
        asprofile.migrate("j", (), peer.address, files_from="archive")


def test_objects_are_held_released_and_tried_again(folder: Path, peer: asprofile.Receiving) -> None:
    without = asprofile.SendOptions(wait=0)
    asprofile.migrate("j", "archive", NOBODY, options=without)
    check = asprofile.check_migration("j", peer.address, expected_rate=1.5)
    assert (check.objects, check.all_well, check.seconds) == (3, True, 2.0)
    assert (asprofile.hold_objects("j", 'Modality = "MR"'), asprofile.hold_objects("j")) == (0, 3)
    assert asprofile.migrate("j", (), peer.address).status.states.keys() == {asprofile.MigrationState.HELD}
    assert asprofile.release_objects("j") == 3
    assert asprofile.migrate("j", (), peer.address).all_stored
    assert asprofile.retry_objects("j") == 0


def test_a_directory_that_grows_is_watched(folder: Path, peer: asprofile.Receiving) -> None:
    control = asprofile.Control()
    told: list[asprofile.Finished] = []

    def event(one: object) -> None:
        if isinstance(one, asprofile.Finished):
            told.append(one)
            if len(told) == 3:
                write_ct(folder / "archive" / "9.dcm", "1.2.3.9", side=8)
            if len(told) == 4:
                control.finish()

    status = asprofile.watch_migration(
        "j", "archive", peer.address, quiet_for=0, rescan=0.1, on_event=event, control=control
    )
    assert status.states[asprofile.MigrationState.STORED][0] == 4


@pytest.mark.parametrize("given", [{"by": "faith"}, {"retrieve": "mail"}, {"content": 1, "retrieve": "move"}])
def test_a_verification_that_makes_no_sense_asks_nobody(folder: Path, given: dict[str, Any]) -> None:
    Journal.begun("j").close()
    with pytest.raises(asprofile.ConfigurationError):
        asprofile.verify_migration("j", NOBODY, **given)
