"""AP709: Storage Commitment without a role."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.model.words import AssociationRole

_SAID: dict[AssociationRole | None, str] = {
    "requestor": "a requestor is SCU: it may ask for commitment, but not report the result of another's request; who "
    "reports proposes SCP, and who asks must accept an association from the archive on which that is proposed",
    "acceptor": "an acceptor takes requests for commitment, but refuses an archive that reports with the role SCP the "
    "result of what was asked for; BOTH takes either",
    None: "it is for requests alone; results come on an association of their own, on which the archive proposes the "
    "role SCP",
}


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    for item in profiles.of_kinds(profile.context_list, ("storage-commitment",)):
        has_role = profiles.role_for(profile, item.abstract_syntax) != "default"
        if not has_role and profiles.is_complete(subject, profile):
            said = _SAID[subject.role_of(profile.context_list)]
            message = f"profile {profile.name} has Storage Commitment without a role: {said} (PS3.4 J.3.3.1)"
            yield Hit(item.abstract_syntax_span, message)


RULE = Rule(
    code="AP709",
    name="commitment-role",
    severity="info",
    summary="Storage Commitment has no role",
    why="""\
A modality asks for storage commitment (N-ACTION), and the archive answers later with the result (N-EVENT-REPORT). Both
must support doing that on a separate association, because the modality may have closed that of the request. The archive
opens that association and proposes the role SCP for itself, and the modality accepts it. By default a requestor is SCU,
and an acceptor accepts only that, so a profile without a role for Storage Commitment works for requests but not for
results: give the SOP class the role SCP where results are reported, and BOTH in an acceptor's profile. With any role,
including SCU, it is not reported.
""",
    reference="PS3.4 J.2.1, J.3.3.1.2 and J.3.3.1.3; PS3.7 D.3.3.4",
    examples=(
        Example(
            role="acceptor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = StorageCommitmentPushModelSOPClass\\Uncompressed
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
PresentationContext2 = StorageCommitmentPushModelSOPClass\\Uncompressed
[[SCPSCURoleSelection]]
[Roles]
Role1 = StorageCommitmentPushModelSOPClass\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
""",
            at="StorageCommitmentPushModelSOPClass",
            fixed=False,
        ),
    ),
    check=check,
)
