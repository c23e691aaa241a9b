"""AP118: a name that is right except for upper and lower case, or for quotes around it."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.safety import keeps_name
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.diagnosis import Diagnosis
from asprofile.lint.slips.refusal import is_quoted
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject, View
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, *found) for found in view.not_uids if found[1].cause in ("case", "quotes"))


def _hit(view: View, field: UidField, diagnosis: Diagnosis) -> Hit:
    edits = diagnosis.mend(field.span, view.subject.data)
    if diagnosis.cause != "quotes":
        reason = "DCMTK tells upper from lower case in names"
    elif field.text.lstrip().startswith(b"="):
        reason = "DCMTK takes more than one `=` in front of a name, and a blank after it, for part of the name"
    else:
        reason = "DCMTK takes quotes for part of a name"
    if is_quoted(field.entry) and field.text != field.entry.value:
        size = len(field.entry.value.rstrip())
        edits += (Edit(field.entry.part(size - 1, size), b""),)
    message = f"{reason} and refuses the file; write {diagnosis.meant}"
    return Hit(
        field.span, message, Fix(f"write {diagnosis.meant}", edits, keeps_name(view.file, field.text, diagnosis.meant))
    )


RULE = Rule(
    code="AP118",
    name="wrong-case",
    severity="error",
    summary="A name differs from DCMTK's in upper and lower case, or has quotes around it",
    why="""\
Keys, the names of sections and references to them are compared in upper case. The names of transfer syntaxes and SOP
classes are not: DCMTK knows neither `littleendianexplicit` nor `"LittleEndianExplicit"` and refuses the whole file.
Quotes around a whole value leave one quote on each side of the backslash.
""",
    reference="DCMTK asconfig.txt, 1; dcmdata/libsrc/dcuid.cc",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CtImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="CtImageStorage",
        ),
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = "LittleEndianExplicit"
TransferSyntax2 = LittleEndianImplicit
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at='"LittleEndianExplicit"',
        ),
    ),
    check=check,
)
