"""What is changed in a data set and how it is written: instructions for ``rewriting``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from asprofile.objects.prepared import FilePart
from asprofile.objects.vrs import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

GroupLengths = Literal["keep", "create", "remove"]
"""What becomes of (gggg,0000): those that are there are made right, each group gets one, none is left."""


class ElementChange(Protocol):
    """The change of one element."""

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:
        """The new VR and value, in little endian and of even length; None to leave the element as it is, or out if
        it is not there; an empty VR to leave it out.

        ``vr`` and ``length`` are those of the element that is there, None if there is none. Raises ObjectError if
        the value cannot be written in this data set.
        """


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in one item or data set: of elements by tag, and within the items of sequences by tag and number from
    0 (None: in each of them).
    """

    elements: Mapping[int, ElementChange] = field(default_factory=dict)
    within: Mapping[int, Mapping[int | None, Changes]] = field(default_factory=dict)


NO_CHANGES: Final = Changes()


@dataclass(frozen=True, slots=True)
class WritingRules:
    """How a data set is written.

    ``dcmtk``: as DCMTK writes it on an association (3.7.0, DIMSE_sendDcmDataset): sequences and items with lengths,
    elements in ascending order and each but once, text without needless padding, odd values made even, no Data Set
    Trailing Padding unless ``padding``. Otherwise all of that stays as it is. ``new_vrs`` false writes OB for what is
    no VR of 1993 (DCMTK's ``--disable-new-vr``). ``even`` makes odd values and fragments even, as PS3.5 section 7.1.1
    requires: with a blank after a text, with a NUL otherwise. With ``dcmtk``, too: ``group_lengths`` may be created
    for every group, or removed; ``undefined`` writes sequences and items without lengths, closed by delimiters; without
    ``corrected`` texts and UIDs keep their padding (DCMTK's dcmEnableAutomaticInputDataCorrection); ``known_vrs`` gives
    UN of a defined length the VR that is known of it; Data Set Trailing Padding fills the file up to a multiple of
    ``file_pad`` bytes, and each item up to one of ``item_pad`` (even numbers; 0: not at all).
    """

    dcmtk: bool = False
    padding: bool = False
    new_vrs: bool = True
    even: bool = False
    group_lengths: GroupLengths = "keep"
    undefined: bool = False
    corrected: bool = True
    known_vrs: bool = False
    file_pad: int = 0
    item_pad: int = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixel data that takes the place of encapsulated ones."""

    part: FilePart
    vr: str


@dataclass(frozen=True, slots=True)
class PixelRules:
    """Which pixel data stay what they are: ``native`` ones of the data set itself (those of items always do),
    ``encapsulated`` ones; what else there is is refused with ``refusal``. ``swapped``: the native ones are in the other
    byte order than all else.
    """

    native: bool = True
    encapsulated: bool = True
    swapped: bool = False
    refusal: str = ""


ANY_PIXELS: Final = PixelRules()
