"""AP706: the role SCP in an acceptor's profile, which refuses the peers that propose no role."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import Profile
from asprofile.text import Edit

# Here the peers that open an association are those that report, so SCP may be meant.
REPORTING = ("storage-commitment", "mpps-notification", "ups-event")


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    if profile.role_list is None or subject.role_of(profile.context_list) != "acceptor":
        return
    items = [
        item
        for item in profile.role_list.items
        if item.role == "scp" and profiles.kind(item.sop_class) not in REPORTING
    ]
    if items:
        names = profiles.named(item.sop_class for item in items)
        message = (
            f"an acceptor with SCP for {names} refuses every peer that proposes no role: the keyword is the role of "
            "the "
            "requestor; write BOTH"
        )
        fix = Fix("accept both roles", tuple(Edit(item.role_span, b"BOTH") for item in items), safe=False)
        yield Hit(items[0].role_span, message, fix)


RULE = Rule(
    code="AP706",
    name="acceptor-scp-role",
    severity="warning",
    summary="An acceptor with the role SCP refuses peers that propose no role",
    why="""\
In an acceptor's profile, too, the keyword is the role of the *requestor*. `SCP` does not say "I am the SCP"; it says
"the peer must be the SCP". A peer that simply sends objects proposes no role, which means SCU, and DCMTK refuses its
presentation context without a reason.

Write `BOTH` to accept a peer in either role, as a server of C-GET must, or leave the entry out. For Storage Commitment
and the notification services `SCP` can be intended, so they are not reported.
""",
    reference="PS3.7 D.3.3.4; DCMTK ASC_acceptPresentationContext",
    examples=(
        Example(
            frame="roles",
            role="acceptor",
            bad="[[SCPSCURoleSelection]]\n[Roles]\nRole1 = CTImageStorage\\SCP\n",
            good="[[SCPSCURoleSelection]]\n[Roles]\nRole1 = CTImageStorage\\BOTH\n",
            at="SCP",
        ),
    ),
    check=check,
)
