"""AP202: a number written with leading zeros."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.edit.numbering import number_of
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.printing import plural


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("keys")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    found = [loss for loss in view.losses if loss.cause == "leading zero"]
    for _, group in groupby(found, key=lambda loss: id(loss.section)):
        lost = list(group)
        first = lost[0].entry
        digits = number_of(first.key)[1]
        number = int(digits)
        many = f" ({plural(len(lost), 'key')} in this list)" if len(lost) > 1 else ""
        taken = "; that key is here too, so give this one another number" if lost[0].first is not None else ""
        message = (
            f"DCMTK asks for number {number}, not {digits}, so the entry is never read{many}; write {number}{taken}"
        )
        yield Hit(first.key_span, message, _fix(view, lost))


def _fix(view: View, lost: list[Loss]) -> Fix | None:
    edits = tuple(edit for loss in lost for edit in loss.mend)
    if not all(loss.mend for loss in lost):
        return None
    return Fix("write the numbers without zeros in front", edits, view.keeps(edits))


RULE = Rule(
    code="AP202",
    name="leading-zero",
    severity="error",
    summary="A number has leading zeros, so DCMTK never reads the entry",
    why="""\
DCMTK looks for the keys `PresentationContext1`, `PresentationContext2` and so on, without leading zeros. It never looks
for `PresentationContext01`, so that entry is not read; if there is no number 1, the whole list is empty.
""",
    reference="DCMTK asconfig.txt, 2.1 and 2.2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext01 = CTImageStorage\\Uncompressed
PresentationContext02 = MRImageStorage\\Uncompressed
PresentationContext03 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            at="PresentationContext01",
        ),
    ),
    check=check,
)
