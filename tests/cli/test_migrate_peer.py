"""A peer as a source: what it lists is what is to come, what arrives is what counts, and what does not is told."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from archive_peer import ArchivedObject, ArchivePeer
from factories import CT, EXPLICIT, JPEG_LOSSLESS, MR, write_ct
from killed_migration import Migrating
from programs import free_tcp_port

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.spool import Spool
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

STUDIES = 4
OBJECTS = 3
"""In each study: two syntaxes, and two SOP classes by turns."""
UIDS = [f"1.2.3.{study}.7.{number}" for study in range(1, STUDIES + 1) for number in range(OBJECTS)]


UNCLOSED = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""pynetdicom leaves the socket of a connection that is refused to Python."""


def archived(folder: Path, uid: str) -> ArchivedObject:
    study, _, number = uid.removeprefix("1.2.3.").split(".")
    syntax = JPEG_LOSSLESS if int(number) % 2 else EXPLICIT
    path = write_ct(folder / uid, uid, side=8, transfer_syntax=syntax, sop_class=MR if int(study) % 2 else CT)
    found = ArchivedObject.of(path)
    found.study, found.series = f"1.2.3.{study}", f"1.2.3.{study}.7"
    found.date, found.time, found.patient = f"2024010{study}", f"1{study}0000", f"{study}P"
    return found


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[ArchivedObject]:
    folder = tmp_path_factory.mktemp("objects")
    return [archived(folder, uid) for uid in UIDS]


@pytest.fixture
def peer(objects: list[ArchivedObject]) -> ArchivePeer:
    return ArchivePeer([*objects])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, seconds in (("QUIET", 0.3), ("_QUIET_AFTER_FAILURE", 0.02), ("_PATIENCE", 0.1), ("_LOOK", 0.005)):
        monkeypatch.setattr(import_module("asprofile.migrate.fetching"), name, seconds)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[asprofile.Receiving]:
    with asprofile.receive(None, tmp_path / "inbox") as receiving:
        yield receiving


def source(peer: ArchivePeer) -> tuple[str, str]:
    return "--from", f"ARCHIVE@127.0.0.1:{peer.port}"


def states(path: str = "j") -> dict[str, str]:
    with Journal(path, writes=False) as journal:
        return {row.uid: row.state.words for row in journal.in_state(*MigrationState)}


def counts(path: str = "j") -> dict[str, int]:
    return dict(Counter(states(path).values()))


def data_sets(inbox: Path) -> dict[bytes, int]:
    return Counter(path.read_bytes()[-200:] for path in inbox.iterdir())


def left_in_spool(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("j-spool-*"))


# --- listing


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"limit": 3},
        {"limit": 3, "at_limit": 0xFE00},
        {"limit": 3, "ignores": ("PatientID",)},
        {"strict": True},
        {"silent": ("SOPClassUID", "NumberOfStudyRelatedInstances")},
    ],
    ids=str,
)
def test_every_study_is_listed(run: Run, peer: ArchivePeer, how: dict[str, Any]) -> None:
    for name, value in how.items():
        setattr(peer, name, value)
    with peer:
        done = run("migrate", "scan", "j", *source(peer))
    is_cut = "ignores" in how
    assert done.status == int(is_cut)
    assert states() == dict.fromkeys(UIDS, "at the source")
    assert ("studies without a date" in run("migrate", "report", "j").out) is is_cut


def test_studies_without_a_date_are_found_by_the_patient(run: Run, peer: ArchivePeer, tmp_path: Path) -> None:
    peer.limit = 3
    one = archived(tmp_path, "1.2.3.9.7.0")
    one.date = one.time = ""
    peer.objects.append(one)
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
    assert set(states()) == {*UIDS, one.uid}


def test_what_cannot_be_listed_is_told(run: Run, peer: ArchivePeer, tmp_path: Path) -> None:
    peer.limit = 1
    more = archived(tmp_path, "1.2.3.1.7.9")
    more.study, more.series, more.date = "1.2.3.1.9", "1.2.3.1.9.7", "20230101"
    peer.objects = [peer.objects[0], more]
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 1
    assert "with Patient IDs 1P: cannot be read: not all of them are known: it answered A700H" in (
        run("migrate", "report", "j").out
    )


def test_an_answer_of_a_round_number_is_looked_at_in_parts(
    run: Run, objects: list[ArchivedObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.listing"), "_FEWEST_CUT", 10)
    monkeypatch.setattr(import_module("asprofile.migrate.listing"), "_ROUND", (10,))
    many = []
    for number in range(12):
        day = f"202401{number % 28 + 1:02}"
        study = f"1.2.4.{number}"
        patient = f"{number:X}"
        many.append(
            replace(objects[0], study=study, series=f"{study}.1", uid=f"{study}.1.1", date=day, patient=patient)
        )
    with ArchivePeer(many, limit=10, at_limit=0) as peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
    assert len(states()) == 12


def test_a_scan_goes_on_where_it_was_killed(run: Run, peer: ArchivePeer) -> None:
    peer.limit = 3
    with peer:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_module("asprofile.migrate.listing").Lister, "_list_objects", lambda *_: False)
            assert run("migrate", "scan", "j", *source(peer)).status == 0
            assert states() == {}
        asked = len(peer.questions)
        assert run("migrate", "scan", "j").status == 0
        assert [level for level, _ in peer.questions[asked:]] == ["IMAGE"] * STUDIES
    assert set(states()) == set(UIDS)


def test_a_later_scan_finds_what_is_new(run: Run, peer: ArchivePeer, tmp_path: Path) -> None:
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
        peer.objects.append(archived(tmp_path, "1.2.3.2.7.5"))
        asked = len(peer.questions)
        assert run("migrate", "scan", "j").status == 0
        assert [level for level, _ in peer.questions[asked:]] == ["STUDY", "IMAGE"], "the study that has grown"
    assert states() == dict.fromkeys([*UIDS, "1.2.3.2.7.5"], "at the source")


# --- taking


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"one_context": True},
        {"one_context": True, "silent": ("SOPClassUID",)},
        {"ends_first": True},
        {"counts": False},
        {"breaks_at": 4},
        {"pause": 0.02},
    ],
    ids=str,
)
def test_all_of_it_arrives_as_it_was(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, how: dict[str, Any], tmp_path: Path
) -> None:
    for name, value in how.items():
        setattr(peer, name, value)
    with peer:
        assert run("migrate", "j", *source(peer), "--to", str(inbox.address)).status == 0
    assert states() == dict.fromkeys(UIDS, "stored")
    sent = {path.name: path.read_bytes() for path in inbox.into.iterdir()}
    assert len(sent) == len(UIDS)
    for one in peer.objects:
        assert sum(content.endswith(one.data) and one.syntax.encode() in content for content in sent.values()) == 1
    assert not left_in_spool(tmp_path)


@pytest.mark.parametrize("one_context", [False, True])
def test_by_c_move_to_our_own_receiver(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, tmp_path: Path, one_context: bool
) -> None:
    """With one context for all transfer syntaxes of a SOP class, the first retrieval brings what is compressed."""
    peer.back, peer.one_context = free_tcp_port(), one_context
    with peer:
        moving = ("--move-to", f"US@127.0.0.1:{peer.back}")
        assert run("migrate", "j", *source(peer), "--to", str(inbox.address), *moving).status == 0
    assert states() == dict.fromkeys(UIDS, "stored")
    contents = [path.read_bytes() for path in inbox.into.iterdir()]
    assert all(sum(content.endswith(one.data) for content in contents) == 1 for one in peer.objects)
    assert not left_in_spool(tmp_path)


@pytest.mark.parametrize("counts_truly", [True, False])
def test_what_does_not_arrive_is_missing_at_the_source(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, counts_truly: bool
) -> None:
    peer.refuses, peer.drops, peer.counts = {UIDS[1]}, {UIDS[4]}, counts_truly
    with peer:
        assert run("migrate", "j", *source(peer), "--to", str(inbox.address)).status == 1
        lost = {UIDS[1], UIDS[4]}
        assert states() == {uid: "missing at the source" if uid in lost else "stored" for uid in UIDS}
        report = run("migrate", "report", "j").out
        assert report.count("it lists it, and did not hand it out in") >= 2
        peer.refuses, peer.drops = set(), set()
        assert run("migrate", "retry", "j").status == 0
        assert run("migrate", "j").status == 0
    assert states() == dict.fromkeys(UIDS, "stored")


def test_new_uids_at_each_retrieval_are_told_and_not_sent(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving
) -> None:
    peer.renames = True
    with peer:
        assert run("migrate", "j", *source(peer), "--to", str(inbox.address)).status == 1
    assert states() == dict.fromkeys(UIDS, "missing at the source")
    assert "what came instead has UIDs that it does not list" in run("migrate", "report", "j").out
    assert not list(inbox.into.iterdir())


def test_an_object_that_is_gone_when_it_is_asked_for(run: Run, peer: ArchivePeer, inbox: asprofile.Receiving) -> None:
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
        del peer.objects[0]
        assert run("migrate", "j", "--to", str(inbox.address)).status == 1
    assert states() == {uid: "missing at the source" if uid == UIDS[0] else "stored" for uid in UIDS}
    assert "it does not list it any more" in run("migrate", "report", "j").out


def test_another_data_set_with_its_uid_is_a_conflict(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    write_ct(tmp_path / "files" / "same", UIDS[0], side=16)
    with peer:
        assert run("migrate", "j", "--from", "files", *source(peer), "--to", str(inbox.address)).status == 1
    with Journal("j", writes=False) as journal:
        found = [row.state.words for row in journal.in_state(*MigrationState) if row.uid == UIDS[0]]
    assert sorted(found) == ["conflict", "stored"]


def test_held_objects_stay_where_they_are(run: Run, peer: ArchivePeer, inbox: asprofile.Receiving) -> None:
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
        check = run("migrate", "check", "j", "--to", str(inbox.address))
        assert f"{len(UIDS)}  at the source: what these are is seen when they come; not checked" in check.out
        assert run("migrate", "hold", "j").status == 0
        assert run("migrate", "run", "j", "--to", str(inbox.address)).status == 1
        assert not peer.retrievals
        assert run("migrate", "release", "j").status == 0
        assert run("migrate", "run", "j").status == 0
    assert states() == dict.fromkeys(UIDS, "stored")


def test_the_newest_study_first(run: Run, peer: ArchivePeer, inbox: asprofile.Receiving) -> None:
    with peer:
        to = ("--to", str(inbox.address), "--order", "newest")
        assert run("migrate", "j", *source(peer), *to).status == 0
    assert peer.studies == ["1.2.3.4", "1.2.3.3", "1.2.3.2", "1.2.3.1"]


@UNCLOSED
def test_a_name_with_a_slip_is_not_kept(run: Run, peer: ArchivePeer, tmp_path: Path) -> None:
    """One that never answered is no source; one that did is, wherever it is now."""
    slip = f"OLD@127.0.0.1:{free_tcp_port()}"
    assert run("migrate", "scan", "j", "--from", slip, "--wait", "0s").status == 2
    (tmp_path / "files").mkdir()
    write_ct(tmp_path / "files" / "a.dcm", "1.2.3.8")
    assert run("migrate", "scan", "j", "--from", "files").status == 0
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
    assert run("migrate", "scan", "j", "--wait", "0s", "--connect-timeout", "1").status == 2
    with Journal("j", writes=False) as journal:
        assert journal.get("origins") == [f"peer:{source(peer)[1]}"]


@UNCLOSED
def test_a_source_that_is_away_is_told(run: Run, peer: ArchivePeer, inbox: asprofile.Receiving) -> None:
    with peer:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
    done = run("migrate", "j", "--to", str(inbox.address), "--wait", "0s", "--connect-timeout", "1")
    assert done.status == 1
    assert "not everything was taken from the source" in done.err
    assert states() == dict.fromkeys(UIDS, "at the source")
    done = run("migrate", "scan", "other", *source(peer), "--wait", "0s", "--connect-timeout", "1")
    assert done.status == 2
    assert "cannot be asked" in done.err


# --- the spool


def test_a_small_spool_is_enough(run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    with peer:
        options = ("--spool", "spool", "--spool-size", "1500")
        assert run("migrate", "j", *source(peer), "--to", str(inbox.address), *options).status == 0
    assert states() == dict.fromkeys(UIDS, "stored")
    assert not list((tmp_path / "spool").iterdir())


def test_a_full_disk_is_waited_for_or_told(
    run: Run, peer: ArchivePeer, inbox: asprofile.Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = Spool.write, []

    def full_at_times(self: Spool, number: int, *parts: bytes) -> Path:
        calls.append(number)
        if len(calls) in (3, 4, 9) or is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, number, *parts)

    is_full = False
    monkeypatch.setattr(Spool, "write", full_at_times)
    with peer:
        done = run("migrate", "j", *source(peer), "--to", str(inbox.address))
        while done.status:
            assert "No space left" in done.err
            done = run("migrate", "j")
    assert states() == dict.fromkeys(UIDS, "stored")


def test_files_of_others_in_the_spool_are_left_alone(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path), 100)
    for name in ("1.dcm", "2.dcm", "3.part", "notes.txt", "x.dcm"):
        (tmp_path / name).write_text("x")
    spool.open({2})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.dcm", "notes.txt", "x.dcm"]
    assert spool.used == 1
    spool.close()
    assert (tmp_path / "notes.txt").exists()


def test_the_spool_is_bounded(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path), 10)
    spool.open(set())
    assert spool.reserve(20, lambda: True), "what is larger than all of it goes alone"
    assert not spool.reserve(1, lambda: False)
    spool.give_back(1, 20)
    assert spool.reserve(6, lambda: True)
    spool.write(1, b"abc", b"def")
    spool.fill(1, 6)
    assert not spool.reserve(5, lambda: False)
    assert spool.reserve(4, lambda: True)
    spool.give_back(2, 4)
    spool.remove(1)
    assert spool.used == 0
    assert not list(tmp_path.iterdir())


# --- verified, and killed


def test_it_is_verified_by_what_it_said_when_it_came(run: Run, peer: ArchivePeer) -> None:
    target = ArchivePeer([*peer.objects])
    with peer, target:
        assert run("migrate", "scan", "j", *source(peer)).status == 0
        with asprofile.receive(None, Path("inbox")) as receiving:
            assert run("migrate", "run", "j", "--to", str(receiving.address)).status == 0
        to = ("--to", f"TARGET@127.0.0.1:{target.port}")
        assert run("migrate", "verify", "j", "--bytes", "all", *to).status == 0
        assert states() == dict.fromkeys(UIDS, "verified")
        target.objects[0].data = target.objects[0].data.replace(b"Test^Object", b"Test^Abject")
        done = run("migrate", "verify", "j", "--bytes", "all", "--again", *to)
        target.objects[0].data = target.objects[0].data.replace(b"Test^Abject", b"Test^Object")
    assert done.status == 1
    assert states()[UIDS[0]] == "missing at the peer"
    assert "differs from what came from its source" in run("migrate", "report", "j").out


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_at_any_time_nothing_is_lost_and_nothing_sent_twice(
    peer: ArchivePeer, tmp_path: Path, objects: list[ArchivedObject]
) -> None:
    came: Counter[str] = Counter()
    victim, left = [0], [0]

    def event(one: object) -> None:
        if isinstance(one, asprofile.Received):
            came[one.sop_instance] += 1
            left[0] -= 1
            if left[0] == 0 and victim[0]:
                os.kill(victim[0], signal.SIGKILL)

    answered: set[str] = set()
    with peer, asprofile.receive(None, tmp_path / "inbox", on_event=event, keep_events=False) as receiving:
        run = ["migrate", "j", *source(peer), "--to", str(receiving.address), "--in-doubt", "send"]
        with Migrating() as migrating:

            def start(child: int, after: int) -> None:
                victim[0], left[0] = child, after

            for after in (1, 3, 2):
                assert migrating.run(run, lambda child, after=after: start(child, after)) == -signal.SIGKILL
                stored = {uid for uid, state in states().items() if state == "stored"}
                assert stored <= set(came)
                answered |= stored
                before = dict(came)
            victim[0] = 0
            assert migrating.run(run) == 0
    assert states() == dict.fromkeys(UIDS, "stored")
    assert all(came[uid] == before[uid] for uid in answered), "nothing came again after its answer was recorded"
    assert not left_in_spool(tmp_path)
