"""AP607: a list with no room, or hardly any, for another presentation context."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names.well_known import MAX_CONTEXTS

# From here on the next modality or compression does not fit.
FEWEST = 121


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.negotiations.proposed:
        count = len(contexts.items)
        if not FEWEST <= count <= MAX_CONTEXTS or not subject.negotiations.is_complete(contexts):
            continue
        left = f"only {MAX_CONTEXTS - count} more fit" if count < MAX_CONTEXTS else "no other fits"
        if MAX_CONTEXTS - count == 1:
            left = "only one more fits"
        message = (
            f"{count} of the {MAX_CONTEXTS} contexts that an association can have: {left} (PS3.8 9.3.2.2); make room, "
            "or give what comes next a profile with a list of its own"
        )
        only_for = profiles.only_for(subject.stance(contexts, "requestor"), "requestor")
        yield Hit(contexts.spans[0], message, only_for=only_for)


def _contexts(count: int) -> str:
    # Unknown private classes, so that no other rule says anything about them.
    lines = (f"PresentationContext{n} = 1.2.826.0.1.3680043.2.1143.{n}\\Uncompressed\n" for n in range(1, count + 1))
    return f"[[PresentationContexts]]\n[Contexts]\n{''.join(lines)}"


RULE = Rule(
    code="AP607",
    name="nearly-full",
    severity="info",
    summary="A list of presentation contexts is full, or nearly",
    why="""\
The IDs of presentation contexts are the odd numbers up to 255, so an association has 128 at most, and storescu refuses
a file with more. With 121 or more the next SOP class, or the next list for a SOP class that has several, does not fit.
What is of least use can go (`asprofile add` says what could), or what comes next has a profile with a list of its own.
A list of an acceptor may be longer.
""",
    reference="PS3.8 9.3.2.2",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad=_contexts(FEWEST),
            good=_contexts(FEWEST - 1),
            at="[Contexts]",
            fixed=False,
        ),
    ),
    check=check,
)
