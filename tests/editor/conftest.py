"""Files with the cursor marked in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asprofile.editor.opened import OpenFile
from asprofile.lint.run import LintOptions
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = """\
# Made for tests
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG_1]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\ un compressed
PresentationContext3 = 1.2.840.10008.5.1.4.1.1.7\\jpeg_1
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\SCP
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\030000000200
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
ExtendedNegotiation = Extended
"""


@pytest.fixture
def plain() -> str:
    """A sound file with every sort of list."""
    return PLAIN


@pytest.fixture
def at() -> Callable[..., tuple[OpenFile, int]]:
    """``at("Transfer|Syntax")``: the sound file and the offset of the bar; with ``file=`` another file that has it."""

    def marked(around: str = "", *, file: str = "", release: str = "3.7.0") -> tuple[OpenFile, int]:
        text = file
        if around:
            assert PLAIN.count(around.replace("|", "")) >= 1, around
            text = PLAIN.replace(around.replace("|", ""), around, 1)
        before, bar, behind = text.partition("|")
        assert bar
        return OpenFile(Source((before + behind).encode()), LintOptions(release=release)), len(before.encode())

    return marked
