"""AP308: a vendor's private transfer syntax."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import near, profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import mistyped, sop_classes, transfer_syntaxes, uids
from asprofile.names.well_known import GE_IMPLICIT_VR, STANDARD_ROOT

# Everything is little endian except the Pixel Data.


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.uid_fields:
        uid = field.uid
        if field.place != "transfer syntax" or uid is None or uid.startswith(STANDARD_ROOT):
            continue
        if not uids.is_well_formed(uid):
            continue
        known = transfer_syntaxes.get(uid)
        if known is not None:
            message = f"{known.name} is a transfer syntax of {known.vendor}; only its devices read it"
            without = _without_pixel_data(subject, field.section) if uid == GE_IMPLICIT_VR else []
            if without:
                message += (
                    f". It is for Pixel Data, which is not in {profiles.named(without)}: propose another list there"
                )
            yield Hit(field.span, message, severity="warning" if without else None)
        elif uids.describe(uid) is None and not mistyped.is_of_the_standard(uid, "transfer-syntax"):
            meant = mistyped.meant(uid, "transfer-syntax")
            asked = f"; {near.question(meant)}" if meant.uids else ""
            yield Hit(field.span, f"{uid} is a private transfer syntax; only its vendor's devices read it{asked}")


def _without_pixel_data(subject: Subject, section: str) -> list[str]:
    """The SOP classes without Pixel Data that a requestor's contexts propose with the list."""
    found = (
        item.abstract_syntax
        for contexts in subject.negotiations.proposed
        for item in contexts.items
        if item.label == section and subject.role_of(contexts) == "requestor"
    )
    known = {uid: sop_classes.storage(uid) for uid in found}
    return [uid for uid, sop_class in known.items() if sop_class is not None and sop_class.pixel_data is False]


RULE = Rule(
    code="AP308",
    name="private-transfer-syntax",
    severity="info",
    summary="A private transfer syntax",
    why="""\
Only the devices of one vendor know a private transfer syntax. DCMTK proposes or accepts it and can pass such objects
on, but it can neither decode nor encode them, and an archive that stores them can give them only to that vendor's
devices. The vendor's conformance statement says whether it fits a SOP class. With GE's 1.2.840.113619.5.2 the Pixel
Data are big endian while everything else is little endian: a program that treats it as Implicit VR Little Endian shows
noise. It is a warning where it is proposed for objects without Pixel Data: there it is the same as Implicit VR Little
Endian, under a UID that hardly any peer accepts.
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
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[GE]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = 1.2.840.113619.5.2
[[PresentationContexts]]
[Contexts]
PresentationContext1 = EnhancedSRStorage\\GE
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = EnhancedSRStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="1.2.840.113619.5.2",
            fixed=False,
        ),
    ),
    check=check,
)
