"""AP707: a role for a service in which it has no meaning."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import ROLE_SELECTION

_KINDS = frozenset(
    (
        "verification",
        "media-creation",
        "print-meta",
        "print-component",
        "print-optional",
        "print-job",
        "printer",
        "printer-configuration",
    )
)


def check(subject: Subject) -> Iterator[Hit]:
    for found in subject.config.role_lists.values():
        # SCU is the default role, which another rule reports.
        items = [item for item in found.items if item.role != "scu" and profiles.kind(item.sop_class) in _KINDS]
        if not items:
            continue
        names = profiles.named(item.sop_class for item in items)
        message = f"a role for {names} has no use: the requestor is always the SCU of this service; leave the entry out"
        edits = lists.removal(subject, ROLE_SELECTION, found.label, {item.span for item in items})
        fix = Fix("leave the role out", edits, safe=False) if edits else None
        yield Hit(items[0].role_span, message, fix)


RULE = Rule(
    code="AP707",
    name="role-not-applicable",
    severity="info",
    summary="A role is given for a service that has only the default role",
    why="""\
For Media Creation Management the standard says that role selection does not apply. In Verification and in the print
services the requestor of the association is the one that sends requests; as SCP it would wait for requests that do not
come. Remove the entry.
""",
    reference="PS3.4 S.2.1, A, H; PS3.7 D.3.3.4",
    examples=(
        Example(
            frame="roles",
            bad="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
Role2 = VerificationSOPClass\\BOTH
""",
            good="""\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
""",
            at="BOTH",
        ),
    ),
    check=check,
)
