"""AP305: a known misprint of a private UID."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import private
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.text import Edit, encode


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.numbers:
        uid = field.uid or ""
        known = private.get(uid) if not uid.startswith(STANDARD_ROOT) else None
        if known is None or known.mistype_of is None:
            continue
        meant = known.mistype_of
        if private.correct_uid(uid) is None:
            message = f"{uid} may be a misprint of {meant} ({known.name}); see the device's conformance statement"
            yield Hit(field.span, message, severity="info")
        else:
            message = f"{uid} is a misprint of {meant} ({known.name}): no device sends or takes it; write {meant}"
            fix = Fix(f"write {meant}", (Edit(field.span, encode(meant)),), safe=False)
            yield Hit(field.span, message, fix)


RULE = Rule(
    code="AP305",
    name="private-uid-mistyped",
    severity="warning",
    summary="A known misprint of a vendor's UID",
    why="""\
Some private SOP classes are copied from list to list with a wrong digit: Philips' root is 1.3.46.670589, and
1.2.46.670589 belongs to somebody else. DCMTK cannot know that; it proposes the wrong UID, and the objects of the device
are refused. Certain misprints are warnings, with the UID that is meant; unconfirmed ones are infos.
""",
    reference="PS3.5 9; the vendors' conformance statements",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = 1.2.46.670589.5.0.2\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = 1.3.46.670589.5.0.2\\Uncompressed
""",
            at="1.2.46.670589.5.0.2",
        ),
    ),
    check=check,
)
