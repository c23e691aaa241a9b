"""A loss: what is in a file and is never read by DCMTK.

The value alone; ``losses`` finds them.
"""

from __future__ import annotations

from typing import Literal

from asprofile.lint.outline import SectionPart
from asprofile.syntax import Entry, Header
from asprofile.text import Edit
from asprofile.value import Value

LossCause = Literal[
    "outside",  # an entry outside any section, a section outside any supersection
    "second supersection",  # the supersection of that name was read before
    "misspelt supersection",  # DCMTK does not look for it, but for one of a similar name or with such sections
    "foreign supersection",  # a supersection that DCMTK does not look for
    "leading zero",  # numbered, but written with leading zeros
    "duplicate",  # the same key is before it in the section
    "misspelt key",  # DCMTK does not ask for it, but for a similar one
    "other key",  # a key of another supersection
    "foreign key",  # a key that DCMTK never asks for
    "gap",  # numbered, but a number before it is missing
]
LossLayer = Literal["places", "keys", "numbers"]

_LAYER: dict[LossCause, LossLayer] = {
    "outside": "places",
    "second supersection": "places",
    "misspelt supersection": "places",
    "foreign supersection": "places",
    "gap": "numbers",
}


class Loss(Value):
    """``item`` is not read, because of ``cause``.

    ``supersection`` and ``section`` are where it is (the name as DCMTK keeps it, "" for none), ``missing`` is the
    number that is missing in front of a gap, ``first`` the entry or header that counts instead, ``meant`` the key or
    name that was probably meant, ``mend`` the edits that make it so, ``certain`` says that no other reading is likely.
    """

    item: Entry | Header
    cause: LossCause
    supersection: str = ""
    section: SectionPart | None = None
    missing: int = 0
    first: Entry | Header | None = None
    meant: str = ""
    mend: tuple[Edit, ...] = ()
    certain: bool = True

    @property
    def entry(self) -> Entry:
        """The entry that is lost, for a cause that only entries have."""
        assert isinstance(self.item, Entry)
        return self.item

    @property
    def layer(self) -> LossLayer:
        return _LAYER.get(self.cause, "keys")

    @property
    def place(self) -> int:
        """An offset that tells the item from every other, however its key is read."""
        return place_of(self.item)


def place_of(item: Entry | Header) -> int:
    """An offset that tells an item from every other, whatever text is glued to its front."""
    return item.raw_key.end if isinstance(item, Entry) else item.raw_name.start
