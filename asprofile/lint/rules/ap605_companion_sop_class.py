"""AP605: a SOP class without the one that shall be supported with it."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles, unfit
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit, Severity
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names.companions import Companion, companions
from asprofile.names.well_known import MAX_CONTEXTS


def check(subject: Subject) -> Iterator[Hit]:
    if not all(map(subject.negotiations.is_complete, subject.config.context_lists.values())):
        return
    everywhere = {item.abstract_syntax for found in subject.config.context_lists.values() for item in found.items}
    # What goes with a print meta SOP class must be in the same association: a rule of its own.
    missing = [
        duty
        for duty in companions()
        if duty.uid in everywhere
        and duty.requires
        and everywhere.isdisjoint(duty.requires)
        and profiles.kind(duty.uid) == "storage"
    ]
    for contexts in subject.config.context_lists.values() if missing else ():
        yield from _check(subject, contexts, missing)


def _check(subject: Subject, contexts: ContextList, missing: list[Companion]) -> Iterator[Hit]:
    role = subject.role_of(contexts)
    listed = {item.abstract_syntax for item in contexts.items}
    by_requirement: dict[tuple[str, ...], list[Companion]] = {}
    for duty in missing:
        if duty.uid in listed and (duty.role == "any" or (duty.role == "scp" and role != "requestor")):
            by_requirement.setdefault(duty.requires, []).append(duty)
    for requires, duties in by_requirement.items():
        uids = {duty.uid for duty in duties}
        items = [item for item in contexts.items if item.abstract_syntax in uids]
        who = "an SCP of" if duties[0].role == "scp" else "whoever supports"
        message = (
            f"{profiles.named(requires)} is missing in this file: {who} "
            f"{profiles.named(item.abstract_syntax for item in items)} shall support it too ({duties[0].ref})"
        )
        # Support is not negotiation: a requestor that proposes one class here may send the other elsewhere. What an
        # acceptor does not accept it does not support.
        severity: Severity | None = None if role == "acceptor" else "info"
        only_for = (
            profiles.only_for(subject.stance(contexts, "acceptor"), "acceptor") if duties[0].role == "scp" else None
        )
        fix = _fix(subject, contexts, duties[0], items)
        yield Hit(items[0].abstract_syntax_span, message, fix, severity, only_for)


def _fix(subject: Subject, contexts: ContextList, duty: Companion, items: list[ContextItem]) -> Fix | None:
    # A presentation state is no image: what its transfer syntaxes are cannot be told from those of the image.
    labels = list(dict.fromkeys(subject.text(item.label_span).strip() for item in items))
    if duty.role != "any" or len(duty.requires) > 1 or len(contexts.items) + len(labels) > MAX_CONTEXTS:
        return None
    if not any(unfit.suits(subject, duty.requires[0], item.label) for item in items):
        return None
    name = profiles.symbol(subject, duty.requires[0])
    edits = lists.addition(subject, PRESENTATION_CONTEXTS, contexts.label, [f"{name}\\{label}" for label in labels])
    return Fix(f"add {name}", edits, safe=False) if edits else None


RULE = Rule(
    code="AP605",
    name="companion-sop-class",
    severity="warning",
    summary="A SOP class is listed without the one that shall be supported with it",
    why="""\
Some SOP classes require support for another one. An application that sends or receives images For Processing (digital
X-ray, mammography, intra-oral, intravascular OCT) shall also support the images For Presentation. One that receives
enhanced CT, MR or PET images shall also accept Grayscale Softcopy Presentation States, so that the way a reader saw the
images is not lost; for enhanced MR color images it is Color Softcopy Presentation States.

Supporting a SOP class is not the same as proposing it in each association, as PS3.4 says: the rule reports only if no
list of the file has the other class, and for a requestor it is an info, because the class may be sent with another
file. It is a warning for an acceptor, which does not support what it does not accept.
""",
    reference="PS3.4 B.5.1.1 to B.5.1.3, B.5.1.6 to B.5.1.8, B.5.1.13, B.5.1.15, B.5.1.16",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = DigitalXRayImageStorageForProcessing\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = DigitalXRayImageStorageForProcessing\\Uncompressed
PresentationContext2 = DigitalXRayImageStorageForPresentation\\Uncompressed
""",
            at="DigitalXRayImageStorageForProcessing",
        ),
        Example(
            frame="contexts",
            role="acceptor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = EnhancedCTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = EnhancedCTImageStorage\\Uncompressed
PresentationContext4 = GrayscaleSoftcopyPresentationStateStorage\\Uncompressed
""",
            at="EnhancedCTImageStorage",
            fixed=False,
        ),
    ),
    check=check,
)
