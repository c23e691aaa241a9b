"""AP208: a supersection that DCMTK does not ask for."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.model.words import SPELLED
from asprofile.syntax import Header


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("places")
    return view.hits(
        _hit(view, loss) for loss in view.losses if loss.cause in ("misspelt supersection", "foreign supersection")
    )


def _hit(view: View, loss: Loss) -> Hit:
    assert isinstance(loss.item, Header)
    span = loss.item.raw_name
    written = view.subject.text(span)
    if loss.cause == "foreign supersection":
        message = f"DCMTK does not ask for [[{written}]] and ignores all that is in it"
        return Hit(span, message, severity="info")
    meant = SPELLED[loss.meant]
    if loss.first is not None:
        line = view.subject.source.line_of(loss.first.span.start)
        return Hit(
            span,
            f"DCMTK does not ask for [[{written}]] and reads nothing of it; [[{meant}]] is there "
            f"already, in line {line}: "
            "move the sections to it",
        )
    fix = Fix(f"write {meant}", loss.mend, loss.certain and view.keeps(loss.mend))
    return Hit(span, f"DCMTK does not ask for [[{written}]] and reads nothing of it; write [[{meant}]]", fix)


RULE = Rule(
    code="AP208",
    name="unknown-supersection",
    severity="error",
    summary="DCMTK does not ask for this supersection, so nothing in it is read",
    why="""\
DCMTK asks for five supersections: `[[TransferSyntaxes]]`, `[[PresentationContexts]]`, `[[SCPSCURoleSelection]]`,
`[[ExtendedNegotiation]]` and `[[Profiles]]`. DCMTK ignores any other with everything in it. One that is not similar to
any of the five is reported as info: it may keep unused parts of the file.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
[[RoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
""",
            at="RoleSelection",
        ),
    ),
    check=check,
)
