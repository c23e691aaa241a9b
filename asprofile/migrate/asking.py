"""Which objects a peer has, asked with C-FIND at IMAGE level (PS3.4 section C.4.1), study by study.

Belongs here: the questions, with pynetdicom. Does not belong here: what follows from the answers (``doubts``,
``verifying``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydicom import dcmread
from pydicom.dataset import Dataset

from asprofile.migrate.associating import CannotSay, associated
from asprofile.migrate.checkpoints import release, stand_still

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

MOST_UIDS: Final = 300
"""UIDs in a query: some 20 KB; the length of a UI element in explicit VR has 16 bits (PS3.5 section 7.1.2)."""
STUDY_ROOT_FIND: Final = "1.2.840.10008.5.1.4.1.2.2.1"
"""Study Root Query/Retrieve Information Model - FIND."""
_PENDING: Final = (0xFF00, 0xFF01)


_OF_A_STUDY: Final = ("StudyInstanceUID", "SeriesInstanceUID", "StudyDate")


def study_of(path: str) -> tuple[str, str, str]:
    """The Study and Series Instance UIDs and the Study Date of a file; empty where it says none."""
    try:
        found = dcmread(path, specific_tags=list(_OF_A_STUDY), stop_before_pixels=True, force=True)
        study, series, date = (str(found.get(name, "") or "") for name in _OF_A_STUDY)
    except Exception:  # noqa: BLE001 - pydicom raises many things for a damaged file
        return "", "", ""
    return study, series, date if len(date) == 8 and date.isdigit() else ""


def by_study(journal: Journal, rows: Iterable[LedgerRow], study_set: str | None = None) -> dict[str, list[LedgerRow]]:
    """The rows by their Study Instance UID as it was sent (``study_set``: what it was set to); empty where that is not
    known. What was read of files is kept in the journal.
    """
    found: dict[str, list[LedgerRow]] = {}
    new = []
    for row in rows:
        if row.study is None:
            row.study, row.series, date = study_of(row.file)
            if row.study:
                new.append((row, date))
        found.setdefault(study_set or row.study, []).append(row)
        row.study = row.study or None
    if new:
        journal.keep_studies(new)
    return found


class Asker:
    """An association for questions; a context manager. Raises CannotSay."""

    def __init__(self, to: Destination, options: SendOptions) -> None:
        self._association = associated(to, options, [(STUDY_ROOT_FIND, None)], "C-FIND (Study Root)")

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        release(self._association)

    def present(self, study: str, uids: Sequence[str]) -> dict[str, str]:
        """Those of the SOP instances of a study that the peer has, with the SOP class it says (empty if none). What a
        list did not find is asked for by itself: not every peer takes lists, and some end an answer at their limit.
        """
        found: dict[str, str] = {}
        todo = [list(uids[start : start + MOST_UIDS]) for start in range(0, len(uids), MOST_UIDS)]
        while todo:
            asked = todo.pop()
            before = len(found)
            why = self._ask(study, asked, found)
            if why and len(asked) == 1:
                raise CannotSay(why)
            left = [uid for uid in asked if uid not in found]
            if left and len(asked) > 1:
                # A peer that takes lists and has a limit has answered for some of them.
                size = max(1, len(left) // 2) if why or len(found) > before else 1
                todo += [left[start : start + size] for start in range(0, len(left), size)]
        wanted = set(uids)
        return {uid: sop_class for uid, sop_class in found.items() if uid in wanted}

    def _ask(self, study: str, uids: Sequence[str], found: dict[str, str]) -> str:
        """Add which of these the peer has; returns why its answer is not complete, if it is not."""
        question = Dataset()
        question.QueryRetrieveLevel = "IMAGE"
        question.StudyInstanceUID = study
        question.SeriesInstanceUID = ""
        question.SOPInstanceUID = list(uids)
        question.SOPClassUID = ""
        for answer in self.answers(question):
            if isinstance(answer, str):
                return answer
            if "SOPInstanceUID" in answer:
                found[str(answer.SOPInstanceUID)] = str(answer.get("SOPClassUID", "") or "")
        return ""

    def answers(self, question: Dataset) -> Iterator[Dataset | str]:
        """What matches; at the end why that is not all, if it is not. Raises CannotSay."""
        stand_still(self._association)
        try:
            for status, answer in self._association.send_c_find(question, STUDY_ROOT_FIND):
                code = status.Status if status is not None and "Status" in status else None
                if code in _PENDING:
                    if answer is not None:
                        yield answer
                elif code is None:
                    raise CannotSay("the question was not answered")
                elif code != 0:
                    yield f"it answered {code:04X}H"
        except (ValueError, RuntimeError) as error:
            raise CannotSay(str(error)) from None
