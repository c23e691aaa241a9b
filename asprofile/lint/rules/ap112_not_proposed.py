"""AP112: a role or extended negotiation for a SOP class that the profile does not propose."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import LoadRefusal
from asprofile.lint.subject import Subject, View
from asprofile.names.uids import display_name
from asprofile.text import Span

_SHOWN = 3


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    groups: dict[tuple[Span, int], list[LoadRefusal]] = {}
    for refusal in view.refusals:
        if refusal.cause == "not proposed":
            groups.setdefault((refusal.problem.span, refusal.problem.code), []).append(refusal)
    for (span, code), group in groups.items():
        names = list(dict.fromkeys(display_name(refusal.problem.subject) for refusal in group))
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        what = "role" if code == 1038 else "extended negotiation"
        message = (
            f"this {what} list has {', '.join(names[:_SHOWN])}{more}, which the context list of the "
            "profile has not, and DCMTK refuses "
            "the file; propose the SOP class too, or take it out of the list"
        )
        yield Hit(span, message)


RULE = Rule(
    code="AP112",
    name="not-proposed",
    severity="error",
    summary="A role or extended negotiation is for a SOP class that the profile does not propose",
    why="""\
Roles and extended negotiation belong to SOP classes of the association. DCMTK refuses a file in which a profile
combines a context list with a list of roles, or of extended negotiation, that has a SOP class which the context list
has not (conditions 1038 and 1041).
""",
    reference="DCMTK asconfig.txt, 2.5; PS3.7 D.3.3.4",
    examples=(
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
Role2 = MRImageStorage\\BOTH
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at="Roles",
            fixed=False,
        ),
    ),
    check=check,
)
