"""AP001: a suppression comment that silences nothing."""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(_: Subject) -> Iterable[Hit]:
    """Yields nothing: what is unused is known only after all other rules have run, and the runner reports it then."""
    return ()


RULE = Rule(
    code="AP001",
    name="unused-suppression",
    severity="warning",
    summary="A suppression comment silences nothing",
    why="""\
The finding that the comment was written for is gone, or the comment is in the wrong place: `# asprofile:
ignore[...]` applies only to the next header or entry. If it stays in the file, it silently hides the next mistake of
this kind.
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
