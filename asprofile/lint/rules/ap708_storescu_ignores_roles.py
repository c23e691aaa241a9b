"""AP708: roles in a profile that may be meant for storescu or storescp, which do not support them."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.model.words import ROLE_SELECTION


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    # For a profile that is certainly a requestor's, and for an acceptor's, other rules say more.
    if profile.role_list is None or subject.role_of(profile.context_list) is not None:
        return
    if any(profiles.is_get(item.abstract_syntax) for item in profile.context_list.items):
        return
    if any(
        item.role in ("scp", "both") and profiles.kind(item.sop_class) == "storage" for item in profile.role_list.items
    ):
        message = (
            "storescu sends these roles and then stores as if it had not, and storescp supports none: "
            "leave the list out of a profile that is for them"
        )
        title = "leave the roles out of the profile"
        yield from lists.unwanted(subject, profile.name, ROLE_SELECTION, message, title)


RULE = Rule(
    code="AP708",
    name="storescu-ignores-roles",
    severity="info",
    summary="A profile of Storage SOP classes has roles that storescu and storescp do not support",
    why="""\
DCMTK's documentation says that neither storescu nor storescp supports role selection and that it should not be used
with them. storescu does send the role items of its profile, ignores the peer's answer, and stores. So at best the list
has no effect. Other programs that use DCMTK's profiles, such as dcmqrscp, do support roles; for those ignore this
finding.
""",
    reference="DCMTK asconfig.txt, 2.3",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[BothRoles]
Role1 = UltrasoundImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection  = BothRoles
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[BothRoles]
Role1 = UltrasoundImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="BothRoles",
        ),
    ),
    check=check,
)
