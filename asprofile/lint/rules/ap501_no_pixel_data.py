"""AP501: a compressed transfer syntax for objects without Pixel Data."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    return unfit.hits(subject, lambda verdict: verdict.kind.name == "NO_PIXEL_DATA")


RULE = Rule(
    code="AP501",
    name="no-pixel-data",
    severity="error",
    summary="A transfer syntax for Pixel Data is proposed for objects that have none",
    why="""\
JPEG, RLE, MPEG and all other encapsulated transfer syntaxes code the Pixel Data; the standard permits them only for
data sets that have some. Structured reports, presentation states, waveforms, RT plans, structure sets and
encapsulated documents have none, so such a context can never carry an object. If the SOP class has no other context,
none of its objects can be sent.
""",
    reference="PS3.5 A.4",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[RLE]
TransferSyntax1 = RLELossless
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\RLE
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
PresentationContext3 = RTStructureSetStorage\\RLE
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[RLE]
TransferSyntax1 = RLELossless
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\RLE
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
PresentationContext3 = RTStructureSetStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="RLE",
        ),
    ),
    check=check,
)
