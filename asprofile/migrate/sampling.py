"""Verification by content: objects are taken back from the peer, and what they say is compared with what was sent.

Belongs here: which objects are taken back, and the comparison. Does not belong here: the retrieval (``retrieving``),
what counts as the same (``objects.sameness``).
"""

from __future__ import annotations

import io
import tempfile
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.migrate.journal_studies import StudyLedger
from asprofile.migrate.origins import is_at_a_peer
from asprofile.migrate.scanning import same_object
from asprofile.migrate.states import AT_THE_PEER
from asprofile.migrate.verifying import OTHER_CLASS, Verification, Verified, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.retrieving import ReceivedBack, Retriever
    from asprofile.objects.preparing import Preparer

_AT_A_TIME: Final = 200
_IN_A_LIST: Final = 20
_PIECE: Final = 1 << 17
_IN_MEMORY: Final = 1 << 26
_NAMED: Final = 5
_SAME: Final = "it was taken back, and says the same in every element"


def by_content(work: Verification, preparer: Preparer, count: int | None, listen: tuple[str, int] | None) -> Verified:
    """Take objects back and compare them: ``count`` of them, spread over the journal, or all (None); by C-GET, or with
    ``listen`` by C-MOVE to there. Of an object that came from a peer there is no file any more, but a digest of what it
    said. Raises JournalError.
    """
    # pynetdicom, which takes long to import, is needed only where something is asked.
    from asprofile.migrate.asking import by_study
    from asprofile.migrate.associating import CannotSay

    sums, came = Verified(), _Came()
    rows = _spread(work, count)
    done = 0
    while work.is_wanted() and (batch := list(islice(rows, _AT_A_TIME))):
        by_study(work.journal, batch)
        for kind, asked in _by_kind(batch).items():
            try:
                _take_back(work, preparer, came, kind, asked, listen, sums)
            except CannotSay as error:
                sums.cannot_say(len(asked), str(error))
        done += len(batch)
        work.on_count(done)
    return sums


def _by_kind(rows: list[LedgerRow]) -> dict[tuple[str, str], list[LedgerRow]]:
    found: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        found.setdefault((row.sop_class, row.transfer_syntax), []).append(row)
    return found


def _take_back(
    work: Verification,
    preparer: Preparer,
    came: _Came,
    kind: tuple[str, str],
    rows: list[LedgerRow],
    listen: tuple[str, int] | None,
    sums: Verified,
) -> None:
    """Objects of one kind: one transfer syntax an association, as some peers (dcmqrscp) look at the first context of a
    SOP class alone. What is left over is taken out of ``rows`` as soon as it is known. Raises CannotSay.
    """
    from asprofile.migrate.retrieving import Retriever

    sop_class, own = kind
    problem = ""
    for syntax in (own, *preparer.targets(sop_class, own)):
        if not rows or not work.is_wanted():
            return
        with Retriever(work.to, work.options, [(sop_class, syntax)], came.keep, listen) as retriever:
            for study, series, asked in list(_lists(rows)):
                came.objects.clear()
                problem = _retrieve(retriever, came, (work.study_set or study, series), asked) or problem
                results = []
                for row in [one for one in asked if one.uid in came.objects]:
                    rows.remove(row)
                    why, is_known = _difference(work, row, came, preparer)
                    if is_known:
                        results.append((row, why))
                    else:
                        sums.cannot_say(1, why)
                record(work.journal, results, _SAME, sums)
    if rows:
        sums.cannot_say(len(rows), f"it did not come back{f': {problem}' if problem else ''}")


def _retrieve(retriever: Retriever, came: _Came, place: tuple[str, str], rows: list[LedgerRow]) -> str:
    keys = {"StudyInstanceUID": place[0], "SeriesInstanceUID": place[1]}
    problem = retriever.retrieve("IMAGE", **keys, SOPInstanceUID=[row.uid for row in rows]).problem
    for row in rows:
        if row.uid not in came.objects and len(rows) > 1:  # not every peer takes lists
            problem = retriever.retrieve("IMAGE", **keys, SOPInstanceUID=row.uid).problem
    return problem


def _spread(work: Verification, count: int | None) -> Iterator[LedgerRow]:
    whole = sum(work.journal.count(state) for state in AT_THE_PEER)
    step = 1.0 if count is None else max(1.0, whole / count)
    wanted = 0.0
    for number, row in enumerate(work.journal.in_state(*AT_THE_PEER)):
        if number >= wanted:
            yield row
            wanted += step


def _lists(rows: list[LedgerRow]) -> Iterator[tuple[str, str, list[LedgerRow]]]:
    """By study and series, so many at a time."""
    found: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        found.setdefault((row.study or "", row.series or ""), []).append(row)
    for (study, series), those in found.items():
        for start in range(0, len(those), _IN_A_LIST):
            yield study, series, those[start : start + _IN_A_LIST]


class _Came:
    """What came back, as digests: from another thread."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, str, dict[int, bytes] | str]] = {}

    def keep(self, came: ReceivedBack) -> bool:
        from asprofile.objects.sameness import normal_form

        form: dict[int, bytes] | str
        try:
            form = normal_form(io.BytesIO(came.data), 0, len(came.data), came.transfer_syntax)
        except ObjectError as error:
            form = str(error)
        self.objects[came.sop_instance] = (came.sop_class, came.transfer_syntax, form)
        return True


def _difference(work: Verification, row: LedgerRow, came: _Came, preparer: Preparer) -> tuple[str, bool]:
    """What is not the same (empty: nothing), and whether that is known."""
    from asprofile.objects.sameness import differences, normal_form

    sop_class, syntax, form = came.objects[row.uid]
    if sop_class != row.sop_class:
        return OTHER_CLASS, True
    if isinstance(form, str):
        return f"what came back {form}", True
    if is_at_a_peer(row.path):
        return _difference_of_spooled(work, row, syntax, form)
    header = same_object(row)
    if isinstance(header, str):
        return f"the file {header}", False
    try:
        with _sent(preparer, row, syntax) as (file, length):
            tags = differences(normal_form(file, 0, length, syntax), form)
    except ObjectError as error:
        return f"the file {error}", False
    if not tags:
        return "", True
    more = f" and {len(tags) - _NAMED} more" if len(tags) > _NAMED else ""
    return f"what came back differs from what was sent, in {', '.join(tags[:_NAMED])}{more}", True


def _difference_of_spooled(work: Verification, row: LedgerRow, syntax: str, form: dict[int, bytes]) -> tuple[str, bool]:
    """The same of an object that came from a peer."""
    from asprofile.objects.sameness import digest_of_form

    kept = StudyLedger(work.journal).form_of(row)
    if kept is None:
        return "what it said when it came from its source could not be read", False
    if work.changes:
        return "it came from a peer and was changed on its way, and cannot be compared", False
    if syntax != row.transfer_syntax:
        return "it came back in another transfer syntax, and cannot be compared", False
    return "" if digest_of_form(form) == kept else "what came back differs from what came from its source", True


class _sent:  # noqa: N801 - a context manager
    """The data set of a row as it is sent in a transfer syntax, in a file, and its length. Raises ObjectError."""

    def __init__(self, preparer: Preparer, row: LedgerRow, syntax: str) -> None:
        header = same_object(row)
        if isinstance(header, str):
            raise ObjectError(header)
        if syntax != header.transfer_syntax and syntax not in preparer.targets(row.sop_class, header.transfer_syntax):
            raise ObjectError("came back in another transfer syntax, and cannot be compared")
        self._source = preparer.open(header, syntax)
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed at the end

    def __enter__(self) -> tuple[IO[bytes], int]:
        length = 0
        for piece in self._source.pieces(memoryview(bytearray(_PIECE))):
            length += self._file.write(piece)
        return self._file, length

    def __exit__(self, *_: object) -> None:
        self._source.close()
        self._file.close()
