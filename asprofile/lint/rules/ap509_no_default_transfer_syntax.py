"""AP509: an abstract syntax without Implicit VR Little Endian."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from asprofile.lint import lossy_only
from asprofile.lint.contexts import Offer
from asprofile.lint.fixes.lists import addition
from asprofile.lint.hit import Fix, Hit, Severity
from asprofile.lint.profiles import kind, named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import is_useless, list_name, uncompressed_list
from asprofile.model.config import ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS, TRANSFER_SYNTAXES, AssociationRole
from asprofile.names import sop_classes, transfer_syntaxes, uids
from asprofile.names.registry import NOT_ABSTRACT_SYNTAXES
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, MAX_CONTEXTS, VERIFICATION

# Which exception may apply to an offer without the default (PS3.5 10.1, both waivers): none, because only uncompressed
# objects are offered; none, because they are offered together with compressed ones; single images of more than 4 GB,
# which is unlikely; images that exist only with loss, or are long videos or whole slides.
_Excuse = Literal["none", "native", "length", "waived"]

# By who loads the file. A requestor without the default violates 10.1 (a) in each association, an acceptor 10.1 (b)
# when a peer has nothing else.
_SEVERITIES: dict[_Excuse, dict[AssociationRole | None, Severity]] = {
    "none": {"requestor": "error", "acceptor": "warning", None: "warning"},
    "native": {"requestor": "warning", "acceptor": "warning", None: "warning"},
    "length": {"requestor": "warning", "acceptor": "info", None: "info"},
    "waived": {"requestor": "info", "acceptor": "info", None: "info"},
}
_DEFAULT = "Implicit VR Little Endian, the default transfer syntax"
_WITHOUT: dict[AssociationRole | None, str] = {
    "requestor": f"not offered with {_DEFAULT}",
    "acceptor": f"not accepted with {_DEFAULT}, so that a peer with nothing else is turned away",
    None: f"without {_DEFAULT}",
}
_WHY: dict[_Excuse, str] = {
    "none": "; all shall have it (PS3.5 10.1)",
    "native": "; all shall have it but images that exist only with loss, or are beyond 4 GB (PS3.5 10.1)",
    "length": "; without it there may be images beyond 4 GB only, or such as exist only with loss (PS3.5 10.1)",
    "waived": "; permitted where images exist only with loss, or are beyond 4 GB (PS3.5 10.1)",
}
_NAME = "LittleEndianImplicit"
# Useless on an association with any transfer syntax; other rules report it.
_NEVER = {*NOT_ABSTRACT_SYNTAXES, "rtv"}


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in (*subject.negotiations.proposed, *subject.negotiations.accepted):
        if _may_lack(subject, contexts):
            yield from _check(subject, contexts)


def _may_lack(subject: Subject, contexts: ContextList) -> bool:
    """Whether it is worth looking at the contexts one by one."""
    labels = {item.label for item in contexts.items}
    has_it = (IMPLICIT_VR_LITTLE_ENDIAN in subject.negotiations.uids_of(label) for label in labels)
    return not all(has_it) and subject.negotiations.is_complete(contexts)


def _check(subject: Subject, contexts: ContextList) -> Iterator[Hit]:
    """A finding for each set of lists that lacks it, but one for all SOP classes with the same excuse."""
    role = subject.role_of(contexts)
    groups: dict[tuple[_Excuse, tuple[str, ...]], list[Offer]] = {}
    for offer in subject.negotiations.offers(contexts):
        excuse = _excuse(offer) if _lacks_default(offer) else None
        if excuse is not None and role == "requestor" and _has_wrong_lists(subject, offer):
            continue
        if excuse is not None and not lossy_only.has_lossless_sibling(subject, contexts, offer):
            groups.setdefault((excuse, () if _SEVERITIES[excuse][role] == "info" else offer.labels), []).append(offer)
    for (excuse, labels), offers in groups.items():
        severity = _SEVERITIES[excuse][role]
        message = f"{named(offer.abstract_syntax for offer in offers)}: {_WITHOUT[role]}{_WHY[excuse]}"
        fix = None
        if severity != "info":
            message += f"; add {_NAME}"
            fix = _in_list(subject, labels) or _in_context(subject, contexts, offers)
        yield Hit(offers[0].items[0].abstract_syntax_span, message, fix, severity)


def _has_wrong_lists(subject: Subject, offer: Offer) -> bool:
    """Whether each list of the offer is of another kind of objects, with transfer syntaxes for Pixel Data that these do
    not have: it shall have another one, as AP501, AP503 or AP512 says.
    """
    if offer.abstract_syntax == VERIFICATION or any(subject.negotiations.is_catch_all(label) for label in offer.labels):
        return False
    # Imported here because hardly any file needs it.
    from asprofile.names.fit import judge

    return all(
        any(
            judge(offer.abstract_syntax, uid).kind.name in ("NO_PIXEL_DATA", "FLOAT_PIXEL_DATA")
            for uid in subject.negotiations.uids_of(label)
            if not lossy_only.is_jpip(uid)
        )
        for label in offer.labels
    )


def _lacks_default(offer: Offer) -> bool:
    return offer.complete and bool(offer.uids) and IMPLICIT_VR_LITTLE_ENDIAN not in offer.uids


def _excuse(offer: Offer) -> _Excuse | None:
    """Why the offer may lack the default; None where nobody knows, or all of it is useless anyway."""
    if not uids.is_well_formed(offer.abstract_syntax) or kind(offer.abstract_syntax) in _NEVER:
        return None
    useful = [uid for uid in offer.uids if not is_useless(offer.abstract_syntax, uid)]
    known = [syntax for uid in useful if (syntax := transfer_syntaxes.get(uid)) is not None and syntax.fidelity]
    storage = sop_classes.storage(offer.abstract_syntax)
    if any(syntax.is_native for syntax in known):
        has_pixels = storage is not None and storage.pixel_data is not False
        is_sure = has_pixels and len(known) == len(useful) and all(syntax.is_native for syntax in known)
        is_text = sop_classes.other(offer.abstract_syntax) or (storage is not None and not has_pixels)
        return "none" if is_sure or is_text else "native"
    if any(syntax.lossless_only for syntax in known):
        return "length" if storage is None or storage.frames == "single" else "waived"
    return "waived" if known and len(known) == len(useful) else None


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
A requestor that proposes an abstract syntax shall propose it with the default transfer syntax too, Implicit VR Little
Endian, in this context or in another one, and an acceptor shall accept that: it is what all applications have in
common. There are two exceptions: the sender has its images only with loss, or they are so large that without loss they
cannot be encoded in the default one (more than 4 GB).

So for a requestor it is an error where no exception can apply: objects without Pixel Data, services such as
Verification or Query, images that are offered only uncompressed. It is a warning where compressed transfer syntaxes are
offered together with uncompressed ones, or lossless ones for single images. It is an info, one for a context list,
where there are only lossy ones, as for video, or lossless ones for images of many frames, as for whole slides.

An acceptor without it refuses peers that have only the default: a warning where it accepts uncompressed ones, otherwise
an info. Where either side may load the file, the milder of the two is reported.
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
