"""What is proposed for objects that a peer hands out by C-GET: SOP classes and transfer syntaxes, try after try.

A good peer sends each object in a context with the transfer syntax that it has, so the first try has a context for
each. Others look at the first context of a SOP class alone, and leave out what does not go in it, or convert it; so
each next try has one transfer syntax alone. Those that lose nothing come first: what is uncompressed has come before
a peer could be led to compress it.

Belongs here: the tries, as values. Does not belong here: associations (``retrieving``), what came (``fetching``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.names import transfer_syntaxes
from asprofile.names.dcmtk import proposed_by_storescu, storage_classes
from asprofile.names.well_known import (
    EXPLICIT_VR_LITTLE_ENDIAN,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_LOSSY,
    MAX_CONTEXTS,
    MPEG4_HIGH,
    RLE_LOSSLESS,
    UNCOMPRESSED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ROOM: Final = MAX_CONTEXTS - 1
"""One context is for C-GET itself."""
_USUAL: Final = (
    *UNCOMPRESSED, JPEG_LOSSLESS, JPEG_LS_LOSSLESS, JPEG_2000_LOSSLESS, RLE_LOSSLESS, JPEG_BASELINE, JPEG_EXTENDED,
    JPEG_2000, JPEG_LS_LOSSY, MPEG4_HIGH,
)  # fmt: skip

Kinds = tuple[tuple[str, str], ...]
"""SOP classes and transfer syntaxes, each in a context of its own."""


def tries(missing: Sequence[tuple[str, str]], came: Sequence[tuple[str, str]]) -> Iterator[Kinds]:
    """For objects that are to come (each empty where that is not known), by what has come from this peer so far, most
    first. Of objects of which the peer says in which transfer syntax they are no other is proposed.
    """
    if all(sop_class and syntax for sop_class, syntax in missing):
        exact = tuple(dict.fromkeys(missing))[:_ROOM]
        alone = [tuple(one for one in exact if one[1] == syntax) for syntax in dict.fromkeys(one for _, one in exact)]
        yield from dict.fromkeys((exact, *alone))
        return
    classes = list(dict.fromkeys(sop_class for sop_class, _ in missing if sop_class))
    if any(not sop_class for sop_class, _ in missing):
        others = (*(one for one, _ in came), *proposed_by_storescu(), *storage_classes())
        classes = list(dict.fromkeys((*classes, *others)))
    classes = classes[:_ROOM]
    exact = tuple(dict.fromkeys((one, syntax) for one, syntax in missing if one and syntax))
    first = _together(classes, exact, came)
    yield first
    for syntax in _in_order(came):
        one_syntax = tuple((sop_class, syntax) for sop_class in classes)
        if one_syntax != first:
            yield one_syntax


def _together(classes: list[str], exact: Kinds, came: Sequence[tuple[str, str]]) -> Kinds:
    """As many of both as fit, of each SOP class the same number at least; what needs no codec is first."""
    known = {one: [syntax for other, syntax in (*exact, *came) if other == one] for one in classes}
    each = max(1, _ROOM // max(1, len(classes)))
    found: dict[str, list[str]] = {}
    room = _ROOM
    for sop_class in classes:
        wanted = list(dict.fromkeys((EXPLICIT_VR_LITTLE_ENDIAN, *known[sop_class], *candidates())))
        most = max(each, min(len(set(known[sop_class])) + 1, room - (len(classes) - len(found) - 1)))
        found[sop_class] = wanted[:most]
        room -= len(found[sop_class])
    return tuple((one, syntax) for one, syntaxes in found.items() for syntax in syntaxes)[:_ROOM]


def _in_order(came: Sequence[tuple[str, str]]) -> list[str]:
    """One after the other: what lost something last."""
    found = list(
        dict.fromkeys((EXPLICIT_VR_LITTLE_ENDIAN, *(syntax for _, syntax in came), *candidates()[:9], *_USUAL))
    )
    return sorted(found, key=lambda uid: _loses(uid) == _SOMETHING)


def candidates() -> list[str]:
    """Transfer syntaxes that an archive may hold, what loses nothing first, of each the usual ones."""
    usual = {uid: place for place, uid in enumerate(_USUAL)}
    found = [
        one.uid
        for one in transfer_syntaxes.transfer_syntaxes()
        if one.on_associations and not one.retired and one.vendor is None and one.encoding in _CARRIED
    ]
    return sorted(found, key=lambda uid: (_loses(uid), usual.get(uid, len(usual))))


def _loses(uid: str) -> int:
    found = transfer_syntaxes.get(uid)
    return 0 if found is None or found.is_native else 1 if found.lossless_only else _SOMETHING


_SOMETHING: Final = 2
_CARRIED: Final = ("native", "deflated", "encapsulated")
