"""AP409: transfer syntaxes for which DCMTK, and hardly any peer, has a codec."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.profiles import named, only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject

# DCMTK has no codec for JPEG 2000 either, but most peers have.
_FAMILIES = frozenset(("j2k-mc", "htj2k", "jpegxl"))


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        rare = {syntax.uid for syntax in subject.negotiations.syntaxes_of(label) if syntax.family in _FAMILIES}
        stance = subject.negotiations.stance(label, "requestor")
        # An acceptor stores what it receives, and need not decode it.
        if not rare or stance == "no" or subject.negotiations.is_catch_all(label):
            continue
        items = [item for item in found.items if item.uid in rare]
        them = "them" if len(rare) > 1 else "it"
        message = (
            f"{named(item.uid for item in items)}: DCMTK has no codec for {them}, and few peers have one, so objects "
            f"go only as they are, and only to a peer that takes {them}"
        )
        yield Hit(items[0].span, message, only_for=only_for(stance, "requestor"))


RULE = Rule(
    code="AP409",
    name="no-codec",
    severity="info",
    summary="A transfer syntax is proposed that DCMTK has no codec for",
    why="""\
DCMTK has names for JPEG 2000 Part 2 (multi-component), High-Throughput JPEG 2000 and JPEG XL, but no codec: it can
neither make such objects nor convert existing ones, and few other programs can. If you have such objects, it is right
to propose them. If you wanted the usual JPEG 2000, its names are `JPEG2000LosslessOnly` and `JPEG2000`. (DCMTK has no
codec for those either, but most archives and viewers have, so they are not reported.)
""",
    reference="PS3.5 A.4.4, 8.2.14 and 8.2.15; DCMTK dcmjpeg, dcmjpls",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG2000]
TransferSyntax1 = JPEG2000MulticomponentLosslessOnly
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\JPEG2000
PresentationContext2 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG2000]
TransferSyntax1 = JPEG2000LosslessOnly
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\JPEG2000
PresentationContext2 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEG2000MulticomponentLosslessOnly",
            fixed=False,
        ),
    ),
    check=check,
)
