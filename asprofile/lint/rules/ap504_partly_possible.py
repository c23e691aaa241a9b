"""AP504: contexts that carry only a part of the objects of their SOP class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.lint.contexts import JudgedContext
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject

if TYPE_CHECKING:
    from asprofile.names.fit import Verdict


def check(subject: Subject) -> Iterator[Hit]:
    partial: dict[str, list[JudgedContext]] = {}
    for context in subject.negotiations.judged:
        # Retired ones are reported by AP402.
        current = [verdict for verdict in context.verdicts if not (verdict.syntax and verdict.syntax.retired)]
        if current and len(context.verdicts) == len(context.uids) and all(map(_is_partial, current)):
            partial.setdefault(context.contexts.label, []).append(context)
    for first, *others in partial.values():
        carry = "this context carries only some of the objects of its SOP class"
        if others:
            more = f"{len(others)} more contexts" if len(others) > 1 else "one more context"
            carry = f"this and {more} carry only some of the objects of their SOP class"
        # Not needed until there is something to tell.
        from asprofile.names.reasons import reason

        yield Hit(first.item.label_span, f"{carry}: {reason(next(filter(_is_partial, first.verdicts)))}")


def _is_partial(verdict: Verdict) -> bool:
    return verdict.kind.name == "PARTIAL" and not verdict.unsure and not verdict.lossy_unwise


RULE = Rule(
    code="AP504",
    name="partly-possible",
    severity="info",
    summary="Some contexts carry only objects with certain pixel formats",
    why="""\
Many IODs permit more pixel formats than a transfer syntax can code: an MR image with 12 bits stored, unsigned, fits
JPEG Extended, any other MR image does not. That is fine as long as the SOP class has another context for the rest, but
not all MR images will be sent compressed. There is one finding for a context list, at the first such context; nothing
has to be changed.
""",
    reference="PS3.5 8.2; the IODs in PS3.3 Annex A and C.7.6.3",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG]
TransferSyntax1 = JPEGExtended:Process2+4
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\JPEG
PresentationContext2 = MRImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\JPEG
PresentationContext2 = MRImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEG",
            fixed=False,
        ),
    ),
    check=check,
)
