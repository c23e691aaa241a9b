"""The beginning of ``scripts/fuzz receive``: mutated dialogues, for both receivers."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from fuzzing import abuse, receive

CASES = 400


def test_mutated_dialogues(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of memory the whole test run has had more by now."""
    monkeypatch.setattr(receive, "_memory", lambda: 0)
    status = receive.main(CASES, 1)
    said = capsys.readouterr().out
    assert status == 0, said
    assert all(f" {ending}" in said for ending in ("aborted", "broke", "lost", "released"))


def test_a_case_can_be_made_again() -> None:
    assert receive.dialogue(1, 17) == receive.dialogue(1, 17) != receive.dialogue(1, 18)


@pytest.mark.parametrize("hear", [receive.hear_receive, receive.hear_storescp])
def test_a_promise_that_is_not_kept_is_found(tmp_path: Path, hear: object) -> None:
    """A file that nobody told of, for instance."""
    (tmp_path / ".left").write_bytes(b"")
    with pytest.raises(receive.Broken):
        hear(receive.dialogue(1, 1), tmp_path, random.Random(1))  # type: ignore[operator]


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads and open files of a process in /proc")
def test_visitors(capsys: pytest.CaptureFixture[str]) -> None:
    """The beginning of ``scripts/fuzz abuse``, over TLS."""
    status = abuse.main(1, 1, ["tls"])
    said = capsys.readouterr().out
    assert status == 0, said
    assert "promises not kept" in said
