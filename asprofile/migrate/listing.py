"""What a peer has: its studies, asked for window by window, and the objects of each (PS3.4 section C.4.1).

A peer may cut its answer at a limit, and say so or not, or refuse a question that matches too much. Then the window is
cut, and its parts are asked for. An answer of a round number of studies may have been cut in silence, and is treated
alike.

Belongs here: questions, and what follows from the answers. Does not belong here: windows (``windows``), the journal
(``journal_studies``), taking objects (``fetching``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydicom.dataset import Dataset

from asprofile.migrate.asking import Asker
from asprofile.migrate.associating import CannotSay
from asprofile.migrate.journal_studies import ListedObject, ListedStudy
from asprofile.migrate.windows import StudyWindow
from asprofile.send.options import delay

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.migrate.journal_studies import StudyLedger
    from asprofile.migrate.origins import Origin
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions

_FEWEST_CUT: Final = 100
_ROUND: Final = (50, 64)
"""Nobody cuts in silence at fewer studies, or at a number that is no multiple of one of these."""


class Lister:
    """Lists what a peer has; a context manager, with an association that is opened again where it is lost.
    ``on_count`` gets how many studies, and then how many objects there are so far. Raises CannotSay where the peer is
    away for longer than ``options.wait``.
    """

    def __init__(
        self,
        ledger: StudyLedger,
        origin: Origin,
        options: SendOptions,
        control: Control,
        on_count: Callable[[int, str], None],
    ) -> None:
        self._ledger = ledger
        self._origin = origin
        self._options = options
        self._control = control
        self._on_count = on_count
        self._asker: Asker | None = None

    def __enter__(self) -> Lister:
        return self

    def __exit__(self, *_: object) -> None:
        if self._asker is not None:
            self._asker.__exit__()

    def list_all(self) -> bool:
        """Studies, and then their objects; False if it was stopped."""
        return self._list_studies() and self._list_objects()

    # --- studies

    def _list_studies(self) -> bool:
        ledger, source = self._ledger, self._origin.name
        if ledger.begin_listing(source, StudyWindow()):
            ledger.forget_unlisted(source)
        count = 0
        while asked := ledger.next_question(source):
            if not self._control.is_wanted():
                return False
            number, window = asked
            studies, why, is_ignored = self._studies(window)
            is_suspect = len(studies) >= _FEWEST_CUT and not all(len(studies) % one for one in _ROUND)
            parts = window.parts(_today()) if (why or is_suspect) and not is_ignored else ()
            if why and not parts:
                is_useless = is_ignored and bool(window.prefix)
                name = UNDATED if is_useless else str(window)
                ledger.cannot_list(source, name, f"{_WHOLE}: {why}, {_IGNORED if is_ignored else _SMALLEST}")
                if is_useless:
                    ledger.drop_questions(source, lambda one: bool(one.prefix))
            outcome = "split" if parts else "cut" if why else "whole"
            ledger.answered(source, number, outcome, studies, parts)
            count += len(studies)
            self._on_count(count, "studies")
        return True

    def _studies(self, window: StudyWindow) -> tuple[list[ListedStudy], str, bool]:
        """What is in a window, why that is not all (empty: it is), and whether the peer takes no notice of the keys."""
        question = _question("STUDY", "StudyInstanceUID", "NumberOfStudyRelatedInstances")
        question.StudyDate, question.StudyTime, question.PatientID = window.dates, window.times, window.patients
        answers, why = self._ask(question)
        found: dict[str, ListedStudy] = {}
        is_ignored = False
        for answer in answers:
            uid, date, clock, patient = (
                _text(answer, name) for name in ("StudyInstanceUID", "StudyDate", "StudyTime", "PatientID")
            )
            date = date.replace(".", "")
            is_ignored = is_ignored or not window.has(date, clock.replace(":", ""), patient)
            if uid:
                known = date if len(date) == 8 and date.isdigit() else ""
                found[uid] = ListedStudy(uid, known, _number(answer, "NumberOfStudyRelatedInstances"))
        return list(found.values()), why, is_ignored

    # --- objects

    def _list_objects(self) -> bool:
        count = 0
        source = self._origin.name
        for study in self._ledger.unlisted(source):
            if not self._control.is_wanted():
                return False
            objects, why = self.objects_of(study.uid)
            if not why and study.expected is not None and len(objects) < study.expected:
                why = f"of {study.expected} objects that it says it has it lists {len(objects)}"
            self._ledger.listed(source, study, objects)
            self._ledger.cannot_list(source, study.uid, f"not all objects of the study are known: {why}" if why else "")
            count += len(objects)
            self._on_count(count, "objects")
        return True

    def objects_of(self, study: str) -> tuple[list[ListedObject], str]:
        """The objects of a study, and why these are not all (empty: they are); series by series where the peer does not
        answer for all at once.
        """
        found, why = self._objects(study, "")
        if found and not why:
            return found, ""
        question = _question("SERIES", "SeriesInstanceUID", "NumberOfSeriesRelatedInstances")
        question.StudyInstanceUID = study
        answers, problem = self._ask(question)
        objects = {one.uid: one for one in found}
        for answer in answers:
            series = _text(answer, "SeriesInstanceUID")
            if not series:
                continue
            more, why_not = self._objects(study, series)
            expected = _number(answer, "NumberOfSeriesRelatedInstances")
            if not why_not and expected is not None and len(more) < expected:
                why_not = f"of {expected} objects of a series it lists {len(more)}"
            problem = why_not or problem
            objects.update({one.uid: one for one in more})
        return list(objects.values()), problem

    def _objects(self, study: str, series: str) -> tuple[list[ListedObject], str]:
        question = _question("IMAGE", "SOPInstanceUID", "SOPClassUID", "AvailableTransferSyntaxUID")
        question.StudyInstanceUID, question.SeriesInstanceUID = study, series
        answers, why = self._ask(question)
        found = []
        for answer in answers:
            uid = _text(answer, "SOPInstanceUID")
            if uid and not set(uid) - _OF_UIDS:
                own = _text(answer, "SeriesInstanceUID") or series
                syntax = _text(answer, "AvailableTransferSyntaxUID")
                found.append(ListedObject(own, uid, _text(answer, "SOPClassUID"), "" if "\\" in syntax else syntax))
            elif uid:
                why = f"it lists an object with the SOP Instance UID {uid!r}, which is none"
        return found, why

    # --- asking

    def await_peer(self, study: str) -> None:
        """Wait until it answers a question."""
        question = _question("STUDY")
        question.StudyInstanceUID = study
        self._ask(question)

    def _ask(self, question: Dataset) -> tuple[list[Dataset], str]:
        """The answers, and why these are not all; a peer that is away is waited for."""
        failures, waited = 0, 0.0
        while True:
            answers: list[Dataset] = []
            try:
                if self._asker is None:
                    self._asker = Asker(self._origin.to, self._options)
                for answer in self._asker.answers(question):
                    if isinstance(answer, str):
                        return answers, answer
                    answers.append(answer)
            except CannotSay:
                asker, self._asker = self._asker, None
                if asker is not None:
                    asker.__exit__()
                    if not failures:
                        failures = 1  # it was open for long, perhaps
                        continue
                failures += 1
                pause = delay(failures)
                if failures > 1 and (waited + pause > self._options.wait or not self._control.is_wanted()):
                    raise
                self._control.pause(pause)
                waited += pause
            else:
                return answers, ""


UNDATED: Final = "studies without a date"
_WHOLE: Final = "not all of them are known"
_SMALLEST: Final = "and smaller parts cannot be asked for"
_IGNORED: Final = "and takes no notice of what was asked for, so that smaller parts cannot be asked for"
_OF_UIDS: Final = frozenset("0123456789.")


def _today() -> Any:
    return datetime.now(tz=UTC).date()


def _question(level: str, *names: str) -> Dataset:
    question = Dataset()
    question.QueryRetrieveLevel = level
    for name in names:
        setattr(question, name, None if name.startswith("Number") else "")
    return question


def _text(answer: Dataset, name: str) -> str:
    value: Any = answer.get(name, "") or ""
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return str(value).strip()
    return "\\".join(map(str, value))


def _number(answer: Dataset, name: str) -> int | None:
    text = _text(answer, name)
    return int(text) if text.isascii() and text.isdigit() else None
