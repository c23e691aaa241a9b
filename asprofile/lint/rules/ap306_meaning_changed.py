"""AP306: a symbolic name that stands for another UID in another release."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model import uid as model_uid
from asprofile.names import symbols
from asprofile.text import Edit, encode


def check(subject: Subject) -> Iterator[Hit]:
    changed = symbols.names_of_several()
    for field in subject.uid_fields:
        name = model_uid.symbol(field.text)
        if field.uid is None or name not in changed:
            continue
        other = next(one for one in changed[name] if one.uid != field.uid)
        when = f"up to DCMTK {other.last_release}" if other.last_release else f"since DCMTK {other.first_release}"
        message = f"{name} is {field.uid} here but {other.uid} {when}; write the UID, which means the same everywhere"
        fix = Fix(f"write {field.uid}", (Edit(field.span, encode(field.uid)),), safe=False)
        # With a current release the old meaning will hardly matter; with an old one the new meaning is sure to come.
        yield Hit(field.span, message, fix, severity="info" if other.last_release else None)


RULE = Rule(
    code="AP306",
    name="meaning-changed",
    severity="warning",
    summary="A name stands for different UIDs in different DCMTK releases",
    why="""\
In DCMTK a few names have changed their UID: `UnifiedProcedureStepPushSOPClass` and its siblings were the trial classes
in 3.6.0 and are the final ones since 3.6.2. The file loads in both releases but proposes different things. A UID means
the same in every release. It is a warning for a release with the old meaning, otherwise an info.
""",
    reference="DCMTK's table of UID names (dcuid.cc), 3.6.0 and 3.6.2",
    examples=(
        Example(
            frame="contexts",
            release="3.6.0",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UnifiedProcedureStepPushSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.34.4.1\\Uncompressed
""",
            at="UnifiedProcedureStepPushSOPClass",
        ),
    ),
    check=check,
)
