"""AP405: an acceptor that prefers lossy transfer syntaxes."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.finding import Hit, Severity
from asprofile.lint.profiles import only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.syntax_lists import reordered
from asprofile.names import transfer_syntaxes, uids


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        stance = subject.negotiations.stance(label, "acceptor")
        if stance == "no":
            continue
        place = next((place for place, item in enumerate(found.items) if _may_lose(item.uid)), len(found.items))
        better = next((item for item in found.items[place:] if _keeps_all(item.uid)), None)
        if better is None:
            continue
        first = found.items[place]
        order = sorted(found.items, key=lambda item: _may_lose(item.uid))
        known = transfer_syntaxes.get(first.uid)
        sends = "sends lossy" if known is not None and known.fidelity == "lossy" else "may send lossy"
        message = (
            f"{uids.display_name(first.uid)} stands before {uids.display_name(better.uid)}: DCMTK accepts the first of "
            f"its own list that the peer proposes, so a peer that proposes both {sends}; put those that lose, or may, "
            "last"
        )
        # A list of everything is mostly met by peers that propose what the object is in already.
        severity: Severity | None = "info" if subject.is_catch_all(label) else None
        fix = reordered(subject, found, order)
        yield Hit(first.span, message, fix, severity, only_for(stance, "acceptor"))


def _may_lose(uid: str) -> bool:
    """Whether images in it have lost something, or may have: of JPEG 2000 and the like the stream alone tells."""
    known = transfer_syntaxes.get(uid)
    return known is not None and known.fidelity is not None and not known.lossless_only


def _keeps_all(uid: str) -> bool:
    known = transfer_syntaxes.get(uid)
    return known is not None and known.lossless_only


RULE = Rule(
    code="AP405",
    name="lossy-preferred",
    severity="warning",
    summary="An acceptor's list prefers a lossy transfer syntax to a lossless one",
    why="""\
The order of a list is the acceptor's preference: of the transfer syntaxes that a peer proposes in one context, DCMTK
accepts the one that stands first in its own list. With a lossy one in front of lossless and uncompressed ones, a peer
that is able to do all compresses the images before it sends them. In a list that takes everything, such as that of
DCMTK's storescp.cfg, it is a hint only. The fix puts the lossy ones last.
""",
    reference="DCMTK asconfig.txt, 2.1; PS3.8 9.3.3.2",
    examples=(
        Example(
            role="acceptor",
            bad="""\
[[TransferSyntaxes]]
[JPEG]
TransferSyntax1 = JPEGBaseline
TransferSyntax2 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax3 = LittleEndianExplicit
TransferSyntax4 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\JPEG
PresentationContext2 = UltrasoundImageStorage\\JPEG
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[JPEG]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
TransferSyntax4 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\JPEG
PresentationContext2 = UltrasoundImageStorage\\JPEG
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGBaseline",
        ),
    ),
    check=check,
)
