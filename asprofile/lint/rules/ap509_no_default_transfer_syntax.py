"""AP509: an abstract syntax without Implicit VR Little Endian."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import lossy_only, profiles
from asprofile.lint.contexts import Offer
from asprofile.lint.finding import Fix, Hit, Severity
from asprofile.lint.lists import addition
from asprofile.lint.profiles import kind, named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import is_useless, list_name, uncompressed_list
from asprofile.model import ContextList
from asprofile.model.config import MAX_CONTEXTS
from asprofile.model.loader import PRESENTATION_CONTEXTS, TRANSFER_SYNTAXES
from asprofile.names import sop_classes, transfer_syntaxes, uids
from asprofile.names.transfer_syntaxes import IMPLICIT_VR_LITTLE_ENDIAN

_DEFAULT = "Implicit VR Little Endian, the default transfer syntax"
_NAME = "LittleEndianImplicit"
# Of no use on an association whatever the transfer syntax; other rules say so.
_NEVER = {*uids.NOT_ABSTRACT_SYNTAXES, "rtv"}


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.negotiations.proposed:
        if _may_lack(subject, contexts):
            yield from _proposed(subject, contexts)
    for contexts in subject.negotiations.accepted:
        if _may_lack(subject, contexts):
            yield from _accepted(subject, contexts)


def _may_lack(subject: Subject, contexts: ContextList) -> bool:
    """Whether it is worth looking at the contexts one by one."""
    labels = {item.label for item in contexts.items}
    has_it = (IMPLICIT_VR_LITTLE_ENDIAN in subject.negotiations.uids_of(label) for label in labels)
    return not all(has_it) and subject.negotiations.is_complete(contexts)


def _proposed(subject: Subject, contexts: ContextList) -> Iterator[Hit]:
    """A finding for each set of lists that lacks it, but one for all SOP classes that are offered lossy only."""
    groups: dict[tuple[Severity, tuple[str, ...]], list[Offer]] = {}
    for offer in subject.negotiations.offers(contexts):
        severity = _severity(offer) if _lacks_default(offer) else None
        if severity is not None and not lossy_only.has_lossless_sibling(subject, contexts, offer):
            groups.setdefault((severity, () if severity == "info" else offer.labels), []).append(offer)
    only_for = profiles.only_for(subject.stance(contexts, "requestor"), "requestor")
    for (severity, labels), offers in groups.items():
        span, who = offers[0].items[0].abstract_syntax_span, named(offer.abstract_syntax for offer in offers)
        if severity == "info":
            message = (
                f"{who}: offered with lossy transfer syntaxes only, not with {_DEFAULT}: permitted to a sender "
                "that has nothing else (PS3.5 10.1)"
            )
            yield Hit(span, message, severity="info", only_for=only_for)
        else:
            message = f"{who}: not offered with {_DEFAULT}, as all shall be (PS3.5 10.1); add {_NAME}"
            fix = _in_list(subject, labels) or _in_context(subject, contexts, offers)
            yield Hit(span, message, fix, severity, only_for)


def _accepted(subject: Subject, contexts: ContextList) -> Iterator[Hit]:
    offers = [offer for offer in subject.negotiations.offers(contexts) if _lacks_default(offer)]
    if offers:
        who = named(offer.abstract_syntax for offer in offers)
        message = f"{who}: not accepted with {_DEFAULT}, so that a peer with nothing else is turned away; add {_NAME}"
        yield Hit(offers[0].items[0].abstract_syntax_span, message, severity="info")


def _lacks_default(offer: Offer) -> bool:
    return offer.complete and bool(offer.uids) and IMPLICIT_VR_LITTLE_ENDIAN not in offer.uids


def _severity(offer: Offer) -> Severity | None:
    """How bad it is that the offer lacks the default; None where nobody knows, or all of it is useless anyway."""
    if not uids.is_well_formed(offer.abstract_syntax) or kind(offer.abstract_syntax) in _NEVER:
        return None
    useful = [uid for uid in offer.uids if not is_useless(offer.abstract_syntax, uid)]
    if not useful:
        return None
    storage = sop_classes.storage(offer.abstract_syntax)
    if sop_classes.other(offer.abstract_syntax) or (storage and storage.pixel_data is False):
        return "error"
    if not all(map(lossy_only.may_lose, useful)):
        return "warning"
    known = [transfer_syntaxes.get(uid) for uid in useful]
    return "info" if all(syntax is not None and syntax.fidelity for syntax in known) else None


def _in_list(subject: Subject, labels: tuple[str, ...]) -> Fix | None:
    """The default at the end of the first of the lists that has uncompressed transfer syntaxes only."""
    for label in labels:
        syntaxes = subject.negotiations.syntaxes_of(label)
        if len(syntaxes) == len(subject.negotiations.uids_of(label)) and all(one.is_native for one in syntaxes):
            edits = addition(subject, TRANSFER_SYNTAXES, label, (_NAME,))
            return Fix(f"add {_NAME} to {list_name(subject, label)}", edits, safe=False) if edits else None
    return None


def _in_context(subject: Subject, contexts: ContextList, offers: list[Offer]) -> Fix | None:
    """A context with an uncompressed list for each."""
    label = uncompressed_list(subject)
    if label is None or len(contexts.items) + len(offers) > MAX_CONTEXTS:
        return None
    values = [f"{subject.text(offer.items[0].abstract_syntax_span)}\\{label}" for offer in offers]
    edits = addition(subject, PRESENTATION_CONTEXTS, contexts.label, values)
    return Fix(f"offer {'it' if len(offers) == 1 else 'them'} with {label} too", edits, safe=False) if edits else None


RULE = Rule(
    code="AP509",
    name="no-default-transfer-syntax",
    severity="warning",
    summary="An abstract syntax is not offered with Implicit VR Little Endian",
    why="""\
Whoever proposes an abstract syntax shall propose it with the default transfer syntax too, Implicit VR Little Endian,
in this context or in another one: it is what all applications have in common. Only a sender whose images exist in a
lossy form alone need not. So this is an error for objects without Pixel Data and for services such as Verification or
Query, which have no such excuse; a warning where uncompressed or lossless transfer syntaxes are proposed; a hint, one
for a context list, where there are only lossy ones, as for video, and for an acceptor, which turns away peers that
have the default only.
""",
    reference="PS3.5 10.1",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="CTImageStorage",
        ),
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
TransferSyntax2 = LittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicTextSRStorage\\Deflated
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicTextSRStorage\\Deflated
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="BasicTextSRStorage",
        ),
    ),
    check=check,
)
