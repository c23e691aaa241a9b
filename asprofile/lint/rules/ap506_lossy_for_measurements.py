"""AP506: lossy compression of values that are measured or are labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.lint import profiles, unfit
from asprofile.lint.contexts import JudgedContext
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import uids

if TYPE_CHECKING:
    from asprofile.names.fit import Verdict


def check(subject: Subject) -> Iterator[Hit]:
    yield from unfit.hits(subject, _is_lossy)
    by_list: dict[str, list[JudgedContext]] = {}
    for context in subject.negotiations.judged:
        # An acceptor takes what is sent; in a context with other transfer syntaxes, the sender may use one of those.
        # Those that send a URL in place of the pixels are reported by AP404.
        sent = [verdict for verdict in context.verdicts if verdict.kind.name != "REFERENCED"]
        only = sent and len(context.verdicts) == len(context.uids) and all(map(_may_be_lossy, sent))
        if only and context.role != "acceptor":
            by_list.setdefault(context.contexts.label, []).append(context)
    for found in by_list.values():
        yield _perhaps(subject, found)


def _perhaps(subject: Subject, found: list[JudgedContext]) -> Hit:
    context = found[0]
    syntax = uids.display_name(next(filter(_may_be_lossy, context.verdicts)).transfer_syntax)
    names = profiles.named(context.item.abstract_syntax for context in found)
    message = (
        f"{syntax} may be lossy or not, as the sender chooses, and a loss makes no sense for {names}; see that it is "
        "lossless, or write one that always is"
    )
    only_for = profiles.only_for(subject.stance(context.contexts, "requestor"), "requestor")
    return Hit(context.item.label_span, message, severity="info", only_for=only_for)


def _is_lossy(verdict: Verdict) -> bool:
    return verdict.lossy_unwise and verdict.loss == "always"


def _may_be_lossy(verdict: Verdict) -> bool:
    return verdict.lossy_unwise and verdict.loss == "may" and not verdict.unsure


RULE = Rule(
    code="AP506",
    name="lossy-for-measurements",
    severity="warning",
    summary="Lossy compression is proposed for values that must not change",
    why="""\
In PET images, RT doses, segmentations, parametric maps and thickness maps a pixel is a measured value, a dose, or the
number of a segment. Lossy compression changes these values, although the image looks the same. The standard does not
forbid it, but it makes the values wrong: propose lossless or uncompressed transfer syntaxes for these classes.

JPEG 2000, JPEG-LS Near-lossless, JPEG XL and HTJ2K may be lossy or not, as the sender chooses. Where a context has
nothing else for such a class, the finding is an info, one for a context list.
""",
    reference="PS3.3 C.8.20.2.2 (segmentation), C.8.32.2.1 (parametric map), C.8.9.4 and C.8.22.3 (PET), "
    "C.8.8.3 (RT dose) and C.8.28.2 (thickness map)",
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
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG2000]
TransferSyntax1 = JPEG2000
[[PresentationContexts]]
[Contexts]
PresentationContext1 = PositronEmissionTomographyImageStorage\\JPEG2000
PresentationContext2 = PositronEmissionTomographyImageStorage\\Uncompressed
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
PresentationContext1 = PositronEmissionTomographyImageStorage\\JPEG2000
PresentationContext2 = PositronEmissionTomographyImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEG2000",
            fixed=False,
        ),
    ),
    check=check,
)
