"""AP704: a requestor that proposes to be SCP where nobody will ask it for anything."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile, RoleEntry
from asprofile.model.words import ROLE_SELECTION


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    if profile.role_list is None or subject.role_of(profile.context_list) != "requestor":
        return
    items = [item for item in profile.role_list.items if item.role in ("scp", "both")]
    storage = (
        [] if _may_get(subject, profile) else [item for item in items if profiles.kind(item.sop_class) == "storage"]
    )
    query = [item for item in items if (profiles.kind(item.sop_class) or "").endswith(("-find", "-move"))]
    if storage:
        message = (
            "as SCP of {} a requestor only receives what it asks for with C-GET, and profile {} has no C-GET SOP "
            "class: "
            "leave the role out"
        )
        yield _hit(subject, profile, storage, message)
    if query:
        message = (
            "as SCP of {} the requestor would wait for queries of the peer that it calls (profile {}): leave the "
            "role out"
        )
        yield _hit(subject, profile, query, message)


def _may_get(subject: Subject, profile: Profile) -> bool:
    """Whether a class of the profile is C-GET, or an unknown one, or not all of them are read."""
    classes = {item.abstract_syntax for item in profile.context_list.items}
    if not subject.negotiations.is_complete(profile.context_list):
        return True
    return any(profiles.is_get(uid) or profiles.kind(uid) is None for uid in classes)


def _hit(subject: Subject, profile: Profile, items: list[RoleEntry], message: str) -> Hit:
    assert profile.role_list is not None
    edits = lists.removal(subject, ROLE_SELECTION, profile.role_list.label, {item.span for item in items})
    edits = edits or lists.without_reference(subject, profile.name, ROLE_SELECTION)
    fix = Fix("leave the roles out", edits, safe=False) if edits else None
    return Hit(items[0].role_span, message.format(profiles.named(item.sop_class for item in items), profile.name), fix)


RULE = Rule(
    code="AP704",
    name="useless-scp-role",
    severity="warning",
    summary="A requestor proposes the role SCP where it is of no use",
    why="""\
A requestor that is SCP of a Storage SOP class receives objects on the association that it opened. The peer sends them
there only in answer to a C-GET, so without a C-GET SOP class in the profile the role is never used. The same holds for
the role SCP of C-FIND and C-MOVE.

The role can also do harm: an acceptor may accept the role SCP and refuse SCU, and then nothing can be sent. The rule
applies where the profile is a requestor's: with `--role requestor`, or where the file shows it.
""",
    reference="PS3.4 C.5.3; PS3.7 D.3.3.4; DCMTK asconfig.txt, 2.3",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="BOTH",
        ),
    ),
    check=check,
)
