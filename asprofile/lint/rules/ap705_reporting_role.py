"""AP705: a requestor of a notification service without the role SCP."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.model.words import ROLE_SELECTION
from asprofile.names.uids import display_name
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    contexts = profile.context_list
    if subject.role_of(contexts) == "acceptor":
        return
    for item in profiles.of_kinds(contexts, ("mpps-notification", "ups-event")):
        if profiles.role_for(profile, item.abstract_syntax) in ("scp", "both"):
            continue
        if not profiles.is_complete(subject, profile):
            return
        # UPS events may also come back on the association of the subscriber, who is SCU.
        certain = profiles.kind(item.abstract_syntax) == "mpps-notification"
        only_for = profiles.only_for(subject.stance(contexts, "requestor"), "requestor")
        name = display_name(item.abstract_syntax)
        message = (
            f"{name} is for reports by the SCP: a requestor that reports must propose the role SCP, "
            f"and profile {profile.name} leaves it SCU"
        )
        yield Hit(
            item.abstract_syntax_span,
            message,
            _fix(subject, profile, item.abstract_syntax),
            None if certain else "info",
            only_for,
        )


def _fix(subject: Subject, profile: Profile, sop_class: str) -> Fix | None:
    if profile.role_list is None:
        return None
    title = "propose the role SCP"
    for item in profile.role_list.items:
        if item.sop_class == sop_class:
            return Fix(title, (Edit(item.role_span, b"SCP"),), safe=False)
    value = f"{profiles.symbol(subject, sop_class)}\\SCP"
    edits = lists.addition(subject, ROLE_SELECTION, profile.role_list.label, [value])
    return Fix(title, edits, safe=False) if edits else None


RULE = Rule(
    code="AP705",
    name="reporting-role",
    severity="warning",
    summary="A requestor that reports events does not propose to be SCP",
    why="""\
Modality Performed Procedure Step Notification consists only of N-EVENT-REPORT, which the SCP sends. The application
that reports opens the association, so it must propose the role SCP; by default the requestor is SCU, and the peer
refuses the report. It is a warning where the file shows that a requestor loads it, otherwise an info. For Unified
Procedure Step Event it is an info: a subscriber that waits for events on its own association is SCU.

The same holds for Storage Commitment where an archive reports on an association of its own. A profile does not show
that (the modality that asks for commitment uses the same SOP class as SCU), so it has a rule of its own, AP709.
""",
    reference="PS3.4 F.2.1, F.9, CC.2, J.3.3; PS3.7 D.3.3.4",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Report]
PresentationContext1 = StorageCommitmentPushModelSOPClass\\Uncompressed
PresentationContext2 = ModalityPerformedProcedureStepNotificationSOPClass\\Uncompressed
[[SCPSCURoleSelection]]
[Reporter]
Role1 = StorageCommitmentPushModelSOPClass\\SCP
[[Profiles]]
[Default]
PresentationContexts = Report
SCPSCURoleSelection = Reporter
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Report]
PresentationContext1 = StorageCommitmentPushModelSOPClass\\Uncompressed
PresentationContext2 = ModalityPerformedProcedureStepNotificationSOPClass\\Uncompressed
[[SCPSCURoleSelection]]
[Reporter]
Role1 = StorageCommitmentPushModelSOPClass\\SCP
Role2 = ModalityPerformedProcedureStepNotificationSOPClass\\SCP
[[Profiles]]
[Default]
PresentationContexts = Report
SCPSCURoleSelection = Reporter
""",
            at="ModalityPerformedProcedureStepNotificationSOPClass",
        ),
    ),
    check=check,
)
