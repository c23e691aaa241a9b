"""Entries taken out of a list or added: DCMTK then reads what it read before, less or more just those."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.lint.fixes import lists
from asprofile.lint.subject import Subject
from asprofile.model.loader import load
from asprofile.model.words import PRESENTATION_CONTEXTS, PROFILES, ROLE_SELECTION
from asprofile.names.releases import LATEST
from asprofile.text import Source, apply_edits

HEAD = b"[[TransferSyntaxes]]\n[T]\nTransferSyntax1 = LittleEndianImplicit\n"
TAIL = b"[[Profiles]]\n[P]\nPresentationContexts = C\n"


def file(entries: bytes, section: bytes = b"[C]\n") -> bytes:
    return HEAD + TAIL + b"[[PresentationContexts]]\n" + section + entries


def subject(data: bytes) -> Subject:
    return Subject(Source(data), LATEST, None)


def classes(data: bytes) -> list[str]:
    return [context.abstract_syntax for context in load(data).use("P").contexts]


def without(data: bytes, *numbers: int) -> bytes | None:
    """The file without the contexts of these numbers."""
    found = subject(data)
    items = found.config.context_lists["C"].items
    edits = lists.removal(found, PRESENTATION_CONTEXTS, "C", {items[number - 1].span for number in numbers})
    return None if edits is None else apply_edits(data, edits)


def with_added(data: bytes, *values: str) -> bytes | None:
    edits = lists.addition(subject(data), PRESENTATION_CONTEXTS, "C", values)
    return None if edits is None else apply_edits(data, edits)


THREE = b"PresentationContext1 = 1.1\\T\nPresentationContext2 = 1.2\\T\nPresentationContext3 = 1.3\\T\n"


def test_removal_numbers_anew() -> None:
    assert without(file(THREE), 2) == file(b"PresentationContext1 = 1.1\\T\nPresentationContext2 = 1.3\\T\n")
    assert without(file(THREE), 1, 3) == file(b"PresentationContext1 = 1.2\\T\n")


def test_removal_keeps_comments_and_line_ends() -> None:
    before = b"# one\r\nPresentationContext1 = 1.1\\T\r\n# two\r\npresentationcontext2=1.2\\T\r\n# end"
    after = b"# one\r\n# two\r\npresentationcontext1=1.2\\T\r\n# end"
    assert without(file(before), 1) == file(after)


def test_removal_takes_the_continuation_lines_too() -> None:
    before = b"PresentationContext1 = 1.1\\\n  T\nPresentationContext2 = 1.2\\T\n"
    assert without(file(before), 1) == file(b"PresentationContext1 = 1.2\\T\n")


def test_removal_behind_a_header_on_the_same_line() -> None:
    before = b" PresentationContext1 = 1.1\\T\n# why\nPresentationContext2 = 1.2\\T\n"
    assert without(file(before, b"[C]"), 1) == file(b" \n# why\nPresentationContext1 = 1.2\\T\n", b"[C]")


@pytest.mark.parametrize(("width", "columns"), [(0, {20, 21}), (21, {21})])
def test_removal_keeps_signs_aligned_that_are(width: int, columns: set[int]) -> None:
    """The last of ten becomes the ninth, whose key is shorter by a digit."""
    keys = [f"PresentationContext{number}".ljust(width) for number in range(1, 12)]
    before = "".join(f"{key}= 1.{number}\\T\n" for number, key in enumerate(keys, start=1))
    found = subject(file(before.encode()))
    spans = [item.span for item in found.config.context_lists["C"].items]
    alone = lists.single_removals(found, PRESENTATION_CONTEXTS, "C", spans[:1])[spans[0]]
    for after in (without(file(before.encode()), 1), apply_edits(found.data, alone)):
        assert after is not None
        assert classes(after) == [f"1.{number}" for number in range(2, 12)]
        lines = [line for line in after.splitlines() if line.startswith(b"PresentationContext") and b"1." in line]
        assert {line.index(b"=") for line in lines} == columns


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        (b"PresentationContext1 = 1.1\\T\n", 1),  # nothing would be left
        (THREE + b"PresentationContext2 = 1.4\\T\n", 1),  # the second 2 would be read as 1's successor
        (THREE + b"PresentationContext5 = 1.5\\T\n", 3),
        (b"Pres. entationContext1 = 1.1\\T\nPresentationContext2. = 1.2\\T\n", 1),  # the number is not at the end
    ],
)
def test_removal_leaves_alone_what_it_cannot_keep(entries: bytes, number: int) -> None:
    assert without(file(entries), number) is None


def test_removal_of_one_of_two_sections_of_a_name() -> None:
    before = b"PresentationContext1 = 1.1\\T\n[c]\n" + THREE
    assert without(file(before), 1, 3) == file(b"[c]\nPresentationContext1 = 1.1\\T\nPresentationContext2 = 1.3\\T\n")


def test_addition_writes_like_the_last_entry() -> None:
    assert with_added(file(THREE), "1.4\\T", "1.5\\T") == file(
        THREE + b"PresentationContext4 = 1.4\\T\nPresentationContext5 = 1.5\\T\n"
    )
    nine = b"".join(b"PresentationContext%d  = 1.%d\\T\r\n" % (n, n) for n in range(1, 10))
    assert with_added(file(nine), "1.10\\T") == file(nine + b"PresentationContext10 = 1.10\\T\r\n")
    assert with_added(file(b"PresentationContext1=1.1\\T"), "1.2\\T") == file(
        b"PresentationContext1=1.1\\T\nPresentationContext2=1.2\\T"
    )


@pytest.mark.parametrize(
    "entries",
    [
        b"",
        THREE + b"PresentationContext5 = 1.5\\T\n",  # the new 4 would bring it to life
        THREE + b"PresentationContext1 = 1.5\\T\n",
    ],
)
def test_addition_leaves_alone_what_it_cannot_keep(entries: bytes) -> None:
    assert with_added(file(entries), "1.4\\T") is None


def test_addition_to_a_list_that_is_not_there() -> None:
    assert lists.addition(subject(HEAD + TAIL), ROLE_SELECTION, "R", ["1.1\\SCP"]) is None


def test_reference() -> None:
    tail = TAIL + b"# why\nSCPSCURoleSelection = R # both\n[Q]\nSCPSCURoleSelection = R\n"
    found = subject(HEAD + tail)
    edits = lists.without_reference(found, "P", ROLE_SELECTION)
    assert edits is not None
    assert apply_edits(found.data, edits) == HEAD + TAIL + b"# why\n[Q]\nSCPSCURoleSelection = R\n"
    assert lists.without_reference(found, "P", "EXTENDEDNEGOTIATION") is None
    entry = lists.profile_entry(found, "Q", ROLE_SELECTION)
    assert entry is not None
    assert entry.value == b"R"
    assert lists.profile_entry(found, "NONE", PROFILES) is None


def test_a_reference_given_twice_stays() -> None:
    twice = TAIL + b"SCPSCURoleSelection = R\nSCPSCURoleSelection = S\n"
    assert lists.without_reference(subject(HEAD + twice), "P", ROLE_SELECTION) is None


GAPS = st.sampled_from(["", "# comment\n", "\n", "  \n", "#\n\n# a = b\n"])
SIGNS = st.sampled_from([" = ", "=", "   =  ", "\t=\t"])
KEYS = st.sampled_from(["PresentationContext", "presentationcontext", "PRESENTATION CONTEXT", "Presentation.Context"])


@st.composite
def entry_lists(draw: st.DrawFn) -> tuple[bytes, int]:
    """A list that is read to its end, in any order and spelling, and its length."""
    count = draw(st.integers(1, 12))
    order = draw(st.permutations(range(1, count + 1)))
    text = "".join(f"{draw(KEYS)}{n}{draw(SIGNS)}1.{n}\\ T\n{draw(GAPS)}" for n in order)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode(), count


@given(entry_lists(), st.data())
def test_removal_takes_out_just_these(entries: tuple[bytes, int], data: st.DataObject) -> None:
    text, count = entries
    gone = data.draw(st.sets(st.integers(1, count)))
    before = file(text)
    after = without(before, *gone)
    if not gone or len(gone) == count:
        assert after is None
    else:
        assert after is not None
        kept = [name for number, name in enumerate(classes(before), start=1) if number not in gone]
        assert classes(after) == kept


@given(entry_lists(), st.integers(1, 3))
def test_addition_adds_just_these(entries: tuple[bytes, int], more: int) -> None:
    before = file(entries[0])
    added = [f"1.{900 + number}" for number in range(more)]
    after = with_added(before, *(f"{name}\\T" for name in added))
    assert after is not None
    assert classes(after) == classes(before) + added
