"""AP606: an acceptor's list with only one of two SOP classes that equipment sends together."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles, unfit
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS

_STORAGE = "1.2.840.10008.5.1.4.1.1."

# (what is listed, what is usually wanted with it): experience from the field, no requirement of the standard.
SIBLINGS = (
    ("6.1", "3.1"),  # Ultrasound, Ultrasound Multi-frame
    ("3.1", "6.1"),
    ("2.1", "2"),  # Enhanced CT, CT
    ("2.2", "2"),
    ("4.1", "4"),  # Enhanced MR, MR
    ("4.4", "4"),
    ("130", "128"),  # Enhanced PET, PET
    ("128.1", "128"),
    ("12.1.1", "12.1"),  # Enhanced XA, XA
    ("12.2.1", "12.2"),  # Enhanced XRF, XRF
    ("7.1", "7"),  # multi-frame Secondary Capture, Secondary Capture
    ("7.2", "7"),
    ("7.3", "7"),
    ("7.4", "7"),
    ("7.2", "7.4"),  # gray, colour
    ("7.4", "7.2"),
)


def check(subject: Subject) -> Iterator[Hit]:
    for _, contexts in profiles.used_lists(subject):
        if subject.role_of(contexts) == "acceptor" and subject.negotiations.is_complete(contexts):
            yield from _check(subject, contexts)


def _check(subject: Subject, contexts: ContextList) -> Iterator[Hit]:
    by_class = {item.abstract_syntax: item for item in reversed(contexts.items)}
    missing: dict[str, ContextItem] = {}
    for one, other in SIBLINGS:
        item = by_class.get(_STORAGE + one)
        if item is not None and _STORAGE + other not in by_class:
            missing.setdefault(_STORAGE + other, item)
    if not missing:
        return
    first = min(missing.values(), key=lambda item: item.span)
    message = (
        f"{profiles.named(missing)} is not accepted with "
        f"{profiles.named(i.abstract_syntax for i in missing.values())}: "
        "peers that have both, or fall back to the other one, are refused"
    )
    symbols = {uid: profiles.symbol(subject, uid) for uid in missing}
    values = [f"{symbols[uid]}\\{subject.text(item.label_span).strip()}" for uid, item in missing.items()]
    fits = all(unfit.suits(subject, uid, item.label) for uid, item in missing.items())
    edits = lists.addition(subject, PRESENTATION_CONTEXTS, contexts.label, values) if fits else None
    fix = Fix(f"accept {profiles.listed(list(symbols.values()))}", edits, safe=False) if edits else None
    yield Hit(first.abstract_syntax_span, message, fix)


RULE = Rule(
    code="AP606",
    name="missing-sibling",
    severity="info",
    summary="An acceptor takes only one of two SOP classes that are sent together",
    why="""\
Ultrasound machines send single images and loops as two SOP classes; secondary captures come in colour and in gray;
equipment with enhanced multi-frame objects falls back to the classic ones when the peer is older. An acceptor that
lists one and forgot the other works in the test and refuses a part of the first real study. Nothing in the standard
asks for both, so this is for you to decide.

Requestors are not looked at: they know what they have to send.
""",
    reference="PS3.4 B.5; practice",
    examples=(
        Example(
            frame="contexts",
            role="acceptor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
PresentationContext3 = UltrasoundMultiframeImageStorage\\Uncompressed
""",
            at="UltrasoundImageStorage",
        ),
    ),
    check=check,
)
