"""AP702: the role SCU, which a requestor has anyway."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.contexts import Stance
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import ROLE_SELECTION


def check(subject: Subject) -> Iterator[Hit]:
    users: dict[str, set[Stance]] = {}
    # There SCU is not the default written out but the wrong role, which AP703 says.
    other_meant = {
        profile.role_list.label
        for profile in subject.config.profiles.values()
        if profile.role_list is not None and profiles.gets_nothing(subject, profile)
    }
    for profile in subject.config.profiles.values():
        if profile.role_list is not None:
            users.setdefault(profile.role_list.label, set()).add(subject.stance(profile.context_list, "requestor"))
    for found in subject.config.role_lists.values():
        items = [
            item
            for item in found.items
            if item.role == "scu" and not (found.label in other_meant and profiles.may_be_storage(item.sop_class))
        ]
        # In an acceptor's profile the default role leaves the proposal of the peer unanswered, which is not the same.
        stances = users.get(found.label, set())
        if not items or "no" in stances:
            continue
        names = profiles.named(item.sop_class for item in items)
        message = (
            f"SCU is the role that a requestor has without any item: the entry for {names} only makes the request "
            "longer"
        )
        edits = lists.removal(subject, ROLE_SELECTION, found.label, {item.span for item in items})
        fix = Fix("take out the default roles", edits, safe=False) if edits else None
        only_for = profiles.only_for("perhaps" if "perhaps" in stances else "yes", "requestor")
        yield Hit(items[0].role_span, message, fix, only_for=only_for)


RULE = Rule(
    code="AP702",
    name="redundant-role",
    severity="info",
    summary="A role list proposes the default role",
    why="""\
Without a role item the requestor is SCU and the acceptor SCP. An entry `SOP class\\SCU` asks for just that. It is
legal, makes the request longer, and some peers answer role items badly. Leave it out.
""",
    reference="PS3.7 D.3.3.4",
    examples=(
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = VerificationSOPClass\\SCU
Role2 = CTImageStorage\\BOTH
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at="SCU",
        ),
    ),
    check=check,
)
