"""Which studies a question asks for, and how it is cut into smaller ones where a peer does not answer it whole.

Date and time ranges (PS3.4 section C.2.2.2.5) match no study without a date. No key of C-FIND asks for these alone, so
they are looked for by the first letters of the Patient ID, over all dates.

Belongs here: the windows, as values. Does not belong here: asking (``listing``).
"""

from __future__ import annotations

import string
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_DAY: Final = date(1990, 1, 1)
"""Before that there are few studies."""
_LAST_SECOND: Final = 24 * 3600 - 1
_LETTERS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase + " !\"#$%&'()+,-./:;<=>@[]^_`{|}~"
"""What a Patient ID is made of in ASCII, but for the wildcards and the backslash (PS3.5 section 6.2)."""
_LONGEST: Final = 64
"""Characters of a Patient ID (VR LO)."""


@dataclass(frozen=True, slots=True)
class StudyWindow:
    """Studies of the days from ``first`` to ``last`` (``YYYYMMDD``; empty: open, both empty: with and without a date),
    of the seconds of a day from ``start`` to ``end`` (None: any time), whose Patient ID begins with ``prefix``, or is
    it if ``exact``.
    """

    first: str = ""
    last: str = ""
    start: int | None = None
    end: int | None = None
    prefix: str = ""
    exact: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> StudyWindow:
        """That of ``values``."""
        return cls(**values)

    @property
    def values(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @property
    def dates(self) -> str:
        """The key StudyDate."""
        return self.first if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def times(self) -> str:
        """The key StudyTime."""
        if self.start is None or self.end is None:
            return ""
        return f"{_clock(self.start)}-{_clock(self.end)}.999999"

    @property
    def patients(self) -> str:
        """The key PatientID."""
        return self.prefix if self.exact or not self.prefix else f"{self.prefix}*"

    def __str__(self) -> str:
        words = [f"of {self.dates}" if self.dates else "of all dates"]
        words += [f"at {self.times}"] * bool(self.times) + [f"with Patient IDs {self.patients}"] * bool(self.prefix)
        return "studies " + ", ".join(words)

    def has(self, study_date: str, study_time: str, patient: str) -> bool:
        """Whether a study fits the window; one without a value does, as a peer may take it for a match."""
        in_days = not study_date or (self.first or study_date) <= study_date <= (self.last or study_date)
        clock = study_time[:6].ljust(6, "0")
        in_time = not study_time or not self.times or self.times[:6] <= clock <= self.times[7:13]
        return in_days and in_time and (not patient or patient.lower().startswith(self.prefix.lower()))

    def parts(self, today: date) -> tuple[StudyWindow, ...]:
        """Smaller ones that have all of its studies together; none if it cannot be cut."""
        if self.prefix:
            return self._by_letter() if not self.exact and len(self.prefix) < _LONGEST else ()
        if not self.first and not self.last:
            return (*_eras(today), *self._by_letter())
        if self.first != self.last:
            return self._halves(today)
        if self.start is None:
            noon = _LAST_SECOND // 2
            times = (replace(self, start=0, end=noon), replace(self, start=noon + 1, end=_LAST_SECOND))
            return (*times, *self._by_letter())
        assert self.end is not None
        if self.start < self.end:
            middle = (self.start + self.end) // 2
            return replace(self, end=middle), replace(self, start=middle + 1)
        return self._by_letter()

    def _by_letter(self) -> tuple[StudyWindow, ...]:
        more = tuple(replace(self, prefix=self.prefix + letter) for letter in _LETTERS)
        return (replace(self, exact=True), *more) if self.prefix else more

    def _halves(self, today: date) -> tuple[StudyWindow, ...]:
        first = _day(self.first) if self.first else min(date(1900, 1, 1), _day(self.last) - timedelta(1))
        last = _day(self.last) if self.last else max(today + timedelta(366), _day(self.first) + timedelta(1))
        if not self.first and _day(self.last) <= date(1900, 1, 1):
            return ()
        if not self.last and _day(self.first) >= today + timedelta(366):
            return ()
        middle = first + (last - first) // 2
        return replace(self, last=_text(middle)), replace(self, first=_text(middle + timedelta(1)))


def _eras(today: date) -> tuple[StudyWindow, ...]:
    """All dates."""
    return (
        StudyWindow(last=_text(FIRST_DAY - timedelta(1))),
        StudyWindow(_text(FIRST_DAY), _text(today)),
        StudyWindow(first=_text(today + timedelta(1))),
    )


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _text(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _clock(second: int) -> str:
    return f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
