"""AP104: blanks around a name, a role or hexadecimal digits."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.problem import NOT_A_UID
from asprofile.text import Edit, Span

_BLANKS = b" \t\v\f\0"


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    for field, diagnosis in view.not_uids:
        if diagnosis.cause == "blank":
            yield _hit(view, field.span, "name")
    for refusal in view.refusals:
        if refusal.cause == "blank" and refusal.problem.code not in NOT_A_UID:
            yield _hit(view, refusal.problem.span, "role" if refusal.problem.code == 1055 else "data")


def _hit(view: View, span: Span, what: str) -> Hit:
    text = view.subject.data[slice(*span)]
    before = Span(span.start, span.end - len(text.lstrip(_BLANKS)))
    behind = Span(span.start + len(text.rstrip(_BLANKS)), span.end)
    blanks = [place for place in (before, behind) if place.start < place.end]
    where = "around" if len(blanks) > 1 else "in front of" if blanks == [before] else "after"
    edits = tuple(Edit(place, b"") for place in blanks)
    message = f"a blank {where} the {what}, which DCMTK takes for part of it and refuses the file; remove it"
    return Hit(blanks[0], message, Fix("remove the blanks", edits, view.keeps(edits)))


RULE = Rule(
    code="AP104",
    name="surrounding-blank",
    severity="error",
    summary="A blank before or after a name is part of it, so DCMTK does not know the name",
    why="""\
A value goes on to the end of its line, including blanks at the end, and DCMTK does not trim it: it does not know the
name `LittleEndianExplicit ` with a blank after it. The same holds for a blank in front of the backslash, and for blanks
around a role and around the digits of extended negotiation. Blanks do not matter around the name of a *list*.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage \\ Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\ Uncompressed
""",
            at=" ",
        ),
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\ BOTH
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at=" ",
        ),
    ),
    check=check,
)
