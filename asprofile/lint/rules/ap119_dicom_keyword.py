"""AP119: the keyword of PS3.6 where DCMTK has a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.safety import keeps_name
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.diagnosis import Diagnosis
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject, View
from asprofile.text import decode


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, *found) for found in view.not_uids if found[1].cause == "keyword")


def _hit(view: View, field: UidField, diagnosis: Diagnosis) -> Hit:
    edits = diagnosis.mend(field.span, view.subject.data)
    own = f"whose own name for it is {diagnosis.meant}"
    if diagnosis.meant[:1].isdigit():
        own = f"which has no name for {diagnosis.meant}"
    message = (
        f"{decode(field.text)} is the keyword in PS3.6 and unknown to DCMTK {view.subject.release}, "
        f"{own}; it refuses the file"
    )
    return Hit(
        field.span, message, Fix(f"write {diagnosis.meant}", edits, keeps_name(view.file, field.text, diagnosis.meant))
    )


RULE = Rule(
    code="AP119",
    name="dicom-keyword",
    severity="error",
    summary="The name is the standard's keyword, which DCMTK does not know",
    why="""\
PS3.6 gives every UID a keyword, which pydicom and other tools use. DCMTK's names are older and often differ:
`ImplicitVRLittleEndian` is `LittleEndianImplicit`, `Verification` is `VerificationSOPClass`. DCMTK looks up only its
own names and refuses a file with any other.
""",
    reference="PS3.6 Annex A; DCMTK dcmdata/libsrc/dcuid.cc",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = ExplicitVRLittleEndian
TransferSyntax2 = ImplicitVRLittleEndian
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="ExplicitVRLittleEndian",
        ),
    ),
    check=check,
)
