"""A mended file and the way back: every position that was in the file is found again, every other is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.subject import Subject
from asprofile.names.releases import LATEST
from asprofile.text import Edit, Source, Span, compatible


def subject_of(data: bytes) -> Subject:
    return Subject(Source(data), LATEST, None)


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """A file of distinct bytes and edits that put in others."""
    data = bytes(range(draw(st.integers(0, 40))))
    ends = st.integers(0, len(data))
    edits = [
        Edit(Span(*sorted((draw(ends), draw(ends)))), b"+" * draw(st.integers(0, 3)))
        for _ in range(draw(st.integers(0, 5)))
    ]
    return data.replace(b"+", b"!"), compatible(edits)


@given(edited(), st.data())
def test_what_was_kept_is_found_again(case: tuple[bytes, list[Edit]], data: st.DataObject) -> None:
    old, edits = case
    view = subject_of(old).view("characters").with_edits(edits)
    new = view.subject.data
    start = data.draw(st.integers(0, len(new)))
    end = data.draw(st.integers(start, len(new)))
    back = view.back(Span(start, end))
    if start == end:
        return
    if new[start : start + 1] != b"+" and new[end - 1 : end] != b"+":
        assert back is not None
        assert old[back.start] == new[start]
        assert old[back.end - 1] == new[end - 1]
    elif set(new[start:end]) == {ord("+")} and back is not None:
        # Text put in the place of other text, as a whole.
        assert any(edit.span.start <= back.start and back.end <= edit.span.end for edit in edits)


def test_way_back_over_several_steps() -> None:
    view = subject_of(b"  key = value # note").view("characters")
    view = view.with_edits([Edit(Span(0, 2), b"")]).with_edits([Edit(Span(0, 3), b"KEY12")])
    assert view.subject.data == b"KEY12 = value # note"
    assert view.back(Span(0, 5)) == Span(2, 5)
    assert view.back(Span(8, 13)) == Span(8, 13)
    assert view.back(Span(1, 3)) is None


def test_what_is_about_the_whole_file_stays_at_its_beginning() -> None:
    view = subject_of(b"] x").view("characters").with_edits([Edit(Span(0, 2), b"")])
    assert [hit.span for hit in view.hits([Hit(Span(0, 0), "nothing there"), Hit(Span(0, 1), "x")])] == [(0, 0), (2, 3)]


def test_hits_and_fixes_are_taken_back() -> None:
    view = subject_of(b"ab").view("characters").with_edits([Edit(Span(1, 1), b"--")])
    hits = [
        Hit(Span(3, 4), "b", Fix("remove", (Edit(Span(3, 4), b""),), safe=True)),
        Hit(Span(0, 1), "a", Fix("cut", (Edit(Span(2, 3), b""),), safe=True)),
        Hit(Span(1, 3), "not in the file"),
    ]
    first, second = view.hits(hits)
    assert (first.span, first.fix) == (Span(1, 2), Fix("remove", (Edit(Span(1, 2), b""),), safe=True))
    assert (second.span, second.fix) == (Span(0, 1), None)


def test_what_is_missing_is_missing_though_the_file_begins_elsewhere() -> None:
    view = subject_of(b"\0[[TransferSyntaxes]]\n[[PresentationContexts]]\n").view("supersections")
    assert [refusal.problem.code for refusal in view.refusals] == [1060]


def test_a_fix_that_changes_nothing_in_the_file_is_none() -> None:
    view = subject_of(b"a").view("characters").with_edits([Edit(Span(0, 1), b"b")])
    (hit,) = view.hits([Hit(Span(0, 1), "b", Fix("a", (Edit(Span(0, 1), b"a"),), safe=True))])
    assert hit.fix is None


def test_a_sound_file_is_looked_at_as_it_is() -> None:
    file = subject_of(b"[[TransferSyntaxes]]\n[[PresentationContexts]]\n[[Profiles]]\n")
    assert file.view("whole").subject is file


def test_what_follows_from_a_slip_is_gone_in_the_layers_above() -> None:
    text = rb"""[[TransferSyntaxes]]
[Unc
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\Unc
[[Profiles]]
[P]
PresentationContexts = C
"""
    file = subject_of(text)
    assert {problem.code for problem in file.problems} == {1051, 1033}
    assert [slip.kind for slip in file.view("lines").subject.text_slips] == ["unbalanced"]
    for layer in ("supersections", "values", "whole"):
        view = file.view(layer)
        assert view.subject is not file
        assert (view.refusals, view.losses, view.not_uids) == ((), (), ())


def test_what_only_the_guess_would_lose_is_not_reported() -> None:
    text = (
        b"[[TransferSyntaxes]]\n[Unc]\n;TransferSyntax1 = LittleEndianImplicit\nTransferSyntax2 = BigEndianExplicit\n"
    )
    file = subject_of(text)
    # Mended, number 1 is a comment, and number 2 after a gap. In the file it is read.
    assert [loss.cause for loss in file.view("numbers").subject.losses] == ["gap"]
    assert file.view("numbers").losses == ()
