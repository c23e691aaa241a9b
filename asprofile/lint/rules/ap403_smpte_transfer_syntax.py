"""AP403: transfer syntaxes of DICOM Real-Time Video."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import removed
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import transfer_syntaxes


def check(subject: Subject) -> Iterator[Hit]:
    for found in subject.config.transfer_syntax_lists.values():
        items = [item for item in found.items if _is_real_time(item.uid)]
        if items:
            message = (
                f"{named(item.uid for item in items)}: for DICOM Real-Time Video only, which has no association "
                "(PS3.22); no context can use it; remove it"
            )
            yield Hit(items[0].span, message, removed(subject, found, items))


def _is_real_time(uid: str) -> bool:
    known = transfer_syntaxes.get(uid)
    return known is not None and known.encoding == "real-time"


RULE = Rule(
    code="AP403",
    name="smpte-transfer-syntax",
    severity="error",
    summary="A transfer syntax of DICOM Real-Time Video cannot be negotiated",
    why="""\
The SMPTE ST 2110 transfer syntaxes (1.2.840.10008.1.2.7.1 to .3) are for DICOM-RTV: frames sent over RTP while they are
recorded. They are never negotiated on an association, so a context with them is useless for every SOP class.
""",
    reference="PS3.22; PS3.5 10.15 to 10.17",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = 1.2.840.10008.1.2.7.1
TransferSyntax3 = LittleEndianImplicit
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="1.2.840.10008.1.2.7.1",
        ),
    ),
    check=check,
)
