"""AP107: no backslash between a SOP class and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import LoadRefusal
from asprofile.lint.subject import Subject, View

_FORMS = {
    1052: "a presentation context is `SOP class\\transfer syntax list`",
    1054: "a role is `SOP class\\SCU`, `\\SCP` or `\\BOTH`",
    1057: "an extended negotiation is `SOP class\\hexadecimal digits`",
}


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, refusal) for refusal in view.refusals if refusal.cause == "no backslash")


def _hit(view: View, refusal: LoadRefusal) -> Hit:
    span = refusal.problem.span
    what = "no value" if span.start == span.end else "no backslash"
    message = f"{what}, so DCMTK refuses the file: {_FORMS[refusal.problem.code]}"
    if not refusal.mend:
        return Hit(span, message)
    return Hit(refusal.mend[0].span, message, Fix("write a backslash", refusal.mend, view.keeps(refusal.mend)))


RULE = Rule(
    code="AP107",
    name="missing-backslash",
    severity="error",
    summary="A context, role or extended negotiation has no backslash",
    why="""\
The value of a `PresentationContextN`, `RoleN` or `ExtendedNegotiationN` has two parts with a backslash between them.
DCMTK splits at the first backslash and refuses the file when there is none (conditions 1052, 1054 and 1057).
""",
    reference="DCMTK asconfig.txt, 2.2 to 2.4",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage/Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="/",
        ),
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage = SCP
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\SCP
""",
            at="CTImageStorage = SCP",
            fixed=False,
        ),
    ),
    check=check,
)
