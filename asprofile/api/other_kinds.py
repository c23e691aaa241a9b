"""A file of another kind altogether where a description of a negotiation is asked for: a DICOM object, an image, an
archive. It is named, with what it is for, in place of what its bytes would mean as a text.
"""

from __future__ import annotations

import os
from typing import Final

from asprofile.errors import AsprofileError
from asprofile.model.reference import NotAReference, ProfileReference, parse_reference
from asprofile.program import command

_IN_DOUBT: Final = "binary data"
_OBJECTS: Final = ("a DICOM object", "a DICOM data set")
_PACKED: Final = {
    "a gzip archive": "zcat",
    "a bzip2 archive": "bzcat",
    "an xz archive": "xzcat",
    "a zstd archive": "zstdcat",
    "a zip archive": "unzip -p",
}
PROFILE: Final = "no association profile"
FORMAT: Final = "of no format that is read here"
LOG: Final = "no log and no capture"


def refuse_other_kind(data: bytes, path: str, wanted: str = PROFILE, *, in_doubt: bool = True) -> None:
    """Raises AsprofileError where the bytes (a beginning of a file will do) are no text at all: what they are, and what
    to do with that. Not ``in_doubt``: only where it is known what they are.
    """
    # Not needed by those who find what they ask for.
    from asprofile.syntax.recognise import binary

    kind = binary(data)
    if kind is None or (kind.startswith(_IN_DOUBT) and not in_doubt):
        return
    way_out = ""
    if kind in _OBJECTS:
        way_out = (
            f"; `{command('plan')}` says whether a profile has a context for it, and `{command('generate')}` makes a "
            "profile of it, with @{from_files}"
        )
    elif kind in _PACKED:
        way_out = f"; unpack it first ({_PACKED[kind]})"
    raise AsprofileError(f"{path}: it is {kind}, and {wanted}{way_out}")


def optional(text: str) -> ProfileReference:
    """The value of an option, ``[FILE:]NAME``. Raises NotAReference, and AsprofileError for a file of another kind."""
    try:
        return parse_reference(text)
    except NotAReference:
        if os.path.isfile(text):  # noqa: PTH113
            from asprofile.api.files import read_one

            refuse_other_kind(read_one(text).data, text)
        raise
