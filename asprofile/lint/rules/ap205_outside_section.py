"""AP205: an entry outside any section, a section outside any supersection."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.model.words import SPELLED
from asprofile.printing import plural
from asprofile.syntax import Entry


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("places")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    lost = [loss for loss in view.losses if loss.cause == "outside"]
    for supersection, group in groupby(lost, key=lambda loss: loss.supersection):
        yield _hit(supersection, list(group))


def _hit(supersection: str, lost: list[Loss]) -> Hit:
    first = lost[0].item
    entries = sum(isinstance(loss.item, Entry) for loss in lost)
    sections = len(lost) - entries
    parts = [plural(count, word) for count, word in ((sections, "section"), (entries, "entry")) if count]
    verb, them = ("is", "it") if len(lost) == 1 else ("are", "them")
    where = f"under [[{SPELLED.get(supersection, supersection)}]] without a section" if supersection else "in front of"
    if supersection:
        where += f", so DCMTK drops {them}; write the header of the list above, such as `[Name]`"
    else:
        where += (
            f" every supersection, so DCMTK drops {them}; "
            "write the header of the supersection above, such as [[TransferSyntaxes]]"
        )
    span = first.key_span if isinstance(first, Entry) else first.raw_name
    fix = None
    if lost[0].mend:
        fix = Fix(
            f"write [{lost[0].meant}] above, the one list that is referenced and not there", lost[0].mend, safe=False
        )
    return Hit(span, f"{' and '.join(parts)} {verb} {where}", fix)


RULE = Rule(
    code="AP205",
    name="outside-section",
    severity="error",
    summary="An entry is outside any section, or a section outside any supersection",
    why="""\
An entry belongs to the section whose header `[Name]` is above it, a section to the supersection whose header
`[[Name]]` is above it. DCMTK silently drops the rest: entries between `[[TransferSyntaxes]]` and its first section, and
sections before the first supersection.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="PresentationContext1",
        ),
    ),
    check=check,
)
