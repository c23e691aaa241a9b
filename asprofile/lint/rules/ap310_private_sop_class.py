"""AP310: private SOP classes, with what is known of them."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.finding import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, UidField
from asprofile.names import private, uids

# As many are named in the message; a vendor's profile has dozens.
NAMED = 3


def check(subject: Subject) -> Iterator[Hit]:
    """One hit for a list, at the first private class of which nothing is known, or at the first of all."""
    lists: dict[str, dict[str, UidField]] = {}
    for field in subject.uid_fields:
        if field.place == "abstract syntax" and field.uid is not None and _is_private(field.uid):
            lists.setdefault(field.section, {}).setdefault(field.uid, field)
    for found in lists.values():
        unknown = [field for uid, field in found.items() if private.get(uid) is None]
        if unknown:
            yield Hit(unknown[0].span, _unknown(unknown))
        else:
            yield Hit(next(iter(found.values())).span, _known(list(found)))


def _is_private(uid: str) -> bool:
    # A malformed UID, and a misprint of a private one, have rules of their own.
    return not uid.startswith(uids.STANDARD_ROOT) and uids.is_well_formed(uid) and private.correct_uid(uid) is None


def _unknown(fields: list[UidField]) -> str:
    more = f" and {len(fields) - 1} more are" if len(fields) > 1 else " is"
    return (
        f"{fields[0].uid}{more} private, and nothing is known of it here: "
        "compare the UID and its transfer syntaxes with the vendor's conformance statement"
    )


def _known(classes: list[str]) -> str:
    names = [f"{uids.display_name(uid)} ({found.vendor})" for uid in classes if (found := private.get(uid))]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"private: {', '.join(names[:NAMED])}{more}; only a peer that is configured for it accepts it"


RULE = Rule(
    code="AP310",
    name="private-sop-class",
    severity="info",
    summary="A list has private SOP classes",
    why="""\
A UID that does not begin with 1.2.840.10008 belongs to a vendor, not to the standard. Most archives accept a private
SOP class only when it is configured there too. Where asprofile knows the class, it says whose it is and what it is
called, so that a mistyped number shows; where it does not, none of the rules about transfer syntaxes can speak of it.
""",
    reference="PS3.4 B.3.1.3; PS3.5 9; the vendors' conformance statements",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = 1.3.12.2.1107.5.9.1\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = RawDataStorage\\Uncompressed
""",
            at="1.3.12.2.1107.5.9.1",
            fixed=False,
        ),
    ),
    check=check,
)
