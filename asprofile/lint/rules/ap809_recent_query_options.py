"""AP809: query options that older peers do not know."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.text import Edit

# Relational queries, date-time matching, fuzzy names, timezone, multi-frame conversion: what PS3.4 2013 has.
LONG_KNOWN = 5


def check(subject: Subject) -> Iterator[Hit]:
    for _, item in extended.items(subject, "find"):
        if not LONG_KNOWN < len(item.data) <= 7 or not any(item.data):
            continue
        message = (
            f"{len(item.data)} bytes: empty value matching (byte 6) and multiple value matching (byte 7) are newer "
            "than many peers, "
            "which know 5 bytes at most"
        )
        fix = None
        if not any(item.data[LONG_KNOWN:]):
            edit = Edit(item.data_span, item.data[:LONG_KNOWN].hex().encode())
            fix = Fix("leave out the options that are not wanted", (edit,), safe=False)
        yield Hit(item.data_span, message, fix)


RULE = Rule(
    code="AP809",
    name="recent-query-options",
    severity="info",
    summary="A query asks for options that older peers do not know",
    why="""\
The options of FIND were added one by one: three bytes before 2008, then the timezone and the multi-frame conversion,
and after 2013 the matching of empty values and of several values at once. The bytes at the end may be left out. An
older peer should ignore bytes that it does not know, but some refuse the item. Send only as many as you need.
""",
    reference="PS3.4 C.5.1.1, Table C.5-1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Query]
PresentationContext1 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Fuzzy]
ExtendedNegotiation1 = FINDStudyRootQueryRetrieveInformationModel\\01000100000000
[[Profiles]]
[Default]
PresentationContexts = Query
ExtendedNegotiation = Fuzzy
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Query]
PresentationContext1 = FINDStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Fuzzy]
ExtendedNegotiation1 = FINDStudyRootQueryRetrieveInformationModel\\0100010000
[[Profiles]]
[Default]
PresentationContexts = Query
ExtendedNegotiation = Fuzzy
""",
            at="01000100000000",
        ),
    ),
    check=check,
)
