"""Invented identities for storescu's +II, +IR, +IS and +IP: what its log says about them.

Belongs here: the changes with storescu's complaints about what cannot be changed, and the words of the log. Does not
belong here: counting and naming (``objects.inventing``), writing into a data set (``objects``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.objects.encoding import SOP_INSTANCE, TEXT_VRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.objects.inventing import ObjectIdentity
    from asprofile.objects.rules import ElementChange
    from asprofile.objects.vrs import Scope

_KEYWORDS: Final = {
    0x00100010: "PatientName",
    0x00100020: "PatientID",
    0x0020000D: "StudyInstanceUID",
    0x00200010: "StudyID",
    0x0020000E: "SeriesInstanceUID",
    0x00200011: "SeriesNumber",
    SOP_INSTANCE: "SOPInstanceUID",
    0x00200013: "InstanceNumber",
}
_SHOWN: Final = {"InstanceNumber": "ImageNumber"}


@dataclass(frozen=True)
class Invented:
    """A new value for an element that is there; one that is not there stays away, and ``missing`` hears of it."""

    tag: int
    text: str
    missing: Callable[[int, str], None]

    @property
    def uid(self) -> str:
        """The new SOP instance UID, empty for other elements."""
        return self.text if self.tag == SOP_INSTANCE else ""

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        tag = self.tag
        name = f"{_KEYWORDS[tag]} ({tag >> 16:04x},{tag & 0xFFFF:04x})"
        if vr is None:
            self.missing(tag, f"updateStringAttributeValue: cannot find: {name}: Tag not found")
            return None
        if vr not in TEXT_VRS:
            self.missing(tag, f"updateStringAttributeValue: cannot put string in attribute: {name}: it is {vr}")
            return None
        data = self.text.encode("ascii")
        return vr, data + (b"\0" if vr == "UI" else b" ") * (len(data) % 2)


def invented(identity: ObjectIdentity, missing: Callable[[int, str], None]) -> dict[int, ElementChange]:
    """The changes, by tag, that give a data set this identity; ``missing`` hears of what finds no place."""
    return {tag: Invented(tag, text, missing) for tag, text in identity.texts.items()}


def described(identity: ObjectIdentity) -> str:
    """What the log says about an invented identity."""
    where = f"pa{identity.patient}, st{identity.study}, se{identity.series}, im{identity.image}"
    keywords = {_KEYWORDS[tag]: text for tag, text in identity.texts.items()}
    lines = [f"  {_SHOWN.get(keyword, keyword)}={text}" for keyword, text in keywords.items()]
    return "\n".join([f"Inventing Identifying Information ({where}):", *lines])
