"""Whether an object of a Storage SOP class can be sent in a transfer syntax.

Nothing is stored: each verdict follows from the two rows, of ``sop_classes`` (what the IOD permits, PS3.3)
and of ``transfer_syntaxes`` (what the codec codes, PS3.5 8.2). The sentence that says why belongs in
``reasons``; whether to complain of it is for the linter to say.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from asprofile.names import pixel_formats, sop_classes, transfer_syntaxes
from asprofile.names.pixel_formats import PixelFormat
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.names.sop_classes import StorageSopClass
    from asprofile.names.transfer_syntaxes import TransferSyntax


class Kind(Enum):
    """What a presentation context of the two is good for."""

    FULL = "full"  # every object fits
    PARTIAL = "partial"  # some of the permitted pixel formats fit
    VIDEO = "video"  # a video stream of some of the permitted formats
    FULL_VIDEO = "full-video"  # a video stream of every permitted format
    SINGLE_FRAME_VIDEO = "single-frame-video"  # the format fits, but the IOD is single-frame
    REFERENCED = "referenced"  # JPIP: a URL instead of pixels
    UNKNOWN = "unknown"  # what the IOD permits is not verified
    IMPOSSIBLE = "impossible"  # no permitted pixel format fits
    NO_PIXEL_DATA = "no-pixel-data"  # encapsulated or referenced, but the IOD has no Pixel Data
    FLOAT_PIXEL_DATA = "float-pixel-data"  # encapsulated, but the IOD has Float Pixel Data only
    MEDIA_ONLY = "media-only"  # a DICOMDIR
    REAL_TIME = "real-time"  # DICOM-RTV transfer syntax
    OBSOLETE = "obsolete"  # a transfer syntax that no object is sent with


_USELESS = frozenset(
    (
        Kind.IMPOSSIBLE,
        Kind.NO_PIXEL_DATA,
        Kind.FLOAT_PIXEL_DATA,
        Kind.MEDIA_ONLY,
        Kind.REAL_TIME,
        Kind.OBSOLETE,
    )
)


class Verdict(Value):
    """What comes of a SOP class and a transfer syntax.

    ``unsure``: the verdict rests on something that is not verified, so it must not lead to an error or a
    warning. ``lossy_unwise``: objects fit, the compression loses (or may lose) something, and here that
    makes no sense.
    """

    kind: Kind
    unsure: bool
    lossy_unwise: bool
    sop_class: StorageSopClass
    transfer_syntax: TransferSyntax

    @property
    def useless(self) -> bool:
        """Whether no object can ever use such a presentation context. Trust it only if not ``unsure``."""
        return self.kind in _USELESS

    @property
    def reason(self) -> str:
        """Why, in one sentence without a full stop, with the sections of the standard."""
        # Imported here because it is needed only once there is something to tell.
        from asprofile.names import reasons

        return reasons.reason(self)


@cache
def verdict(sop_uid: str, ts_uid: str) -> Verdict | None:
    """What comes of the two; None unless both are standard and the SOP class is a Storage class."""
    sop_class = sop_classes.storage(sop_uid)
    syntax = transfer_syntaxes.get(ts_uid)
    if sop_class is None or syntax is None or syntax.vendor is not None:
        return None
    kind = _kind(sop_class, syntax)
    fits = kind in (Kind.FULL, Kind.PARTIAL)
    return Verdict(
        kind=kind,
        unsure=_unsure(kind, sop_class, syntax),
        lossy_unwise=fits and bool(sop_class.lossy_unwise) and not syntax.lossless_only,
        sop_class=sop_class,
        transfer_syntax=syntax,
    )


def _kind(sop_class: StorageSopClass, syntax: TransferSyntax) -> Kind:
    if syntax.encoding == "obsolete":
        return Kind.OBSOLETE
    if syntax.encoding == "real-time":
        return Kind.REAL_TIME
    if sop_class.uid == sop_classes.MEDIA_STORAGE_DIRECTORY:
        return Kind.MEDIA_ONLY
    if syntax.is_native:
        return Kind.FULL
    if sop_class.pixel == "no":
        return Kind.NO_PIXEL_DATA
    if sop_class.pixel == "float":
        return Kind.FLOAT_PIXEL_DATA
    if syntax.encoding in ("referenced", "referenced-deflated"):
        fits = not sop_class.formats or pixel_formats.share_family(sop_class.formats, syntax.formats)
        return Kind.REFERENCED if fits else Kind.IMPOSSIBLE
    if not sop_class.formats:
        return Kind.UNKNOWN
    return _pixel_kind(sop_class, syntax)


def _pixel_kind(sop_class: StorageSopClass, syntax: TransferSyntax) -> Kind:
    if syntax.is_video and sop_class.no_video:
        return Kind.IMPOSSIBLE
    any_fits, all_fit = _fit(sop_class.formats, syntax.formats)
    if not any_fits:
        return Kind.IMPOSSIBLE
    if not syntax.is_video:
        return Kind.FULL if all_fit else Kind.PARTIAL
    if sop_class.frames == "single":
        return Kind.SINGLE_FRAME_VIDEO
    return Kind.FULL_VIDEO if all_fit else Kind.VIDEO


@cache  # many SOP classes share their formats, many transfer syntaxes theirs
def _fit(permitted: tuple[PixelFormat, ...], codable: tuple[PixelFormat, ...]) -> tuple[bool, bool]:
    """Whether any, and whether every permitted format can be coded."""
    if not pixel_formats.common(permitted, codable):
        return False, False
    return True, pixel_formats.covers(codable, permitted)


def _unsure(kind: Kind, sop_class: StorageSopClass, syntax: TransferSyntax) -> bool:
    if kind is Kind.UNKNOWN:
        return True
    if kind in (Kind.PARTIAL, Kind.VIDEO, Kind.FULL_VIDEO, Kind.SINGLE_FRAME_VIDEO):
        return bool(sop_class.unsure or syntax.unsure)
    if kind is Kind.FULL:
        return not _codes_anything(syntax) and bool(sop_class.unsure or syntax.unsure)
    if kind is Kind.IMPOSSIBLE and not (syntax.is_video and sop_class.no_video):
        # It is sure if it stays impossible whatever the unverified attributes turn out to be.
        permitted = pixel_formats.loosened(sop_class.formats, sop_class.unsure)
        codable = pixel_formats.loosened(syntax.formats, syntax.unsure)
        return bool(pixel_formats.common(permitted, codable))
    return False


def _codes_anything(syntax: TransferSyntax) -> bool:
    return PixelFormat(None, None, None, None, None) in syntax.formats
