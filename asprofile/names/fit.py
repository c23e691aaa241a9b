"""Whether objects of a SOP class can be sent in a transfer syntax, and whether that makes sense.

This is the only place that decides it: for lint (contexts that no object can use), generate (what to offer), show (what
to mark) and room (what can be left out). There is a verdict for any two UIDs, with enough detail for all callers.
Verdicts are computed, not stored: each follows from a row of ``sop_classes`` (what the IOD permits, PS3.3) and a row of
``transfer_syntaxes`` (what the codec can code, PS3.5 8.2). The sentence that explains a verdict belongs in ``reasons``;
whether to report it is for lint to decide.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Literal

from asprofile.names import pixel_formats, private, sop_classes, transfer_syntaxes, uids
from asprofile.names.pixel_formats import PixelFormat
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.names.sop_classes import StorageSopClass
    from asprofile.names.transfer_syntaxes import TransferSyntax

FitOutcome = Literal["possible", "partly", "unwise", "impossible", "forbidden", "unknown"]
"""In short: every object fits; some do; they do, but should not be sent so; none does; the standard forbids the
combination for any object; not known.
"""

Lossiness = Literal["none", "may", "always"]
"""What happens to pixels: nothing is lost; the sender chooses; something is lost."""

Waiver = Literal["lossy", "large"]
"""Why a requestor need not offer the default transfer syntax too (PS3.5 10.1): it has the objects only with loss; or
uncompressed they are larger than the 4 GB that Pixel Data can have.
"""

AbstractSyntaxKind = Literal["storage", "service", "private", "none", "unknown"]
"""A standard Storage SOP class; another SOP class or meta SOP class of the standard; a private SOP class in the tables;
a UID of something that is not a SOP class; a UID in no table.
"""


class FitKind(Enum):
    """What a presentation context of the two can carry."""

    FULL = "full"  # every object fits
    PARTIAL = "partial"  # some of the permitted pixel formats fit
    VIDEO = "video"  # a video stream of some of the permitted formats
    FULL_VIDEO = "full-video"  # a video stream of every permitted format
    SINGLE_FRAME_VIDEO = "single-frame-video"  # the format fits, but the IOD is single-frame
    REFERENCED = "referenced"  # JPIP: a URL instead of pixels
    UNKNOWN = "unknown"  # what the IOD permits, or what one of the two is, is not verified
    IMPOSSIBLE = "impossible"  # no permitted pixel format fits
    NO_PIXEL_DATA = "no-pixel-data"  # encapsulated or referenced, but the IOD or service has no Pixel Data
    FLOAT_PIXEL_DATA = "float-pixel-data"  # encapsulated, but the IOD has Float Pixel Data only
    MEDIA_ONLY = "media-only"  # a DICOMDIR
    REAL_TIME = "real-time"  # of DICOM-RTV: a transfer syntax or a SOP class
    OBSOLETE = "obsolete"  # a transfer syntax that no object is sent with
    NOT_A_CLASS = "not-a-class"  # the UID in the place of the SOP class identifies something else
    NOT_A_SYNTAX = "not-a-syntax"  # the UID in the place of the transfer syntax identifies something else


_OUTCOMES: dict[FitKind, FitOutcome] = {
    FitKind.FULL: "possible",
    FitKind.FULL_VIDEO: "possible",
    FitKind.PARTIAL: "partly",
    FitKind.VIDEO: "partly",
    FitKind.SINGLE_FRAME_VIDEO: "unwise",
    FitKind.REFERENCED: "unwise",
    FitKind.UNKNOWN: "unknown",
    FitKind.IMPOSSIBLE: "impossible",
    FitKind.NO_PIXEL_DATA: "forbidden",
    FitKind.FLOAT_PIXEL_DATA: "forbidden",
    FitKind.MEDIA_ONLY: "forbidden",
    FitKind.REAL_TIME: "forbidden",
    FitKind.OBSOLETE: "forbidden",
    FitKind.NOT_A_CLASS: "forbidden",
    FitKind.NOT_A_SYNTAX: "forbidden",
}


class Verdict(Value):
    """Whether a SOP class and a transfer syntax fit, and why.

    ``unsure``: it depends on something that is not verified, so it must not lead to an error or a warning.
    ``lossy_unwise``: objects fit, but the compression loses (or may lose) something that must be kept for this class.
    ``sop_class`` is set for standard Storage SOP classes, ``syntax`` for transfer syntaxes in the tables.
    """

    kind: FitKind
    unsure: bool
    lossy_unwise: bool
    abstract_syntax: str
    transfer_syntax: str
    of: AbstractSyntaxKind
    sop_class: StorageSopClass | None
    syntax: TransferSyntax | None

    @property
    def outcome(self) -> FitOutcome:
        """The verdict in one word, also where it is unsure."""
        return "unwise" if self.lossy_unwise else _OUTCOMES[self.kind]

    @property
    def useless(self) -> bool:
        """Whether it is certain that no object or message can ever use such a presentation context."""
        return self.outcome in ("impossible", "forbidden") and not self.unsure

    @property
    def sensible(self) -> bool:
        """Whether to offer the two together by default: objects fit, and there is no reason against it.

        For a private SOP class of which nothing is known, every known transfer syntax that can be negotiated is
        sensible.
        """
        if self.kind is FitKind.UNKNOWN:
            known = self.syntax is not None and (self.syntax.vendor is None or self.of != "storage")
            return known and self.of in ("private", "unknown")
        return self.outcome in ("possible", "partly")

    @property
    def both_known(self) -> bool:
        """Whether both are known and standard, so that pixel formats decide."""
        return self.sop_class is not None and self.syntax is not None and self.syntax.vendor is None

    @property
    def loss(self) -> Lossiness:
        """What the transfer syntax does to pixels; "may" where nothing is known of it."""
        fidelity = None if self.syntax is None else self.syntax.fidelity
        return "none" if fidelity == "lossless" else "always" if fidelity == "lossy" else "may"

    @property
    def waiver(self) -> Waiver | None:
        """Why a requestor may offer the class in this transfer syntax without the default one (PS3.5 10.1)."""
        if self.syntax is None or not self.syntax.needs_pixel_data or self.outcome in ("impossible", "forbidden"):
            return None
        return "large" if self.loss == "none" else "lossy"


@cache
def judge(abstract_syntax: str, transfer_syntax: str) -> Verdict:
    """The verdict for any two UIDs."""
    sop_class = sop_classes.storage(abstract_syntax)
    syntax = transfer_syntaxes.get(transfer_syntax)
    what = _what(abstract_syntax, sop_class)
    kind = _kind(abstract_syntax, transfer_syntax, what, sop_class, syntax)
    fits = kind in (FitKind.FULL, FitKind.PARTIAL)
    unwise = fits and sop_class is not None and bool(sop_class.lossy_unwise)
    return Verdict(
        kind=kind,
        unsure=_unsure(kind, sop_class, syntax),
        lossy_unwise=unwise and syntax is not None and not syntax.lossless_only,
        abstract_syntax=abstract_syntax,
        transfer_syntax=transfer_syntax,
        of=what,
        sop_class=sop_class,
        syntax=syntax,
    )


def _what(uid: str, sop_class: StorageSopClass | None) -> AbstractSyntaxKind:
    if sop_class is not None:
        return "storage"
    info = uids.describe(uid)
    if info is None:
        return "unknown"
    own = None if info.status != "private" else private.get(uid)
    if own is not None and "kind" in own.unsure:
        return "private"
    if not info.is_abstract_syntax:
        return "none"
    return "private" if info.status == "private" else "service"


def _kind(
    abstract_syntax: str,
    transfer_syntax: str,
    what: AbstractSyntaxKind,
    sop_class: StorageSopClass | None,
    syntax: TransferSyntax | None,
) -> FitKind:
    if syntax is None:
        # A UID of no table may be a private transfer syntax, and a vendor's new one below DICOM's root.
        known = uids.describe(transfer_syntax) is not None
        return FitKind.NOT_A_SYNTAX if known else _beside_unknown(abstract_syntax, what)
    if syntax.encoding == "obsolete":
        return FitKind.OBSOLETE
    if syntax.encoding == "real-time" or _is_real_time(abstract_syntax):
        return FitKind.REAL_TIME
    if what == "none":
        return FitKind.NOT_A_CLASS
    if sop_class is None:
        return _of_other(abstract_syntax, what, syntax)
    return _of_storage(sop_class, syntax)


def _beside_unknown(abstract_syntax: str, what: AbstractSyntaxKind) -> FitKind:
    if abstract_syntax == MEDIA_STORAGE_DIRECTORY:
        return FitKind.MEDIA_ONLY
    if _is_real_time(abstract_syntax):
        return FitKind.REAL_TIME
    return FitKind.NOT_A_CLASS if what == "none" else FitKind.UNKNOWN


def _is_real_time(abstract_syntax: str) -> bool:
    info = uids.describe(abstract_syntax)
    return info is not None and info.kind == "rtv"


def _of_other(abstract_syntax: str, what: AbstractSyntaxKind, syntax: TransferSyntax) -> FitKind:
    """For a service, whose messages have no Pixel Data, for a private class, and for a UID in no table."""
    if syntax.is_native:
        return FitKind.FULL
    own = private.get(abstract_syntax) if what == "private" else None
    if syntax.needs_pixel_data and (what == "service" or (own is not None and own.pixel_data is False)):
        return FitKind.NO_PIXEL_DATA
    return FitKind.UNKNOWN


def _of_storage(sop_class: StorageSopClass, syntax: TransferSyntax) -> FitKind:
    if sop_class.uid == MEDIA_STORAGE_DIRECTORY:
        return FitKind.MEDIA_ONLY
    if syntax.vendor is not None:
        return FitKind.UNKNOWN
    if syntax.is_native:
        return FitKind.FULL
    if sop_class.pixel == "no":
        return FitKind.NO_PIXEL_DATA
    if sop_class.pixel == "float":
        return FitKind.FLOAT_PIXEL_DATA
    if syntax.encoding in ("referenced", "referenced-deflated"):
        fits = not sop_class.formats or pixel_formats.share_family(sop_class.formats, syntax.formats)
        return FitKind.REFERENCED if fits else FitKind.IMPOSSIBLE
    if not sop_class.formats:
        return FitKind.UNKNOWN
    return _pixel_kind(sop_class, syntax)


def _pixel_kind(sop_class: StorageSopClass, syntax: TransferSyntax) -> FitKind:
    if syntax.is_video and sop_class.no_video:
        return FitKind.IMPOSSIBLE
    any_fits, all_fit = _fit(sop_class.formats, syntax.formats)
    if not any_fits:
        return FitKind.IMPOSSIBLE
    if not syntax.is_video:
        return FitKind.FULL if all_fit else FitKind.PARTIAL
    if sop_class.frames == "single":
        return FitKind.SINGLE_FRAME_VIDEO
    return FitKind.FULL_VIDEO if all_fit else FitKind.VIDEO


@cache  # many SOP classes share their formats, many transfer syntaxes theirs
def _fit(permitted: tuple[PixelFormat, ...], codable: tuple[PixelFormat, ...]) -> tuple[bool, bool]:
    """Whether any, and whether every permitted format can be coded."""
    if not pixel_formats.common(permitted, codable):
        return False, False
    return True, pixel_formats.covers(codable, permitted)


def _unsure(kind: FitKind, sop_class: StorageSopClass | None, syntax: TransferSyntax | None) -> bool:
    if kind is FitKind.UNKNOWN:
        return True
    if sop_class is None or syntax is None:
        return False
    if kind in (FitKind.PARTIAL, FitKind.VIDEO, FitKind.FULL_VIDEO, FitKind.SINGLE_FRAME_VIDEO):
        return bool(sop_class.unsure or syntax.unsure)
    if kind is FitKind.FULL:
        return not _codes_anything(syntax) and bool(sop_class.unsure or syntax.unsure)
    if kind is FitKind.IMPOSSIBLE and not (syntax.is_video and sop_class.no_video):
        # It is sure if it is impossible for all values of the unverified attributes.
        permitted = pixel_formats.loosened(sop_class.formats, sop_class.unsure)
        codable = pixel_formats.loosened(syntax.formats, syntax.unsure)
        return bool(pixel_formats.common(permitted, codable))
    return False


def _codes_anything(syntax: TransferSyntax) -> bool:
    return PixelFormat(None, None, None, None, None) in syntax.formats
