"""What DCMTK's tables say about SOP classes and transfer syntaxes: which classes storescu proposes, its short codes.

Belongs here: facts about DCMTK's programs. Does not belong here: symbolic names (``symbols``), what the standard says
(``sop_classes``, ``transfer_syntaxes``).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from asprofile.names import _tables
from asprofile.names.releases import LATEST, at_least
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

PixelDataForm = Literal["native", "encapsulated", "referenced"]


class StorageClass(Value):
    """A class that DCMTK treats as storage since ``first_release`` (3.6.0 means that release or an older one).

    ``modality`` is the code of a few letters that its logs show for the class. ``proposed`` is its place, from 1, among
    the classes that storescu proposes by default; None if it is not one of them.
    """

    uid: str
    first_release: str
    modality: str
    proposed: int | None


@cache
def storage_classes() -> Mapping[str, StorageClass]:
    """Every storage class of DCMTK's tables by UID."""
    found = (
        StorageClass(uid, first, modality, int(proposed) if proposed else None)
        for uid, first, modality, proposed in _tables.rows("dcmtk_storage")
    )
    return MappingProxyType({entry.uid: entry for entry in found})


def is_storage(uid: str, release: str = LATEST) -> bool:
    """Whether storescu of that release takes an object of this class when it has to look at it (--required)."""
    entry = storage_classes().get(uid)
    return entry is not None and at_least(release, entry.first_release)


@cache
def proposed_by_storescu() -> tuple[str, ...]:
    """The 64 storage classes that storescu proposes by default, in its order; the same in 3.6.0 to 3.7.0."""
    places = {entry.proposed: entry.uid for entry in storage_classes().values() if entry.proposed is not None}
    return tuple(places[place] for place in sorted(places))


def modality_of(uid: str) -> str | None:
    """DCMTK's short code for a storage class, ``CT`` or ``SRt``; None for a class that it has no code for."""
    entry = storage_classes().get(uid)
    return None if entry is None else entry.modality


class DcmtkTransferSyntax(Value):
    """A transfer syntax that DCMTK's programs know since ``first_release`` (3.6.0 means that release or an older one).

    ``name`` is what they call it, such as ``Little Endian Explicit``. ``sent_from`` is the first release that sends
    objects in it, empty if none does. ``pixel_format`` is how pixel data are encoded in it.
    """

    uid: str
    name: str
    first_release: str
    sent_from: str
    pixel_format: PixelDataForm

    def known_to(self, release: str) -> bool:
        return at_least(release, self.first_release)

    def sent_by(self, release: str) -> bool:
        return self.sent_from != "" and at_least(release, self.sent_from)


@cache
def transfer_syntaxes() -> Mapping[str, DcmtkTransferSyntax]:
    """Every transfer syntax that a release of DCMTK knows, by UID."""
    found = (
        DcmtkTransferSyntax(uid, name, first, sent, cast("PixelDataForm", pixel_format))
        for uid, name, first, sent, pixel_format in _tables.rows("dcmtk_syntaxes")
    )
    return MappingProxyType({entry.uid: entry for entry in found})


def syntax_name(uid: str) -> str:
    """What DCMTK's programs call a transfer syntax; the UID if none knows it."""
    entry = transfer_syntaxes().get(uid)
    return uid if entry is None else entry.name
