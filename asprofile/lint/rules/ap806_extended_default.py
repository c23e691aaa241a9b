"""AP806: extended negotiation that says what holds without it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.lint import extended, profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ExtendedNegotiation
from asprofile.model.words import EXTENDED_NEGOTIATION


def check(subject: Subject) -> Iterator[Hit]:
    found = extended.items(subject, "storage", "find", "retrieve", "composite-retrieve")
    for _, group in groupby(found, key=lambda pair: pair[0].label):
        # An acceptor that says "SCU only" is wrong, which another rule reports.
        entries = [
            (listed, item)
            for listed, item in group
            if _is_default(item)
            and not (extended.form(item.sop_class) == "storage" and extended.is_acceptors(subject, listed))
        ]
        if not entries:
            continue
        items = [item for _, item in entries]
        names = profiles.named(item.sop_class for item in items)
        message = f"for {names} this says what holds without extended negotiation; leave it out"
        label = entries[0][0].label
        edits = lists.removal(subject, EXTENDED_NEGOTIATION, label, {item.span for item in items})
        fix = Fix("leave the defaults out", edits, safe=False) if edits else None
        # An acceptor is no SCU, and not to say so is no default for it.
        of_storage = any(extended.form(item.sop_class) == "storage" for item in items)
        is_open = of_storage and extended.is_open(subject, entries[0][0])
        yield Hit(items[0].data_span, message, fix, only_for="requestor" if is_open else None)


def _is_default(item: ExtendedNegotiation) -> bool:
    kind = extended.form(item.sop_class)
    if kind == "storage":
        return item.data == extended.STORAGE_DEFAULT
    # Data that are too long are reported by another rule.
    return not any(item.data) and len(item.data) <= (7 if kind == "find" else 2)


RULE = Rule(
    code="AP806",
    name="extended-default",
    severity="info",
    summary="Extended negotiation states the default",
    why="""\
A FIND, MOVE or GET entry of zeroes asks for no option, and `030000000200` for a Storage SOP class says "SCU only".
Both are what a peer assumes when nothing is sent. The entry is legal; it only makes the request longer, and some
peers answer extended negotiation badly.
""",
    reference="PS3.4 B.3.1, C.5.1.1, C.5.2.1, Y.5.1.1",
    examples=(
        Example(
            frame="extended negotiation",
            bad="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\030000000200
""",
            good="""\
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\020003000000
""",
            at="030000000200",
            fixed=False,
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Query]
PresentationContext1 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Relational]
ExtendedNegotiation1 = FINDStudyRootQueryRetrieveInformationModel\\01
ExtendedNegotiation2 = MOVEStudyRootQueryRetrieveInformationModel\\00
[[Profiles]]
[Default]
PresentationContexts = Query
ExtendedNegotiation = Relational
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Query]
PresentationContext1 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Relational]
ExtendedNegotiation1 = FINDStudyRootQueryRetrieveInformationModel\\01
[[Profiles]]
[Default]
PresentationContexts = Query
ExtendedNegotiation = Relational
""",
            at="00",
        ),
    ),
    check=check,
)
