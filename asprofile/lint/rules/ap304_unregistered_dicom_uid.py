"""AP304: a UID in DICOM's own root that DICOM has not registered."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.finding import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, UidField
from asprofile.names import uids
from asprofile.names.releases import LATEST
from asprofile.text import Edit, encode

_ROOT = uids.STANDARD_ROOT.rstrip(".")
_COMPONENTS = _ROOT.count(".") + 1
_MOST = 3  # more candidates than that are a riddle


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.numbers:
        uid = field.uid or ""
        if not uids.is_well_formed(uid) or uids.describe(uid) is not None:
            continue
        if uid.startswith(uids.STANDARD_ROOT):
            what = f"DICOM has registered no {uid} (as of DCMTK {LATEST})"
            yield _hit(field, what, [near for near in _neighbours(uid) if _fits(field, near)])
        elif (meant := _in_root(uid)) and _fits(field, meant):
            yield _hit(field, f"{uid} is not in DICOM's root {_ROOT}", [meant])


def _hit(field: UidField, what: str, near: list[str]) -> Hit:
    if not near or len(near) > _MOST:
        return Hit(field.span, f"{what}: it is mistyped, invented or newer than that; check the number")
    meant = " or ".join(f"{uid} ({uids.display_name(uid)})" for uid in near)
    message = f"{what}, so no peer will know it; {meant} is one character away"
    if len(near) > 1:
        return Hit(field.span, message)
    return Hit(field.span, message, Fix(f"write {meant}", (Edit(field.span, encode(near[0])),), safe=False))


def _fits(field: UidField, uid: str) -> bool:
    info = uids.describe(uid)
    if info is None:
        return False
    return info.kind == "transfer-syntax" if field.place == "transfer syntax" else info.is_abstract_syntax


def _neighbours(uid: str) -> list[str]:
    """The registered UIDs with one character more, less or other, or with two exchanged, in numeric order."""
    tails = _one_off(uid.removeprefix(uids.STANDARD_ROOT))
    return [known for known in uids.standard_uids() if known.removeprefix(uids.STANDARD_ROOT) in tails]


def _in_root(uid: str) -> str | None:
    """The registered UID that has DICOM's root where this one has something one character away from it."""
    parts = uid.split(".")
    if ".".join(parts[:_COMPONENTS]) not in _one_off(_ROOT):
        return None
    meant = ".".join([_ROOT, *parts[_COMPONENTS:]])
    return meant if uids.describe(meant) else None


def _one_off(text: str) -> set[str]:
    found = set()
    for place in range(len(text) + 1):
        before, behind = text[:place], text[place:]
        found.add(before + behind[1:])
        found.add(before + behind[1:2] + behind[:1] + behind[2:])
        for character in "0123456789.":
            found.add(before + character + behind)
            found.add(before + character + behind[1:])
    return found - {text}


RULE = Rule(
    code="AP304",
    name="unregistered-dicom-uid",
    severity="warning",
    summary="A UID that looks like one of DICOM's is not registered",
    why="""\
Everything below 1.2.840.10008 belongs to DICOM and stands in PS3.6; nobody else may make UIDs there. One that is not
in the tables is mistyped or invented (no peer knows it, so the context is always rejected), or newer than the tables,
and then only a peer of the same age will know it. Where one registered UID is one character away it is named, also
where the mistake is in the root itself.
""",
    reference="PS3.5 9; PS3.6 Annex A",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.4810\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.481.2\\Uncompressed
""",
            at="1.2.840.10008.5.1.4.1.1.4810",
            fixed=False,
        ),
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = 1.2.840.10008.1.2
TransferSyntax2 = 1.2.840.1008.1.2.1
""",
            good="""\
[Uncompressed]
TransferSyntax1 = 1.2.840.10008.1.2
TransferSyntax2 = 1.2.840.10008.1.2.1
""",
            at="1.2.840.1008.1.2.1",
        ),
    ),
    check=check,
)
