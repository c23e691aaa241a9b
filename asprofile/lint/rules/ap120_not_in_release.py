"""AP120: a name that another release of DCMTK knows."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.safety import keeps_name
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.diagnosis import Diagnosis
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject, View
from asprofile.names import symbols
from asprofile.names.releases import at_least
from asprofile.text import Edit, encode


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, *found) for found in view.not_uids if found[1].cause == "release")


def _hit(view: View, field: UidField, diagnosis: Diagnosis) -> Hit:
    release = view.subject.release
    name = view.subject.text(field.span).strip(" \t\"'`=")
    symbol = symbols.history(name)[-1]
    own = diagnosis.meant if diagnosis.meant != symbol.uid else ""
    if symbol.to_come:
        what = f"{name} came to DCMTK {symbol.first_release}, so {release} refuses the file, as every release so far"
    elif not at_least(release, symbol.first_release):
        what = f"{name} needs DCMTK {symbol.first_release} or later, and {release} refuses the file"
    else:
        what = f"DCMTK {symbol.last_release} was the last to know {name}, and {release} refuses the file"
    instead = f"write {own}, its name in {release}, or " if own else "write "
    message = f"{what}; {instead}the UID {symbol.uid}, which every release takes"
    return Hit(field.span, message, _fix(view, field, own, symbol.uid))


def _fix(view: View, field: UidField, own: str, uid: str) -> Fix:
    """The release's own name, if no release that loads the file refuses it afterwards; otherwise the UID."""
    text = own if own and keeps_name(view.file, field.text, own) else uid
    return Fix(f"write {text}", (Edit(field.span, encode(text)),), keeps_name(view.file, field.text, text))


RULE = Rule(
    code="AP120",
    name="not-in-release",
    severity="error",
    summary="The name is not in this release of DCMTK, which refuses the file",
    why="""\
DCMTK's table of UIDs changes from release to release: names are added with each edition of DICOM, and old ones are
renamed, as when a SOP class is retired. A release refuses a whole file for one name that it does not know. So an
upgrade of DCMTK can make a profile unusable that worked for years, and a new profile may not load on an older machine.

Every release takes a UID. `--release` says for which one the file is checked.
""",
    reference="DCMTK dcmdata/libsrc/dcuid.cc, by release",
    examples=(
        Example(
            frame="contexts",
            release="3.6.4",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = RETIRED_VLMultiFrameImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = 1.2.840.10008.5.1.4.1.1.77.2\\Uncompressed
""",
            at="RETIRED_VLMultiFrameImageStorage",
        ),
    ),
    check=check,
)
