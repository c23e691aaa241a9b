"""AP803: a storage level of an SCP from who is SCU, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import extended, profiles
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ExtendedNegotiation, Profile
from asprofile.model.words import AssociationRole, Role
from asprofile.text import Edit


def check(subject: Subject) -> Iterator[Hit]:
    yield from profiles.distinct(
        hit for profile in subject.config.profiles.values() for hit in _check(subject, profile)
    )


def _check(subject: Subject, profile: Profile) -> Iterator[Hit]:
    if not profile.extended:
        return
    who = subject.role_of(profile.context_list)
    scp: list[ExtendedNegotiation] = []
    scu: list[ExtendedNegotiation] = []
    for item in profile.extended:
        if extended.form(item.sop_class) != "storage" or not _is_coherent(item.data):
            continue
        is_scp = _is_scp(who, profiles.role_for(profile, item.sop_class))
        says_scp = item.data[extended.LEVEL] != extended.SCU_ONLY
        if is_scp is not None and is_scp != says_scp:
            (scp if says_scp else scu).append(item)
    if scp:
        message = (
            f"profile {profile.name} makes its user the SCU of {_names(scp)}, and the first byte states the level of "
            "an SCP: "
            "an SCU says 030000000200, or nothing"
        )
        edits = tuple(Edit(item.data_span, extended.STORAGE_DEFAULT.hex().encode()) for item in scp)
        yield Hit(scp[0].data_span, message, Fix("state an SCU", edits, safe=False))
    if scu:
        message = (
            f"profile {profile.name} makes its user an SCP of {_names(scu)}, and the first byte, 03, says that it is "
            "SCU only: "
            "state the level of the SCP, 00 to 02"
        )
        yield Hit(scu[0].data_span, message)


def _is_scp(who: AssociationRole | None, role: Role) -> bool | None:
    """Whether the user of the profile is SCP, given the role of the requestor; None where that is not certain."""
    if role == "both":
        return True
    if who is None:
        return None
    return (role == "scp") == (who == "requestor")


def _is_coherent(data: bytes) -> bool:
    return extended.is_storage(data) and not extended.contradiction(data)


def _names(items: list[ExtendedNegotiation]) -> str:
    return profiles.named(item.sop_class for item in items)


RULE = Rule(
    code="AP803",
    name="extended-direction",
    severity="warning",
    summary="The storage level does not fit who is SCU and who is SCP",
    why="""\
The first byte states the level of support *as SCP*: 00, 01 or 02; 03 means "not an SCP". A requestor that only sends
objects is SCU, so it says 03. An acceptor, or a requestor with the role `SCP` or `BOTH`, is SCP, so it says its level.
The example in DCMTK's own documentation, `020003000000`, is for an SCP; in a sender's profile it states something that
does not apply.

The rule applies where it is known who loads the file: with `--role`, where the file shows it, or if the role is `BOTH`.
""",
    reference="PS3.4 B.3.1, Table B.3-1",
    examples=(
        Example(
            frame="extended negotiation",
            role="requestor",
            bad="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\020003000000\n",
            good="[[ExtendedNegotiation]]\n[Extended]\nExtendedNegotiation1 = CTImageStorage\\030000000200\n",
            at="020003000000",
        ),
    ),
    check=check,
)
