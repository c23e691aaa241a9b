"""AP904: a SOP class of DICOM Real-Time Video, which uses no associations."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import PRESENTATION_CONTEXTS


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.config.context_lists.values():
        items = profiles.of_kinds(contexts, ("rtv",))
        if not items:
            continue
        names = profiles.named(item.abstract_syntax for item in items)
        message = (
            f"{names} is for DICOM Real-Time Video, which runs over RTP: no peer can accept it on an association; "
            "take it out"
        )
        fix = None
        if not any(profiles.is_referenced(subject, contexts, item.abstract_syntax) for item in items):
            edits = lists.removal(subject, PRESENTATION_CONTEXTS, contexts.label, {item.span for item in items})
            fix = Fix("take out the real-time SOP classes", edits, safe=False) if edits else None
        yield Hit(items[0].abstract_syntax_span, message, fix)


RULE = Rule(
    code="AP904",
    name="real-time-sop-class",
    severity="error",
    summary="A SOP class of DICOM Real-Time Video is negotiated on an association",
    why="""\
The SOP classes below 1.2.840.10008.10 belong to DICOM Real-Time Video: streams of frames over RTP and SMPTE ST 2110,
without association, presentation contexts or C-STORE. DCMTK has names for them, takes them as SOP classes and
proposes them. To store recorded video use the Video Endoscopic, Microscopic or Photographic Image Storage.
""",
    reference="PS3.22; PS3.5 10.15 to 10.17",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VideoEndoscopicImageRealTimeCommunication\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
""",
            at="VideoEndoscopicImageRealTimeCommunication",
        ),
    ),
    check=check,
)
