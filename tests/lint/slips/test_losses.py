"""What is never read, and why: one cause for each item."""

from __future__ import annotations

import pytest

from asprofile.edit.numbering import MAX_DIGITS, number_of
from asprofile.lint.slips.loss import Loss
from asprofile.lint.slips.losses import kind_of
from asprofile.lint.slips.missing import Missing
from asprofile.lint.subject import Subject
from asprofile.names.releases import LATEST
from asprofile.text import Source, apply_edits, decode


def subject_of(text: str) -> Subject:
    return Subject(Source(text.encode()), LATEST, None)


def lost(text: str) -> list[tuple[str, str]]:
    """(cause, key or name) of each loss."""
    subject = subject_of(text)
    return [(loss.cause, name_of(subject, loss)) for loss in subject.losses]


def name_of(subject: Subject, loss: Loss) -> str:
    item = loss.item
    return subject.text(item.key_span if hasattr(item, "key_span") else item.raw_name)


def mended(text: str) -> str:
    subject = subject_of(text)
    return decode(apply_edits(subject.data, [edit for loss in subject.losses for edit in loss.mend]))


LIST = "[[TransferSyntaxes]]\n[U]\n"

CASES = {
    "nothing": (LIST + "TransferSyntax1 = a\nTransferSyntax2 = b\n", []),
    "order of the file does not matter": (LIST + "TransferSyntax2 = a\nTransferSyntax1 = b\n", []),
    "gap": (LIST + "TransferSyntax1 = a\nTransferSyntax3 = b\n", [("gap", "TransferSyntax3")]),
    "from 0": (LIST + "TransferSyntax0 = a\nTransferSyntax1 = b\n", [("gap", "TransferSyntax0")]),
    "gap in the order of the numbers": (
        LIST + "TransferSyntax9 = a\nTransferSyntax1 = b\nTransferSyntax5 = c\n",
        [("gap", "TransferSyntax5"), ("gap", "TransferSyntax9")],
    ),
    "leading zero": (LIST + "TransferSyntax01 = a\n", [("leading zero", "TransferSyntax01")]),
    "number too long": (LIST + "TransferSyntax12345678901 = a\n", [("gap", "TransferSyntax12345678901")]),
    "duplicate in another case": (
        LIST + "TransferSyntax1 = a\nTRANSFERSYNTAX1 = b\n",
        [("duplicate", "TRANSFERSYNTAX1")],
    ),
    "misspelt": (LIST + "TransferSyntx1 = a\n", [("misspelt key", "TransferSyntx1")]),
    "of another supersection": (LIST + "PresentationContext1 = a\n", [("other key", "PresentationContext1")]),
    "foreign": (LIST + "Author = me\n", [("foreign key", "Author")]),
    "misspelt with two numbers, of which none is meant": (
        LIST + "TransferSyntx1-2 = a\n",
        [("misspelt key", "TransferSyntx1-2")],
    ),
    "of a list, in a profile": ("[[Profiles]]\n[P]\nTransferSyntax1 = a\n", [("other key", "TransferSyntax1")]),
    "of a list, in a profile, without a number": (
        "[[Profiles]]\n[P]\nTransferSyntax = a\n",
        [("foreign key", "TransferSyntax")],
    ),
    "foreign in a profile": ("[[Profiles]]\n[P]\nAuthor = me\n", [("foreign key", "Author")]),
    "misspelt in a profile": (
        "[[Profiles]]\n[P]\nPresentationContext = a\n",
        [("misspelt key", "PresentationContext")],
    ),
    "duplicate in a profile": (
        "[[Profiles]]\n[P]\nPresentationContexts = a\nPresentationContexts = b\n",
        [("duplicate", "PresentationContexts")],
    ),
    "second supersection": (LIST + "[[TransferSyntaxes]]\n", [("second supersection", "TransferSyntaxes")]),
    "misspelt supersection": ("[[SCPSCURolesSelection]]\n", [("misspelt supersection", "SCPSCURolesSelection")]),
    "supersection told by its keys": (
        "[[Rollen]]\n[R]\nRole1 = a\\SCP\n",
        [("misspelt supersection", "Rollen")],
    ),
    "foreign supersection": ("[[Notes]]\n[N]\nText = a\n", [("foreign supersection", "Notes")]),
    "section outside": ("[U]\nTransferSyntax1 = a\n", [("outside", "U"), ("outside", "TransferSyntax1")]),
    "entry outside": ("[[TransferSyntaxes]]\nTransferSyntax1 = a\n", [("outside", "TransferSyntax1")]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_cause(text: str, expected: list[tuple[str, str]]) -> None:
    assert lost(text) == expected


MENDED = {
    "gap": ("TransferSyntax1 = a\nTransferSyntax4 = b\n", "TransferSyntax1 = a\nTransferSyntax2 = b\n"),
    "from 0": ("TransferSyntax0 = a\nTransferSyntax1 = b\n", "TransferSyntax2 = a\nTransferSyntax1 = b\n"),
    "zeros": ("TransferSyntax01 = a\nTransferSyntax02 = b\n", "TransferSyntax1 = a\nTransferSyntax2 = b\n"),
    "the spelling of the file is kept": (
        "TRANSFERSYNTAX1 = a\nTRANSFERSYNTAX07 = b\n",
        "TRANSFERSYNTAX1 = a\nTRANSFERSYNTAX7 = b\n",
    ),
    "equal entries": ("TransferSyntax1 = a\nTransferSyntax1 = a\n", "TransferSyntax1 = a\n"),
    "a number forgotten to change": (
        "TransferSyntax1 = a\nTransferSyntax1 = b\nTransferSyntax3 = c\n",
        "TransferSyntax1 = a\nTransferSyntax2 = b\nTransferSyntax2 = c\n",
    ),
    "a number left over": (
        "TransferSyntax1 = a\nTransferSyntax1 = b\nTransferSyntax2 = c\n",
        "TransferSyntax1 = a\nTransferSyntax3 = b\nTransferSyntax2 = c\n",
    ),
    "a letter too many": ("TransferSyntaxx1 = a\n", "TransferSyntax1 = a\n"),
    "no number": ("TransferSyntax1 = a\nTransferSyntax = b\n", "TransferSyntax1 = a\nTransferSyntax2 = b\n"),
}


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED)
def test_mend(before: str, after: str) -> None:
    assert mended(LIST + before) == LIST + after


def test_second_supersection_is_moved_to_the_first() -> None:
    before = (
        LIST + "TransferSyntax1 = a\n# roles\n[[SCPSCURoleSelection]]\n[[TransferSyntaxes]]\n[V]\nTransferSyntax1 = b"
    )
    after = LIST + "TransferSyntax1 = a\n[V]\nTransferSyntax1 = b\n# roles\n[[SCPSCURoleSelection]]\n"
    assert mended(before) == after


def test_entries_get_the_one_header_that_is_missing() -> None:
    contexts = "[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.2\\Unc\n"
    before = "[[TransferSyntaxes]]\nTransferSyntax1 = a\n" + contexts
    assert mended(before) == "[[TransferSyntaxes]]\n[Unc]\nTransferSyntax1 = a\n" + contexts


def missing(text: str) -> list[Missing]:
    return list(subject_of(text).missing)


@pytest.mark.parametrize(
    ("text", "clue", "at", "certain"),
    [
        ("[[Profile]]\n[P]\nPresentationContexts = C\n", "misspelt", "Profile", True),
        ("[[Profile]]\n", "misspelt", "Profile", False),
        ("[[Profils]]\n[P]\nPresentationContexts = C\n", "misspelt", "Profils", True),
        ("[Profiles]\n[P]\nPresentationContexts = C\n", "single brackets", "[Profiles]", True),
        ("[P]\nPresentationContexts = C\n", "sections", "[P]", True),
        ("", "none", "", True),
    ],
)
def test_missing_supersection(text: str, clue: str, at: str, certain: bool) -> None:
    text = LIST + "[[PresentationContexts]]\n" + text
    (found,) = missing(text)
    assert (found.name, found.clue, found.certain) == ("PROFILES", clue, certain)
    assert text.encode()[slice(*found.span)].decode() == at
    if found.mend:
        after = decode(apply_edits(text.encode(), found.mend))
        assert missing(after) == []


def test_everything_missing() -> None:
    assert [(found.spelled, found.clue) for found in missing("")] == [
        ("TransferSyntaxes", "none"),
        ("PresentationContexts", "none"),
        ("Profiles", "none"),
    ]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ROLE12", ("ROLE", "12")),
        ("ROLE", ("ROLE", "")),
        ("ROLE01", ("ROLE", "01")),
        ("", ("", "")),
        ("A1B", ("A1B", "")),
    ],
)
def test_number_of(key: str, expected: tuple[str, str]) -> None:
    assert number_of(key) == expected


def test_kind_is_that_of_the_keys() -> None:
    outline = subject_of(
        "[[X]]\n[A]\nRole1 = a\n[B]\nNote = b\n[[Y]]\n[A]\nRole1 = a\n[B]\nTransferSyntax1 = b\n"
    ).outline
    assert [kind_of(part.sections) for part in outline.supersections] == ["SCPSCUROLESELECTION", None]


def test_a_key_with_two_numbers_is_left_to_people() -> None:
    text = LIST + "TransferSyntax1 = a\nTransferSyntx2-3 = b\n"
    assert mended(text) == text


@pytest.mark.parametrize("digits", [MAX_DIGITS - 1, MAX_DIGITS, MAX_DIGITS + 1])
def test_a_number_of_many_digits_is_written_as_it_is(digits: int) -> None:
    text = LIST + f"TransferSyntx{'1' * digits} = a\n"
    right = text.replace("Syntx", "Syntax")
    assert mended(text) == (right if digits <= MAX_DIGITS else text)
