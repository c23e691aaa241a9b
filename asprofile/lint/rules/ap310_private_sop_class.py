"""AP310: private SOP classes, with what is known about them."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import near
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.names import mistyped, private, uids
from asprofile.names.well_known import STANDARD_ROOT
from asprofile.text import Edit, encode

# This many are named in the message; a vendor's profile has dozens.
NAMED = 3

# By who loads the file.
_TO_PEERS: dict[AssociationRole | None, str] = {
    "requestor": "only a peer that is configured for it accepts it",
    "acceptor": "only that vendor's devices propose it",
    None: "only that vendor's devices, and peers that are configured for it, know it",
}
_OF_NO_PEER: dict[AssociationRole | None, str] = {
    "requestor": "no peer accepts it",
    "acceptor": "no peer proposes it",
    None: "no peer knows it",
}


def check(subject: Subject) -> Iterator[Hit]:
    """One hit for a list, at its first unknown private class, or else at its first private class; and one for each
    class that is near a known one, or looks like the UID of an object.
    """
    lists: dict[str, dict[str, UidField]] = {}
    for field in subject.uid_fields:
        if field.place == "abstract syntax" and field.uid is not None and _is_private(field.uid):
            lists.setdefault(field.section, {}).setdefault(field.uid, field)
    for found in lists.values():
        unknown = []
        for uid, field in found.items():
            if private.get(uid) is None:
                hit = _instance(subject, field) or _mistyped(field)
                unknown += [] if hit else [field]
                if hit:
                    yield hit
        known = [uid for uid in found if private.get(uid)]
        if unknown:
            yield Hit(unknown[0].span, _unknown(unknown))
        elif known:
            yield Hit(found[known[0]].span, f"{_known(known)}; {_TO_PEERS[subject.side(found[known[0]])]}")


def _is_private(uid: str) -> bool:
    # A malformed UID, and a misprint of a private one or of one of DICOM's, have rules of their own.
    return (
        not uid.startswith(STANDARD_ROOT)
        and uids.is_well_formed(uid)
        and private.correct_uid(uid) is None
        and not mistyped.is_of_the_standard(uid, "sop-class")
    )


def _instance(subject: Subject, field: UidField) -> Hit | None:
    uid = field.uid or ""
    if not mistyped.is_like_an_instance(uid):
        return None
    message = (
        f"{uid} looks like an instance UID, that of one object, series or study, and not like a SOP class: it is long, "
        f"with a date, a time or a count in it; {_OF_NO_PEER[subject.side(field)]}. Write the SOP Class UID "
        "(0008,0016) of the objects"
    )
    return Hit(field.span, message, severity="warning")


def _mistyped(field: UidField) -> Hit | None:
    uid = field.uid or ""
    meant = mistyped.meant(uid, "sop-class")
    if not meant.uids:
        return None
    fix = None
    if meant.certain and meant.slip:
        title = f"write {meant.uids[0]} ({uids.display_name(meant.uids[0])})"
        fix = Fix(title, (Edit(field.span, encode(meant.uids[0])),), safe=False)
    message = (
        f"{uid} is private, and nothing is known of it here; {near.question(meant)} "
        "Compare it with the vendor's conformance statement"
    )
    return Hit(field.span, message, fix)


def _unknown(fields: list[UidField]) -> str:
    more = f" and {len(fields) - 1} more are" if len(fields) > 1 else " is"
    return (
        f"{fields[0].uid}{more} private, and nothing is known of it here: "
        "compare the UID and its transfer syntaxes with the vendor's conformance statement"
    )


def _known(classes: list[str]) -> str:
    names = [f"{uids.display_name(uid)} ({found.vendor})" for uid in classes if (found := private.get(uid))]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"private: {', '.join(names[:NAMED])}{more}"


RULE = Rule(
    code="AP310",
    name="private-sop-class",
    severity="info",
    summary="A list has private SOP classes",
    why="""\
A UID that does not begin with 1.2.840.10008 belongs to a vendor, not to the standard. Most archives accept a private
SOP class only when it is configured there too. If asprofile knows the class, it says whose it is and what it is called,
so that a mistyped number is noticed; if not, no rule about transfer syntaxes can check it. A UID that is near a known
one is reported with that one: two digits or components exchanged, one missing or doubled, the end missing, a wrong
digit. A UID that looks like that of an object, a series or a study (long, with a date, a time or a count of seconds in
it) is a warning: it was copied from the wrong element.
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
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = 1.2.840.113619.2.80.169552101.14703.1086382541.42\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MRImageStorage\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            at="1.2.840.113619.2.80.169552101.14703.1086382541.42",
            fixed=False,
        ),
    ),
    check=check,
)
