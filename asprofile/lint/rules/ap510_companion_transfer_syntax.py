"""AP510: a transfer syntax without the one that must be offered with it."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.contexts import Offer
from asprofile.lint.fixes.lists import addition
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.profiles import named, symbol
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import is_useless, list_name
from asprofile.model.words import TRANSFER_SYNTAXES
from asprofile.names import sop_classes, uids
from asprofile.names.transfer_syntaxes import ONLY_FOR_8_BITS, TransferSyntax
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.text import Span

_SECTIONS = {"jpeg": "PS3.5 10.2", "jpeg-ls": "PS3.5 10.5", "deflated-dataset": "PS3.5 A.5"}


def check(subject: Subject) -> Iterator[Hit]:
    seen: set[Span] = set()
    for contexts in subject.config.context_lists.values():
        for label in dict.fromkeys(item.label for item in contexts.items):
            for syntax, wanted in _wanting(subject, label) if subject.negotiations.is_complete(contexts) else ():
                listed = subject.config.transfer_syntax_lists[label].items
                span = next(item.span for item in listed if item.uid == syntax.uid)
                offers = [offer for offer in subject.negotiations.offers(contexts) if label in offer.labels]
                lacking = [offer for offer in offers if _lacks(offer, syntax, wanted)]
                if lacking and span not in seen:
                    seen.add(span)
                    yield _hit(subject, span, label, syntax, wanted, lacking)


def _wanting(subject: Subject, label: str) -> list[tuple[TransferSyntax, tuple[str, ...]]]:
    """What the list has that needs one of others, none of which it has; the default and retired ones aside."""
    has = subject.negotiations.uids_of(label)
    return [
        (syntax, wanted)
        for syntax in subject.negotiations.syntaxes_of(label)
        if not syntax.retired
        for wanted in syntax.companions or ONLY_FOR_8_BITS.get(syntax.uid, ())
        if IMPLICIT_VR_LITTLE_ENDIAN not in wanted and not set(wanted) & set(has)
    ]


def _lacks(offer: Offer, syntax: TransferSyntax, wanted: tuple[str, ...]) -> bool:
    if not offer.complete or not set(wanted).isdisjoint(offer.uids):
        return False
    if syntax.uid in ONLY_FOR_8_BITS and not _has_8_bits_only(offer.abstract_syntax):
        return False
    return not is_useless(offer.abstract_syntax, syntax.uid)


def _has_8_bits_only(abstract_syntax: str) -> bool:
    sop_class = sop_classes.storage(abstract_syntax)
    if sop_class is None or sop_class.unsure:
        return False
    return bool(sop_class.formats) and all(one.bits_stored == frozenset({8}) for one in sop_class.formats)


def _hit(
    subject: Subject, span: Span, label: str, syntax: TransferSyntax, wanted: tuple[str, ...], lacking: list[Offer]
) -> Hit:
    name = symbol(subject, wanted[0])
    section = "PS3.5 10.3" if syntax.uid in ONLY_FOR_8_BITS else _SECTIONS.get(syntax.family, "PS3.5 10")
    message = (
        f"{uids.display_name(syntax.uid)} stands for {named(offer.abstract_syntax for offer in lacking)} without "
        f"{named(wanted)}, which shall go with it ({section}); add {name}"
    )
    # Do not add to the list what another of its SOP classes cannot use.
    users = {
        item.abstract_syntax
        for one in subject.config.context_lists.values()
        for item in one.items
        if item.label == label
    }
    fits = not any(is_useless(abstract_syntax, wanted[0]) for abstract_syntax in users)
    edits = addition(subject, TRANSFER_SYNTAXES, label, (name,)) if fits else None
    fix = Fix(f"add {name} to {list_name(subject, label)}", edits, safe=False) if edits else None
    return Hit(span, message, fix)


RULE = Rule(
    code="AP510",
    name="companion-transfer-syntax",
    severity="warning",
    summary="A transfer syntax is offered without the one that must go with it",
    why="""\
The standard names a transfer syntax that must be offered together with others of its kind, so that two applications
that support the kind have one in common: JPEG Lossless with Selection Value 1 for any lossless JPEG, JPEG-LS Lossless
for near-lossless, Explicit VR Little Endian for Deflated, and JPEG Baseline for JPEG Extended where the images have 8
bits. It may be in the same list or in another context for the same SOP class. There is one finding for a list, however
many SOP classes use it. (For the default transfer syntax see AP509, for retired JPEG AP402.)
""",
    reference="PS3.5 10.2, 10.3, 10.5 and A.5",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical:Process14
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\JPEGLossless
PresentationContext2 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical:Process14
TransferSyntax2 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\JPEGLossless
PresentationContext2 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGLossless:Non-hierarchical:Process14",
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG]
TransferSyntax1 = JPEGExtended:Process2+4
[[PresentationContexts]]
[Contexts]
PresentationContext1 = OphthalmicPhotography8BitImageStorage\\JPEG
PresentationContext2 = OphthalmicPhotography8BitImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEG]
TransferSyntax1 = JPEGExtended:Process2+4
TransferSyntax2 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = OphthalmicPhotography8BitImageStorage\\JPEG
PresentationContext2 = OphthalmicPhotography8BitImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGExtended:Process2+4",
        ),
    ),
    check=check,
)
