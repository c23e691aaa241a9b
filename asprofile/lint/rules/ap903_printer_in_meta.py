"""AP903: Printer in a list with a print meta SOP class that includes it."""

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
        printers = profiles.of_kinds(contexts, ("printer",))
        stance = subject.stance(contexts, "requestor")
        if stance == "no" or not printers or not profiles.of_kinds(contexts, ("print-meta",)):
            continue
        message = (
            "Printer is a part of the print meta SOP class that is in this list, too; it needs no context of its own"
        )
        fix = None
        if not profiles.is_referenced(subject, contexts, printers[0].abstract_syntax):
            edits = lists.removal(subject, PRESENTATION_CONTEXTS, contexts.label, {item.span for item in printers})
            fix = Fix("take out Printer", edits, safe=False) if edits else None
        only_for = profiles.only_for(stance, "requestor")
        yield Hit(printers[0].abstract_syntax_span, message, fix, only_for=only_for)


RULE = Rule(
    code="AP903",
    name="printer-in-meta",
    severity="info",
    summary="Printer is listed with a print meta SOP class that includes it",
    why="""\
Both Basic Print Management Meta SOP classes include the Printer SOP class, so the printer's status can be asked for in
their context. A separate context is for an association that only asks for the status. An acceptor needs it for peers
that open such an association, so its lists are not checked.
""",
    reference="PS3.4 H.3.1, H.3.2.2",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = PrinterSOPClass\\Uncompressed
PresentationContext2 = BasicGrayscalePrintManagementMetaSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = BasicGrayscalePrintManagementMetaSOPClass\\Uncompressed
""",
            at="PrinterSOPClass",
        ),
    ),
    check=check,
)
