"""AP204: a supersection a second time."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit, Severity
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.model.words import SPELLED
from asprofile.printing import plural
from asprofile.syntax import Header


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("places")
    return view.hits(_hit(view, loss) for loss in view.losses if loss.cause == "second supersection")


def _hit(view: View, loss: Loss) -> Hit:
    assert isinstance(loss.item, Header)
    assert isinstance(loss.first, Header)
    sections = view.subject.outline.part_of(loss.item).sections
    line = view.subject.source.line_of(loss.first.raw_name.start)
    name = SPELLED[loss.supersection]
    if not sections:
        severity: Severity | None = "info"
        message = f"a second [[{name}]], with nothing in it; the one in line {line} is the one that counts: remove this"
    else:
        severity = None
        message = (
            f"a second [[{name}]]: DCMTK reads the one in line {line} only, so {plural(len(sections), 'section')} here "
            "may as well not be there; move them to the first"
        )
    # Sections of the same name would be joined, so that more may change than intended.
    fix = (
        Fix(f"move the sections to the first [[{name}]]", loss.mend, safe=not sections and view.keeps(loss.mend))
        if loss.mend
        else None
    )
    return Hit(loss.item.raw_name, message, fix, severity)


RULE = Rule(
    code="AP204",
    name="second-supersection",
    severity="error",
    summary="A supersection is there twice; DCMTK reads only the first",
    why="""\
DCMTK looks a supersection up by its name and takes the first. It never looks at the sections of a second one: its
transfer syntax lists are undefined, and its profiles cannot be chosen. The usual cause is that two files were joined
into one.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[TransferSyntaxes]]
[Lossless]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[Lossless]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="TransferSyntaxes",
        ),
    ),
    check=check,
)
