"""``asprofile send --html``: the page adds up, says why, and stays small."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, MR, write_ct

import asprofile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browser import Browser
    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[asprofile.Receiving]:
    """A receiver for CT alone; beside it three CT images, two MR images, and two files that are no object."""
    monkeypatch.chdir(tmp_path)
    Path("ct.cfg").write_text(
        f"[[TransferSyntaxes]]\n[T]\nTransferSyntax1 = {EXPLICIT}\n"
        f"[[PresentationContexts]]\n[C]\nPresentationContext1 = {CT}\\T\n[[Profiles]]\n[CT]\nPresentationContexts = C\n"
    )
    Path("study").mkdir()
    for number in range(5):
        write_ct(Path(f"study/{number} <b>&.dcm"), f"1.2.3.{number}", sop_class=MR if number > 2 else CT)
    Path("study/notes.txt").write_text("no object")
    with asprofile.receive("ct.cfg:CT", "inbox") as receiving:
        yield receiving


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_page(run: Run, archive: asprofile.Receiving) -> None:
    result = run("send", str(archive.address), "study", "--html")
    assert result.status == 1
    assert "5 objects to" in result.err, "the sum is told as without a page"
    text = text_of(result.out)
    assert "3 of 5 objects at the peer" in text
    assert re.search(r"By modality Modality stored refused before sending objects CT 3 3 MR 2 2 objects 3 2 5", text)
    assert re.search(r"Explicit VR Little Endian 3 2 5 objects 3 2 5", text)
    assert "Skipped 1 file" in text
    assert "2 objects not at the peer" in text
    assert "3 <b>&.dcm 1.2.3.3 refused before sending" in text
    assert "0 <b>&.dcm" not in text
    reasons = re.search(r"What was said of objects Objects State Reason (.*?) 2 objects not", text)
    assert reasons is not None
    assert reasons[1].startswith("2 refused before sending the peer rejected MR Image Storage with Explicit VR")
    assert "script" not in result.out


def test_all_stored_and_nothing_to_send(run: Run, archive: asprofile.Receiving, tmp_path: Path) -> None:
    result = run("send", str(archive.address), "study", "--pattern", "[0-2]*", "--html", "-o", "sent.html")
    assert result.status == 0
    text = text_of(Path("sent.html").read_text("utf-8"))
    assert "3 of 3 objects at the peer" in text
    assert "not at the peer" not in text
    assert "What was said of objects" not in text
    (tmp_path / "empty").mkdir()
    assert "there was nothing to send" in text_of(run("send", str(archive.address), "empty", "--html").out)


def test_without_an_association(run: Run, archive: asprofile.Receiving, free_port: int) -> None:
    result = run("send", f"127.0.0.1:{free_port}", "study", "--retries", "0", "--html")
    assert result.status == 2
    text = text_of(result.out)
    assert "0 of 5 objects at the peer" in text
    assert "It did not end well: connection refused" in text
    assert "To send what is left: " in text


def test_what_is_kept_does_not_grow(run: Run, archive: asprofile.Receiving, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_MISSING", "_REASONS", "_ROWS"):
        monkeypatch.setattr(f"asprofile.report.send.page.{name}", 1)
    for number in range(3):
        Path(f"bad{number}.dcm").write_bytes(Path("study/0 <b>&.dcm").read_bytes()[: 160 + number])
    bad = [f"bad{number}.dcm" for number in range(3)]
    text = text_of(run("send", str(archive.address), "study", *bad, "--html").out)
    assert "3 of 8 objects at the peer" in text
    assert "5 objects not at the peer The first 1 of them; all objects are told with --report FILE" in text
    assert "other reasons" in text
    assert re.search(r"others [\d ]*5 5 ", text)


@pytest.mark.browser
def test_nothing_keeps_anybody_out(run: Run, archive: asprofile.Receiving, browser: Browser, axe: str) -> None:
    run("send", str(archive.address), "study", "--html", "-o", "page.html")
    for width, dark in ((360, True), (1280, False)):
        browser.resize(width, 900, dark=dark)
        browser.open(Path("page.html").resolve())
        assert browser.barriers(axe) == []
        assert browser.run("return document.documentElement.scrollWidth") == width
