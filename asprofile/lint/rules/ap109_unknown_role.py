"""AP109: a role that is neither SCU, SCP nor BOTH."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.edits import most_like
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import LoadRefusal, told_in_front
from asprofile.lint.subject import Subject, View
from asprofile.text import Edit

_BOTH = ("SCUSCP", "SCPSCU", "SCUANDSCP", "SCPANDSCU", "ALL")


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    unknown = [refusal for refusal in view.refusals if refusal.cause == "unknown role"]
    roles = [field.entry for field, _ in view.not_uids if field.place == "role"] if unknown else []
    ends = {entry.value_span.end for entry in roles if told_in_front(view.subject.config, entry)}
    return view.hits(_hit(view, refusal) for refusal in unknown if refusal.problem.span.end not in ends)


def _hit(view: View, refusal: LoadRefusal) -> Hit:
    span = refusal.problem.span
    text = view.subject.text(span)
    letters = "".join(character for character in text.upper() if character.isalpha())
    meant = "BOTH" if letters in _BOTH else most_like(letters, ("SCU", "SCP", "BOTH"), 0.8)
    what = f"`{text}` is no role" if text.strip() else "no role after the backslash"
    fix = Fix(f"write {meant}", (Edit(span, meant.encode("ascii")),), safe=False) if meant else None
    return Hit(span, f"{what}, so DCMTK refuses the file; write SCU, SCP or BOTH", fix)


RULE = Rule(
    code="AP109",
    name="unknown-role",
    severity="error",
    summary="A role is neither SCU, SCP nor BOTH, so DCMTK refuses the file",
    why="""\
The value of a `RoleN` has, after the backslash, the role that the requestor proposes for itself: `SCU`, `SCP` or
`BOTH`, in upper or lower case. DCMTK refuses a file with anything else (condition 1055).
""",
    reference="DCMTK asconfig.txt, 2.3; PS3.7 D.3.3.4",
    examples=(
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\SCU/SCP
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at="SCU/SCP",
        ),
    ),
    check=check,
)
