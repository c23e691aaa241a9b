"""The rows and columns of a matrix: the families of transfer syntaxes and their order, the groups of SOP classes.

Belongs here: what every report has in common. Does not belong here: what is in the cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asprofile.names import modalities, transfer_syntaxes
from asprofile.names.uids import display_name
from asprofile.report.matrix import Column
from asprofile.report.short_names import short_name

if TYPE_CHECKING:
    from asprofile.names.transfer_syntaxes import TransferSyntax

# By the families of ``names.transfer_syntaxes``, except for JPEG, where it matters most whether something is lost.
_TITLES = {
    "uncompressed": "Uncompressed",
    "deflated-dataset": "Deflated",
    "encapsulated-uncompressed": "Encapsulated",
    "deflated-frame": "Deflated frames",
    "rle": "RLE",
    "jpeg lossless": "JPEG lossless",
    "jpeg": "JPEG lossy",
    "jpeg-ls": "JPEG-LS",
    "j2k": "JPEG 2000",
    "j2k-mc": "JPEG 2000 Part 2",
    "htj2k": "HTJ2K",
    "jpegxl": "JPEG XL",
    "jpip": "JPIP",
    "mpeg2": "MPEG-2",
    "mpeg4": "MPEG-4",
    "hevc": "HEVC",
    "smpte": "Real-time video",
    "obsolete": "Obsolete",
    "private": "Private",
}
_UNKNOWN = "Unknown"
_ORDER = (*_TITLES.values(), _UNKNOWN)


def family(uid: str) -> str:
    """The title of the family of a transfer syntax, for any UID."""
    found = transfer_syntaxes.get(uid)
    return _UNKNOWN if found is None else _TITLES[_key(found)]


def _key(syntax: TransferSyntax) -> str:
    return "jpeg lossless" if syntax.family == "jpeg" and syntax.lossless_only else syntax.family


def columns(uids: Iterable[str]) -> tuple[Column, ...]:
    """Each transfer syntax once: by family, within it in the numeric order of the UIDs, unknown ones last."""
    names = ((uid, display_name(uid)) for uid in sorted(dict.fromkeys(uids), key=_place))
    return tuple(Column(uid, name, family(uid), short_name(name)) for uid, name in names)


def _place(uid: str) -> tuple[int, list[tuple[int, str]], str]:
    # Numbers by their length first: a file may have one that is too long to be read as a number.
    return _ORDER.index(family(uid)), [(len(part), part) for part in uid.split(".")], uid


def by_group(sop_classes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each SOP class once, with the title of its group: those of one group together, within it as they come."""
    found = [(uid, modalities.group(uid)) for uid in dict.fromkeys(sop_classes)]
    first: dict[str, int] = {}
    for place, (_, title) in enumerate(found):
        first.setdefault(title, place)
    return tuple(sorted(found, key=lambda pair: (modalities.place(pair[1]), first[pair[1]])))
