"""AP901: a part of a print meta SOP class as an abstract syntax."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.text import Edit, encode

GRAYSCALE_META = "1.2.840.10008.5.1.1.9"
COLOR_META = "1.2.840.10008.5.1.1.18"
COLOR_IMAGE_BOX = "1.2.840.10008.5.1.1.4.1"


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.config.context_lists.values():
        items = profiles.of_kinds(contexts, ("print-component",))
        if items:
            one = "is no SOP class" if len(items) == 1 else "are no SOP classes"
            message = (
                f"{profiles.named(item.abstract_syntax for item in items)} {one} to negotiate: print is negotiated by "
                "Basic Grayscale or Basic Color Print Management Meta, of which they are parts"
            )
            yield Hit(items[0].abstract_syntax_span, message, _fix(subject, contexts, items))


def _fix(subject: Subject, contexts: ContextList, items: list[ContextItem]) -> Fix | None:
    """Replaces the first part by the meta SOP class, unless that is there already, and removes the other parts."""
    if any(profiles.is_referenced(subject, contexts, item.abstract_syntax) for item in items):
        return None
    has_meta = bool(profiles.of_kinds(contexts, ("print-meta",)))
    gone = items if has_meta else items[1:]
    edits: tuple[Edit, ...] = ()
    if gone:
        removed = lists.removal(subject, PRESENTATION_CONTEXTS, contexts.label, {item.span for item in gone})
        if removed is None:
            return None
        edits = removed
    if not has_meta:
        meta = COLOR_META if any(item.abstract_syntax == COLOR_IMAGE_BOX for item in items) else GRAYSCALE_META
        edits += (Edit(items[0].abstract_syntax_span, encode(profiles.symbol(subject, meta))),)
    return Fix("negotiate the meta SOP class", edits, safe=False)


RULE = Rule(
    code="AP901",
    name="print-component",
    severity="error",
    summary="A part of a print meta SOP class is negotiated on its own",
    why="""\
Film Session, Film Box and the Image Boxes are SOP classes, but not abstract syntaxes: an association for printing
negotiates Basic Grayscale Print Management Meta or Basic Color Print Management Meta, which includes all of its parts
and the Printer. A print SCP refuses a context for a part.
""",
    reference="PS3.4 H.3.1, H.3.2.2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicFilmSessionSOPClass\\Uncompressed
PresentationContext2 = BasicFilmBoxSOPClass\\Uncompressed
PresentationContext3 = BasicGrayscaleImageBoxSOPClass\\Uncompressed
PresentationContext4 = PresentationLUTSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicGrayscalePrintManagementMetaSOPClass\\Uncompressed
PresentationContext2 = PresentationLUTSOPClass\\Uncompressed
""",
            at="BasicFilmSessionSOPClass",
        ),
    ),
    check=check,
)
