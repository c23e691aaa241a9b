"""AP514: a SOP class of films is proposed, and no transfer syntax for films."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.contexts import Offer
from asprofile.lint.fixes.lists import addition
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import list_name
from asprofile.model.config import ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names import sop_classes, transfer_syntaxes


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.negotiations.proposed:
        if not subject.negotiations.is_complete(contexts):
            continue
        still = [offer for offer in subject.negotiations.offers(contexts) if _is_without_video(offer)]
        if still:
            yield _hit(subject, contexts, still)


def _is_without_video(offer: Offer) -> bool:
    sop_class = sop_classes.storage(offer.abstract_syntax)
    if sop_class is None or sop_class.category != "video" or not offer.complete:
        return False
    known = [transfer_syntaxes.get(uid) for uid in offer.uids]
    # An unknown transfer syntax may be one for video.
    return not any(syntax is None or syntax.is_video for syntax in known)


def _hit(subject: Subject, contexts: ContextList, still: list[Offer]) -> Hit:
    names = profiles.named(offer.abstract_syntax for offer in still)
    message = (
        f"{names}: proposed without a video transfer syntax, and films are MPEG-2, MPEG-4 or HEVC streams, "
        "which cannot be sent as anything else; add a context with one"
    )
    only_for = profiles.only_for(subject.stance(contexts, "requestor"), "requestor")
    return Hit(still[0].items[0].abstract_syntax_span, message, _added(subject, contexts, still), only_for=only_for)


def _added(subject: Subject, contexts: ContextList, still: list[Offer]) -> Fix | None:
    label = _video_list(subject)
    if label is None:
        return None
    name = list_name(subject, label)
    written = [subject.text(offer.items[0].abstract_syntax_span) for offer in still]
    edits = addition(subject, PRESENTATION_CONTEXTS, contexts.label, [f"{text}\\{name}" for text in written])
    return (
        Fix(f"add {'a context' if len(still) == 1 else 'contexts'} with {name}", edits, safe=False) if edits else None
    )


def _video_list(subject: Subject) -> str | None:
    """The first list with video transfer syntaxes alone."""
    for label, found in subject.config.transfer_syntax_lists.items():
        known = [transfer_syntaxes.get(uid) for uid in found.uids]
        if all(syntax is not None and syntax.is_video for syntax in known):
            return label
    return None


RULE = Rule(
    code="AP514",
    name="video-class-without-video",
    severity="info",
    summary="A SOP class for video is proposed without a video transfer syntax",
    why="""\
Video Endoscopic, Video Microscopic and Video Photographic Images are videos. Devices store them as streams of MPEG-2,
MPEG-4 AVC/H.264 or HEVC/H.265, and such a stream can only be sent in the transfer syntax that it has: DCMTK cannot
convert it, and uncompressed it would have gigabytes. Uncompressed frames or single JPEG images in such an object are
allowed, so this is an info.
""",
    reference="PS3.3 A.32.5 to A.32.7; PS3.5 8.2.5 to 8.2.11",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[MPEG4]
TransferSyntax1 = MPEG4HighProfile/Level4.1
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VideoEndoscopicImageStorage\\Uncompressed
PresentationContext2 = VideoPhotographicImageStorage\\MPEG4
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[MPEG4]
TransferSyntax1 = MPEG4HighProfile/Level4.1
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VideoEndoscopicImageStorage\\Uncompressed
PresentationContext2 = VideoPhotographicImageStorage\\MPEG4
PresentationContext3 = VideoEndoscopicImageStorage\\MPEG4
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="VideoEndoscopicImageStorage",
        ),
    ),
    check=check,
)
