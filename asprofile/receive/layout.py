"""Where an object is stored: ``{PatientID}/{StudyInstanceUID}/{SOPInstanceUID}.dcm``.

Belongs here: a layout as a value, and a path of an object's values. Does not belong here: the language of layouts
(``layout_text``), which names are safe (``safe_names``), directories and files (``storing``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from asprofile.errors import LayoutError
from asprofile.receive.layout_text import parsed
from asprofile.receive.safe_names import SHORTEST_LIMIT, is_reserved, safe_name

if TYPE_CHECKING:
    from asprofile.objects.header import ObjectHeader
    from asprofile.receive.arrival import Arrival, NamedValues
    from asprofile.receive.layout_text import LayoutComponent

LONGEST_NAME: Final = 180
"""Bytes of a name in UTF-8: systems take 255, and one beside another has a digest at its end."""
_SEPARATOR: Final = os.sep
LONGEST_PATH: Final = 259 if os.name == "nt" else 4095


class Layout:
    """The paths below a directory whose own name has ``before`` bytes. Raises LayoutError.

    ``path`` always gives a path below it, of names that every system takes.
    """

    def __init__(self, text: str, before: int = 0) -> None:
        found = parsed(text)
        self._components = found.components
        self._limits = _limits(text, found.components, before)
        self._read: Callable[[ObjectHeader, bytes, int], list[list[str]]] | None = None
        if found.elements:
            # It loads pydicom's dictionary, which is needed nowhere else.
            from asprofile.objects.where.named import ElementTexts

            self._read = ElementTexts(found.elements).of

    @property
    def levels(self) -> int:
        """Names in a path."""
        return len(self._components)

    @property
    def reads(self) -> bool:
        """Whether it asks for elements of the data set."""
        return self._read is not None

    def values(self, header: ObjectHeader, buffer: bytes, descriptor: int) -> NamedValues:
        """What it asks for, of a file of which ``buffer`` are the first bytes, and on which ``descriptor`` is open."""
        return () if self._read is None else self._read(header, buffer, descriptor)

    def path(self, arrival: Arrival, values: NamedValues = ()) -> str:
        """The path of an object, relative to the directory."""
        names = []
        for component, limit in zip(self._components, self._limits, strict=True):
            name = "".join(
                piece if isinstance(piece, str) else safe_name(piece.made(arrival, values), limit) or piece.stand_in
                for piece in component
            )
            names.append(f"_{name}" if is_reserved(name) else name)
        return _SEPARATOR.join(names)


def _limits(text: str, components: Sequence[LayoutComponent], before: int) -> tuple[int, ...]:
    """For each component, bytes of a value in it. Raises LayoutError."""
    longest = min(LONGEST_NAME, (LONGEST_PATH - before - 1) // len(components) - 2)
    limits = []
    for component in components:
        fields = [piece for piece in component if not isinstance(piece, str)]
        fixed = sum(len(piece.encode()) for piece in component if isinstance(piece, str))
        limit = (longest - fixed) // len(fields) if fields else longest - fixed
        if fields and limit < SHORTEST_LIMIT:
            raise LayoutError(
                f"names would be too long: with this directory and {len(components)} levels one has {longest} bytes",
                text,
                0,
            )
        if limit < 0:
            raise LayoutError(f"a name of {fixed} bytes is too long here: at most {longest}", text, 0)
        limits.append(limit)
    return tuple(limits)
