"""AP908: Storage SOP classes that the standard has retired, in a requestor's list."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    for items, only_for in profiles.proposed_with_status(subject, ("retired",)):
        what = profiles.with_successors(subject, items)
        message = f"the standard has retired {what}: worth a context only for old objects that are still to be sent"
        yield Hit(items[0].abstract_syntax_span, message, only_for=only_for)


RULE = Rule(
    code="AP908",
    name="retired-sop-class",
    severity="info",
    summary="A requestor proposes Storage SOP classes that the standard has retired",
    why="""\
No new objects are made with a retired SOP class, and newer peers refuse it. But an archive that sends on old objects
needs it, and an acceptor should accept it; so this is an info, once for a list, and only for requestors. If you need
more of the 128 contexts, remove these first.
""",
    reference="PS3.6 Table A-1; PS3.4 B.6",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = RETIRED_UltrasoundImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\Uncompressed
""",
            at="RETIRED_UltrasoundImageStorage",
            fixed=False,
        ),
    ),
    check=check,
)
