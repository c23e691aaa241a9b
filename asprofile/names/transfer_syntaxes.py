"""Transfer syntaxes: how they encode, what pixel formats they can code, what must be offered with them
(PS3.5).

Private ones are here too. Which SOP class makes sense with which belongs in ``fit``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from asprofile.names import _tables, pixel_formats, registry
from asprofile.names.well_known import (
    JPEG_BASELINE,
    JPEG_EXTENDED,
)
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.names.pixel_formats import PixelFormat, Unsure

DataSetEncoding = Literal[
    "native",  # Pixel Data in the data set as it is
    "deflated",  # the same, the whole data set deflated
    "encapsulated",  # compressed fragments (PS3.5 A.4)
    "referenced",  # a URL instead of Pixel Data (JPIP)
    "referenced-deflated",
    "real-time",  # SMPTE ST 2110, DICOM-RTV only
    "obsolete",  # retired and never meant for an association
]
Fidelity = Literal["lossless", "lossy", "either"]


# JPEG Extended is for images of 12 bits; for those of 8 bits JPEG Baseline shall be offered (PS3.5 10.3).
ONLY_FOR_8_BITS = {JPEG_EXTENDED: ((JPEG_BASELINE,),)}

_VIDEO = ("mpeg2", "mpeg4", "hevc")


class TransferSyntax(Value):
    """One transfer syntax.

    ``family`` is the codec that reads it: uncompressed, deflated-dataset, jpeg, jpeg-ls, j2k, j2k-mc,
    htj2k, jpip, jpegxl, mpeg2, mpeg4, hevc, rle, deflated-frame, encapsulated-uncompressed, smpte,
    obsolete, private. ``encoding`` and ``fidelity`` are None where they are not verified. ``formats`` are
    the pixel formats it can code, empty where nothing is known or nothing applies. ``companions``: of each
    inner tuple, at least one must be offered too for the same abstract syntax (PS3.5 10 and A.5).
    ``vendor`` is set for private ones. ``ref``: sections, for people.
    """

    uid: str
    name: str
    keyword: str
    family: str
    encoding: DataSetEncoding | None
    fidelity: Fidelity | None
    retired: bool
    formats: tuple[PixelFormat, ...]
    unsure: Unsure
    companions: tuple[tuple[str, ...], ...]
    vendor: str | None
    ref: str
    note: str

    @property
    def needs_pixel_data(self) -> bool:
        """Whether it may be used only for data sets with Pixel Data, or with a reference to it (PS3.5 A.4,
        A.6)."""
        return self.encoding in ("encapsulated", "referenced", "referenced-deflated")

    @property
    def is_native(self) -> bool:
        """Whether it carries any data set, with Pixel Data or without."""
        return self.encoding in ("native", "deflated")

    @property
    def is_video(self) -> bool:
        """Whether it is a video stream of many frames (PS3.5 8.2.5 to 8.2.11)."""
        return self.family in _VIDEO

    @property
    def lossless_only(self) -> bool:
        """Whether it never loses anything."""
        return self.fidelity == "lossless"

    @property
    def on_associations(self) -> bool:
        """Whether composite objects are sent with it on an association; True for private ones."""
        return self.encoding not in ("real-time", "obsolete")


def get(uid: str) -> TransferSyntax | None:
    """The transfer syntax, or None."""
    return _transfer_syntax(uid) if uid in _rows() else None


def transfer_syntaxes() -> tuple[TransferSyntax, ...]:
    """All of them, private ones included, in the numeric order of the UIDs."""
    return tuple(map(_transfer_syntax, _rows()))


@cache
def _rows() -> dict[str, list[str]]:
    return {row[0]: row for row in _tables.rows("transfer_syntaxes")}


@cache
def _transfer_syntax(uid: str) -> TransferSyntax:
    _, family, encoding, fidelity, cells, unsure, companions, ref, vendor, private_name, note = _rows()[uid]
    info = None if vendor else registry.get(uid)
    return TransferSyntax(
        uid=uid,
        name=info.name if info else private_name,
        keyword=info.keyword if info else "",
        family=family,
        encoding=cast("DataSetEncoding", encoding) if encoding else None,
        fidelity=cast("Fidelity", fidelity) if fidelity else None,
        retired=info.retired if info else False,
        formats=pixel_formats.parse(cells),
        unsure=cast("Unsure", unsure),
        companions=tuple(tuple(one.split("|")) for one in companions.split(",")) if companions else (),
        vendor=vendor or None,
        ref=ref,
        note=note,
    )
