"""AP511: a compressed transfer syntax for a private class that has no Pixel Data, as far as is known."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import private


def check(subject: Subject) -> Iterator[Hit]:
    for context in subject.negotiations.encapsulating:
        known = private.get(context.item.abstract_syntax)
        bad = [one for one in context.uids if _is_without_pixel_data(context.item.abstract_syntax, one)]
        if known is not None and bad and unfit.is_of_concern(context, len(bad)):
            message = (
                f"{known.name} ({known.vendor}) has no Pixel Data as far as is known, and {named(bad)} codes nothing "
                "else (PS3.5 A.4); give it uncompressed ones"
            )
            yield Hit(context.item.label_span, message, only_for=unfit.side(context, len(bad)))


def _is_without_pixel_data(uid: str, syntax: str) -> bool:
    # Imported here because hardly any file needs it.
    from asprofile.names.fit import judge

    found = judge(uid, syntax)
    return found.of == "private" and found.kind.name == "NO_PIXEL_DATA"


RULE = Rule(
    code="AP511",
    name="private-class-without-pixel-data",
    severity="info",
    summary="A transfer syntax for Pixel Data is proposed for a private SOP class that seems to have none",
    why="""\
Many private SOP classes have a vendor's raw data, protocols or measurements and no Pixel Data, so a compressed transfer
syntax is useless for them (see AP501). What is known about private classes comes from conformance statements, which
differ from device to device; that is why this is an info.
""",
    reference="PS3.5 A.4; the vendors' conformance statements",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[Contexts]
# Siemens CSA Non-Image Storage
PresentationContext1 = 1.3.12.2.1107.5.9.1\\JPEGLossless
PresentationContext2 = 1.3.12.2.1107.5.9.1\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[Contexts]
# Siemens CSA Non-Image Storage
PresentationContext1 = 1.3.12.2.1107.5.9.1\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGLossless",
            fixed=False,
        ),
    ),
    check=check,
)
