"""Which objects are sent first."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from factories import write_ct
from pydicom import dcmread

from asprofile.api.objects import judge_of
from asprofile.migrate.journal import Journal
from asprofile.migrate.ordering import NEWEST, OLDEST, put_in_order
from asprofile.migrate.scanning import take_in
from asprofile.migrate.states import MigrationState
from asprofile.objects.scan import scan

OBJECTS = {  # name: study date, study, modality
    "a": ("20200101", "1.2.1", "CT"),
    "b": ("20240229", "1.2.2", "MR"),
    "c": ("", "1.2.3", "CT"),
    "d": ("2021.05.06", "1.2.4", "CR"),
    "e": ("20240229", "1.2.5", "CT"),
    "f": ("20240229", "1.2.2", "CT"),
    "g": ("soon", "1.2.6", "MR"),
}


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_base"), "PAGE", 3)
    folder = tmp_path / "archive"
    folder.mkdir()
    for number, (name, (date, study, modality)) in enumerate(OBJECTS.items()):
        path = folder / name
        write_ct(path, f"1.2.3.{number + 1}", side=8)
        dataset = dcmread(path)
        dataset.StudyInstanceUID, dataset.Modality = study, modality
        dataset.add_new(0x00080020, "LO" if not date.isdigit() else "DA", date)
        dataset.save_as(path)
    made = Journal.begun(str(tmp_path / "j"))
    assert take_in(made, scan([folder]), lambda _: None, lambda: True)
    made.begin_run()
    return made


def order_by(journal: Journal, *wishes: str) -> str:
    judges = [None if wish in (NEWEST, OLDEST) else judge_of(wish) for wish in wishes]
    assert put_in_order(journal, wishes, judges, lambda: True)
    return "".join(Path(row.path).name for row in journal.due())


def test_orders(journal: Journal) -> None:
    with journal:
        assert order_by(journal) == "abcdefg"
        assert order_by(journal, NEWEST) == "bfedacg"
        assert order_by(journal, OLDEST) == "adbfecg"
        assert order_by(journal, 'Modality = "MR"') == "bgacdef"
        assert order_by(journal, 'Modality = "MR"', 'Modality = "CR"', OLDEST) == "bgdafec"
        assert order_by(journal) == "abcdefg", "back to the order in which they were found"


def test_what_is_new_gets_its_turn(journal: Journal, tmp_path: Path) -> None:
    with journal:
        assert order_by(journal, 'Modality = "CT"') == "acefbdg"
        write_ct(tmp_path / "archive" / "h", "1.2.3.99", side=8)
        (tmp_path / "archive" / "g").unlink()
        assert take_in(journal, scan([tmp_path / "archive"]), lambda _: None, lambda: True)
        assert order_by(journal, 'Modality = "CT"') == "acefhbdg"


def test_what_is_stored_has_had_its_turn(journal: Journal) -> None:
    with journal:
        assert order_by(journal, NEWEST) == "bfedacg"
        first = next(journal.due())
        journal.change([], [first])
        assert order_by(journal, NEWEST) == "fedacg"
        assert journal.count(MigrationState.SENDING) == 1
