"""Private SOP classes that occur in practice, and misprints of their UIDs that are in circulation.

Private transfer syntaxes belong in ``transfer_syntaxes``.
"""

from __future__ import annotations

from functools import cache
from typing import cast

from asprofile.names import _tables
from asprofile.names.registry import UidKind
from asprofile.value import Value


class PrivateSopClass(Value):
    """A vendor's SOP class, as public lists and conformance statements give it.

    ``pixel_data`` is None where the sources disagree or do not say. ``mistype_of`` is the UID that is meant where this
    one is a known misprint; ``unsure`` names the fields (``kind``, ``mistype_of``) that are not confirmed: they must
    not lead to more than a hint.
    """

    uid: str
    vendor: str
    name: str
    kind: UidKind
    pixel_data: bool | None
    mistype_of: str | None
    unsure: tuple[str, ...]
    note: str

    @property
    def transfer_syntaxes(self) -> str:
        """Which transfer syntaxes make sense, in words."""
        if self.pixel_data is False:
            return "Implicit and Explicit VR Little Endian only: it has no Pixel Data"
        if self.pixel_data:
            return "what the vendor's conformance statement names"
        return "not known; see the vendor's conformance statement"


def get(uid: str) -> PrivateSopClass | None:
    """The private SOP class, or None."""
    return _table().get(uid)


def private_sop_classes() -> tuple[PrivateSopClass, ...]:
    """All of them, misprints included, in the numeric order of the UIDs."""
    return tuple(_table().values())


def vendors() -> tuple[str, ...]:
    """Every vendor, in alphabetical order."""
    return tuple(sorted({sop_class.vendor for sop_class in _table().values()}, key=str.casefold))


def by_vendor(vendor: str) -> tuple[PrivateSopClass, ...]:
    """The vendor's classes, misprints left out, in the numeric order of the UIDs; empty for an unknown
    vendor."""
    return tuple(one for one in _table().values() if one.vendor == vendor and one.mistype_of is None)


def correct_uid(uid: str) -> str | None:
    """The UID that is meant where ``uid`` is known for certain to be a misprint; None otherwise."""
    sop_class = get(uid)
    if sop_class is None or "mistype_of" in sop_class.unsure:
        return None
    return sop_class.mistype_of


@cache
def _table() -> dict[str, PrivateSopClass]:
    return {row[0]: _private(row) for row in _tables.rows("private")}


def _private(row: list[str]) -> PrivateSopClass:
    uid, vendor, kind, pixel_data, mistype_of, unsure, name, note = row
    return PrivateSopClass(
        uid=uid,
        vendor=vendor,
        name=name,
        kind=cast("UidKind", kind),
        pixel_data={"Y": True, "N": False}.get(pixel_data),
        mistype_of=mistype_of or None,
        unsure=tuple(unsure.split(",")) if unsure else (),
        note=note,
    )
