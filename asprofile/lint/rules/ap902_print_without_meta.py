"""AP902: an optional print SOP class without the meta SOP class that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem
from asprofile.names import sop_classes

# A part of a meta SOP class shows that printing is intended, and is reported by another rule.
WITH = ("print-meta", "print-component")


def check(subject: Subject) -> Iterator[Hit]:
    for contexts in subject.config.context_lists.values():
        items = [item for item in profiles.of_kinds(contexts, ("print-optional",)) if _needs_meta(item)]
        if not items or profiles.of_kinds(contexts, WITH) or not subject.negotiations.is_complete(contexts):
            continue
        message = (
            f"{profiles.named(item.abstract_syntax for item in items)} without Basic Grayscale or Basic Color Print "
            "Management "
            "Meta in the list: on this association nothing can be printed with it"
        )
        yield Hit(items[0].abstract_syntax_span, message)


def _needs_meta(item: ContextItem) -> bool:
    found = sop_classes.other(item.abstract_syntax)
    return found is not None and found.negotiable == "with-meta"


RULE = Rule(
    code="AP902",
    name="print-without-meta",
    severity="warning",
    summary="An optional print SOP class is listed without a print meta SOP class",
    why="""\
Annotation Boxes and Presentation LUTs are options of printing: they refer to films that are made with a print meta SOP
class on the same association, and an application that supports them shall support at least one of Basic Grayscale and
Basic Color Print Management Meta. (Printer, Print Job and Printer Configuration Retrieval may be negotiated alone: they
ask for a status only.)
""",
    reference="PS3.4 H.3.1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = PresentationLUTSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = PresentationLUTSOPClass\\Uncompressed
PresentationContext2 = BasicGrayscalePrintManagementMetaSOPClass\\Uncompressed
""",
            at="PresentationLUTSOPClass",
            fixed=False,
        ),
    ),
    check=check,
)
