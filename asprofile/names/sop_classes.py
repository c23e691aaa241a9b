"""SOP classes: what the IOD of a Storage SOP class says of its pixel data (PS3.3), and how the others are
negotiated (PS3.4).

Private classes belong in ``private``; what goes with which transfer syntax, in ``fit``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from asprofile.names import _tables, pixel_formats, uids
from asprofile.names.registry import UidInfo, UidKind, UidStatus
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.names.pixel_formats import PixelFormat, Unsure

PixelData = Literal["yes", "no", "conditional", "float", "conditional-or-float"]
Frames = Literal["single", "multi", "either"]
Negotiable = Literal["yes", "no", "meta-only", "with-meta"]
Roles = Literal["default", "optional", "mandatory", "get", "not-applicable"]
ExtendedForm = Literal[
    "storage",  # PS3.4 B.3.1
    "find",  # PS3.4 C.5.1.1
    "retrieve",  # PS3.4 C.5.2.1
    "composite-retrieve",  # PS3.4 Y.5.1.1
    "worklist",  # PS3.4 K.5.1.1
    "none",  # the service class defines none
    "forbidden",  # it shall not be used
]


# From a class of single images to the class of multi-frame images or video of the same (PS3.3 A.6, A.7, A.8, A.32).
_FILMS = {
    "1.2.840.10008.5.1.4.1.1.6.1": "1.2.840.10008.5.1.4.1.1.3.1",
    "1.2.840.10008.5.1.4.1.1.7": "1.2.840.10008.5.1.4.1.1.7.4",
    "1.2.840.10008.5.1.4.1.1.77.1.1": "1.2.840.10008.5.1.4.1.1.77.1.1.1",
    "1.2.840.10008.5.1.4.1.1.77.1.2": "1.2.840.10008.5.1.4.1.1.77.1.2.1",
    "1.2.840.10008.5.1.4.1.1.77.1.3": "1.2.840.10008.5.1.4.1.1.77.1.2.1",
    "1.2.840.10008.5.1.4.1.1.77.1.4": "1.2.840.10008.5.1.4.1.1.77.1.4.1",
}

# Non-patient objects have service classes of their own. These two define no extended negotiation information (PS3.4
# T.2, W.2); for the implant templates that is not known.
_NO_EXTENDED_NEGOTIATION = ("1.2.840.10008.5.1.4.38.1", "1.2.840.10008.5.1.4.39.1")
_UNKNOWN_EXTENDED_NEGOTIATION = (
    "1.2.840.10008.5.1.4.43.1",
    "1.2.840.10008.5.1.4.44.1",
    "1.2.840.10008.5.1.4.45.1",
)


class StorageSopClass(Value):
    """A Storage SOP class.

    ``category`` is a broad group such as image-single-frame, sr, rt-nonimage, presentation-state; ``iod``
    the name of its IOD (empty for retired ones). ``pixel`` and ``frames`` are None where not verified.
    ``formats``: the pixel formats the IOD permits, except for what ``unsure`` names; ``ref``: where PS3.3 says so.
    ``lossy_unwise``: why lossy compression makes no sense for it, empty if it may. ``no_video``: the section that
    forbids motion video, empty if none does. ``successor``: the class to use instead of a retired one.
    """

    uid: str
    name: str
    keyword: str
    status: UidStatus
    category: str
    iod: str
    pixel: PixelData | None
    frames: Frames | None
    formats: tuple[PixelFormat, ...]
    unsure: Unsure
    lossy_unwise: str
    no_video: str
    successor: str | None
    ref: str

    @property
    def retired(self) -> bool:
        """Whether PS3.6 marks it as retired (trial classes are)."""
        return self.status in ("retired", "trial")

    @property
    def pixel_data(self) -> bool | None:
        """Whether its objects have, or may have, integer Pixel Data (7FE0,0010); None if not verified."""
        if self.pixel is None:
            return None
        return self.pixel not in ("no", "float")

    @property
    def extended_negotiation(self) -> ExtendedForm | None:
        """What SOP class extended negotiation means for it; None if not verified."""
        if self.uid in _UNKNOWN_EXTENDED_NEGOTIATION or self.uid == MEDIA_STORAGE_DIRECTORY:
            return None
        return "none" if self.uid in _NO_EXTENDED_NEGOTIATION else "storage"


class OtherAbstractSyntax(Value):
    """A SOP class, meta SOP class or service class that is not Storage.

    ``negotiable``: whether it can be an abstract syntax: yes; no; meta-only (only as a part of a print meta
    SOP class); with-meta (only beside one). ``data_set``: whether its messages carry a data set. ``dimse``:
    its DIMSE services. ``roles``: whether role selection stays at its default, is optional, must be supported, stays at
    the default but is needed for the storage classes (get), or does not apply. None or empty where nothing is verified.
    """

    uid: str
    name: str
    keyword: str
    status: UidStatus
    kind: UidKind
    negotiable: Negotiable | None
    dimse: tuple[str, ...]
    data_set: bool | None
    roles: Roles | None
    extended_negotiation: ExtendedForm | None
    successor: str | None
    ref: str
    note: str

    @property
    def retired(self) -> bool:
        """Whether PS3.6 marks it as retired (trial classes are)."""
        return self.status in ("retired", "trial")


def storage(uid: str) -> StorageSopClass | None:
    """The Storage SOP class, or None. Standard ones only."""
    return _storage(uid) if uid in _storage_rows() else None


def storage_sop_classes() -> tuple[StorageSopClass, ...]:
    """All standard Storage SOP classes in the numeric order of the UIDs."""
    return tuple(map(_storage, _storage_rows()))


def is_storage(uid: str) -> bool:
    """Whether the UID is a Storage SOP class, a standard or a known private one. (The prefix of a UID does not say
    that.)
    """
    info = uids.describe(uid)
    return info is not None and info.kind == "storage"


def other(uid: str) -> OtherAbstractSyntax | None:
    """The standard SOP class, meta SOP class or service class that is not Storage, or None."""
    return _other(uid) if uid in _other_rows() else None


def others() -> tuple[OtherAbstractSyntax, ...]:
    """All of them in the numeric order of the UIDs."""
    return tuple(map(_other, _other_rows()))


def extended_negotiation(uid: str) -> ExtendedForm | None:
    """What SOP class extended negotiation means for that class; None if it is private, unknown or not
    verified."""
    found = storage(uid) or other(uid)
    return found.extended_negotiation if found else None


def for_films(uid: str) -> str | None:
    """The Storage SOP class for multi-frame images or video of what this class has single images of; None if there is
    none.
    """
    return _FILMS.get(uid)


def successor(uid: str) -> str | None:
    """The SOP class to use instead of a retired one, where there is an unambiguous one."""
    found = storage(uid) or other(uid)
    return found.successor if found else None


_PIXEL: dict[str, PixelData | None] = {
    "": None,
    "Y": "yes",
    "N": "no",
    "C": "conditional",
    "F": "float",
    "CF": "conditional-or-float",
}


@cache
def _storage_rows() -> dict[str, list[str]]:
    return {row[0]: row for row in _tables.rows("storage")}


@cache
def _storage(uid: str) -> StorageSopClass:
    # Made one by one when needed: a file uses few of them, and parsing the cells takes time.
    _, category, iod, pixel, frames, cells, unsure, lossy_unwise, no_video, successor_uid, ref = _storage_rows()[uid]
    info = _standard(uid)
    return StorageSopClass(
        uid=uid,
        name=info.name,
        keyword=info.keyword,
        status=info.status,
        category=category,
        iod=iod,
        pixel=_PIXEL[pixel],
        frames=cast("Frames", frames) if frames else None,
        formats=pixel_formats.parse(cells),
        unsure=cast("Unsure", unsure),
        lossy_unwise=lossy_unwise,
        no_video=no_video,
        successor=successor_uid or None,
        ref=ref,
    )


@cache
def _other_rows() -> dict[str, list[str]]:
    return {row[0]: row for row in _tables.rows("other_classes")}


@cache
def _other(uid: str) -> OtherAbstractSyntax:
    _, negotiable, dimse, data_set, roles, extended, successor_uid, ref, note = _other_rows()[uid]
    info = _standard(uid)
    return OtherAbstractSyntax(
        uid=uid,
        name=info.name,
        keyword=info.keyword,
        status=info.status,
        kind=info.kind,
        negotiable=cast("Negotiable", negotiable) if negotiable else None,
        dimse=tuple(dimse.split(",")) if dimse else (),
        data_set={"Y": True, "N": False}.get(data_set),
        roles=cast("Roles", roles) if roles else None,
        extended_negotiation=cast("ExtendedForm", extended) if extended else None,
        successor=successor_uid or None,
        ref=ref,
        note=note,
    )


def _standard(uid: str) -> UidInfo:
    info = uids.describe(uid)
    assert info is not None, f"{uid} is missing in registry.tsv"
    return info
