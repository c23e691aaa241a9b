"""AP502: a transfer syntax that can code no pixel format of the SOP class."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.finding import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    return unfit.hits(subject, lambda verdict: verdict.kind.name == "IMPOSSIBLE")


RULE = Rule(
    code="AP502",
    name="impossible-pixel-format",
    severity="warning",
    summary="No object of the SOP class can be coded in the transfer syntax",
    why="""\
An IOD says which pixel formats its images may have (PS3.3), and the standard says which a transfer syntax can code
(PS3.5 8.2). Where they have none in common, the context can never be used: CT images have 16 bits allocated and JPEG
Baseline codes 8, so no CT image fits. It costs one of the 128 contexts, and whoever reads the profile believes that
CT goes out compressed. DCMTK's own storescu.cfg has eight of these. It is a warning because such images exist in
spite of the standard: say so with a comment if yours do.
""",
    reference="PS3.5 8.2; the IODs in PS3.3 Annex A and C.7.6.3",
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
PresentationContext1 = CTImageStorage\\JPEGBaseline
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext4 = UltrasoundImageStorage\\Uncompressed
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
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext3 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGBaseline",
        ),
    ),
    check=check,
)
