"""New numbers for what DCMTK never reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import PROPERTY, profile_files

from asprofile.edit.fmt import Formatted, format_document
from asprofile.model.document import Document, Section, read
from asprofile.model.words import NUMBERED_KEYS

PREFIX = "TransferSyntax"


def renumbered(keys: list[str]) -> list[str]:
    """The keys of a list after renumbering; values are the places, and must not move."""
    lines = [f"{key} = 1.{place}" for place, key in enumerate(keys)]
    result = format_document(read("\n".join(["[[TransferSyntaxes]]", "[U]", *lines]).encode()), renumber=True)
    assert isinstance(result, Formatted)
    written = [line.split("=") for line in result.data.decode().splitlines() if "=" in line]
    assert [value.strip() for _, value in written] == [f"1.{place}" for place in range(len(keys))]
    return [key.strip() for key, _ in written]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1 2 3", "1 2 3"),
        ("1 3 4", "1 2 3"),
        ("2 3", "1 2"),
        # What is read keeps its number, wherever it stands.
        ("3 2 1 7", "3 2 1 4"),
        ("0 1 2", "3 1 2"),
        ("1 9 5", "1 3 2"),
        ("1 02 3", "1 2 3"),
        ("1 2 02", "1 2 3"),
        # The second of two equal keys stays the second.
        ("1 3 3 5", "1 2 2 3"),
        ("1 1 3", "1 1 2"),
        ("1 12345678901234567890 3", "1 3 2"),
        ("1 " + "9" * 5000, "1 2"),
    ],
)
def test_numbers(before: str, after: str) -> None:
    assert renumbered([PREFIX + number for number in before.split()]) == [PREFIX + n for n in after.split()]


def test_keys_are_kept_as_they_are_written() -> None:
    assert renumbered(["transferSYNTAX1", "Transfer Syntax 12"]) == ["transferSYNTAX1", "Transfer Syntax 2"]


def test_keys_that_nobody_asks_for_are_left_alone() -> None:
    keys = ["TransferSyntax1", "PresentationContext5", "TransferSyntax", "TransferSyntax-7", "TransferSyntax3a"]
    assert renumbered(keys) == keys


def test_a_supersection_that_is_never_read_is_left_alone() -> None:
    text = b"[[TransferSyntaxes]]\n\n[U]\nTransferSyntax1 = 1.2\n\n"
    text += text.replace(b"Syntax1", b"Syntax7") + b"[[Other]]\n\n[U]\nTransferSyntax7 = 1.2\n"
    assert format_document(read(text), renumber=True) == Formatted(text)


@PROPERTY
@given(profile_files())
def test_lists_only_grow_at_their_end(data: bytes) -> None:
    before = read(data)
    result = format_document(before, renumber=True)
    if not isinstance(result, Formatted):
        return
    after = read(result.data)
    for old, new in zip(numbered(before), numbered(after), strict=True):
        assert new[: len(old)] == old
    assert format_document(after, renumber=True) == result


def numbered(document: Document) -> list[list[bytes]]:
    found: list[tuple[Section, str]] = []
    for name, prefix in NUMBERED_KEYS.items():
        supersection = document.supersection(name)
        found += ((section, prefix) for section in supersection.sections) if supersection else ()
    return [[entry.value for entry in section.numbered(prefix)] for section, prefix in found]
