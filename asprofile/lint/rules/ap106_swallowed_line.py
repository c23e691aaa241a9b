"""AP106: an indented line that becomes part of the value above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.text_slip import TextSlip
from asprofile.lint.subject import Subject, View
from asprofile.model.problem import NOT_A_UID
from asprofile.printing import plural
from asprofile.text import Edit, Span, encode

_CONTINUED = re.compile(rb"[\r\n]+[ \t\0\r\n]*")
_WHAT = {"header": "header", "entry": "entry", "comment": "comment"}


def check(subject: Subject) -> Iterator[Hit]:
    lines = subject.view("lines")
    yield from lines.hits(_swallowed(lines, slip) for slip in lines.subject.text_slips if slip.kind == "swallowed")
    values = subject.view("values")
    yield from values.hits(_continued(values))


def _swallowed(view: View, slip: TextSlip) -> Hit:
    more = f" (and {plural(slip.lines - 1, 'line')} more)" if slip.lines > 1 else ""
    if slip.what == "entry behind":
        message = "a second entry on the line, which DCMTK takes for part of the value; begin it on a line of its own"
        return Hit(slip.span, message, Fix("begin a new line", slip.mend, view.keeps(slip.mend)))
    message = (
        f"an indented line continues the value above it, so DCMTK takes this {_WHAT[slip.what]}{more} "
        "for part of that value; "
        "begin it in the first column"
    )
    title = "remove the indentation" if slip.lines == 1 else f"remove the indentation of {plural(slip.lines, 'line')}"
    return Hit(slip.span, message, Fix(title, slip.mend, view.keeps(slip.mend)))


def _continued(view: View) -> Iterator[Hit]:
    """Values that are wrong because of an indented line that looks like neither entry, header nor comment."""
    for field, diagnosis in view.not_uids:
        if diagnosis.cause == "continuation":
            edits = (Edit(field.span, encode(diagnosis.meant)),)
            fix = Fix(f"write {diagnosis.meant}", edits, safe=False) if diagnosis.meant else None
            yield _continuation(view, field.span, fix)
    for refusal in view.refusals:
        if refusal.cause == "continuation" and refusal.problem.code not in NOT_A_UID:
            yield _continuation(view, refusal.problem.span, None)


def _continuation(view: View, span: Span, fix: Fix | None) -> Hit:
    match = _CONTINUED.search(view.subject.data, *span)
    place = Span(match.end(), span.end) if match and match.end() < span.end else span
    message = (
        "an indented line continues the value above it, which makes that value wrong; begin it in the "
        "first column, or join the two"
    )
    return Hit(place, message, fix)


RULE = Rule(
    code="AP106",
    name="swallowed-line",
    severity="error",
    summary="An indented line becomes part of the value above it",
    why="""\
A line that begins with a blank or a tab continues the value of the entry above it, whatever is in it: an indented
entry, header or comment becomes text at the end of that value. Then either DCMTK refuses the value, or the indented
line is silently lost. Do not indent anything below an entry; directly below a header it does no harm. A second entry on
the same line is part of the first entry's value, too.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
  PresentationContext1 = VerificationSOPClass\\Uncompressed
  PresentationContext2 = CTImageStorage\\Uncompressed
  # the new scanner
  PresentationContext3 = MRImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
  PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
# the new scanner
PresentationContext3 = MRImageStorage\\Uncompressed
""",
            at="PresentationContext2 = CTImageStorage\\Uncompressed",
        ),
    ),
    check=check,
)
