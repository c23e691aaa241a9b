"""What is done after objects and studies: how often, in which bounds, and what is told."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from asprofile.receive import following, studies
from asprofile.receive.commands import CommandTemplate
from asprofile.receive.events import AssociationEnded, FilePlacing, Received
from asprofile.receive.following import OBJECT_NAMES, STUDY_NAMES, CommandFailure, Follower, FollowOptions
from asprofile.receive.studies import OpenStudies, StudyEnding, StudySummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMIT = 60
ENDED = AssociationEnded(1, "10.0.0.1:99", "ME", "YOU", "released", "", 1, 0, 1, 0.1)


def stored(
    file: str = "/in/S/1.dcm", study: str = "1.2", association: int = 1, placing: FilePlacing = "new"
) -> Received:
    return Received(file, "1.9", "1.2.3", "1.8", "-ME", "YOU", 10, "10.0.0.1:99", association, placing, study)


def over(found: Iterator[tuple[StudySummary, StudyEnding]]) -> list[tuple[str, str, int, str]]:
    return [(one.study, one.directory, one.objects, ending) for one, ending in found]


def test_a_study_is_over_with_its_association() -> None:
    known = OpenStudies(None)
    assert over(known.add(stored("/in/S/a/1.dcm"), 1.0)) == []
    assert over(known.add(stored("/in/S/b/2.dcm"), 2.0)) == []
    assert over(known.add(stored("/in/T/1.dcm", "1.3"), 2.0)) == []
    assert over(known.add(stored(association=2), 3.0)) == []
    assert over(known.add(stored(study=""), 3.0)) == []
    assert over(known.look(1e9)) == []
    assert over(known.association_ended(1)) == [("1.2", "/in/S", 2, "association"), ("1.3", "/in/T", 1, "association")]
    assert over(known.association_ended(1)) == []
    assert over(known.end()) == [("1.2", "/in/S", 1, "stopping")]


def test_a_study_is_over_when_it_is_quiet() -> None:
    known = OpenStudies(10.0)
    list(known.add(stored(association=1), 0.0))
    list(known.add(stored(study="1.3"), 5.0))
    list(known.add(stored(association=2), 9.0))
    assert over(known.association_ended(1)) == []
    assert over(known.look(14.9)) == []
    assert over(known.look(15.0)) == [("1.3", "/in/S", 1, "quiet")]
    assert over(known.look(19.0)) == [("1.2", "/in/S", 2, "quiet")]


def test_studies_are_kept_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MOST_STUDIES", 2)
    known = OpenStudies(10.0)
    assert [over(known.add(stored(study=f"1.{number}"), number)) for number in range(3)] == [
        [],
        [],
        [("1.0", "/in/S", 1, "many")],
    ]


class Followed:
    """A follower, and what it tells."""

    def __init__(self, options: FollowOptions) -> None:
        self.studies: list[tuple[str, str]] = []
        self.failures: list[CommandFailure] = []
        self.follower = Follower(
            options, lambda one, ending: self.studies.append((one.study, ending)), self.failures.append
        )
        self.follower.start()

    def end(self) -> None:
        self.follower.finish()
        assert self.follower.wait(LIMIT)
        self.follower.stop()


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Followed]]:
    monkeypatch.setattr(following, "_FIRST_PAUSE", 0.0)
    monkeypatch.setattr(following, "_LONGEST_PAUSE", 0.0)
    made: list[Followed] = []

    def begin(code: str = "", study: str = "", words: str = "", **more: int) -> Followed:
        each = CommandTemplate([sys.executable, "-c", code, *words.split()], OBJECT_NAMES) if code else None
        after = CommandTemplate([sys.executable, "-c", study, *words.split()], STUDY_NAMES) if study else None
        made.append(Followed(FollowOptions(each, after, **more)))
        return made[-1]

    yield begin
    for one in made:
        one.follower.stop()


APPEND = """import os, sys
log = os.open(sys.argv[1], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
os.write(log, (repr(sys.argv[2:]) + chr(10)).encode())
"""


def test_after_objects_and_studies(follow: Callable[..., Followed], tmp_path: Path) -> None:
    log = tmp_path / "log"
    this = follow(APPEND, words=f"{log} {{path}} {{calling}} x{{calling}} {{host}} {{placing}}", workers=1)
    this.follower.take(stored())
    this.follower.take(stored(placing="same"))
    this.follower.take(stored("/in/S/2.dcm", placing="beside"))
    this.end()
    assert log.read_text().splitlines() == [
        "['/in/S/1.dcm', '_ME', 'x-ME', '10.0.0.1', 'new']",
        "['/in/S/2.dcm', '_ME', 'x-ME', '10.0.0.1', 'beside']",
    ]
    assert this.failures == []


def test_after_a_study(follow: Callable[..., Followed], tmp_path: Path) -> None:
    log = tmp_path / "log"
    this = follow(study=APPEND, words=f"{log} {{study}} {{directory}} {{objects}} {{size}}")
    this.follower.take(stored())
    this.follower.take(stored("/in/S/2.dcm"))
    this.follower.take(ENDED)
    assert this.follower.wait(LIMIT)
    assert log.read_text() == "['1.2', '/in/S', '2', '20']\n"
    this.follower.take(stored(association=2))
    this.end()
    assert this.studies == [("1.2", "association"), ("1.2", "stopping")]


def test_what_fails_is_tried_again_and_told(follow: Callable[..., Followed], tmp_path: Path) -> None:
    log = tmp_path / "log"
    this = follow(APPEND + "sys.exit(3)", words=f"{log} {{path}}", retries=2)
    this.follower.take(stored())
    this.end()
    assert len(log.read_text().splitlines()) == 3
    [failure] = this.failures
    assert (failure.about, failure.reason, failure.tries) == ("/in/S/1.dcm", "exit status 3", 3)


def test_what_does_not_end_is_ended(follow: Callable[..., Followed]) -> None:
    this = follow("import time; time.sleep(600)", timeout=0.1, retries=0)
    this.follower.take(stored())
    this.end()
    assert [one.reason for one in this.failures] == ["did not end within 0.1 s"]


def test_the_queue_is_bounded(follow: Callable[..., Followed], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_WAITING", 2)
    this = follow("import time; time.sleep(600)", workers=1, retries=0)
    for _ in range(10):
        this.follower.take(stored())
    told = len(this.failures)
    assert told in (7, 8), "one may run by now"
    assert {one.reason for one in this.failures} == {"was not run, because 2 wait for their turn"}
    this.follower.finish()
    assert not this.follower.wait(0.01)
    this.follower.stop()
    assert len(this.failures) == 10, "each is told"


def test_a_second_signal_ends_what_runs(follow: Callable[..., Followed]) -> None:
    this = follow("import time; time.sleep(600)", workers=2)
    for _ in range(3):
        this.follower.take(stored())
    this.follower.finish()
    this.follower.stop()
    assert len(this.failures) == 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("asprofile-exec")]


def test_what_comes_after_the_end_is_told_with_the_right_reason(follow: Callable[..., Followed]) -> None:
    this = follow("pass")
    this.follower.stop()
    this.follower.take(stored())
    (failure,) = this.failures
    assert failure.reason == "was not run, because we stop"
