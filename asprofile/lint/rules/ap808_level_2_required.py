"""AP808: less than level 2 where the standard asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended, profiles
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.names.companions import companions_of
from asprofile.names.uids import display_name
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(hit for profile in subject.config.profiles.values() for hit in _check(profile))


def _check(profile: Profile) -> Iterator[Hit]:
    for item in profile.extended:
        # Only BOTH shows that the device sends the objects and takes them, too.
        if profiles.role_for(profile, item.sop_class) != "both" or extended.form(item.sop_class) != "storage":
            continue
        if not extended.is_storage(item.data) or item.data[extended.LEVEL] >= 2:
            continue
        duty = next((duty for duty in companions_of(item.sop_class) if duty.level_2), None)
        if duty is not None:
            message = (
                f"the level is {item.data[extended.LEVEL]}, but who sends and takes {display_name(item.sop_class)} "
                f"shall be a level 2 SCP, which keeps all elements ({duty.ref})"
            )
            fix = Fix("state level 2", (Edit(item.data_span, (b"\2" + item.data[1:]).hex().encode()),), safe=False)
            yield Hit(item.data_span, message, fix)


RULE = Rule(
    code="AP808",
    name="level-2-required",
    severity="warning",
    summary="A storage level below 2 for a SOP class that requires level 2",
    why="""\
A device that is both SCU and SCP of structured reports, ophthalmic measurements, thickness maps, intraocular lens
calculations or corneal topography maps shall be a level 2 SCP: it stores all elements, including private ones, because
it may change the objects and send them on. A profile with the role `BOTH` says that the device is both; then level 0 or
1 contradicts the standard.
""",
    reference="PS3.4 O.2.2, B.4.1, B.5.1.5, B.5.1.11, B.5.1.12, B.5.1.14, B.5.1.17",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Reports]
PresentationContext1 = EnhancedSRStorage\\Uncompressed
[[SCPSCURoleSelection]]
[BothRoles]
Role1 = EnhancedSRStorage\\BOTH
[[ExtendedNegotiation]]
[Level]
ExtendedNegotiation1 = EnhancedSRStorage\\010000000000
[[Profiles]]
[Default]
PresentationContexts = Reports
SCPSCURoleSelection = BothRoles
ExtendedNegotiation = Level
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Reports]
PresentationContext1 = EnhancedSRStorage\\Uncompressed
[[SCPSCURoleSelection]]
[BothRoles]
Role1 = EnhancedSRStorage\\BOTH
[[ExtendedNegotiation]]
[Level]
ExtendedNegotiation1 = EnhancedSRStorage\\020000000000
[[Profiles]]
[Default]
PresentationContexts = Reports
SCPSCURoleSelection = BothRoles
ExtendedNegotiation = Level
""",
            at="010000000000",
        ),
    ),
    check=check,
)
