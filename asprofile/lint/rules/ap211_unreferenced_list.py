"""AP211: a list that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.references import references
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    LIST_OF,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.printing import plural

# DCMTK's conditions for a missing reference: it does not exist, names no list, or names one that does not exist. Then
# that may be the reason why nothing refers to a list.
_REFUSED = {
    TRANSFER_SYNTAXES: {1051, 1052, 1031},
    PRESENTATION_CONTEXTS: {1060, 1061, 1033},
    ROLE_SELECTION: {1060, 1036},
    EXTENDED_NEGOTIATION: {1060, 1039},
}


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    outline = view.subject.outline
    failed = {problem.code for problem in view.subject.problems}
    used = {(reference.supersection, reference.label) for reference in references(outline)}
    for supersection, prefix in NUMBERED_KEYS.items():
        if not failed.isdisjoint(_REFUSED[supersection]):
            continue
        by = "presentation context" if supersection == TRANSFER_SYNTAXES else "profile"
        for section in outline.sections(supersection):
            if (supersection, section.name) in used:
                continue
            used.add((supersection, section.name))
            count = sum(1 for _ in section.numbered(prefix))
            if count:
                message = (
                    f"no {by} refers to this {LIST_OF[supersection]} of {plural(count, 'entry')}; it has no effect"
                )
                yield Hit(section.header.raw_name, message)


RULE = Rule(
    code="AP211",
    name="unreferenced-list",
    severity="info",
    summary="Nothing refers to this list",
    why="""\
A transfer syntax list is used through the presentation contexts that refer to it, every other list through a profile. A
list that nothing refers to is read and checked (a mistake in it makes DCMTK refuse the whole file) but never used.
Either it is kept for later use, or a reference is wrong.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[Scanner]
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="Scanner",
            fixed=False,
        ),
    ),
    check=check,
)
