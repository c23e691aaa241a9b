"""AP001: a suppression comment that silences nothing."""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(_: Subject) -> Iterable[Hit]:
    """Nothing: only when all other rules have run is it known what is unused; the runner reports it then."""
    return ()


RULE = Rule(
    code="AP001",
    name="unused-suppression",
    severity="warning",
    summary="A suppression comment silences nothing",
    why="""\
The finding that the comment was written for is gone, or the comment is in the wrong place: `# asprofile:
ignore[...]` speaks of the next header or entry only. Left in the file it would hide the next mistake of its kind
without a word.
""",
    reference="asprofile, suppression comments",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
# asprofile: ignore[AP203] the second one is kept for the archive
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            at="AP203",
        ),
    ),
    check=check,
)
