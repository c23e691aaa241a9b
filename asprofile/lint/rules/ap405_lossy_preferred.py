"""AP405: an acceptor that prefers lossy transfer syntaxes."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import reordered
from asprofile.lint.hit import Hit, Severity
from asprofile.lint.profiles import named, only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import transfer_syntaxes, uids
from asprofile.names.transfer_syntaxes import Fidelity


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        stance = subject.negotiations.stance(label, "acceptor")
        if stance == "no":
            continue
        kinds = [_fidelity(item.uid) for item in found.items]
        if "lossless" not in kinds:
            continue
        last = max(place for place, kind in enumerate(kinds) if kind == "lossless")
        losing = [place for place in range(last) if _may_lose(found.items[place].uid)]
        if not losing:
            continue
        before = [found.items[place] for place in losing]
        sure = any(kinds[place] == "lossy" for place in losing)
        better = found.items[kinds.index("lossless", losing[0])]
        message = _message([item.uid for item in before], better.uid, sure)
        # What may be lossy need not be; and most peers of a list that accepts everything propose what the object is in.
        severity: Severity | None = "info" if not sure or subject.negotiations.is_catch_all(label) else None
        order = sorted(found.items, key=lambda item: _may_lose(item.uid))
        yield Hit(before[0].span, message, reordered(subject, found, order), severity, only_for(stance, "acceptor"))


def _message(before: list[str], better: str, sure: bool) -> str:
    verb, them = ("are", "them") if len(set(before)) > 1 else ("is", "it")
    either = [uid for uid in before if _fidelity(uid) == "either"]
    sends = "sends lossy" if sure else "may send lossy"
    may = f" ({named(either)} may be lossy or not: the stream tells)" if either else ""
    return (
        f"{named(before)} {verb} before {uids.display_name(better)}: DCMTK accepts the first of its own list that the "
        f"peer proposes, so a peer that proposes both {sends}{may}; put {them} last"
    )


def _fidelity(uid: str) -> Fidelity | None:
    known = transfer_syntaxes.get(uid)
    return None if known is None else known.fidelity


def _may_lose(uid: str) -> bool:
    """Whether images in it have lost something, or may have: for JPEG 2000 and the like only the stream shows it."""
    return _fidelity(uid) in ("lossy", "either")


RULE = Rule(
    code="AP405",
    name="lossy-preferred",
    severity="warning",
    summary="An acceptor's list prefers a lossy transfer syntax to a lossless one",
    why="""\
The order of a list is the acceptor's preference: of the transfer syntaxes that a peer proposes in one context, DCMTK
accepts the one that is first in its own list. If a lossy one comes before lossless and uncompressed ones, a peer that
supports all of them compresses the images with loss before it sends them.

JPEG 2000, JPEG-LS Near-lossless, JPEG XL, HTJ2K and their JPIP forms (the transfer syntaxes whose names do not say
"lossless only") may be lossy or not; only the stream shows it. They too belong after those that are always lossless; if
only these are in the wrong place, the finding is an info. It is also an info in a list that accepts everything, such as
that of DCMTK's storescp.cfg. The fix moves the lossy ones to the end.
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
        Example(
            role="acceptor",
            bad="""\
[[TransferSyntaxes]]
[JPEG2000]
TransferSyntax1 = JPEG2000
TransferSyntax2 = JPEG2000LosslessOnly
TransferSyntax3 = LittleEndianExplicit
TransferSyntax4 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\JPEG2000
PresentationContext2 = UltrasoundImageStorage\\JPEG2000
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[JPEG2000]
TransferSyntax1 = JPEG2000LosslessOnly
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
TransferSyntax4 = JPEG2000
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\JPEG2000
PresentationContext2 = UltrasoundImageStorage\\JPEG2000
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEG2000",
        ),
    ),
    check=check,
)
