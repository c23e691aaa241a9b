"""``--skip-others``: hooks name files by their suffix, and other programs have ``.cfg`` files too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

OTHERS = {
    "setup.cfg": b"[metadata]\nname = x\n\n[options]\npackages = find:\n",
    "nginx.conf": b"server { listen 80; }\n",
    "empty.cfg": b"",
    "binary.cfg": bytes(range(256)) * 4,
    "logger.cfg": b"# [TransferSyntaxes] is a section of another file\nlog4cplus.rootLogger = INFO, console\n",
}
# Each is refused or loses something, and must be reported whatever its state.
BROKEN = {
    "no header right": b"x [[TransferSyntaxes]]\n[Uncompressed]\n",
    "byte-order mark": b"\xef\xbb\xbf[[TransferSyntaxes]]\n",
    "only profiles": b"[[Profiles]]\n[Default]\nPresentationContexts = Contexts\n",
    "blanks and case": b"[ [ presentationCONTEXTS ] ]\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_passed_over(run: Run, name: str) -> None:
    Path(name).write_bytes(OTHERS[name])
    for command in (["lint"], ["lint", "--quiet"], ["fmt"], ["fmt", "--check"]):
        result = run(*command, "--skip-others", name)
        assert (result.status, result.out) == (0, "")
        assert "no association profile" not in result.err
    assert Path(name).read_bytes() == OTHERS[name]


@pytest.mark.parametrize("name", OTHERS)
def test_without_the_option_a_named_file_is_checked(run: Run, name: str) -> None:
    Path(name).write_bytes(OTHERS[name])
    assert run("lint", name).status == 1


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_profile_is_not_passed_over(run: Run, text: bytes) -> None:
    Path("a.cfg").write_bytes(text)
    assert run("lint", "--skip-others", "a.cfg").status == 1


def test_profiles_among_others(run: Run, clean: str) -> None:
    Path("setup.cfg").write_bytes(OTHERS["setup.cfg"])
    Path("a.cfg").write_text(clean)
    result = run("lint", "--skip-others", "setup.cfg", "a.cfg")
    assert result.status == 0
    assert "1 file checked" in result.err


def test_a_missing_file_is_still_said(run: Run) -> None:
    result = run("lint", "--skip-others", "gone.cfg")
    assert result.status == 2
    assert "gone.cfg" in result.err
