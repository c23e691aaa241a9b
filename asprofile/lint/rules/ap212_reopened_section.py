"""AP212: two sections of one name, which DCMTK joins."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.outline import SectionPart
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import LIST_OF, NUMBERED_KEYS, label_of


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    for supersection, prefix in NUMBERED_KEYS.items():
        seen: dict[str, SectionPart] = {}
        for section in view.subject.outline.sections(supersection):
            if f"{prefix}1" not in section.by_key:
                continue
            first = seen.setdefault(section.name, section)
            # Names that differ only in characters that DCMTK drops are reported by AP209.
            if first is not section and _written(view, first) == _written(view, section):
                line = view.subject.source.line_of(first.header.span.start)
                message = (
                    f"a section of this name is in line {line}: DCMTK joins the two to one "
                    f"{LIST_OF[supersection]}, "
                    "these entries after those; make it one section, or give it another name"
                )
                yield Hit(section.header.raw_name, message)


def _written(view: View, section: SectionPart) -> str:
    return label_of(view.subject.data[slice(*section.header.raw_name)])


RULE = Rule(
    code="AP212",
    name="reopened-section",
    severity="warning",
    summary="Two sections have the same name, and DCMTK joins their lists",
    why="""\
DCMTK adds the entries of a second section of the same name to the list that the first began. That is seldom intended:
if a section was copied, every transfer syntax is proposed twice, and the second section begins at number 1 again, so it
does not look like a continuation.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="Contexts",
            fixed=False,
        ),
    ),
    check=check,
)
