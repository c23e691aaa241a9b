"""AP802: extended negotiation of a Storage SOP class that contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    for found, item in extended.items(subject, "storage"):
        if not extended.is_storage(item.data):
            continue
        what = extended.contradiction(item.data)
        if not what:
            continue
        fix = None
        advice = "state one or the other"
        if item.data[extended.LEVEL] == extended.SCU_ONLY and not extended.is_acceptors(subject, found):
            advice = "an SCU says 030000000200"
            edit = Edit(item.data_span, extended.STORAGE_DEFAULT.hex().encode())
            fix = Fix("state an SCU", (edit,), safe=False)
        yield Hit(item.data_span, f"{what}; {advice}", fix)


RULE = Rule(
    code="AP802",
    name="storage-extended-contradiction",
    severity="warning",
    summary="Extended negotiation of a Storage SOP class contradicts itself",
    why="""\
The three values of the six bytes belong together. Level 03 means "I am SCU only", so signature level and element
coercion do not apply (00 and 02). Only a level 2 SCP, which keeps all elements, can promise a signature level. And an
SCP (level 00 to 02) either coerces elements or does not (01, 00); 02 would say that it is not an SCP.
""",
    reference="PS3.4 B.3.1, Table B.3-1; B.4.1",
    examples=(
        Example(
            frame="extended negotiation",
            bad="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\030003000000\n",
            good="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\030000000200\n",
            at="030003000000",
        ),
        Example(
            frame="extended negotiation",
            bad="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\010003000000\n",
            good="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\020003000000\n",
            at="010003000000",
            fixed=False,
        ),
    ),
    check=check,
)
