"""AP304: a UID in DICOM's own root that DICOM has not registered."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import near
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject
from asprofile.names import mistyped, uids
from asprofile.names.releases import LATEST
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.text import Edit, encode

_ROOT = STANDARD_ROOT.rstrip(".")


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.numbers:
        uid = field.uid or ""
        if not uids.is_well_formed(uid) or uids.describe(uid) is not None:
            continue
        if uid.startswith(STANDARD_ROOT):
            yield _hit(field, f"DICOM has registered no {uid} (as of DCMTK {LATEST})")
        elif mistyped.is_of_the_standard(uid, field.kind):
            yield _hit(field, f"{uid} is not in DICOM's root {_ROOT}")


def _hit(field: UidField, what: str) -> Hit:
    uid = field.uid or ""
    two = mistyped.glued(uid)
    if two is not None:
        first, second = (f"{one} ({uids.display_name(one)})" for one in two)
        return Hit(field.span, f"{uid} is two UIDs in one, {first} and {second}: give each an entry of its own")
    meant = mistyped.meant(uid, field.kind)
    if not meant.uids and not meant.begun:
        return Hit(field.span, f"{what}: it is mistyped, invented or newer than that; check the number")
    fix = None
    if meant.certain:
        title = f"write {meant.uids[0]} ({uids.display_name(meant.uids[0])})"
        fix = Fix(title, (Edit(field.span, encode(meant.uids[0])),), safe=False)
    return Hit(field.span, f"{what}, so no peer will know it; {near.question(meant)}", fix)


RULE = Rule(
    code="AP304",
    name="unregistered-dicom-uid",
    severity="warning",
    summary="A UID that looks like one of DICOM's is not registered",
    why="""\
All UIDs below 1.2.840.10008 belong to DICOM and are in PS3.6; nobody else may create UIDs there. One that is not in the
tables is mistyped or invented (then no peer knows it, and the context is always rejected), or newer than the tables
(then only an equally new peer knows it).

The message names the registered UIDs that may be meant, even if the mistake is in the root: two digits or components
exchanged, one missing or doubled, the end missing, a wrong digit. Retired UIDs are named only if no current one is
near. If there is one candidate, there is a fix, which is not safe. Two UIDs without anything between them, because a
line end or a comma was lost, are reported as that.
""",
    reference="PS3.5 9; PS3.6 Annex A",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.4810\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.481.2\\Uncompressed
""",
            at="1.2.840.10008.5.1.4.1.1.4810",
            fixed=False,
        ),
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = 1.2.840.10008.1.2
TransferSyntax2 = 1.2.840.1008.1.2.1
""",
            good="""\
[Uncompressed]
TransferSyntax1 = 1.2.840.10008.1.2
TransferSyntax2 = 1.2.840.10008.1.2.1
""",
            at="1.2.840.1008.1.2.1",
        ),
    ),
    check=check,
)
