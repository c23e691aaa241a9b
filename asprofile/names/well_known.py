"""The UIDs of PS3.6 that the code names, and the limits of an association: no other module may spell them out.

Belongs here: UIDs that modules use in code. Does not belong here: what UIDs mean (the tables of ``names``). It imports
nothing, so that a module that needs a UID loads no table.
"""

from __future__ import annotations

from typing import Final

STANDARD_ROOT: Final = "1.2.840.10008."

APPLICATION_CONTEXT: Final = "1.2.840.10008.3.1.1.1"

# Presentation context IDs are the odd numbers from 1 to 255 (PS3.8 Table 9-13).
MAX_CONTEXTS: Final = 128

# --- transfer syntaxes

IMPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2"
"""The default: a requestor offers it for every SOP class, and an acceptor supports it (PS3.5 section 10.1)."""
EXPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
ENCAPSULATED_UNCOMPRESSED: Final = "1.2.840.10008.1.2.1.98"
DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_VR_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
JPEG_BASELINE: Final = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED: Final = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS: Final = "1.2.840.10008.1.2.4.70"
JPEG_LS_LOSSLESS: Final = "1.2.840.10008.1.2.4.80"
JPEG_LS_LOSSY: Final = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS: Final = "1.2.840.10008.1.2.4.90"
JPEG_2000: Final = "1.2.840.10008.1.2.4.91"
JPIP_DEFLATED: Final = "1.2.840.10008.1.2.4.95"
MPEG2_MAIN: Final = "1.2.840.10008.1.2.4.100"
MPEG2_HIGH: Final = "1.2.840.10008.1.2.4.101"
MPEG4_HIGH: Final = "1.2.840.10008.1.2.4.102"
MPEG4_BD: Final = "1.2.840.10008.1.2.4.103"
MPEG4_2D: Final = "1.2.840.10008.1.2.4.104"
MPEG4_3D: Final = "1.2.840.10008.1.2.4.105"
MPEG4_STEREO: Final = "1.2.840.10008.1.2.4.106"
HEVC_MAIN: Final = "1.2.840.10008.1.2.4.107"
HEVC_MAIN_10: Final = "1.2.840.10008.1.2.4.108"
JPIP_HTJ2K_DEFLATED: Final = "1.2.840.10008.1.2.4.205"
RLE_LOSSLESS: Final = "1.2.840.10008.1.2.5"
PAPYRUS_IMPLICIT_VR_LITTLE_ENDIAN: Final = "1.2.840.10008.1.20"
GE_IMPLICIT_VR: Final = "1.2.840.113619.5.2"
"""Private: Implicit VR Little Endian with pixel data in big endian."""

UNCOMPRESSED: Final = (
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
)
"""Transfer syntaxes with native pixel data, in the order in which they are preferred."""
DEFLATED: Final = frozenset((DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, JPIP_DEFLATED, JPIP_HTJ2K_DEFLATED))
IMPLICIT: Final = frozenset((IMPLICIT_VR_LITTLE_ENDIAN, PAPYRUS_IMPLICIT_VR_LITTLE_ENDIAN, GE_IMPLICIT_VR))

# --- SOP classes

VERIFICATION: Final = "1.2.840.10008.1.1"
MEDIA_STORAGE_DIRECTORY: Final = "1.2.840.10008.1.3.10"
STORAGE_SERVICE_CLASS: Final = "1.2.840.10008.4.2"
STORAGE_COMMITMENT: Final = "1.2.840.10008.1.20.1"
