"""``asprofile probe --baseline``: one line for people, JSON for programs, an exit status for monitoring."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile

from asprofile.receive.engine import Receiver

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

BEFORE = profile((VERIFICATION, (IMPLICIT,)), (CT, (JPEG_LOSSLESS, EXPLICIT)), (MR, (IMPLICIT,)))
AFTER = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)), (MR, (IMPLICIT,)))
ASKED = ("--sop", "CTImageStorage", "--sop", "MRImageStorage", "--ts", "uncompressed", "--ts", "jpeg-lossless")


@contextmanager
def peer(accepting: Any, folder: Path) -> Iterator[str]:
    folder.mkdir(exist_ok=True)
    with Receiver(accepting, folder) as receiver:
        yield f"PACS@127.0.0.1:{receiver.port}"


@pytest.fixture
def baseline(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "before.json"
    with peer(BEFORE, tmp_path / "inbox") as at:
        assert run("probe", at, *ASKED, "--rate", "0", "--json", "-o", str(path)).status == 0
    return path


def ask(run: Run, at: str, baseline: Path, *more: str) -> Result:
    return run("probe", at, "--baseline", str(baseline), "--rate", "0", "--quiet", *more)


def test_the_same(run: Run, baseline: Path, tmp_path: Path) -> None:
    with peer(BEFORE, tmp_path / "inbox") as at:
        result = ask(run, at, baseline)
    assert (result.status, result.err) == (0, "")
    assert result.out == f"{at}: as in {baseline}, 6 pairs compared\n"


def test_it_differs(run: Run, baseline: Path, tmp_path: Path, schema: Callable[[str], Any]) -> None:
    with peer(AFTER, tmp_path / "inbox") as at:
        result = ask(run, at, baseline)
        found = ask(run, at, baseline, "--json")
    assert result.status == found.status == 1
    assert result.out.splitlines() == [
        f"{at}: differs from {baseline}: 1 no longer accepted, 1 newly accepted, 6 compared",
        "  - CT Image Storage with JPEG Lossless (Process 14, Selection Value 1): transfer syntaxes not supported",
        "  + CT Image Storage with Implicit VR Little Endian",
    ]
    schema("drift")(found.json)
    assert found.json["status"] == "differs"
    assert [one["transfer_syntax"]["uid"] for one in found.json["newly_accepted"]] == [IMPLICIT]


def test_it_is_not_reached(run: Run, baseline: Path, schema: Callable[[str], Any]) -> None:
    result = ask(run, "PACS@127.0.0.1:1", baseline, "--retries", "0")
    assert result.status == 2
    assert result.out.startswith("PACS@127.0.0.1:1: not reached (")
    assert len(result.out.splitlines()) == 1
    found = ask(run, "PACS@127.0.0.1:1", baseline, "--retries", "0", "--json")
    schema("drift")(found.json)
    assert (found.status, found.json["status"]) == (2, "unknown")


def test_what_does_not_go_with_it(run: Run, baseline: Path, tmp_path: Path) -> None:
    assert run("probe", "127.0.0.1:1", "--baseline", str(baseline), "--all").status == 2
    assert run("probe", "127.0.0.1:1", "--baseline", str(baseline), "--html").status == 2
    (tmp_path / "other.json").write_text("{}")
    result = run("probe", "127.0.0.1:1", "--baseline", str(tmp_path / "other.json"))
    assert (result.status, "not what `asprofile probe --json`" in result.err) == (2, True)


def test_a_way_out_never_writes_over_what_is_no_baseline(run: Run, tmp_path: Path) -> None:
    """The file that was named may be somebody's profile, or another result."""
    for name, text in (("archive.cfg", "[[Profiles]]\n"), ("peer.json", "{"), ("of-a-profile.json", '{"version": 1}')):
        path = tmp_path / name
        path.write_text(text)
        refused = run("probe", "127.0.0.1:1", "--baseline", str(path))
        assert refused.status == 2
        command = shlex.split(refused.err.rpartition(": ")[2])
        assert path.name not in (Path(word).name for word in command)
        assert command[-2:] == ["-o", command[-1]]
        assert path.read_text() == text
