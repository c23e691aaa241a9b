"""AP602: an acceptor's list without Verification."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextList
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names.well_known import (
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    VERIFICATION,
)


def check(subject: Subject) -> Iterator[Hit]:
    for profile, contexts in profiles.used_lists(subject):
        if subject.role_of(contexts) != "acceptor" or not contexts.items or profile.refusal:
            continue
        if subject.negotiations.is_complete(contexts) and all(
            item.abstract_syntax != VERIFICATION for item in contexts.items
        ):
            message = (
                f"profile {profile.name} does not accept Verification: a peer's C-ECHO fails though the acceptor runs; "
                f"add {profiles.symbol(subject, VERIFICATION)}"
            )
            yield Hit(contexts.spans[0], message, _fix(subject, contexts))


def _fix(subject: Subject, contexts: ContextList) -> Fix | None:
    """Verification with a list of the same file and has the default transfer syntax and no compression."""
    for item in contexts.items:
        found = subject.config.transfer_syntax_lists.get(item.label)
        if found is None or IMPLICIT_VR_LITTLE_ENDIAN not in found.uids or not _is_uncompressed(found.uids):
            continue
        value = f"{profiles.symbol(subject, VERIFICATION)}\\{subject.text(item.label_span).strip()}"
        edits = lists.addition(subject, PRESENTATION_CONTEXTS, contexts.label, [value])
        return Fix("accept Verification", edits, safe=False) if edits else None
    return None


def _is_uncompressed(uids: tuple[str, ...]) -> bool:
    return all(uid in (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN) for uid in uids)


RULE = Rule(
    code="AP602",
    name="no-verification",
    severity="info",
    summary="An acceptor's profile has no Verification",
    why="""\
Every DICOM SCP is expected to answer C-ECHO: administrators and monitoring use it to find out whether a peer is
running. With a profile that does not list the Verification SOP class, DCMTK rejects that context, and the acceptor
seems to be down although it stores objects.

A requestor needs it only if it sends C-ECHO itself, so its profiles are not checked.
""",
    reference="PS3.4 A.4",
    examples=(
        Example(
            frame="contexts",
            role="acceptor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="[Contexts]",
        ),
    ),
    check=check,
)
