"""AP105: a comment after a value."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.edits import on_a_line_above
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.diagnosis import comment_of
from asprofile.lint.subject import Subject, View
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    spans = [field.span for field, diagnosis in view.not_uids if diagnosis.cause == "comment"]
    spans += [refusal.problem.span for refusal in view.refusals if refusal.cause == "comment"]
    seen: set[int] = set()
    for span in spans:
        place = comment_of(view.subject.data, span)
        if place.start not in seen:
            seen.add(place.start)
            yield _hit(view, place)


def _hit(view: View, place: Span) -> Hit:
    edits = on_a_line_above(view.subject.data, place)
    blanks = len(view.subject.data[slice(*place)]) - len(view.subject.data[slice(*place)].lstrip())
    mark = (
        "//"
        if view.subject.data[place.start + blanks :].startswith(b"/")
        else chr(view.subject.data[place.start + blanks])
    )
    message = (
        f"`{mark}` after a value begins no comment, so DCMTK takes this for part of the value and "
        "refuses the file; write it on a line of its own"
    )
    return Hit(Span(place.start + blanks, place.end), message, Fix("move the comment above", edits, view.keeps(edits)))


RULE = Rule(
    code="AP105",
    name="comment-after-value",
    severity="error",
    summary="A comment after a value becomes part of the value",
    why="""\
`#` begins a comment only as the first character of a line. After a value it is an ordinary character: DCMTK does not
know the name `LittleEndianExplicit # default` and refuses the whole file. `;` and `//` never begin a comment.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed   # the new scanner
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
# the new scanner
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="# the new scanner",
        ),
    ),
    check=check,
)
