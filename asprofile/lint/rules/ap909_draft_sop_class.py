"""AP909: Storage SOP classes of drafts that never became the standard, in a requestor's list."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    for items, only_for in profiles.proposed_with_status(subject, ("trial",)):
        what = profiles.with_successors(subject, items)
        message = f"{what}: a draft for trial use, replaced before products came to use it; no current peer accepts it"
        yield Hit(items[0].abstract_syntax_span, message, only_for=only_for)


RULE = Rule(
    code="AP909",
    name="draft-sop-class",
    severity="info",
    summary="A requestor proposes Storage SOP classes of a draft",
    why="""\
Some supplements were published for trial use with UIDs of their own: the first structured reports, waveforms and RT
beams delivery instructions. The final text has other UIDs. Hardly any object of the trial classes exists, so their
contexts are wasted.
""",
    reference="PS3.6 Table A-1",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = DRAFT_RTBeamsDeliveryInstructionStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = RTBeamsDeliveryInstructionStorage\\Uncompressed
""",
            at="DRAFT_RTBeamsDeliveryInstructionStorage",
            fixed=False,
        ),
    ),
    check=check,
)
