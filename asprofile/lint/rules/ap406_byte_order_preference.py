"""AP406: an acceptor that prefers big endian or implicit VR to Explicit VR Little Endian."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import reordered
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import uids
from asprofile.names.well_known import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN

_LOSES = {
    EXPLICIT_VR_BIG_ENDIAN: "it is retired, and every byte has to be swapped",
    IMPLICIT_VR_LITTLE_ENDIAN: "the VRs of private attributes are lost on the way",
}


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        uids_in_order = found.uids
        if EXPLICIT_VR_LITTLE_ENDIAN not in uids_in_order or subject.negotiations.stance(label, "acceptor") != "yes":
            continue
        explicit = uids_in_order.index(EXPLICIT_VR_LITTLE_ENDIAN)
        place = next((place for place in range(explicit) if uids_in_order[place] in _LOSES), None)
        if place is None:
            continue
        first = found.items[place]
        message = (
            f"{uids.display_name(first.uid)} is before Explicit VR Little Endian: DCMTK accepts the first of its "
            f"own list that the peer proposes, and with this one {_LOSES[first.uid]}; put it after that one"
        )
        rest = [item for item in found.items if item is not found.items[explicit]]
        order = [*rest[:place], found.items[explicit], *rest[place:]]
        yield Hit(first.span, message, reordered(subject, found, order))


RULE = Rule(
    code="AP406",
    name="byte-order-preference",
    severity="info",
    summary="An acceptor's list does not prefer Explicit VR Little Endian among the uncompressed ones",
    why="""\
DCMTK accepts the first transfer syntax of its own list that the peer proposes in the context. Almost every peer
proposes all uncompressed transfer syntaxes together, so the order of the list decides how objects arrive. Explicit VR
Little Endian keeps the VRs of private attributes, which Implicit VR Little Endian loses, and needs no byte swapping,
unlike the retired big endian.
""",
    reference="DCMTK asconfig.txt, 2.1; PS3.5 7.1 and A.3",
    examples=(
        Example(
            frame="transfer syntaxes",
            role="acceptor",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="LittleEndianImplicit",
        ),
    ),
    check=check,
)
