"""AP308: a transfer syntax of a vendor."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.finding import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import transfer_syntaxes, uids


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.uid_fields:
        uid = field.uid
        if field.place != "transfer syntax" or uid is None or uid.startswith(uids.STANDARD_ROOT):
            continue
        if not uids.is_well_formed(uid):
            continue
        known = transfer_syntaxes.get(uid)
        if known is not None:
            yield Hit(field.span, f"{known.name} is a transfer syntax of {known.vendor}; only its devices read it")
        elif uids.describe(uid) is None:
            yield Hit(field.span, f"{uid} is a private transfer syntax; only its vendor's devices read it")


RULE = Rule(
    code="AP308",
    name="private-transfer-syntax",
    severity="info",
    summary="A private transfer syntax",
    why="""\
A private transfer syntax is known to the devices of one vendor. DCMTK proposes or accepts it and can pass such
objects on, but neither decode nor encode them, and an archive that keeps them can give them to that vendor's devices
only. Whether it fits a SOP class is for the vendor's conformance statement to say. With GE's 1.2.840.113619.5.2 the
Pixel Data are big endian while all else is little endian: whoever takes it for Implicit VR Little Endian shows noise.
""",
    reference="PS3.5 9.2; the vendor's conformance statement",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = 1.2.840.113619.5.2
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
""",
            at="1.2.840.113619.5.2",
            fixed=False,
        ),
    ),
    check=check,
)
