"""The real storescu beside the drop-in, with files that are assembled and not generated from our own grammar: the same
A-ASSOCIATE-RQ, of the size that ``show`` says, or the same last line and exit status.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from assembled import Assembled
from storescu_peer import Peer, without_implementation
from storescu_real import knows, ours, real, release

from asprofile.objects.demo import make_demo_objects
from asprofile.storescu.settings import PROPOSALS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from storescu_real import Said

    Run = Callable[..., Result]

pytestmark = pytest.mark.peer

FILES = 40
"""Five hundred ran without a difference when this was written; these take some seconds."""
COMMAND_LINES = 16


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    made = make_demo_objects(tmp_path_factory.mktemp("objects"))
    return [str(path) for path in made if path.stem != "siemens-csa"]


def heard(peer: Peer, arguments: list[str], run: Said) -> bytes:
    """The request of a run; empty where it did not come so far."""
    assert str(peer.port) in arguments
    return peer.next().request if "Association Rejected" in run.err else b""


def last_line(run: Said) -> str:
    return run.err.splitlines()[-1]


def compare(peer: Peer, arguments: list[str], real_run: Said) -> bytes:
    """Ours is run; the request of the real one."""
    theirs = heard(peer, arguments, real_run)
    own = ours(*arguments)
    mine = heard(peer, arguments, own)
    assert last_line(own) == last_line(real_run), (own.err, real_run.err)
    assert own.status == real_run.status
    assert bool(mine) == bool(theirs)
    if theirs:
        assert without_implementation(mine) == without_implementation(theirs)
    return theirs


def shown_size(run: Run, path: Path, profile: str) -> int:
    options = ("--isolated", "--format", "json", "--role", "requestor", "--release", release())
    done = run("show", *options, str(path), profile)
    assert done.status == 0, done.err
    (shown,) = json.loads(done.out)["profiles"]
    size: int = shown["request_bytes"]
    return size


def check_file(run: Run, directory: Path, number: int, ct: str) -> str:
    """What became of it."""
    made = Assembled(number, acceptor=False)
    path = directory / f"{number}.cfg"
    path.write_bytes(made.text)
    with Peer("reject") as peer:
        arguments = ["-xf", str(path), made.profile, "127.0.0.1", str(peer.port), ct]
        theirs = compare(peer, arguments, real(*arguments))
    if not theirs:
        return "refused"
    assert shown_size(run, path, made.profile) == len(theirs)
    return "proposed"


def check_command_line(number: int, objects: list[str]) -> None:
    dice = random.Random(number)
    options = [
        *dice.sample(list(PROPOSALS), dice.choice((0, 1, 1, 2))),
        *(("-R",) if dice.random() < 0.4 else ()),
        *(("+C",) if dice.random() < 0.4 else ()),
        *(("-aet", "".join(dice.choices("ABC xyz_1", k=dice.randint(1, 20)))) if dice.random() < 0.4 else ()),
        *(("-aec", dice.choice(("X", " X", "SIXTEEN_LETTERS_", "seventeen letters"))) if dice.random() < 0.4 else ()),
        *(("-pdu", str(dice.randint(4096, 131072))) if dice.random() < 0.4 else ()),
        *(("-usr", "".join(dice.choices("ab cé", k=dice.randint(1, 9)))) if dice.random() < 0.4 else ()),
    ]
    options = [word for word in options if word not in PROPOSALS or knows(word)]
    with Peer("reject") as peer:
        arguments = [*options, "127.0.0.1", str(peer.port), *dice.sample(objects, dice.randint(1, len(objects)))]
        compare(peer, arguments, real(*arguments))


@pytest.mark.parametrize("part", range(4))
def test_files(run: Run, tmp_path: Path, objects: list[str], part: int) -> None:
    found = [check_file(run, tmp_path, number, objects[0]) for number in range(part, FILES, 4)]
    assert {"refused", "proposed"} == set(found)


def test_command_lines(objects: list[str]) -> None:
    for number in range(COMMAND_LINES):
        check_command_line(number, objects)
