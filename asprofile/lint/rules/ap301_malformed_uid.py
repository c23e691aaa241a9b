"""AP301: a UID that breaks the rules of PS3.5 9.1."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import near
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject
from asprofile.names import mistyped, uids
from asprofile.text import Edit, encode

MAX_SECOND_COMPONENT = 39  # below the roots 0 and 1 (ISO/IEC 9834-1)


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.numbers:
        flaw = _flaw((field.uid or "").split("."))
        if flaw:
            is_accepted = subject.side(field) == "acceptor"
            then = "no peer proposes it" if is_accepted else "DCMTK sends it as it is, and the peer may abort"
            yield _hit(field, f"{field.uid} {flaw}, so it is not a UID; {then}")


def _hit(field: UidField, what: str) -> Hit:
    meant = mistyped.without_flaws(field.uid or "", field.kind)
    if not meant.uids:
        return Hit(field.span, what)
    if not meant.certain:
        return Hit(field.span, f"{what}; {near.question(meant)}")
    (uid,) = meant.uids
    name = uids.display_name(uid)
    return Hit(
        field.span,
        f"{what}; write {uid}, {name}",
        Fix(f"write {uid} ({name})", (Edit(field.span, encode(uid)),), safe=False),
    )


def _flaw(parts: list[str]) -> str:
    if "" in parts:
        place = "begins with a dot" if not parts[0] else "ends with a dot" if not parts[-1] else "has two dots in a row"
        return place if any(parts) else "has no component"
    padded = next((part for part in parts if part.startswith("0") and part != "0"), None)
    if padded is not None:
        return f"has a component with a leading zero ({padded})"
    if len(parts) == 1:
        return "has one component only"
    if parts[0] not in ("0", "1", "2"):
        return f"begins with {parts[0]}, where only 0, 1 and 2 are possible"
    # By length first: int() refuses thousands of digits.
    if parts[0] != "2" and (len(parts[1]) > 2 or int(parts[1]) > MAX_SECOND_COMPONENT):
        return f"has {parts[1]} as its second component, where {MAX_SECOND_COMPONENT} is the most"
    return ""


RULE = Rule(
    code="AP301",
    name="malformed-uid",
    severity="error",
    summary="The value is written as a UID but is not one",
    why="""\
DCMTK checks only that a UID consists of digits and dots, and sends it. PS3.5 requires more: at least two components,
none empty, none with a leading zero, the first 0, 1 or 2, the second at most 39 if the first is 0 or 1. A peer that
checks this may abort the whole association; any other peer does not know the UID and rejects the context. Often a dot
was typed twice or a digit is missing: the message names the registered UIDs that may be meant.
""",
    reference="PS3.5 9.1; PS3.8 Annex F.1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2..840.10008.5.1.4.1.1.2\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.2\\Uncompressed
""",
            at="1.2..840.10008.5.1.4.1.1.2",
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.05.1.4.1.1.4\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.4\\Uncompressed
""",
            at="1.2.840.10008.05.1.4.1.1.4",
        ),
    ),
    check=check,
)
