"""Invents identities while sending, as DCMTK's storescu does to fill an archive for a test (``--invent-instance``).

Belongs here: counting, and the names and numbers that follow from it. Does not belong here: writing them
(``rewriting``). What is replaced is exactly what storescu (3.7.0) replaces, and only where it is: Patient's Name
and ID, Study Instance UID and ID, Series Instance UID and Number, SOP Instance UID, Instance Number.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.objects.encoding import SOP_INSTANCE, TEXT_VRS
from asprofile.objects.rules import Changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.vrs import Scope

InventedLevel = Literal["instance", "series", "study"]

# storescu leaves longer values alone, whether they are right or wrong.
_LONGEST: Final = {"PN": 64, "LO": 64, "UI": 64, "SH": 16, "IS": 12}


def random_uid(kind: InventedLevel, counter: int) -> str:  # noqa: ARG001 - what a generator is asked
    """A UID of its own (PS3.5 annex B.2)."""
    return f"2.25.{uuid.uuid4().int}"


@dataclass(frozen=True, slots=True)
class _IfThere:
    """Replaces a text that is there; adds none."""

    text: str

    @property
    def uid(self) -> str:
        return self.text

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        if vr not in TEXT_VRS or length is None or length + length % 2 > _LONGEST.get(vr, length + 1):
            return None
        value = self.text.encode()
        return vr, value + (b"\0" if vr == "UI" else b" ") * (len(value) % 2)


@dataclass(frozen=True, slots=True)
class ObjectIdentity:
    """What one object becomes: the texts by tag, and which patient, study, series and image it is, each from 0."""

    patient: int
    study: int
    series: int
    image: int
    texts: dict[int, str]


class Inventor:
    """Counts objects, and gives each the next identity: a new series after ``series`` objects, a new study after
    ``studies`` series, a new patient after ``patients`` studies (each 1 or more). For any thread; call it once for
    each object, in the order in which they are sent.

    ``uid`` makes the UIDs, given what for and the number that storescu puts into its own; ``now`` is the time in
    seconds since 1970, which is in names and IDs.
    """

    def __init__(
        self,
        series: int = 100,
        studies: int = 50,
        patients: int = 25,
        *,
        uid: Callable[[InventedLevel, int], str] = random_uid,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._limits = series, studies, patients
        self._uid = uid
        self._now = now
        self._lock = threading.Lock()
        self._image = self._series = self._study = self._patient = 0
        self._begun = False
        self._series_uid = self._series_number = self._study_uid = self._study_id = ""
        self._patient_id = self._patient_name = ""

    def __call__(self, header: ObjectHeader) -> Changes:  # noqa: ARG002 - as Converter calls it
        """The identity of the next object, put where there is a place for it."""
        return Changes({tag: _IfThere(text) for tag, text in self.next().texts.items()})

    def next(self) -> ObjectIdentity:
        """The identity of the next object."""
        with self._lock:
            self._count()
            image, self._image = self._image, self._image + 1
            texts = {
                0x00100010: self._patient_name,
                0x00100020: self._patient_id,
                0x0020000D: self._study_uid,
                0x00200010: self._study_id,
                0x0020000E: self._series_uid,
                0x00200011: self._series_number,
                SOP_INSTANCE: self._uid("instance", image),
                0x00200013: str(image),
            }
            return ObjectIdentity(self._patient, self._study, self._series, image, texts)

    def _count(self) -> None:
        """Begin what is to begin. A study begins with a series that has the number after the last one's."""
        series, studies, patients = self._limits
        if not self._begun:
            self._begun = True
            self._begin_series()
            self._begin_study()
            self._begin_patient()
        if self._image >= series:
            self._image = 0
            self._series += 1
            self._begin_series()
        if self._series >= studies:
            self._series = 0
            self._study += 1
            self._begin_study()
        if self._study >= patients:
            self._study = 0
            self._patient += 1
            self._begin_patient()

    def _begin_series(self) -> None:
        self._series_uid = self._uid("series", self._series)
        self._series_number = str(self._series)

    def _begin_study(self) -> None:
        self._study_uid = self._uid("study", self._study)
        self._study_id = f"SID_{int(self._now())}{self._study}"

    def _begin_patient(self) -> None:
        self._patient_id = f"PID_{int(self._now())}{self._patient}"
        self._patient_name = f"OFFIS^TEST_PN_{int(self._now())}{self._patient}"
