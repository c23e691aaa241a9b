"""The names that storescp and dcmrecv give to files and directories: nothing that a peer says leads out of a directory.

Belongs here: names, from values. Does not belong here: making directories and files (``storing``), when a study begins
(``studies``). After DCMTK of May 2026 (storescp.cc, dstorscp.cc, OFStandard::sanitizeFilename).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.names.dcmtk import storage_classes
from asprofile.names.releases import at_least

if TYPE_CHECKING:
    from datetime import datetime

_KEPT: Final = frozenset(b" -.:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_NO_NAMES: Final = ("", ".", "..")

# What the letters of Latin-1 from C0H on become.
_SPELT: Final = (
    "A A A A Ae A A C E E E E I I I I D N O O O O Oe _ O U U U Ue Y _ ss "
    "a a a a ae a a c e e e e i i i i d n o o o o oe _ o u u u ue y _ y"
)
_LATIN: Final = tuple(_SPELT.split())


def sanitized(value: str) -> str:
    """Letters, digits, blanks and ``- . : @``; an underscore for everything else, as in DCMTK. Each character is one
    byte of what a peer said.
    """
    return "".join(one if ord(one) in _KEPT else "_" for one in value)


def plain_letters(name: bytes) -> str:
    """A patient's name in ASCII: umlauts are spelt out, accents left away, whatever else is an underscore."""
    return "".join(_LATIN[one - 0xC0] if one >= 0xC0 else chr(one) if one in _LETTERS else "_" for one in name)


def modality(sop_class: str, release: str, unknown: str = "UNKNOWN") -> str:
    """The letters of a SOP class with which a name begins."""
    entry = storage_classes().get(sop_class)
    return entry.modality if entry is not None and at_least(release, entry.first_release) else unknown


def instance_file(prefix: str, sop_instance: str, extension: str) -> str:
    """``CT.1.2.3.dcm``"""
    return f"{prefix}.{sanitized(sop_instance)}{extension}"


def unique_file(prefix: str, uid: str, extension: str) -> str:
    """``CT.X.1.2.3.dcm``, with a UID that is new."""
    return f"{prefix}.X.{uid}{extension}"


def short_file(prefix: str, begun: int, chance: int, extension: str) -> str:
    """``CT_65a1b2c3deadbeef.dcm``: two numbers of 32 bits."""
    return sanitized(f"{prefix}_{begun & 0xFFFFFFFF:08x}{chance & 0xFFFFFFFF:08x}{extension}")


def system_time_file(prefix: str, now: datetime, extension: str) -> str:
    """``20240131123456.123456.CT.dcm``"""
    return f"{now:%Y%m%d%H%M%S.%f}.{prefix}{extension}"


@dataclass
class TimeFiles:
    """The names of ``--timenames``: ``20240131123456789.CT.dcm``, with a serial number after the time where the name
    before was the same. Only the last name is looked at, as in DCMTK.
    """

    serial: int = -1

    def name(self, prefix: str, now: datetime, extension: str, last: str) -> str:
        """The next name; ``last`` is the one before, empty if there is none."""
        stamp, rest = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}", f".{prefix}{extension}"
        if last == f"{stamp}{_serial(self.serial)}{rest}":
            self.serial += 1
        else:
            self.serial = -1
        return f"{stamp}{_serial(self.serial)}{rest}"


def _serial(number: int) -> str:
    return "" if number < 0 else f"_{number:04}"


def study_time(now: datetime) -> str:
    """The time in the name of a directory, to the millisecond."""
    return f"{now:%Y%m%d_%H%M%S}{now.microsecond // 1000:03}"


def is_no_name(name: str) -> bool:
    """It would be the directory it is in, or the one above."""
    return name in _NO_NAMES


def series_date(vr: str, value: bytes) -> str | None:
    """The directory of --series-date-subdir, ``data/2024/01/31``; None if the element is none that tells a date."""
    text = value.split(b"\\")[0].rstrip(b" \0").decode("latin-1")
    if vr != "DA":
        return None
    if len(text) == 10 and text[4] == text[7] == ".":
        text = text[:4] + text[5:7] + text[8:]
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = text[:4], text[4:6], text[6:]
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"data{os.sep}{year}{os.sep}{month}{os.sep}{day}"


def joined(directory: str, name: str) -> str:
    """A path as DCMTK writes it: a directory without separators at its end, ``./`` in front of a name alone."""
    return f"{trimmed(directory).rstrip('/')}{os.sep}{name}" if name else trimmed(directory)


def trimmed(directory: str) -> str:
    """A directory without separators at its end; an empty one is the current one."""
    return (directory.rstrip(os.sep) or directory[:1]) or "."
