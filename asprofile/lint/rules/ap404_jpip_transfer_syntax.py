"""AP404: JPIP where objects are stored."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import removed
from asprofile.lint.hit import Hit
from asprofile.lint.lossy_only import is_jpip
from asprofile.lint.profiles import named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject


def check(subject: Subject) -> Iterator[Hit]:
    retrieving: set[str] | None = None
    for label, found in subject.config.transfer_syntax_lists.items():
        items = [item for item in found.items if is_jpip(item.uid)]
        if not items or subject.negotiations.is_catch_all(label):
            continue
        retrieving = _retrieving(subject) if retrieving is None else retrieving
        if label not in retrieving:
            message = (
                f"{named(item.uid for item in items)}: an object carries a URL in place of its pixels (PS3.5 10.8), "
                "so nothing can be stored with it; it is for retrieval only"
            )
            yield Hit(items[0].span, message, removed(subject, found, items))


def _retrieving(subject: Subject) -> set[str]:
    """The lists used by profiles in which the requestor gets objects: it has the SCP role for some SOP class."""
    return {
        item.label
        for profile in subject.config.profiles.values()
        if any(context.role in ("scp", "both") for context in profile.contexts)
        for item in profile.context_list.items
    }


RULE = Rule(
    code="AP404",
    name="jpip-transfer-syntax",
    severity="warning",
    summary="A JPIP transfer syntax where objects are stored",
    why="""\
With a JPIP Referenced transfer syntax an object has no pixels but a URL from which a viewer fetches what it needs. That
is useful for retrieving from a JPIP server. An object that is stored in this form has no image once the server is gone,
or when an archive sends it on. Profiles in which the requestor has the SCP role (C-GET) are not reported.
""",
    reference="PS3.5 10.8, A.6, A.7, A.11 and A.12",
    examples=(
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
TransferSyntax3 = JPIPReferenced
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
""",
            at="JPIPReferenced",
        ),
    ),
    check=check,
)
