"""Pixel formats: what an IOD (PS3.3) permits, what a codec (PS3.5 8.2) can code, and what both have in common.

Only sets of attribute values are here; which class or transfer syntax has which is a column of its table.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Unsure = Literal["", "bits", "photometric", "cells", "all"]
"""What of a row's pixel formats has not been verified: nothing; the bits allocated and stored; the
photometric interpretations; any of it; not even whether there is Pixel Data."""

GRAYSCALE = frozenset(("MONOCHROME1", "MONOCHROME2"))
PALETTE = frozenset(("PALETTE COLOR",))

_ANY_BITS_ALLOCATED = (1, 8, 16, 32, 64)  # what occurs where an IOD sets no limit
_ANY_BITS_STORED = range(1, 17)


class PixelFormat(Value):
    """A set of pixel formats: each attribute's permitted values, None for any value.

    ``bits_allocated`` (0028,0100), ``bits_stored`` (0028,0101), ``samples`` per pixel (0028,0002),
    ``representation`` (0028,0103: 0 unsigned, 1 signed), ``photometric`` interpretation (0028,0004).
    """

    bits_allocated: frozenset[int] | None
    bits_stored: frozenset[int] | None
    samples: frozenset[int] | None
    representation: frozenset[int] | None
    photometric: frozenset[str] | None


@cache
def parse(cells: str) -> tuple[PixelFormat, ...]:
    """The formats of a ``cells`` column, in its order; the column's form is described in
    ``data/storage.tsv``."""
    return tuple(_cell(cell) for cell in cells.split(";") if cell)


def meet(one: PixelFormat, other: PixelFormat) -> PixelFormat | None:
    """What both permit; None if there is nothing."""
    both = PixelFormat(
        _meet(one.bits_allocated, other.bits_allocated),
        _meet(one.bits_stored, other.bits_stored),
        _meet(one.samples, other.samples),
        _meet(one.representation, other.representation),
        _meet(one.photometric, other.photometric),
    )
    empty = frozenset[int]()
    values = (both.bits_allocated, both.bits_stored, both.samples, both.representation, both.photometric)
    return None if empty in values else both


def common(permitted: Iterable[PixelFormat], codable: Iterable[PixelFormat]) -> tuple[PixelFormat, ...]:
    """Every format that an IOD permits and a codec codes."""
    codable = tuple(codable)
    found = (meet(one, other) for one in permitted for other in codable)
    return tuple(both for both in found if both is not None)


def covers(codable: Iterable[PixelFormat], permitted: Iterable[PixelFormat]) -> bool:
    """Whether the codec can code every format that the IOD permits and that occurs in practice."""
    codable = tuple(codable)
    return all(_codes(codable, point) for one in permitted for point in _points(one))


def share_family(permitted: Iterable[PixelFormat], codable: Iterable[PixelFormat]) -> bool:
    """Whether a photometric interpretation that the IOD permits is in a family (grayscale, palette, colour) that the
    codec supports: an object may be converted within a family, but not to another family.
    """
    codable = tuple(codable)
    return any(_family_names(one) & _family_names(other) for one in permitted for other in codable)


def _family_names(one: PixelFormat) -> frozenset[str]:
    if one.photometric is None:
        return frozenset(("grayscale", "palette", "colour"))
    names = {"grayscale": one.photometric & GRAYSCALE, "palette": one.photometric & PALETTE}
    names["colour"] = one.photometric - GRAYSCALE - PALETTE
    return frozenset(name for name, found in names.items() if found)


def loosened(formats: Iterable[PixelFormat], unsure: Unsure) -> tuple[PixelFormat, ...]:
    """The formats, with any value for attributes that are not verified."""
    if unsure == "":
        return tuple(formats)
    if unsure == "bits":
        return tuple(replaced(one, bits_allocated=None, bits_stored=None) for one in formats)
    if unsure == "photometric":
        return tuple(replaced(one, photometric=None) for one in formats)
    return (PixelFormat(None, None, None, None, None),)


def _cell(cell: str) -> PixelFormat:
    allocated, stored, samples, representation, photometric = cell.split(":")
    return PixelFormat(
        _numbers(allocated),
        _numbers(stored),
        _numbers(samples),
        None if representation == "*" else frozenset(map(int, representation)),
        None if photometric == "*" else frozenset(photometric.split(",")),
    )


def _numbers(text: str) -> frozenset[int] | None:
    if text == "*":
        return None
    numbers: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        numbers.update(range(int(low), int(high or low) + 1))
    return frozenset(numbers)


_T = TypeVar("_T")


def _meet(one: frozenset[_T] | None, other: frozenset[_T] | None) -> frozenset[_T] | None:
    if one is None:
        return other
    return one if other is None else one & other


_Point: TypeAlias = tuple[int, int, int, int, frozenset[str] | None]


def _points(permitted: PixelFormat) -> Iterator[_Point]:
    """The combinations of values that occur. Photometric interpretations are grouped by family (grayscale, palette,
    colour), because an object may be converted within a family without a loss.
    """
    for allocated in sorted(permitted.bits_allocated or _ANY_BITS_ALLOCATED):
        for stored in sorted(permitted.bits_stored or _ANY_BITS_STORED):
            # One bit stored of eight or sixteen allocated does not occur; it would make every JPEG-LS offer look
            # partial.
            if stored > allocated or stored < 2 <= allocated:
                continue
            for samples in sorted(permitted.samples or (1, 3)):
                for representation in sorted(permitted.representation or (0, 1)):
                    for family in families(permitted.photometric):
                        # Only grayscale images have signed values.
                        if representation and (samples == 3 or family == PALETTE):
                            continue
                        yield allocated, stored, samples, representation, family


def families(photometric: frozenset[str] | None) -> tuple[frozenset[str] | None, ...]:
    """The photometric interpretations by family: grayscale, palette, colour; one None for any."""
    if photometric is None:
        return (None,)
    families = (photometric & GRAYSCALE, photometric & PALETTE, photometric - GRAYSCALE - PALETTE)
    return tuple(family for family in families if family)


def _codes(codable: tuple[PixelFormat, ...], point: _Point) -> bool:
    allocated, stored, samples, representation, family = point
    return any(
        (one.bits_allocated is None or allocated in one.bits_allocated)
        and (one.bits_stored is None or stored in one.bits_stored)
        and (one.samples is None or samples in one.samples)
        and (one.representation is None or representation in one.representation)
        and (one.photometric is None or family is None or not one.photometric.isdisjoint(family))
        for one in codable
    )
