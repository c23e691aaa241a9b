"""AP115: a required name that is empty."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.problem import ILLEGAL_CALL

_WHAT = {
    1024: ("no transfer syntax after `=`", "write one, or remove the entry and renumber the rest"),
    1025: ("no SOP class in front of the backslash", "write one"),
    1026: ("no SOP class in front of the backslash", "write one"),
    1028: ("no SOP class in front of the backslash", "write one"),
    1031: ("no transfer syntax list after the backslash", "write its name"),
    1033: ("no context list after `=`", "write its name"),
    1036: ("no role list after `=`", "write its name, or remove the entry"),
    1039: ("no extended negotiation list after `=`", "write its name, or remove the entry"),
}


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    problems = {
        (refusal.problem.span, refusal.problem.code): refusal.problem
        for refusal in view.refusals
        if refusal.cause == "empty"
    }
    for (span, code), problem in problems.items():
        text = view.subject.text(span)
        if code != ILLEGAL_CALL:
            what, advice = _WHAT[code]
        elif text.startswith("["):
            what, advice = "a header without a name", "DCMTK keeps letters, digits, `-` and `_` of it; write one"
        else:
            what, advice = problem.message, "write it"
        yield Hit(span, f"{what}, and DCMTK refuses the file; {advice}")


RULE = Rule(
    code="AP115",
    name="empty-name",
    severity="error",
    summary="A required name is empty, so DCMTK refuses the file",
    why="""\
DCMTK refuses a file in which a transfer syntax, a SOP class or the name of a list is empty, sometimes with the message
"illegal call", which does not say where. A header has no name, too, if it has none of the characters that DCMTK keeps,
as in `[***]`.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = \\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="",
            fixed=False,
        ),
    ),
    check=check,
)
