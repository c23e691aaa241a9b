"""``asprofile diff``."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from browser import Browser
    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, clean: str) -> Path:
    for name in ("a.cfg", "b.cfg"):
        (tmp_path / name).write_text(clean)
    return tmp_path


def test_the_same_by_meaning(run: Run, files: Path, clean: str) -> None:
    """Other labels, numbers for names, another order, comments: no difference."""
    text = clean.replace("Uncompressed", "U").replace("CTImageStorage", "1.2.840.10008.5.1.4.1.1.2")
    text = text.replace("Context2", "Context9").replace("Context3", "Context2").replace("Context9", "Context3")
    (files / "b.cfg").write_text(f"# another\n{text}".replace("\n", "\r\n"))
    result = run("diff", "a.cfg", "b.cfg")
    assert (result.status, result.out, result.err) == (0, "a.cfg and b.cfg: they mean the same\n", "")
    assert run("diff", "a.cfg", "b.cfg", "-q").out == ""


def test_differences(run: Run) -> None:
    run("remove", "b.cfg", "Small", "MRImageStorage", "--prune")
    run(
        "add", "b.cfg", "Small", "CTImageStorage", "--ts", "RLELossless", "--role-selection", "both", "--extended", "02"
    )
    run("add", "b.cfg", "Small", "VerificationSOPClass", "--ts", "LittleEndianImplicit")
    result = run("diff", "a.cfg:Small", "b.cfg")
    assert result.status == 1
    assert result.out.splitlines() == [
        "--- a.cfg:SMALL, 3 contexts",
        "+++ b.cfg:SMALL, 4 contexts",
        "+ Verification: Implicit VR Little Endian",
        "+ CT Image Storage: RLE Lossless",
        "- MR Image Storage: Explicit VR Little Endian, Implicit VR Little Endian",
        "! role of CT Image Storage: default, then both",
        "! extended negotiation of CT Image Storage: none, then 02",
        "a.cfg and b.cfg differ: - 2 pairs of SOP class and transfer syntax, "
        "+ 1 pair of SOP class and transfer syntax, ! 1 role, ! 1 extended negotiation",
    ]
    assert (run("diff", "a.cfg", "b.cfg", "-q").status, run("diff", "a.cfg", "b.cfg", "-q").out) == (1, "")


def test_order_and_other_contexts(run: Run, files: Path, clean: str) -> None:
    one, two = "TransferSyntax1 = LittleEndianExplicit\n", "TransferSyntax2 = LittleEndianImplicit\n"
    swapped = f"{one}{two}".replace("1", "9").replace("2", "1").replace("9", "2")
    (files / "b.cfg").write_text(clean.replace(f"{one}{two}", swapped))
    lines = run("diff", "a.cfg", "b.cfg").out.splitlines()
    assert lines[2] == "- Verification: Explicit VR Little Endian, Implicit VR Little Endian (in another order)"
    assert lines[3] == "+ Verification: Implicit VR Little Endian, Explicit VR Little Endian (in another order)"
    assert lines[-2] == "  (both have the same SOP classes with the same transfer syntaxes, in other contexts)"
    assert lines[-1] == "a.cfg and b.cfg differ: the same pairs in other contexts"


def test_files_of_several_profiles(run: Run, files: Path, clean: str) -> None:
    (files / "a.cfg").write_text(clean + "[Old]\nPresentationContexts = Contexts\n")
    (files / "b.cfg").write_text(clean + "[New]\nPresentationContexts = Contexts\n")
    result = run("diff", "a.cfg", "b.cfg")
    assert result.status == 1
    assert result.out.splitlines() == [
        "- profile OLD, 3 contexts: only in a.cfg",
        "+ profile NEW, 3 contexts: only in b.cfg",
        "a.cfg and b.cfg differ: - 1 profile, + 1 profile",
    ]
    assert run("diff", "a.cfg:Old", "b.cfg:New").status == 0
    assert run("diff", "a.cfg:Small", "b.cfg").status == 0
    assert run("diff", "a.cfg:Old", "b.cfg").status == 2


def test_json(run: Run, schema: Any) -> None:
    run("add", "b.cfg", "Small", "RTPlanStorage", "--role-selection", "both", "--extended", "02")
    run("add", "b.cfg", "Small", "CTImageStorage", "--ts", "RLELossless")
    found = run("diff", "a.cfg", "b.cfg", "--json").json
    schema("diff")(found)
    assert not found["equal"]
    (profile,) = found["profiles"]
    assert [context["counts"] for context in profile["contexts"]] == [[0, 1], [0, 1]]
    assert [pair["transfer_syntax"]["name"] for pair in profile["only_second"]] == [
        "Explicit VR Little Endian",
        "Implicit VR Little Endian",
        "RLE Lossless",
    ]
    same = run("diff", "a.cfg", "a.cfg", "--json").json
    schema("diff")(same)
    assert same["equal"]


def test_what_cannot_be_compared(run: Run, files: Path, clean: str) -> None:
    assert run("diff", "a.cfg", "none.cfg").status == 2
    (files / "b.cfg").write_text(clean.replace("CTImage", "CtImage"))
    result = run("diff", "a.cfg", "b.cfg")
    assert result.status == 2
    assert f"b.cfg:10:24: DCMTK {LATEST} refuses this (condition 1025)" in result.err


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_the_page(run: Run) -> None:
    run("remove", "b.cfg", "Small", "MRImageStorage", "--prune")
    run("add", "b.cfg", "Small", "CTImageStorage", "--ts", "RLELossless", "--role-selection", "both")
    result = run("diff", "a.cfg", "b.cfg", "--html")
    assert (result.status, result.err) == (1, "")
    text = text_of(result.out)
    assert "2 of 3 SOP classes differ" in text
    assert "Only in a.cfg:SMALL: MR Image Storage in 2 transfer syntaxes" in text
    assert "Only in b.cfg:SMALL: CT Image Storage in RLE Lossless" in text
    assert "Another role: CT Image Storage" in text
    # What the text says of each SOP class is its note; what is the same in both is below what differs.
    for line in run("diff", "a.cfg", "b.cfg").out.splitlines()[2:-1]:
        assert line in text
    assert text.index("MR Image Storage") < text.index("The same in both") < text.rindex("Verification")
    assert re.findall(r"<td[^>]*>([+−])", result.out) == ["+", "−", "−"]


def test_pages_of_what_is_the_same_and_of_several_profiles(run: Run, files: Path, clean: str) -> None:
    result = run("diff", "a.cfg", "b.cfg", "--html")
    assert result.status == 0
    assert "Both mean the same" in text_of(result.out)
    (files / "a.cfg").write_text(clean + "[Old]\nPresentationContexts = Contexts\n")
    (files / "b.cfg").write_text(clean.replace("MRImage", "RTImage") + "[New]\nPresentationContexts = Contexts\n")
    result = run("diff", "a.cfg", str(files / "b.cfg"), "--html")
    assert result.status == 1
    text = text_of(result.out)
    assert "a.cfg and b.cfg: 0 of 3 profiles mean the same" in text
    assert "Only in a.cfg: OLD" in text
    assert "Only in b.cfg: NEW" in text
    assert "2 of 4 SOP classes differ" in text
    assert str(files) not in result.out


@pytest.mark.browser
def test_nothing_keeps_anybody_out(run: Run, files: Path, browser: Browser, axe: str) -> None:
    run("add", "b.cfg", "Small", "CTImageStorage", "--ts", "RLELossless")
    run("diff", "a.cfg", "b.cfg", "--html", "-o", "page.html")
    for width, dark in ((360, True), (1280, False)):
        browser.resize(width, 900, dark=dark)
        browser.open(files / "page.html")
        assert browser.barriers(axe) == []
