"""Made-up identities for storescu's +II, +IR, +IS and +IP: each file a new instance, and so on.

Belongs here: counting, naming, and the changes that follow. Does not belong here: writing them into a data set
(``objects``).
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.objects.encoding import TEXT_VRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.cli.storescu_settings import Invention
    from asprofile.objects.rewriting import Change
    from asprofile.objects.vrs import Scope

SOP_CLASS: Final = 0x00080016
SOP_INSTANCE: Final = 0x00080018
_TAGS: Final = {
    "PatientName": 0x00100010,
    "PatientID": 0x00100020,
    "StudyInstanceUID": 0x0020000D,
    "StudyID": 0x00200010,
    "SeriesInstanceUID": 0x0020000E,
    "SeriesNumber": 0x00200011,
    "SOPInstanceUID": SOP_INSTANCE,
    "InstanceNumber": 0x00200013,
}
_SHOWN: Final = {"InstanceNumber": "ImageNumber"}


@dataclass(frozen=True)
class Invented:
    """A new value for an element that is there; one that is not there stays away, and ``missing`` hears of it."""

    keyword: str
    text: str
    missing: Callable[[int, str], None]

    @property
    def uid(self) -> str:
        """The new SOP instance UID, empty for other elements."""
        return self.text if self.keyword == "SOPInstanceUID" else ""

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        tag = _TAGS[self.keyword]
        name = f"{self.keyword} ({tag >> 16:04x},{tag & 0xFFFF:04x})"
        if vr is None:
            self.missing(tag, f"updateStringAttributeValue: cannot find: {name}: Tag not found")
            return None
        if vr not in TEXT_VRS:
            self.missing(tag, f"updateStringAttributeValue: cannot put string in attribute: {name}: it is {vr}")
            return None
        data = self.text.encode("ascii")
        return vr, data + (b"\0" if vr == "UI" else b" ") * (len(data) % 2)


class Inventor:
    """Gives each object that is sent an identity of its own, in series, studies and patients of the sizes wanted."""

    def __init__(self, sizes: Invention) -> None:
        self._sizes = sizes
        self._patient = self._study = self._series = self._image = 0
        self._values: dict[str, str] = {}

    def next(self) -> tuple[str, dict[str, str]]:
        """Where in patients, studies and series the next object belongs, and its new values by keyword."""
        if not self._values:
            self._new_series()
            self._new_study()
            self._new_patient()
        if self._image >= self._sizes.series:
            self._image = 0
            self._series += 1
            self._new_series()
        if self._series >= self._sizes.study:
            self._series = 0
            self._study += 1
            self._new_study()
        if self._study >= self._sizes.patient:
            self._study = 0
            self._patient += 1
            self._new_patient()
        where = f"pa{self._patient}, st{self._study}, se{self._series}, im{self._image}"
        values = {**self._values, "SOPInstanceUID": _new_uid(), "InstanceNumber": str(self._image)}
        self._image += 1
        return where, {keyword: values[keyword] for keyword in _TAGS}

    def _new_series(self) -> None:
        self._values |= {"SeriesInstanceUID": _new_uid(), "SeriesNumber": str(self._series)}

    def _new_study(self) -> None:
        self._values |= {"StudyInstanceUID": _new_uid(), "StudyID": f"SID_{int(time.time())}{self._study}"}

    def _new_patient(self) -> None:
        now = f"{int(time.time())}{self._patient}"
        self._values |= {"PatientName": f"OFFIS^TEST_PN_{now}", "PatientID": f"PID_{now}"}


def invented(values: dict[str, str], missing: Callable[[int, str], None]) -> dict[int, Change]:
    """The changes, by tag, that put these values into a data set; ``missing`` hears of those that find no place."""
    return {_TAGS[keyword]: Invented(keyword, text, missing) for keyword, text in values.items()}


def described(where: str, values: dict[str, str]) -> str:
    """What the log says of an invented identity."""
    lines = [f"  {_SHOWN.get(keyword, keyword)}={text}" for keyword, text in values.items()]
    return "\n".join([f"Inventing Identifying Information ({where}):", *lines])


def _new_uid() -> str:
    return f"2.25.{uuid.uuid4().int}"
