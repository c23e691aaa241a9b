"""AP113: a profile without PresentationContexts."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import PRESENTATION_CONTEXTS, PROFILES
from asprofile.syntax import Header
from asprofile.text import Edit, Span, line_end, next_line


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    headers = {section.header.span: section.header for section in view.subject.outline.sections(PROFILES)}
    found = [refusal for refusal in view.refusals if refusal.cause == "no contexts"]
    return view.hits(_hit(view, headers[refusal.problem.span]) for refusal in found)


def _hit(view: View, header: Header) -> Hit:
    message = (
        "the profile has no PresentationContexts, so DCMTK refuses the file; write `PresentationContexts "
        "= ` and a context list"
    )
    return Hit(header.raw_name, message, _fix(view, header.span.end))


def _fix(view: View, end: int) -> Fix | None:
    """A fix, where there is exactly one context list."""
    data = view.subject.data
    lists = view.subject.outline.by_name(PRESENTATION_CONTEXTS)
    here = next_line(data, end)
    if len(lists) != 1 or data[end:here].strip() or data[here - 1 : here] not in (b"\n", b"\r"):
        return None
    ((*_, last),) = lists.values()
    name = data[slice(*last.header.raw_name)].strip()
    edit = Edit(Span(here, here), b"PresentationContexts = " + name + line_end(data))
    return Fix("write the only context list", (edit,), safe=False)


RULE = Rule(
    code="AP113",
    name="profile-without-contexts",
    severity="error",
    summary="A profile does not say which contexts it has, so DCMTK refuses the file",
    why="""\
Every section of `[[Profiles]]` is a profile and must name its context list with `PresentationContexts`. If one does
not, DCMTK refuses the whole file (condition 1061), whichever profile is used.
""",
    reference="DCMTK asconfig.txt, 2.5",
    examples=(
        Example(
            frame="profiles",
            bad="""\
[[Profiles]]
[Default]
PresentationContexts = Contexts
[Scanner]
""",
            good="""\
[[Profiles]]
[Default]
PresentationContexts = Contexts
[Scanner]
PresentationContexts = Contexts
""",
            at="Scanner",
        ),
    ),
    check=check,
)
