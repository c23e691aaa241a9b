"""AP213: a section that makes no list."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.references import references
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import LIST_OF, NUMBERED_KEYS, SPELLED_KEYS


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    outline = view.subject.outline
    for supersection, prefix in NUMBERED_KEYS.items():
        empty = [section for section in outline.sections(supersection) if f"{prefix}1" not in section.by_key]
        if not empty:
            continue
        # Keys that belong elsewhere are reported by another rule.
        strange = {id(loss.section) for loss in view.subject.losses if loss.cause == "other key"}
        # Where it is referenced, the reference is undefined, which is reported there.
        used = {reference.label for reference in references(outline) if reference.supersection == supersection}
        for section in empty:
            if id(section) in strange:
                continue
            if section.name not in used or any(
                f"{prefix}1" in other.by_key for other in outline.by_name(supersection)[section.name]
            ):
                message = (
                    f"no {SPELLED_KEYS[prefix]}1 in this section, so DCMTK makes no {LIST_OF[supersection]} of it; "
                    "write its entries or remove it"
                )
                yield Hit(section.header.raw_name, message)


RULE = Rule(
    code="AP213",
    name="empty-list",
    severity="warning",
    summary="A section has no entry that is read, so it makes no list",
    why="""\
DCMTK makes a list when it reads the first of its numbered entries. A section without any makes no list, and a reference
to it is undefined.
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
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
""",
            at="Scanner",
            fixed=False,
        ),
    ),
    check=check,
)
