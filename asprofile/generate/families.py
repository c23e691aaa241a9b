"""Families of transfer syntaxes that recipes and users name with one word, and their order of preference.

What a transfer syntax can carry belongs in ``names``; which ones a SOP class gets is decided in ``request``.
"""

from __future__ import annotations

from asprofile.names import transfer_syntaxes, uids
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

# By keywords of PS3.6, the preferred one first. Here a family is added.
_KEYWORDS = {
    "uncompressed": "ExplicitVRLittleEndian ImplicitVRLittleEndian",
    "deflated": "DeflatedExplicitVRLittleEndian",
    "jpeg-lossless": "JPEGLosslessSV1",
    "jpeg-lossless-any": "JPEGLossless JPEGLosslessSV1",
    "jpeg-baseline": "JPEGBaseline8Bit",
    "jpeg-extended": "JPEGExtended12Bit",
    "jpeg-ls": "JPEGLSLossless",
    "jpeg-ls-lossy": "JPEGLSNearLossless",
    "jpeg-2000": "JPEG2000Lossless",
    "jpeg-2000-lossy": "JPEG2000",
    "htj2k": "HTJ2KLossless HTJ2KLosslessRPCL",
    "htj2k-lossy": "HTJ2K",
    "jpeg-xl": "JPEGXLLossless JPEGXLJPEGRecompression JPEGXL",
    "rle": "RLELossless",
    "lossless": "JPEGLosslessSV1 JPEGLSLossless JPEG2000Lossless RLELossless",
    # The fragmentable forms (PS3.5 2021) last: few peers know them, and DCMTK before 3.6.8 has no names for them.
    "mpeg2": "MPEG2MPML MPEG2MPHL MPEG2MPMLF MPEG2MPHLF",
    "mpeg4": "MPEG4HP41 MPEG4HP41BD MPEG4HP422D MPEG4HP423D MPEG4HP42STEREO MPEG4HP41F MPEG4HP41BDF MPEG4HP422DF "
    "MPEG4HP423DF MPEG4HP42STEREOF",
    "hevc": "HEVCMP51",
}

_NATIVE = (
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
)
_LOSS = {"lossless": 1, "either": 2, "lossy": 3}
_VIDEO = 4
_UNKNOWN = 5


def families() -> tuple[str, ...]:
    """The words for families, in the order in which they are shown."""
    return tuple(_KEYWORDS)


def family(name: str) -> tuple[str, ...]:
    """The UIDs of a family, the preferred one first. Raises KeyError for a word that names none."""
    return tuple(uid_of(keyword) for keyword in _KEYWORDS[name].split())


def by_preference(syntaxes: tuple[str, ...]) -> tuple[str, ...]:
    """In the order in which an acceptor should prefer them: uncompressed (Explicit VR Little Endian first, which keeps
    the VRs of private attributes) before lossless, that before what may be lossy, that before lossy; video last.

    Equals keep their order. (DCMTK's acceptor takes the first of its own list that is proposed.)
    """
    return tuple(sorted(dict.fromkeys(syntaxes), key=_rank))


def nature(uid: str) -> str:
    """What a transfer syntax is to a context: Uncompressed, Deflated, Lossless, Lossy, Video, or Other."""
    syntax = transfer_syntaxes.get(uid)
    if syntax is None or syntax.encoding is None:
        return "Other"
    if syntax.is_native:
        return "Deflated" if syntax.encoding == "deflated" else "Uncompressed"
    if syntax.is_video:
        return "Video"
    return "Lossless" if syntax.lossless_only else "Lossy"


def _rank(uid: str) -> tuple[int, int]:
    if uid in _NATIVE:
        return 0, _NATIVE.index(uid)
    syntax = transfer_syntaxes.get(uid)
    if syntax is None or syntax.fidelity is None:
        return _UNKNOWN, 0
    return (_VIDEO if syntax.is_video else _LOSS[syntax.fidelity]), 0


def uid_of(keyword: str) -> str:
    """The UID of a keyword of PS3.6 that is known to exist."""
    found = uids.uid_of_keyword(keyword)
    assert found is not None, f"no UID has the keyword {keyword}"
    return found
