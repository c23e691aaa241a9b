"""AP505: a video transfer syntax for a class of single images."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import unfit
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import sop_classes


def check(subject: Subject) -> Iterator[Hit]:
    return unfit.hits(subject, lambda verdict: verdict.kind.name == "SINGLE_FRAME_VIDEO", sop_classes.for_films)


RULE = Rule(
    code="AP505",
    name="video-for-single-frame",
    severity="warning",
    summary="A video transfer syntax is proposed for a SOP class of single images",
    why="""\
MPEG-2, MPEG-4 and HEVC code a stream of frames. A VL Endoscopic, Microscopic or Photographic Image, an Ultrasound
Image or a Secondary Capture Image is one image. Videos of the same are Video Endoscopic, Video Microscopic or Video
Photographic Images, Ultrasound Multi-frame Images, and Multi-frame True Color Secondary Capture Images; propose the
video transfer syntaxes for those. The fix replaces the class by that class; where the list already proposes that class
with these transfer syntaxes, it removes the context.
""",
    reference="PS3.5 8.2.5 to 8.2.11; PS3.3 A.32.5 to A.32.7",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[MPEG4]
TransferSyntax1 = MPEG4HighProfile/Level4.1
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VideoEndoscopicImageStorage\\MPEG4
PresentationContext2 = VLEndoscopicImageStorage\\MPEG4
PresentationContext3 = VLEndoscopicImageStorage\\Uncompressed
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
PresentationContext1 = VideoEndoscopicImageStorage\\MPEG4
PresentationContext2 = VLEndoscopicImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="MPEG4",
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[MPEG4]
TransferSyntax1 = MPEG4HighProfile/Level4.1
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VLPhotographicImageStorage\\Uncompressed
PresentationContext2 = VLPhotographicImageStorage\\MPEG4
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
PresentationContext1 = VLPhotographicImageStorage\\Uncompressed
PresentationContext2 = VideoPhotographicImageStorage\\MPEG4
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="MPEG4",
        ),
    ),
    check=check,
)
