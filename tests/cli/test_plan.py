"""``asprofile plan``: what a profile has for a folder of objects, and what to add to it."""

from __future__ import annotations

import html
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, write_ct
from hypothesis import given
from hypothesis import strategies as st

import asprofile
from asprofile.render.plan_html import _short

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    directory = tmp_path / "objects"
    (directory / "deep").mkdir(parents=True)
    write_ct(directory / "a.dcm", "1.2.1")
    write_ct(directory / "b.dcm", "1.2.2", transfer_syntax=IMPLICIT)
    write_ct(directory / "c.dcm", "1.2.3", transfer_syntax=JPEG_LOSSLESS)
    write_ct(directory / "deep" / "d.dcm", "1.2.4", transfer_syntax=JPEG_LOSSLESS)
    write_ct(directory / "e.dcm", "1.2.5", sop_class="1.3.12.2.1107.5.9.1")
    (directory / "notes.txt").write_text("no object")
    return directory


@pytest.fixture
def file(tmp_path: Path, clean: str) -> Path:
    path = tmp_path / "x.cfg"
    path.write_text(clean)
    return path


CT_NAME = "CT Image Storage"


def pasted(run: Run, commands: list[str]) -> None:
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "asprofile"
        assert run(*arguments).status == 0, command


def test_the_text(run: Run, file: Path, objects: Path) -> None:
    result = run("plan", "--profile", "x.cfg:Small", "objects")
    assert (result.status, result.err) == (1, "")
    syntaxes = (
        "Explicit VR Little Endian",
        "Implicit VR Little Endian",
        "JPEG Lossless (Process 14, Selection Value 1)",
    )
    chosen = "3, if the peer chooses this transfer syntax there"
    none = f"none: the profile proposes {CT_NAME} not with {syntaxes[2]}, only with {syntaxes[0]}, {syntaxes[1]}"
    unknown = "none: the profile does not propose Siemens CSA Non-Image Storage"
    rows = [
        ("objects", "SOP class", "transfer syntax", "presentation context"),
        ("1", CT_NAME, syntaxes[0], chosen),
        ("1", CT_NAME, syntaxes[1], chosen),
        ("2", CT_NAME, syntaxes[2], none),
        ("1", "Siemens CSA Non-Image Storage", syntaxes[0], unknown),
    ]
    assert result.out.splitlines() == [
        *(f"{count:>9}  {sop:<29}  {syntax:<{len(syntaxes[2])}}  {context}" for count, sop, syntax, context in rows),
        "5 objects: 2 with a context in profile SMALL of x.cfg, 3 without; 1 other files skipped",
        "to add what is missing:",
        "  asprofile add x.cfg SMALL CTImageStorage --ts JPEGLosslessSV1",
        "  asprofile add x.cfg SMALL 1.3.12.2.1107.5.9.1 --ts ExplicitVRLittleEndian --ts ImplicitVRLittleEndian",
    ]


def plan(run: Run, schema: Any, *arguments: str) -> Any:
    result = run("plan", "--json", *arguments)
    schema("plan")(result.json)
    return result.json


def test_the_commands_work_when_pasted(run: Run, file: Path, objects: Path, schema: Any) -> None:
    arguments = ("--profile", "x.cfg:Small", "objects")
    before = plan(run, schema, *arguments)
    assert before["summary"] == {"objects": 5, "without": 3, "unreadable": 0, "skipped": 1, "left_out": 0}
    pasted(run, before["commands"])
    after = plan(run, schema, *arguments)
    assert (after["summary"]["without"], after["commands"]) == (0, [])
    assert run("plan", *arguments).status == 0
    certain = {kind["transfer_syntax"]["uid"]: kind["certain"] for kind in after["kinds"]}
    assert certain[JPEG_LOSSLESS]


def test_a_sample_is_copied_first(run: Run, objects: Path, schema: Any, tmp_path: Path) -> None:
    found = plan(run, schema, "--profile", "MPEG4", "objects")
    assert found["commands"][0] == "asprofile samples MPEG4 -o mpeg4.cfg"
    pasted(run, found["commands"])
    assert run("plan", "--profile", "mpeg4.cfg:MPEG4", "objects").status == 0
    changed = (tmp_path / "mpeg4.cfg").read_bytes()
    again = run(*shlex.split(found["commands"][0])[1:])
    assert (again.status, (tmp_path / "mpeg4.cfg").read_bytes()) == (2, changed)


def test_labels_that_mean_something_else(run: Run, file: Path, clean: str, objects: Path, schema: Any) -> None:
    """The word for a transfer syntax must not be taken for a list of the file; nor a name for an option."""
    file.write_text(clean.replace("[Uncompressed]", "[JPEGLosslessSV1]").replace("\\Uncompressed", "\\JPEGLosslessSV1"))
    renamed = file.rename(file.parent / "it's mine.cfg")
    arguments = ("--profile", f"{renamed}:Small", "objects")
    pasted(run, plan(run, schema, *arguments)["commands"])
    assert plan(run, schema, *arguments)["summary"]["without"] == 0


def test_a_list_that_is_shared(run: Run, file: Path, clean: str, objects: Path, schema: Any) -> None:
    file.write_text(clean + "[Other]\nPresentationContexts = Contexts\n")
    commands = plan(run, schema, "--profile", "x.cfg:Small", "objects")["commands"]
    assert all(command.endswith(" --shared") for command in commands)
    pasted(run, commands)


def test_a_full_profile(run: Run, file: Path, clean: str, objects: Path) -> None:
    more = "".join(f"PresentationContext{n} = 1.2.3.{n}\\Uncompressed\n" for n in range(4, 128))
    file.write_text(clean.replace("\n\n[[Profiles", f"\n{more}\n[[Profiles"))
    out = run("plan", "--profile", "x.cfg:Small", "objects").out
    assert out.endswith("  (the profile has room for 1 of 2 contexts more; the command says what could go)\n")


def test_each_object(run: Run, file: Path, objects: Path) -> None:
    result = run("plan", "--profile", "x.cfg:Small", "--verbose", "--no-recurse", "objects")
    lines = result.out.splitlines()
    assert lines[0] == "objects/a.dcm: 3, if the peer chooses this transfer syntax there"
    assert lines[3].startswith("objects/e.dcm: none: the profile does not propose")
    assert "deep" not in result.out


def test_all_of_them(run: Run, tmp_path: Path) -> None:
    write_ct(tmp_path / "a.dcm", sop_class=MR, transfer_syntax=EXPLICIT)
    result = run("plan", "--profile", "Uncompressed", "a.dcm")
    assert result.status == 0
    assert "1 object: 1 with a context in profile UNCOMPRESSED of " in result.out


def test_what_cannot_be_read(run: Run, file: Path, objects: Path, schema: Any) -> None:
    result = run("plan", "--profile", "x.cfg:Small", "none.dcm", "objects/a.dcm")
    assert result.status == 2
    assert result.err == "asprofile: none.dcm: cannot be read: No such file or directory\n"
    assert "did you mean SMALL" in run("plan", "--profile", "x.cfg:Smal", "objects").err
    assert asprofile.load(file).use("Small").contexts[1].abstract_syntax == CT


def test_nothing_found(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("plan", "--profile", "x.cfg:Small", "empty")
    assert (result.status, result.out) == (1, "0 objects: 0 with a context in profile SMALL of x.cfg, 0 without\n")


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_the_page(run: Run, file: Path, objects: Path) -> None:
    result = run("plan", "--profile", "x.cfg:Small", "objects", "--html")
    assert (result.status, result.err) == (1, "")
    page = result.out
    assert page.startswith("<!DOCTYPE html>\n")
    text = text_of(page)
    assert "Objects for profile SMALL" in text
    assert "2 of 5 objects have a context" in text
    assert "Skipped1 file" in text
    assert "2 objects: none: " in text
    # The commands are those of the text, and nothing on it says where the files are.
    said = run("plan", "--profile", "x.cfg:Small", "objects").out
    commands = [line.strip() for line in said.splitlines() if line.startswith("  asprofile add ")]
    assert commands
    assert all(f"Add what is missing: {command}" in text for command in commands)
    result = run("plan", "--profile", f"{file}:Small", str(objects), "--html")
    assert str(file.parent) not in result.out
    assert "Without --html the commands that add what is missing are told." in text_of(result.out)


def test_the_page_of_objects_that_all_have_a_context(run: Run, file: Path, objects: Path) -> None:
    result = run("plan", "--profile", "x.cfg:Small", "objects/a.dcm", "--html")
    assert result.status == 0
    assert "1 of 1 object has a context" in result.out
    assert "<code>asprofile send --profile x.cfg:SMALL PEER FOLDER</code>" in result.out
    assert "Add what is missing" not in result.out


def test_the_page_without_objects(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("plan", "--profile", "x.cfg:Small", "empty", "--html")
    assert result.status == 1
    assert "No objects were found" in result.out


@given(st.integers(1, 10**15))
def test_a_number_in_a_cell_has_three_characters(count: int) -> None:
    shown = _short(count)
    assert 1 <= len(shown) <= 3
    if shown != ">1T":
        digits, letter = re.fullmatch(r"(\.?\d+)([kMGT]?)", shown).groups()
        least = float(digits) * 1000 ** (" kMGT".index(letter) if letter else 0)
        assert least <= count < 2 * least
