"""AP102: a required supersection that is missing."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.missing import MANDATORY, Missing
from asprofile.lint.subject import Subject, View
from asprofile.text import Span


def check(subject: Subject) -> Iterator[Hit]:
    if subject.binary is not None:
        return iter(
            (Hit(Span(0, 0), f"this is {subject.binary}, and no association profile; nothing in it is changed"),)
        )
    view = subject.view("supersections")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    refused = {MANDATORY[refusal.problem.code] for refusal in view.refusals if refusal.cause == "no supersection"}
    if not refused:
        return
    missing = [found for found in view.subject.missing if found.name in refused]
    yield from (_hit(view, found) for found in missing if found.clue != "none")
    names = [f"[[{found.spelled}]]" for found in missing if found.clue == "none"]
    if names:
        last = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        them = "them" if len(names) > 1 else "it"
        yield Hit(Span(0, 0), f"there is no {last}, and DCMTK refuses a file without {them}; is this a profile file?")


def _hit(view: View, found: Missing) -> Hit:
    assert found.item is not None
    name = f"[[{found.spelled}]]"
    safe = found.certain and view.keeps(found.mend)
    if found.clue == "sections":
        message = (
            f"there is no {name}, and DCMTK refuses a file without it; its first {found.what} seems to be "
            f"this: write {name} above"
        )
        return Hit(found.item.raw_name, message, Fix(f"write {name} above", found.mend, safe))
    written = view.subject.text(found.item.raw_name)
    if found.clue == "single brackets":
        message = (
            f"there is no {name}, and DCMTK refuses a file without it; one pair of brackets makes "
            f"[{written}] a section: write two"
        )
        return Hit(found.span, message, Fix(f"write {name}", found.mend, safe))
    message = (
        f"there is no {name}, and DCMTK refuses a file without it; is [[{written}]] meant to be it? write "
        f"{found.spelled}"
    )
    return Hit(found.span, message, Fix(f"write {name}", found.mend, safe))


RULE = Rule(
    code="AP102",
    name="missing-supersection",
    severity="error",
    summary="A required supersection is missing, so DCMTK refuses the file",
    why="""\
A profile file must have the supersections `[[TransferSyntaxes]]`, `[[PresentationContexts]]` and `[[Profiles]]`;
without one of them DCMTK refuses the file (conditions 1050, 1051 and 1060). The usual causes are a misspelt name,
single brackets or a header that was commented out. Its sections then belong to the supersection above, or to none.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            bad="""\
[[TransferSyntax]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[Profiles]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="TransferSyntax",
        ),
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
# [[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
# [[PresentationContexts]]
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="Contexts",
        ),
    ),
    check=check,
)
