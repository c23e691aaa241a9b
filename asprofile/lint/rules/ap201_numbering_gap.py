"""AP201: entries after a gap in the numbering."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.edit.numbering import number_of
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.model.words import NUMBERED_KEYS, SPELLED_KEYS
from asprofile.printing import plural


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("numbers")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    gaps = [loss for loss in view.losses if loss.cause == "gap"]
    for _, group in groupby(gaps, key=lambda loss: id(loss.section)):
        lost = list(group)
        first = lost[0].entry
        written = view.subject.text(first.key_span)
        key = SPELLED_KEYS[NUMBERED_KEYS[lost[0].supersection]]
        if number_of(first.key)[1] == "0" and len(lost) == 1:
            message = (
                f"DCMTK counts from 1, so {written} is never read; make it {key}{lost[0].missing}, "
                "or number the whole list from 1 if it shall come first"
            )
        else:
            missing = f"{key}{lost[0].missing}"
            rest = f"this and {len(lost) - 1} more are" if len(lost) > 1 else "it is"
            message = (
                f"{missing} is missing before {written}: DCMTK stops reading the list at the gap, "
                f"so {rest} never read; number from {lost[0].missing}"
            )
        yield Hit(first.key_span, message, _renumbered(view, lost))


def _renumbered(view: View, lost: list[Loss]) -> Fix:
    edits = tuple(edit for loss in lost for edit in loss.mend)
    return Fix(f"renumber {plural(len(lost), 'entry')}", edits, view.keeps(edits))


RULE = Rule(
    code="AP201",
    name="numbering-gap",
    severity="error",
    summary="A number is missing, so DCMTK reads nothing after it",
    why="""\
DCMTK asks a list for number 1, 2, 3 and so on and stops at the first number that is missing. Everything after the gap
is silently lost: if one context is commented out or deleted, all that follow it are gone too. Numbers that begin at 0
or 2 are the same mistake. The fix gives the lost entries the next numbers and moves nothing that is read, as `asprofile
renumber` does; if an entry 0 shall come first, number the list by hand.
""",
    reference="DCMTK asconfig.txt, 2.1 and 2.2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext3 = MRImageStorage\\Uncompressed
PresentationContext4 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            at="PresentationContext3",
        ),
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax0 = LittleEndianExplicit
TransferSyntax1 = LittleEndianImplicit
""",
            good="""\
[Uncompressed]
TransferSyntax2 = LittleEndianExplicit
TransferSyntax1 = LittleEndianImplicit
""",
            at="TransferSyntax0",
        ),
    ),
    check=check,
)
