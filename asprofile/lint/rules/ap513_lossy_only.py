"""AP513: lossy only, though its sibling is offered without a loss."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import lossy_only
from asprofile.lint.contexts import Offer
from asprofile.lint.fixes.lists import addition
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import uncompressed_list
from asprofile.model.config import ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names import uids


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.config.context_lists.values():
        if not subject.negotiations.is_complete(contexts):
            continue
        for offer in subject.negotiations.offers(contexts):
            if lossy_only.has_lossless_sibling(subject, contexts, offer):
                yield _hit(subject, contexts, offer)


def _hit(subject: Subject, contexts: ContextList, offer: Offer) -> Hit:
    span = offer.items[0].abstract_syntax_span
    stance = subject.stance(contexts, "requestor")
    what = "add a context for them" if stance == "yes" else "write a list that has uncompressed ones, too"
    message = (
        f"{uids.display_name(offer.abstract_syntax)} is listed with lossy transfer syntaxes only, its sibling "
        "without a loss, too: files that are not lossy already cannot be "
        f"{'taken' if stance == 'no' else 'sent'}; {what}"
    )
    return Hit(span, message, _added(subject, contexts, subject.text(span)))


def _added(subject: Subject, contexts: ContextList, written: str) -> Fix | None:
    label = uncompressed_list(subject)
    if label is None:
        return None
    edits = addition(subject, PRESENTATION_CONTEXTS, contexts.label, (f"{written}\\{label}",))
    return Fix(f"add a context with {label}", edits, safe=False) if edits else None


RULE = Rule(
    code="AP513",
    name="lossy-only",
    severity="warning",
    summary="A SOP class is offered only with lossy transfer syntaxes, its sibling also without loss",
    why="""\
Digital X-Ray, Mammography, Intra-Oral and some other images come For Presentation and For Processing. If a profile
offers one of the two with lossless or uncompressed transfer syntaxes and the other only with lossy ones, most likely a
line was forgotten: uncompressed files of that class cannot be sent, or are sent with a loss.
""",
    reference="PS3.5 10.1; PS3.4 B.5.1",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = DigitalXRayImageStorageForPresentation\\JPEGBaseline
PresentationContext2 = DigitalXRayImageStorageForProcessing\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = DigitalXRayImageStorageForPresentation\\JPEGBaseline
PresentationContext2 = DigitalXRayImageStorageForProcessing\\Uncompressed
PresentationContext3 = DigitalXRayImageStorageForPresentation\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="DigitalXRayImageStorageForPresentation",
        ),
    ),
    check=check,
)
