"""AP701: a role for a SOP class that is proposed in several contexts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    if profile.role_list is None or subject.role_of(profile.context_list) == "acceptor":
        return
    contexts = Counter(item.abstract_syntax for item in profile.context_list.items)
    items = [item for item in profile.role_list.items if contexts[item.sop_class] > 1]
    if items:
        names = profiles.named(item.sop_class for item in items)
        message = (
            f"profile {profile.name} proposes {names} in more than one context, and DCMTK sends the role once for "
            "each: "
            "the standard allows one role item a SOP class; use a context list that has the SOP class once"
        )
        yield Hit(items[0].sop_class_span, message)


RULE = Rule(
    code="AP701",
    name="role-on-several-contexts",
    severity="warning",
    summary="A role is sent several times, because its SOP class is proposed in several contexts",
    why="""\
A role belongs to a SOP class, not to a context, and a request may have one role item for each SOP class. DCMTK writes
one for each presentation context. A SOP class that is proposed in three contexts, one for each kind of compression,
and has a role, is sent with three role items. Peers may take the first or the last of them, or refuse the
association.

Give the profile a context list in which the SOP classes with a role are once, with all their transfer syntaxes in
one list.
""",
    reference="PS3.7 D.3.3.4.1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Lossless]
TransferSyntax1 = JPEG2000LosslessOnly
[[PresentationContexts]]
[Get]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = CTImageStorage\\Lossless
PresentationContext3 = CTImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[Receive]
Role1 = CTImageStorage\\SCP
[[Profiles]]
[Default]
PresentationContexts = Get
SCPSCURoleSelection = Receive
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Get]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[Receive]
Role1 = CTImageStorage\\SCP
[[Profiles]]
[Default]
PresentationContexts = Get
SCPSCURoleSelection = Receive
""",
            at="CTImageStorage",
            fixed=False,
        ),
    ),
    check=check,
)
