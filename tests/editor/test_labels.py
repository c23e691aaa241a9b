"""Where labels are, and renaming them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY, any_file, loaded, profile_files

from asprofile.editor.labels import CannotRename, Labels, Occurrence
from asprofile.lint.subject import Subject
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.text import Source, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.editor.opened import OpenFile

    At = Callable[..., tuple[OpenFile, int]]


def texts(file: OpenFile, spans: list) -> list[tuple[int, str]]:
    return [(file.source.line_of(span.start), file.subject.text(span)) for span in spans]


@pytest.mark.parametrize(
    ("around", "definitions", "references"),
    [
        ("[Un|compressed]", [(3, "Uncompressed")], [(10, "Uncompressed"), (11, "un compressed")]),
        ("[|Uncompressed]", [(3, "Uncompressed")], [(10, "Uncompressed"), (11, "un compressed")]),
        ("[Uncompressed|]", [(3, "Uncompressed")], [(10, "Uncompressed"), (11, "un compressed")]),
        ("\\ un |compressed", [(3, "Uncompressed")], [(10, "Uncompressed"), (11, "un compressed")]),
        ("jpeg_1|", [(6, "JPEG_1")], [(12, "jpeg_1")]),
        ("= Con|texts", [(9, "Contexts")], [(21, "Contexts")]),
        ("= Ro|les", [(14, "Roles")], [(22, "Roles")]),
        ("= Exte|nded", [(17, "Extended")], [(23, "Extended")]),
        ("[Defa|ult]", [(20, "Default")], []),
        ("[[Pro|files]]", [], []),
        ("CTImage|Storage", [], []),
        ("# Ma|de", [], []),
    ],
)
def test_definitions_and_references(at: At, around: str, definitions: list, references: list) -> None:
    file, offset = at(around)
    assert texts(file, file.labels.definitions(offset)) == definitions
    assert texts(file, file.labels.references(offset, headers=False)) == references
    assert texts(file, file.labels.references(offset)) == sorted(definitions + references)


def test_joined_sections_and_those_that_are_never_read(at: At) -> None:
    file, offset = at(
        file="[[TransferSyntaxes]]\n[A]\n[ a ]\n[[TransferSyntaxes]]\n[A]\n[[PresentationContexts]]\n[C]\n"
        "PresentationContext1 = 1.2\\|A\nPresentationContext9 = 1.2\\a\nPresentationContext1 = 1.2\\A\nOther = 1.2\\A\n"
    )
    assert texts(file, file.labels.definitions(offset)) == [(2, "A"), (3, "a")]
    assert texts(file, file.labels.references(offset, headers=False)) == [(8, "A"), (9, "a"), (10, "A")]
    assert [found.is_read for found in file.labels.occurrences if found.is_header] == [True, True, False, True]


def test_a_label_as_it_is_asked_for_is_not_as_a_header_is_kept(at: At) -> None:
    file, offset = at(
        file="[[TransferSyntaxes]]\n[U.1]\n[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.2\\U.|1\n"
        "PresentationContext2 = 1.2\\U1\n"
    )
    assert file.labels.definitions(offset) == []
    assert texts(file, file.labels.references(offset)) == [(5, "U.1")]


@pytest.mark.parametrize("around", ["[Un|compressed]", "\\Un|compressed", "\\ un com|pressed"])
def test_renaming(at: At, around: str) -> None:
    file, offset = at(around)
    edits = file.labels.renaming(offset, "Plain-1")
    assert not isinstance(edits, CannotRename)
    text = file.data.decode()
    renamed = text.replace("[Uncompressed]", "[Plain-1]").replace("\\Uncompressed", "\\Plain-1")
    assert apply_edits(file.data, edits).decode() == renamed.replace("\\ un compressed", "\\ Plain-1")


@pytest.mark.parametrize(
    ("around", "name", "reason"),
    [
        ("[Un|compressed]", "", "a label cannot be empty"),
        ("[Un|compressed]", "U.1", "DCMTK drops `.`"),
        ("[Un|compressed]", "Ü 1", "DCMTK drops `Ü ` from a name"),
        ("[Un|compressed]", " \t", "DCMTK drops blanks"),
        ("[Un|compressed]", "Jpeg_1", "there is a transfer syntax list Jpeg_1 already"),
        ("[[Pro|files]]", "X", "there is no label here"),
    ],
)
def test_names_that_cannot_be_given(at: At, around: str, name: str, reason: str) -> None:
    file, offset = at(around)
    refused = file.labels.renaming(offset, name)
    assert isinstance(refused, CannotRename)
    assert refused.reason.startswith(reason)


def test_another_letter_case_is_no_other_list(at: At) -> None:
    file, offset = at("[Un|compressed]")
    assert not isinstance(file.labels.renaming(offset, "UNCOMPRESSED"), CannotRename)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[A|]\n[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.2\\B\n", "there are references to a"),
        ("[A|\n]\n", None),
        ("[A|\n# x\nA]\n", "the label in line 2 is written over several lines"),
    ],
)
def test_places_that_are_in_the_way(at: At, text: str, reason: str | None) -> None:
    file, offset = at(file="[[TransferSyntaxes]]\n" + text)
    refused = file.labels.renaming(offset, "B")
    assert isinstance(refused, CannotRename) == (reason is not None)
    if isinstance(refused, CannotRename):
        assert reason is not None
        assert refused.reason.startswith(reason)


def test_references_to_nothing_may_be_led_to_a_list(at: At) -> None:
    file, offset = at(
        file="[[TransferSyntaxes]]\n[A]\nTransferSyntax1 = 1.2\n[[PresentationContexts]]\n[C]\n"
        "PresentationContext1 = 1.2\\B|\n[[Profiles]]\n[P]\nPresentationContexts = C\n"
    )
    edits = file.labels.renaming(offset, "A")
    assert not isinstance(edits, CannotRename)
    assert b"1.2\\A\n" in apply_edits(file.data, edits)


@PROPERTY
@given(profile_files(), st.data())
def test_a_renamed_list_loads_as_the_same(data: bytes, draw: st.DataObject) -> None:
    labels = Labels(Subject(Source(data), "3.7.0", None))
    chosen = draw.draw(st.sampled_from(labels.occurrences))
    edits = labels.renaming(chosen.span.start, "Fresh-Name")
    if isinstance(edits, CannotRename):
        assert "several lines" in edits.reason
        return
    before, after = loaded(data, "3.7.0", "requestor"), loaded(apply_edits(data, edits), "3.7.0", "requestor")
    assert after == (before and _renamed(before, chosen))


@PROPERTY
@given(any_file, st.text("ab-_1. \n", max_size=3))
def test_renaming_never_makes_a_list_undefined(data: bytes, name: str) -> None:
    labels = Labels(Subject(Source(data), "3.7.0", None))
    for found in labels.occurrences:
        edits = labels.renaming(found.span.start, name)
        if not isinstance(edits, CannotRename):
            renamed = Labels(Subject(Source(apply_edits(data, edits)), "3.7.0", None)).occurrences
            assert len(renamed) == len(labels.occurrences)
            assert sum(each.label == name.upper() for each in renamed) >= len(edits)


_LISTS = {
    TRANSFER_SYNTAXES: "transfer syntaxes",
    PRESENTATION_CONTEXTS: "contexts",
    ROLE_SELECTION: "roles",
    EXTENDED_NEGOTIATION: "extended",
    PROFILES: "profiles",
}


def _renamed(loaded: dict[str, Any], chosen: Occurrence) -> dict[str, Any]:
    """What is to be loaded under the new name."""
    old, new = chosen.label, "FRESH-NAME"
    kind = _LISTS[chosen.supersection]
    lists = {new if label == old else label: found for label, found in loaded[kind].items()}
    found = {**loaded, kind: lists}
    if chosen.supersection == TRANSFER_SYNTAXES:
        found["contexts"] = {
            label: [(uid, new if asked == old else asked) for uid, asked in items]
            for label, items in loaded["contexts"].items()
        }
    return found
