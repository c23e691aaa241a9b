"""AP506: lossy compression of values that are measured or are labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.lint import unfit
from asprofile.lint.finding import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject

if TYPE_CHECKING:
    from asprofile.names.fit import Verdict


def check(subject: Subject) -> Iterator[Hit]:
    return unfit.hits(subject, _is_lossy)


def _is_lossy(verdict: Verdict) -> bool:
    # One that is lossless or lossy as the sender chooses may be used without a loss.
    return verdict.lossy_unwise and verdict.loss == "always"


RULE = Rule(
    code="AP506",
    name="lossy-for-measurements",
    severity="warning",
    summary="Lossy compression is proposed for values that must not change",
    why="""\
In PET images, RT doses, segmentations, parametric maps and thickness maps a pixel is a measured value, a dose, or the
number of a segment. Lossy compression makes other values of them that look the same to the eye. The standard does not
forbid it, and nobody wants it: propose lossless or uncompressed transfer syntaxes for these classes.
""",
    reference="PS3.5 8.2; PS3.3 C.8.20, C.8.23 and the IODs concerned",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = SegmentationStorage\\JPEGBaseline
PresentationContext2 = SegmentationStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = SegmentationStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGBaseline",
        ),
    ),
    check=check,
)
