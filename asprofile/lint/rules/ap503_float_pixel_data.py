"""AP503: a compressed transfer syntax for objects with Float Pixel Data."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    return unfit.hits(subject, lambda verdict: verdict.kind.name == "FLOAT_PIXEL_DATA")


RULE = Rule(
    code="AP503",
    name="float-pixel-data",
    severity="error",
    summary="A transfer syntax for Pixel Data is proposed for objects with Float Pixel Data",
    why="""\
Encapsulated transfer syntaxes code Pixel Data (7FE0,0010). A class whose values are floating-point numbers keeps them
in Float Pixel Data (7FE0,0008), which cannot be encapsulated, so such a context can never carry an object. (Classes
that may have either, such as Parametric Map Storage, are left alone.)
""",
    reference="PS3.5 A.4; PS3.3 C.7.6.24",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG2000]
TransferSyntax1 = JPEG2000LosslessOnly
[[PresentationContexts]]
[Contexts]
PresentationContext1 = HeightMapSegmentationStorage\\JPEG2000
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG2000]
TransferSyntax1 = JPEG2000LosslessOnly
[[PresentationContexts]]
[Contexts]
PresentationContext1 = HeightMapSegmentationStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEG2000",
        ),
    ),
    check=check,
)
