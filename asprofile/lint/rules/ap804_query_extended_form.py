"""AP804: extended negotiation of a query or retrieve SOP class that has not the form of the standard."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ExtendedNegotiation
from asprofile.names.uids import display_name
from asprofile.text import Edit

# Form -> the bytes whose value is fixed, the least and the most length, how to say it, and the section. Every other
# byte is 00 or 01.
_FORMS = {
    "find": (b"", 1, 7, "1 to 7 bytes, each 00 or 01", "PS3.4 C.5.1.1"),
    "retrieve": (b"", 1, 2, "1 or 2 bytes, each 00 or 01", "PS3.4 C.5.2.1"),
    "composite-retrieve": (b"\0", 2, 2, "2 bytes, 00 and then 00 or 01", "PS3.4 Y.5.1.1"),
    "worklist": (b"\1\1", 3, 1023, "3 bytes or more: 01, 01, then 00 or 01", "PS3.4 K.5.1.1"),
}
# The bytes of a worklist's information after the timezone are not checked.
_WORKLIST_KNOWN = 4


def check(subject: Subject) -> Iterator[Hit]:
    for _, item in extended.items(subject, *_FORMS):
        kind = extended.form(item.sop_class)
        assert kind is not None
        *_, wanted, reference = _FORMS[kind]
        if not _is_right(kind, item.data):
            message = f"{display_name(item.sop_class)} has {wanted} ({reference}); peers may refuse what is here"
            yield Hit(item.data_span, message, _fix(item, kind))


def _is_right(kind: str, data: bytes) -> bool:
    laid_down, least, most, *_ = _FORMS[kind]
    known = data[:_WORKLIST_KNOWN] if kind == "worklist" else data
    return least <= len(data) <= most and data.startswith(laid_down) and max(known) <= 1


def _fix(item: ExtendedNegotiation, kind: str) -> Fix | None:
    """Set the bytes whose value is laid down."""
    laid_down = _FORMS[kind][0]
    mended = laid_down + item.data[len(laid_down) :]
    if not laid_down or len(item.data) < _FORMS[kind][1] or not _is_right(kind, mended):
        return None
    return Fix(f"begin with {laid_down.hex()}", (Edit(item.data_span, mended.hex().encode()),), safe=False)


RULE = Rule(
    code="AP804",
    name="query-extended-form",
    severity="error",
    summary="Extended negotiation of a query or retrieve SOP class does not have the form that the standard defines",
    why="""\
DCMTK sends the bytes as they are; what they must be depends on the SOP class:

| SOP class | bytes |
| --- | --- |
| Query/Retrieve FIND | 1 to 7, each 00 or 01 |
| Query/Retrieve MOVE, GET | 1 or 2, each 00 or 01 |
| Composite Instance Root, Without Bulk Data | 2: 00, then 00 or 01 |
| Modality Worklist, Unified Procedure Step | 3 or more: 01, 01, then 00 or 01 twice |
| FIND of Hanging Protocols, Color Palettes, Implant Templates | the same |

The bytes of FIND are relational queries, date-time matching, fuzzy names, timezone, multi-frame conversion, empty
values and multiple values; those of MOVE and GET are relational retrieval and multi-frame conversion, which is also
what the second byte of the composite classes is. The third and fourth byte of a worklist are fuzzy names and timezone.

A common mistake is to use the value of a Query/Retrieve FIND for a worklist, whose first two bytes must be 01.
""",
    reference="PS3.4 C.5.1.1, C.5.2.1, Y.5.1.1, Z.5, K.5.1.1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Worklist]
PresentationContext1 = FINDModalityWorklistInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Fuzzy]
ExtendedNegotiation1 = FINDModalityWorklistInformationModel\\000001
[[Profiles]]
[Default]
PresentationContexts = Worklist
ExtendedNegotiation = Fuzzy
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Worklist]
PresentationContext1 = FINDModalityWorklistInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Fuzzy]
ExtendedNegotiation1 = FINDModalityWorklistInformationModel\\010101
[[Profiles]]
[Default]
PresentationContexts = Worklist
ExtendedNegotiation = Fuzzy
""",
            at="000001",
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Query]
PresentationContext1 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Relational]
ExtendedNegotiation1 = MOVEStudyRootQueryRetrieveInformationModel\\010001
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
PresentationContext1 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
[[ExtendedNegotiation]]
[Relational]
ExtendedNegotiation1 = MOVEStudyRootQueryRetrieveInformationModel\\0100
[[Profiles]]
[Default]
PresentationContexts = Query
ExtendedNegotiation = Relational
""",
            at="010001",
            fixed=False,
        ),
    ),
    check=check,
)
