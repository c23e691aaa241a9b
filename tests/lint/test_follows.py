r"""What follows from another error is not reported: one slip in a clean file is one thing to mend.

Each slip is made at every place where it can be made; whatever is found then is about how DCMTK reads the file, and
nothing about what the file would propose if its loss were meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from asprofile.lint import Settings, lint
from asprofile.text import Source

CLEAN = r"""[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Lossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax2 = JPEG2000LosslessOnly
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
[[PresentationContexts]]
[Get]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\Uncompressed
PresentationContext2 = CTImageStorage\Uncompressed
PresentationContext3 = CTImageStorage\Lossless
PresentationContext4 = ComprehensiveSRStorage\Uncompressed
PresentationContext5 = ComprehensiveSRStorage\Deflated
[[SCPSCURoleSelection]]
[Receive]
Role1 = CTImageStorage\SCP
Role2 = ComprehensiveSRStorage\SCP
[[Profiles]]
[Get]
PresentationContexts = Get
SCPSCURoleSelection = Receive
"""


def at_each(pattern: str, change: Callable[[re.Match[str]], str]) -> Iterator[str]:
    for match in re.finditer(pattern, CLEAN, re.MULTILINE):
        yield CLEAN[: match.start()] + change(match) + CLEAN[match.end() :]


SLIPS = {
    "a blank behind": list(at_each(r"^TransferSyntax\d = \S+$|^Role\d = \S+$", lambda found: found[0] + " ")),
    "a letter too few": list(at_each(r"(?<== )(\w{4})\w", lambda found: found[1])),
    "a comment behind": list(at_each(r"^\w+\d? = \S+$", lambda found: found[0] + " # as agreed")),
    "no equals sign": list(at_each(r" = ", lambda _: " ")),
    "indented": list(at_each(r"^\w+[2-9] = ", lambda found: "  " + found[0])),
    "a number too high": list(at_each(r"^(\w+)(\d) =", lambda found: f"{found[1]}{int(found[2]) + 7} =")),
    "a key misspelt": list(at_each(r"^(\w{3})\w(\w+\d) =", lambda found: f"{found[1]}{found[2]} =")),
    "one bracket too few": list(at_each(r"^\[\[|\]\]$", lambda found: found[0][0])),
    "a header misspelt": list(at_each(r"^\[(\w{3})(\w)", lambda found: f"[{found[1]}{found[2]}{found[2]}")),
    "a line lost": list(at_each(r"^\[+\w+\]+\n", lambda _: "")),
    "no backslash": list(at_each(r"\\", lambda _: " ")),
    "a byte-order mark": ["\ufeff" + CLEAN],
}


def found(text: str) -> list[str]:
    return [finding.code for finding in lint(Source(text.encode()), Settings(role="requestor")).findings]


@pytest.mark.parametrize("slip", SLIPS)
def test_one_slip_is_one_thing(slip: str) -> None:
    assert SLIPS[slip]
    others = {code for text in SLIPS[slip] for code in found(text) if code[2] not in "12"}
    assert others <= set(found(CLEAN))


def test_what_an_error_emptied_is_no_part_of_another() -> None:
    """A list with one entry that is not read is no subset of others."""
    text = CLEAN.replace("= DeflatedLittleEndianExplicit", "= NoNameThatAnyoneKnows")
    assert "AP103" in found(text)
    assert "AP601" not in found(text)
