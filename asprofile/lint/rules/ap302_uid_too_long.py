"""AP302: a UID of more than 64 characters."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import mistyped

MAX_LENGTH = 64


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.numbers:
        size = len(field.uid or "")
        if size > MAX_LENGTH:
            message = f"this UID has {size} characters, and a UID has {MAX_LENGTH} at most; "
            if subject.side(field) == "acceptor":
                message += "no peer proposes it"
            else:
                message += f"DCMTK sends the first {MAX_LENGTH} only, so the peer sees another UID"
            two = mistyped.glued(field.uid or "")
            if two is not None:
                message += f"; it is {two[0]} and {two[1]} in one: give each an entry"
            yield Hit(field.span, message)


RULE = Rule(
    code="AP302",
    name="uid-too-long",
    severity="error",
    summary="A UID has more than 64 characters",
    why="""\
A UID has at most 64 characters. DCMTK loads a longer one and silently cuts it off when it sends it: the peer does not
know the result and rejects it. Two long UIDs with the same beginning even become the same.
""",
    reference="PS3.5 9.1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = 2.25.110229480184750482949204850293840293.1.1.20240131.101500.1234567\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = 2.25.110229480184750482949204850293840293\\Uncompressed
""",
            at="2.25.110229480184750482949204850293840293.1.1.20240131.101500.1234567",
            fixed=False,
        ),
    ),
    check=check,
)
