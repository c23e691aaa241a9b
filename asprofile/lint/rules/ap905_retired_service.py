"""AP905: services that the standard has retired."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.config.context_lists.values():
        items = [item for item in contexts.items if _is_retired(item)]
        if items:
            what = profiles.with_successors(subject, items)
            message = f"the standard has retired {what}: few peers use {'it' if len(items) == 1 else 'them'}"
            yield Hit(items[0].abstract_syntax_span, message)


def _is_retired(item: ContextItem) -> bool:
    found = profiles.info(item.abstract_syntax)
    return found is not None and found.retired and found.is_abstract_syntax and found.kind != "storage"


RULE = Rule(
    code="AP905",
    name="retired-service",
    severity="info",
    summary="A retired service is negotiated",
    why="""\
Query/Retrieve of Patient/Study Only, the Detached management classes, Study Component, General Purpose Worklist, the
pull model of Storage Commitment, stored and referenced printing, and the trial versions of Unified Procedure Step and
RT Machine Verification are retired. The UIDs stay valid, and an old peer may still need them; in a new profile most
likely the current class was meant.
""",
    reference="PS3.6 Table A-1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = RETIRED_StorageCommitmentPullModelSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = StorageCommitmentPushModelSOPClass\\Uncompressed
""",
            at="RETIRED_StorageCommitmentPullModelSOPClass",
            fixed=False,
        ),
    ),
    check=check,
)
