"""Numbers without a gap, in place."""

from __future__ import annotations

import pytest
from editing import SAMPLES, SMALL, changed_lines, comments, small
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY, loaded, profile_files

import asprofile
from asprofile.edit.entries import removed, renumbered
from asprofile.edit.number import renumber_entries
from asprofile.edit.renumber import new_numbers
from asprofile.errors import EditError
from asprofile.lint.subject import Subject
from asprofile.model.document import read
from asprofile.text import Source, apply_edits


def test_what_was_behind_a_gap_is_read():
    document = small("PresentationContext3", "PresentationContext07")
    edited = renumber_entries(document, "3.7.0")
    assert edited.data == SMALL.encode()
    assert edited.done == ("line 14: PresentationContext07 is now PresentationContext3",)
    assert len(asprofile.load(edited.data).use("Small").contexts) == 3


def test_a_file_that_does_not_load_for_its_numbers_does_then():
    document = small("TransferSyntax1", "TransferSyntax0")
    document = read(document.data.replace(b"TransferSyntax2", b"TransferSyntax01"))
    assert loaded(document, "3.7.0", "requestor") is None
    assert loaded(renumber_entries(document, "3.7.0").data, "3.7.0", "requestor") is not None


def test_the_sign_stays_in_its_column():
    document = small("PresentationContext1 ", "PresentationContext1   ")
    text = document.data.replace(b"Context2 ", b"Context2   ").replace(b"Context3 ", b"Context300 ")
    lines = renumber_entries(read(text), "3.7.0").data.decode().splitlines()
    columns = {line.index("=") for line in lines if line.startswith("PresentationContext") and "\\" in line}
    assert columns == {len("PresentationContext300 ")}


def test_what_could_not_be_read_is_refused():
    document = small("PresentationContext3 = MRImage", "PresentationContext4 = MRImagge")
    with pytest.raises(EditError, match=r"condition 1025\): `MRImaggeStorage` is neither"):
        renumber_entries(document, "3.7.0")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_file_with_right_numbers_is_left_alone(sample):
    data = sample.read_bytes()
    edited = renumber_entries(read(data), "3.7.0")
    assert (edited.data, edited.done) == (data, ())


@given(st.lists(st.integers(0, 12) | st.integers(0, 10**30), min_size=1, max_size=6, unique=True))
def test_the_linter_gives_the_same_numbers(numbers):
    text = "".join(f"TransferSyntax{number} = 1.2.{at}\n" for at, number in enumerate(numbers))
    data = f"[[TransferSyntaxes]]\n[U]\n{text}".encode()
    edits = [edit for loss in Subject(Source(data), "3.7.0", None).losses for edit in loss.mend]
    document = read(data)
    assert apply_edits(data, edits) == apply_edits(data, renumbered(document, new_numbers(document)))


def test_what_has_its_number_is_not_written_again():
    document = read(b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = 1.2\nTransferSyntax2 = 1.3\nTransferSyntax3 = 1.4\n")
    assert len(removed(document, "TRANSFERSYNTAXES", "U", (2,))) == 1
    assert len(removed(document, "TRANSFERSYNTAXES", "U", (1,))) == 2


@PROPERTY
@given(profile_files())
def test_what_was_read_stays_and_other_lines_too(data):
    try:
        edited = renumber_entries(read(data), "3.7.0")
    except EditError:
        return
    before, after = (loaded(text, "3.7.0", "requestor") for text in (data, edited.data))
    if before is not None:
        for name, profile in before["profiles"].items():
            known = after["profiles"][name]["contexts"]
            assert [context[:1] for context in known[: len(profile["contexts"])]] == [
                context[:1] for context in profile["contexts"]
            ]
    assert renumber_entries(read(edited.data), "3.7.0").done == ()
    assert comments(data) == comments(edited.data)
    text = edited.data.decode("latin-1")
    gone, _ = changed_lines(data.decode("latin-1").encode(), text.encode())
    assert len(gone) <= len(edited.done)
