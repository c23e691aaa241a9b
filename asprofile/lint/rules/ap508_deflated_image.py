"""AP508: whole images deflated."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.profiles import named, only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import sop_classes
from asprofile.names.well_known import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN


def check(subject: Subject) -> Iterator[Hit]:
    negotiations = subject.negotiations
    deflating = {
        label
        for label in subject.config.transfer_syntax_lists
        if DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN in negotiations.uids_of(label) and not negotiations.is_catch_all(label)
    }
    for contexts in negotiations.proposed if deflating else ():
        items = [item for item in contexts.items if item.label in deflating and _is_image(item.abstract_syntax)]
        if items:
            who = named(item.abstract_syntax for item in items)
            message = (
                f"Deflated Explicit VR Little Endian for {who}: permitted, but it shrinks images little, and few peers "
                "accept it for them"
            )
            yield Hit(
                items[0].label_span, message, only_for=only_for(subject.stance(contexts, "requestor"), "requestor")
            )


def _is_image(uid: str) -> bool:
    known = sop_classes.storage(uid)
    # Segmentations and the like shrink well.
    return known is not None and known.pixel == "yes" and not known.lossy_unwise


RULE = Rule(
    code="AP508",
    name="deflated-image",
    severity="info",
    summary="Deflated Explicit VR Little Endian is proposed for images",
    why="""\
This transfer syntax deflates the whole data set, header and pixels in one stream. It is good for structured reports,
RT structure sets and waveforms, which are mostly text or numbers. Images become smaller with a lossless image codec, a
receiver must inflate the whole object to see even the patient's name, and few receivers accept it. There is one finding
for a context list.
""",
    reference="PS3.5 A.5",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Deflated
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
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicTextSRStorage\\Deflated
PresentationContext2 = BasicTextSRStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="Deflated",
            fixed=False,
        ),
    ),
    check=check,
)
