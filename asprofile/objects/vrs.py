"""Which VR an element has, where the data set does not say it (Implicit VR) or where the standard leaves a choice.

Belongs here: dictionaries, private creators, and what other elements of the data set decide. Does not belong here:
reading those elements (``rewriting`` fills the ``Scope``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asprofile.objects.dictionaries import Dictionaries

PIXEL_REPRESENTATION: Final = 0x00280103
WAVEFORM_BITS_ALLOCATED: Final = 0x54001004

# What DCMTK (3.7.0, DcmItem::checkAndUpdateVR) decides by Pixel Representation; the others it makes US.
_DCMTK_SIGNED: Final = frozenset(
    (0x00189810, 0x00280106, 0x00280107, 0x00280108, 0x00280109, 0x00280120, 0x00280121, 0x00283002, 0x00409211)
) | {0x00409216, 0x00603004, 0x00603006}
_WAVEFORM: Final = frozenset((0x54000110, 0x54000112, 0x5400100A, 0x54001010))


@dataclass(slots=True)
class Scope:
    """What has been seen in one item (or the data set) and decides on what follows in it.

    ``numbers`` are the values of US elements that matter, by tag; ``creators`` the private creators by group and
    block; ``character_set`` the raw value of (0008,0005), empty for the default repertoire.
    """

    parent: Scope | None
    numbers: dict[int, int] = field(default_factory=dict)
    creators: dict[tuple[int, int], str] = field(default_factory=dict)
    character_set: bytes = b""

    def number(self, tag: int, *, inherit: bool = True) -> int | None:
        """The nearest value of an element: here, or with ``inherit`` in what this is nested in."""
        scope: Scope | None = self
        while scope is not None:
            if tag in scope.numbers:
                return scope.numbers[tag]
            scope = scope.parent if inherit else None
        return None


class VRs:
    """Finds VRs: in the user's dictionaries, in the standard's, in the known private ones. For any thread.

    ``dcmtk``: where the standard leaves room, decide as DCMTK does, that is by elements of the same item only.
    """

    def __init__(self, dictionaries: Dictionaries | None = None, *, dcmtk: bool = False) -> None:
        from pydicom.datadict import dictionary_VR, private_dictionary_VR  # import when a conversion is asked for

        self._dictionaries = dictionaries
        self._standard = dictionary_VR
        self._private = private_dictionary_VR
        self._dcmtk = dcmtk
        self._known: dict[int, str] = {}

    def find(self, tag: int, scope: Scope) -> str:
        """The VR of an element; UN if it is not known. Never ambiguous."""
        known = self._known.get(tag)
        if known is None:
            group, element = tag >> 16, tag & 0xFFFF
            if group & 1:
                return self._decided(self._private_vr(group, element, scope), tag, scope)
            known = self._known[tag] = self._standard_vr(group, element)
        return known if len(known) == 2 else self._decided(known, tag, scope)

    def _standard_vr(self, group: int, element: int) -> str:
        if element == 0:
            return "UL"
        found = self._dictionaries.vr(group, element) if self._dictionaries else None
        if found is None:
            try:
                found = self._standard(group << 16 | element)
            except KeyError:
                return "UN"
        return "UN" if found == "NONE" else found

    def _private_vr(self, group: int, element: int, scope: Scope) -> str:
        if element == 0:
            return "UL"
        if element < 0x100:
            return "LO" if element >= 0x10 else "UN"
        creator = scope.creators.get((group, element >> 8))
        if not creator:
            found = self._dictionaries.vr(group, element) if self._dictionaries else None
            return found or "UN"
        found = self._dictionaries.vr(group, element, creator) if self._dictionaries else None
        if found is None:
            try:
                found = self._private(group << 16 | element, creator)
            except KeyError:
                return "UN"
        return found

    def _decided(self, vr: str, tag: int, scope: Scope) -> str:
        if len(vr) == 2:
            return vr
        if vr == "US or SS":
            if self._dcmtk:
                signed = tag in _DCMTK_SIGNED and scope.number(PIXEL_REPRESENTATION, inherit=False) == 1
            else:
                signed = scope.number(PIXEL_REPRESENTATION) == 1
            return "SS" if signed else "US"
        if vr != "OB or OW":
            return "OW"  # LUT Data: words, as PS3.5 annex A.1 says for Implicit VR
        if tag in _WAVEFORM:
            bits = scope.number(WAVEFORM_BITS_ALLOCATED, inherit=not self._dcmtk)
            return "OB" if bits == 8 or (bits is None and self._dcmtk) else "OW"
        if tag >> 24 == 0x50 or (self._dcmtk and tag >> 16 == 0x0014):
            return "OB"  # curves and sounds: bytes, unless Curve Data Descriptor said otherwise long ago
        return "OW"
