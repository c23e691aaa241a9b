"""AP114: two profiles of one name."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import PROFILES
from asprofile.syntax import Header


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    headers = {section.header.span: section.header for section in view.subject.outline.sections(PROFILES)}
    found = [refusal for refusal in view.refusals if refusal.cause == "second profile"]
    return view.hits(_hit(view, headers[refusal.problem.span], refusal.problem.subject) for refusal in found)


def _hit(view: View, second: Header, name: str) -> Hit:
    first = view.subject.outline.by_name(PROFILES)[name][0].header
    written = view.subject.text(first.raw_name)
    line = view.subject.source.line_of(first.raw_name.start)
    alike = "" if written == view.subject.text(second.raw_name) else f", which to DCMTK is the same as [{written}]"
    message = (
        f"a profile of this name is in line {line}{alike}, and DCMTK refuses the file; give it "
        "another name or remove it"
    )
    return Hit(second.raw_name, message)


RULE = Rule(
    code="AP114",
    name="profile-twice",
    severity="error",
    summary="Two profiles have the same name, so DCMTK refuses the file",
    why="""\
A profile is chosen by its name, so DCMTK refuses a file with two profiles of the same name (condition 1030). It keeps
only letters, digits, `-` and `_` of a name, in upper case: `[CT Scanner]`, `[CTScanner]` and `[ct.scanner]` are the
same name.
""",
    reference="DCMTK asconfig.txt, 1 and 2.5",
    examples=(
        Example(
            frame="profiles",
            bad="""\
[[Profiles]]
[Default]
PresentationContexts = Contexts
[DEFAULT]
PresentationContexts = Contexts
""",
            good="""\
[[Profiles]]
[Default]
PresentationContexts = Contexts
[Default2]
PresentationContexts = Contexts
""",
            at="DEFAULT",
            fixed=False,
        ),
    ),
    check=check,
)
