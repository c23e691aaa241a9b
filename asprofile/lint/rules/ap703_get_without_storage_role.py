"""AP703: C-GET in a profile in which no object can come back."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.names.uids import display_name
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    get = profiles.gets_nothing(subject, profile)
    if get is None:
        yield from _some(subject, profile)
        return
    name = display_name(get.abstract_syntax)
    is_requestor = subject.role_of(profile.context_list) == "requestor"
    # For an acceptor SCP would be: no peer that proposes no role may store.
    role = "SCP or BOTH" if is_requestor else "BOTH"
    if any(profiles.may_be_storage(item.abstract_syntax) for item in profile.context_list.items):
        message = (
            f"profile {profile.name} has {name}, but no Storage SOP class has the role SCP in it: "
            f"C-GET returns objects to a requestor that is SCP; give the Storage SOP classes the role {role}"
        )
    else:
        message = (
            f"profile {profile.name} has {name}, but no Storage SOP class: C-GET returns objects on the same "
            "association; "
            f"add the Storage SOP classes, with the role {role}"
        )
    yield Hit(get.abstract_syntax_span, message, _fix(subject, profile, "SCP" if is_requestor else "BOTH"))


def _some(subject: Subject, profile: Profile) -> Iterator[Hit]:
    """Some of the Storage SOP classes have the role, and others have not."""
    without = profiles.not_returned(subject, profile)
    if without:
        classes = dict.fromkeys(item.abstract_syntax for item in without)
        verb = "has" if len(classes) == 1 else "have"
        message = (
            f"in profile {profile.name} {profiles.named(classes)} {verb} no role SCP, "
            "which other Storage SOP classes have: C-GET returns nothing of "
            f"{'it' if len(classes) == 1 else 'them'}; give the role SCP or BOTH, unless it shall only be sent"
        )
        yield Hit(without[0].abstract_syntax_span, message, severity="info")


def _fix(subject: Subject, profile: Profile, role: str) -> Fix | None:
    """The role for the Storage SOP classes that have another one, if all profiles with the role list are for C-GET."""
    found = profile.role_list
    users = [one for one in subject.config.profiles.values() if one.role_list and found and one.role_list == found]
    if found is None or not all(profiles.gets_nothing(subject, one) for one in users):
        return None
    edits = tuple(
        Edit(item.role_span, role.encode("ascii")) for item in found.items if profiles.may_be_storage(item.sop_class)
    )
    return Fix(f"give the Storage SOP classes the role {role}", edits, safe=False) if edits else None


RULE = Rule(
    code="AP703",
    name="get-without-storage-role",
    severity="warning",
    summary="C-GET is negotiated, but no Storage SOP class with the role SCP",
    why="""\
C-GET returns objects by C-STORE on the association of the request, in the other direction: the requestor is the SCP
of the Storage SOP classes. So each of them needs a presentation context and a role item in which the requestor
proposes the role SCP; without one, the peer finds the objects and fails to return every one of them.

An acceptor's profile needs the same list: where it has no role for a SOP class, DCMTK leaves the peer's proposal
unanswered, which means the default roles. (C-MOVE does not need this: its objects come on another association.)

Where only some of the Storage SOP classes have the role, it is an info.
""",
    reference="PS3.4 C.5.3, Y.5, Z.5; PS3.7 D.3.3.4",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Get]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Get
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
            at="GETStudyRootQueryRetrieveInformationModel",
            fixed=False,
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MOVEStudyRootQueryRetrieveInformationModel\\Uncompressed
""",
            at="GETStudyRootQueryRetrieveInformationModel",
            fixed=False,
        ),
        Example(
            bad="""\
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
Role1 = CTImageStorage\\SCU
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
            at="GETStudyRootQueryRetrieveInformationModel",
            role="requestor",
        ),
    ),
    check=check,
)
