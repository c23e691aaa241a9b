"""Files for the tests of edits, and what is asked of every edit."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.model.document import read

if TYPE_CHECKING:
    from asprofile.model.document import Document

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "sample_profiles").glob("*.cfg"))

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BASELINE = "1.2.840.10008.1.2.4.50"
RLE = "1.2.840.10008.1.2.5"
VERIFICATION = "1.2.840.10008.1.1"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
US = "1.2.840.10008.5.1.4.1.1.6.1"
CSA = "1.3.12.2.1107.5.9.1"

SMALL = """\
# What a small sender needs.
[[TransferSyntaxes]]
# both of them
[Native]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
# end of the list

[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Native
# the scanner
PresentationContext2 = CTImageStorage\\Native
PresentationContext3 = MRImageStorage\\Native
# that is all

[[Profiles]]
[Small]
PresentationContexts = Contexts
"""


def small(old: str = "", new: str = "") -> Document:
    """The small file, with a piece of it replaced."""
    assert old in SMALL
    return read(SMALL.replace(old, new).encode())


def comments(data: bytes) -> Counter[bytes]:
    """The comment lines of a file, found without any reader."""
    return Counter(line.rstrip() for line in re.split(rb"\r\n|\r|\n", data) if line.startswith(b"#"))


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    old, new = Counter(before.decode().splitlines()), Counter(after.decode().splitlines())
    return list((old - new).elements()), list((new - old).elements())
