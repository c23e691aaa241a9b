"""AP805: extended negotiation for a SOP class that has none."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import EXTENDED_NEGOTIATION
from asprofile.names.uids import display_name


def check(subject: Subject) -> Iterator[Hit]:
    for found, item in extended.items(subject, "forbidden", "none"):
        is_forbidden = extended.form(item.sop_class) == "forbidden"
        what = "shall not be used for" if is_forbidden else "has no meaning for"
        message = (
            f"extended negotiation {what} {display_name(item.sop_class)}, and DCMTK sends it all the same: leave the "
            "entry out"
        )
        edits = lists.removal(subject, EXTENDED_NEGOTIATION, found.label, {item.span})
        fix = Fix("leave the entry out", edits, safe=False) if edits else None
        yield Hit(item.sop_class_span, message, fix, None if is_forbidden else "warning")


RULE = Rule(
    code="AP805",
    name="extended-not-defined",
    severity="error",
    summary="Extended negotiation for a SOP class that has none",
    why="""\
What the bytes mean is defined by each service class. Storage Commitment and Modality Performed Procedure Step forbid
extended negotiation (an error). Verification, Print, Media Creation, Event Logging, Relevant Patient Information
Query, Product Characteristics and Substance Approval Query, and the storage of Hanging Protocols and Color Palettes
define none (a warning): the peer cannot know what is meant. DCMTK sends all that is listed.
""",
    reference="PS3.4 F.2.1, J.2.1, A.5, H.5, P.1, Q.3, S.2.1, T.2, V.5, W.2",
    examples=(
        Example(
            frame="extended negotiation",
            bad="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = VerificationSOPClass\\01
ExtendedNegotiation2 = CTImageStorage\\020003000000
""",
            good="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020003000000
""",
            at="VerificationSOPClass",
        ),
    ),
    check=check,
)
