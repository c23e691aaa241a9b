"""AP203: a key twice in a section."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.syntax import Entry


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("keys")
    return view.hits(_hit(view, loss) for loss in view.losses if loss.cause == "duplicate")


def _hit(view: View, loss: Loss) -> Hit:
    assert isinstance(loss.first, Entry)
    written = view.subject.text(loss.entry.key_span)
    line = view.subject.source.line_of(loss.first.key_span.start)
    same = loss.entry.value == loss.first.value
    advice = (
        "remove it" if same else f"give it a number of its own, {loss.meant}" if loss.meant else "keep one of the two"
    )
    message = (
        f"{written} is in this section already (line {line}); DCMTK takes the first and never reads this one: {advice}"
    )
    return Hit(loss.entry.key_span, message, _fix(view, loss, same))


def _fix(view: View, loss: Loss, same: bool) -> Fix | None:
    if not loss.mend:
        return None
    if same:
        return Fix("remove the second of two equal entries", loss.mend, view.keeps(loss.mend))
    # Whether a number was mistyped or an entry left over, the file does not say.
    return Fix(f"make it {loss.meant}", loss.mend, safe=False)


RULE = Rule(
    code="AP203",
    name="duplicate-key",
    severity="error",
    summary="A section has a key twice; DCMTK reads only the first",
    why="""\
If two entries have the same key, DCMTK reads the first and silently ignores the second. It happens when a line is
copied and its number is not changed. Upper and lower case do not matter.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            at="PresentationContext2",
        ),
        Example(
            frame="file",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="TransferSyntax2",
        ),
    ),
    check=check,
)
