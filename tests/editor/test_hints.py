"""What is written beside the text: names of UIDs, IDs of contexts, what a profile amounts to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asprofile.api.showing import shown
from asprofile.editor.hints import hints, lenses
from asprofile.editor.opened import OpenFile
from asprofile.lint.run import LintOptions
from asprofile.names.releases import LATEST
from asprofile.resources import sample_files
from asprofile.text import Source

if TYPE_CHECKING:
    from pathlib import Path


def file(text: str, **options: Any) -> OpenFile:
    return OpenFile(Source(text.encode(), "some.cfg"), LintOptions(**options))


def beside(text: str, **options: Any) -> list[tuple[str, str]]:
    """The text of the line in front of each hint, and the hint."""
    lines = []
    for hint in hints(file(text, **options)):
        before = text.encode()[: hint.offset].decode()
        lines.append((before.rpartition("\n")[2], hint.text))
    return lines


def test_names_ids_and_room(plain: str) -> None:
    assert beside(plain) == [
        ("PresentationContext1", "ID 1"),
        ("PresentationContext2", "ID 3"),
        ("PresentationContext3", "ID 5"),
        ("PresentationContext3 = 1.2.840.10008.5.1.4.1.1.7", "Secondary Capture Image Storage"),
        ("[Default]", "3 of 128 contexts"),
    ]


def test_only_what_dcmtk_reads_has_an_id(plain: str) -> None:
    text = plain.replace("PresentationContext2", "PresentationContext4")
    assert [hint for before, hint in beside(text) if before.startswith("PresentationContext")][:1] == ["ID 1"]
    assert ("PresentationContext3", "ID 5") not in beside(text)


def test_sections_of_one_name_are_one_list(plain: str) -> None:
    text = plain.replace("[Contexts]", "[Contexts]\nPresentationContext1 = MRImageStorage\\Uncompressed\n[contexts]")
    assert [hint for _, hint in beside(text) if hint.startswith("ID")] == ["ID 1", "ID 3", "ID 5", "ID 7"]


def test_an_acceptor_has_no_ids(plain: str) -> None:
    texts = [hint for _, hint in beside(plain, role="acceptor")]
    assert texts == ["Secondary Capture Image Storage", "3 contexts"]
    assert "3 of 128 contexts" in [hint for _, hint in beside(plain, role="acceptor", release="3.6.7")]


def test_while_the_file_is_broken(plain: str) -> None:
    broken = plain.replace("VerificationSOPClass\\Uncompressed", "Veri")
    assert ("PresentationContext2", "ID 3") in beside(broken)
    assert "3 of 128 contexts" not in [hint for _, hint in beside(broken)]
    assert [lens.text for lens in lenses(file(broken))] == [f"DCMTK {LATEST} refuses this file"]


def test_a_lens_for_each_profile(plain: str) -> None:
    text = plain + "[Other]\nPresentationContexts = Contexts\n[]\nPresentationContexts = Contexts\n"
    (first, second) = lenses(file(text.replace("[]\nPresentationContexts = Contexts\n", "")))
    assert (first.profile, second.profile) == ("DEFAULT", "OTHER")
    assert first.text.startswith("3 contexts, request of ")
    assert lenses(file(plain, role="acceptor"))[0].text == "3 contexts, of an acceptor"
    assert len(lenses(file(text))) == 2


@pytest.mark.parametrize("path", sample_files(), ids=lambda path: path.name)
def test_the_lens_says_what_show_says(path: Path) -> None:
    source = Source(path.read_bytes(), str(path))
    said = shown(source, None, LATEST, None, str(path)).as_json()
    expected = {
        profile["name"]: f"{len(profile['contexts'])} context{'s' * (len(profile['contexts']) != 1)}, "
        + ("of an acceptor" if said["role"] == "acceptor" else f"request of {profile['request_bytes']:,} bytes")
        for profile in said["profiles"]
    }
    assert {lens.profile: lens.text for lens in lenses(OpenFile(source))} == expected
