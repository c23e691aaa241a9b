"""Verification: the peer is asked, and neither what it says by mistake nor what it does not say counts as true."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, MR, write_ct
from programs import free_tcp_port
from pydicom.dataset import Dataset
from query_peer import QueryPeer

from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_rows import LedgerRow, StateChange
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

COUNT = 7
UIDS = [f"1.2.3.9.{number + 1}" for number in range(COUNT)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal, in which everything is stored."""
    (tmp_path / "archive").mkdir()
    for number, uid in enumerate(UIDS):
        write_ct(tmp_path / "archive" / f"{number}.dcm", uid, side=8)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stored(run: Run, folder: Path) -> Path:
    assert run("migrate", "scan", "j", "--from", "archive", "-q").status == 0
    with Journal("j") as journal:
        journal.begin_run()
        found = rows(journal)
        journal.change([], found)
        journal.change([StateChange(row, MigrationState.STORED, status=0) for row in found])
        journal.end_run()
    return folder / "j"


@pytest.fixture
def peer() -> Iterator[QueryPeer]:
    with QueryPeer(dict.fromkeys(UIDS, ("1.2.3.1", CT))) as running:
        yield running


def rows(journal: Journal) -> list[LedgerRow]:
    return list(journal.in_state(*MigrationState))


def states() -> dict[str, str]:
    with Journal("j", writes=False) as journal:
        return {row.uid: row.state.words for row in rows(journal)}


def evidence() -> list[str]:
    with Journal("j", writes=False) as journal:
        return [what for (what,) in journal.store.connection.execute("SELECT what FROM evidence ORDER BY rowid")]


def verify(run: Run, peer: QueryPeer, *options: str) -> Result:
    return run("migrate", "verify", "j", "--to", f"QUERY@127.0.0.1:{peer.port}", *options)


# --- C-FIND


def test_what_the_peer_has_is_verified(run: Run, stored: Path, peer: QueryPeer) -> None:
    assert verify(run, peer).status == 0
    assert set(states().values()) == {"verified"}
    assert peer.questions == [COUNT], "one question, with a list"
    assert evidence() == ["stored", "the peer was asked with C-FIND, and has it"] * COUNT
    assert verify(run, peer).status == 0
    assert peer.questions == [COUNT], "what is verified is not asked for again"
    del peer.has[UIDS[2]]
    assert verify(run, peer, "--again").status == 1
    assert states()[UIDS[2]] == "missing at the peer"


@pytest.mark.parametrize("gone", [UIDS[:1], UIDS[3:5], UIDS])
def test_what_it_does_not_have_is_missing(run: Run, stored: Path, peer: QueryPeer, gone: list[str]) -> None:
    for uid in gone:
        del peer.has[uid]
    assert verify(run, peer).status == 1
    assert states() == {uid: "missing at the peer" if uid in gone else "verified" for uid in UIDS}
    report = run("migrate", "report", "j").out
    assert all(str(stored.parent / "archive" / f"{UIDS.index(uid)}.dcm") in report for uid in gone)
    peer.has |= dict.fromkeys(gone, ("1.2.3.1", CT))
    assert verify(run, peer).status == 0
    assert set(states().values()) == {"verified"}, "it had only been late"


@pytest.mark.parametrize("at_limit", [0xA700, 0xFE00, 0xC001, 0x0000])
@pytest.mark.parametrize("limit", [1, 3])
def test_a_limit_of_answers_is_no_absence(run: Run, stored: Path, peer: QueryPeer, limit: int, at_limit: int) -> None:
    peer.limit, peer.at_limit = limit, at_limit
    assert verify(run, peer).status == 0
    assert set(states().values()) == {"verified"}


def test_nor_is_a_list_that_it_does_not_take(run: Run, stored: Path, peer: QueryPeer) -> None:
    peer.lists = False
    assert verify(run, peer).status == 0
    assert peer.questions == [COUNT] + [1] * COUNT


def test_another_class_under_its_uid_is_not_the_object(run: Run, stored: Path, peer: QueryPeer) -> None:
    peer.has[UIDS[1]] = ("1.2.3.1", MR)
    peer.has[UIDS[2]] = ("1.2.3.999", CT)  # in another study
    peer.has[UIDS[3]] = ("1.2.3.1", "")  # it does not say
    assert verify(run, peer).status == 1
    missing = {uid for uid, state in states().items() if state == "missing at the peer"}
    assert missing == set(UIDS[1:3])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of pynetdicom's own socket
def test_a_peer_that_refuses_to_say_changes_nothing(run: Run, stored: Path, peer: QueryPeer) -> None:
    peer.refuses = 0xA900
    result = verify(run, peer)
    assert (result.status, "of 7 objects it is not known" in result.err, "A900H" in result.err) == (2, True, True)
    result = run("migrate", "verify", "j", "--to", "127.0.0.1:1")
    assert (result.status, "cannot be asked" in result.err) == (2, True)
    assert set(states().values()) == {"stored"}


def test_the_study_that_was_set_is_asked_for(run: Run, stored: Path, peer: QueryPeer) -> None:
    peer.has = dict.fromkeys(UIDS, ("1.2.3.55", CT))
    assert verify(run, peer, "--set", "StudyInstanceUID=1.2.3.55").status == 0


def test_what_is_missing_can_be_sent_again(run: Run, stored: Path, peer: QueryPeer) -> None:
    del peer.has[UIDS[0]]
    assert verify(run, peer).status == 1
    assert run("migrate", "retry", "j").status == 0
    assert states() == {uid: "found" if uid == UIDS[0] else "verified" for uid in UIDS}


# --- storage commitment


@pytest.mark.parametrize("way", ["same", "other", "late"])
def test_a_commitment_is_reported(run: Run, stored: Path, peer: QueryPeer, way: str) -> None:
    peer.report, peer.back = way, free_tcp_port()
    listen = ("--listen", str(peer.back)) if way != "same" else ()
    del peer.has[UIDS[0]]
    peer.reasons = {UIDS[1]: 0x0119, UIDS[2]: 0x0110}
    result = verify(run, peer, "--by", "commitment", *listen, "--commit-timeout", "3" if way == "late" else "60")
    assert result.status == 1
    expected = dict.fromkeys(UIDS[:2], "missing at the peer") | {UIDS[2]: "stored"}
    assert states() == dict.fromkeys(UIDS, "verified") | expected
    assert "says 0110H of it" in result.err
    assert len(set(peer.transactions)) == len(peer.transactions), "each asking has its own"
    assert (len(peer.transactions) > 1) is (way == "late")


@pytest.mark.parametrize(
    ("way", "words"), [("never", "no report of commitment came within"), ("refused", "answered 0211H")]
)
def test_no_report_says_nothing(run: Run, stored: Path, peer: QueryPeer, way: str, words: str) -> None:
    peer.report = way
    result = verify(run, peer, "--by", "commitment", "--commit-timeout", "0.2")
    assert (result.status, words in result.err) == (2, True), result.err
    assert set(states().values()) == {"stored"}
    assert len(peer.transactions) == (3 if way == "never" else 0)


def test_a_report_that_comes_after_a_restart_counts(run: Run, stored: Path, peer: QueryPeer) -> None:
    """The transaction is in the journal before it is asked for."""
    with Journal("j") as journal:
        journal.begin_commitment("1.2.3.77", rows(journal))
    peer.back = free_tcp_port()
    asked = Dataset()
    asked.TransactionUID = "1.2.3.77"
    asked.ReferencedSOPSequence = [Dataset() for _ in UIDS]
    for item, uid in zip(asked.ReferencedSOPSequence, UIDS, strict=True):
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT, uid
    bringing = threading.Thread(target=peer.bring_when_heard, args=(asked,))
    bringing.start()
    assert verify(run, peer, "--by", "commitment", "--listen", str(peer.back)).status == 0
    bringing.join()
    assert set(states().values()) == {"verified"}
    assert peer.transactions == [], "nothing was asked for again"


def test_a_report_of_a_transaction_that_nobody_asked_for_is_refused(run: Run, stored: Path, peer: QueryPeer) -> None:
    peer.named = "1.2.3.4.5.6"
    assert verify(run, peer, "--by", "commitment", "--commit-timeout", "0.2").status == 2
    assert set(states().values()) == {"stored"}
