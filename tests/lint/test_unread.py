"""How many entries are not read: by the model, entry by entry, for each way in which they get lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.lint.unread import unread_entries

START = """\
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
"""
REST = """\
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\\U
PresentationContext2 = MRImageStorage\\U
PresentationContext3 = VerificationSOPClass\\U
[[Profiles]]
[P]
PresentationContexts = C
"""
CLEAN = START + REST


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (CLEAN, 0),
        (CLEAN.replace("[[Pres", "[Spare]\nTransferSyntax1 = JPEGBaseline\n[[Pres"), 0),  # read, and merely unused
        (CLEAN.replace("Context2", "Context5"), 2),
        (CLEAN.replace("Context1", "Context01"), 3),  # nothing of the list is left
        (CLEAN.replace("Context3", "Context2"), 1),
        (CLEAN.replace("\nPresentationContext2", " PresentationContext2"), 2),
        (CLEAN.replace("[C]", "[[C]]"), 3),
        (CLEAN.replace("[C]", "{C}"), 3),
        (CLEAN.replace("Context3", "Contex3"), 1),
        (CLEAN.replace("[C]\n", ""), 3),
        (CLEAN + "[[TransferSyntaxes]]\n[V]\nTransferSyntax1 = JPEGBaseline\nTransferSyntax2 = RLELossless\n", 2),
        (CLEAN + "[[Notes]]\n[A]\nAuthor = me\nDate = today\n", 2),
        ("[Early]\nTransferSyntax1 = JPEGBaseline\n" + CLEAN, 1),
        (CLEAN.replace("TransferSyntax2", "  TransferSyntax2"), 1),  # part of the value above
        (CLEAN.replace("TransferSyntax2 =", "TransferSyntax2"), 4),  # the key takes two headers along
        (CLEAN.replace("PresentationContext2 =", "PresentationContext2"), 2),  # takes the next one along
        (CLEAN.replace("PresentationContexts =", "Owner = me\nPresentationContexts ="), 1),
        (CLEAN.replace("\n", "\r\n").replace("Context2", "Context5"), 2),
        ("", 0),
    ],
)
def test_each_way(text: str, count: int) -> None:
    assert unread_entries(text.encode()) == count


def test_samples_are_read_whole() -> None:
    for sample in sorted((Path(__file__).parents[2] / "sample_profiles").glob("*.cfg")):
        assert unread_entries(sample.read_bytes()) == 0, sample


def test_it_takes_time_in_proportion() -> None:
    """A file of many lost entries is counted exactly, and soon."""
    lines = "".join(f"TransferSyntax{2 * number} = JPEGBaseline\n" for number in range(2, 20_001))
    assert unread_entries((START + lines + REST).encode()) == 19_999
