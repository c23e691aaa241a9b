"""An archive made with pynetdicom that lists and hands out objects as a test wants it: truly, or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from programs import free_tcp_port
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.dimse_primitives import C_GET, C_MOVE, C_STORE

from asprofile.migrate.checkpoints import put_checkpoint, stand_still

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"


@dataclass
class ArchivedObject:
    """An object, and the keys by which it is found."""

    study: str
    series: str
    uid: str
    sop_class: str
    syntax: str
    date: str
    time: str
    patient: str
    data: bytes

    @classmethod
    def of(cls, path: Path) -> ArchivedObject:
        """That of a Part 10 file."""
        content = path.read_bytes()
        found = dcmread(BytesIO(content))
        start = 144 + found.file_meta.FileMetaInformationGroupLength
        texts = (str(found.get(name, "") or "") for name in ("StudyDate", "StudyTime", "PatientID"))
        return cls(
            found.StudyInstanceUID,
            found.SeriesInstanceUID,
            found.SOPInstanceUID,
            found.SOPClassUID,
            found.file_meta.TransferSyntaxUID,
            *texts,
            content[start:],
        )


@dataclass
class ArchivePeer:
    """``limit`` is the most answers to a question (0: any), after which it answers ``at_limit`` (0: it says nothing);
    ``ignores`` are keys that it takes no notice of, ``silent`` return keys that it does not answer. Sub-operations of
    the UIDs in ``refuses`` fail, those in ``drops`` are counted as done and never come; ``renames``: every object gets
    a new UID. ``counts`` False: its counters say that all was done; ``ends_first``: the final answer comes before the
    objects. ``one_context``: only the first context of a SOP class is looked at, and by
    C-MOVE there is one, with the compressed transfer syntax before the other. ``breaks_at``: the association is
    aborted before the object of that number, once.
    """

    objects: list[ArchivedObject] = field(default_factory=list)
    limit: int = 0
    at_limit: int = 0xA700
    ignores: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    strict: bool = False
    refuses: set[str] = field(default_factory=set)
    drops: set[str] = field(default_factory=set)
    renames: bool = False
    counts: bool = True
    ends_first: bool = False
    one_context: bool = False
    breaks_at: int = 0
    pause: float = 0.0
    back: int = 0
    handed_out: int = 0
    questions: list[tuple[str, str]] = field(default_factory=list)
    retrievals: list[tuple[str, int]] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_tcp_port)

    def __enter__(self) -> ArchivePeer:
        entity = AE(ae_title="ARCHIVE")
        entity.maximum_associations = 20
        for uid in (FIND, MOVE, GET):
            entity.add_supported_context(uid)
        for sop_class in dict.fromkeys(one.sop_class for one in self.objects):
            syntaxes = list(dict.fromkeys(one.syntax for one in self.objects))
            entity.add_supported_context(sop_class, syntaxes, scu_role=True, scp_role=True)
        at_once = (evt.EVT_CONN_OPEN, lambda event: event.assoc.dul.socket.socket.setsockopt(6, 1, 1))
        handlers: list[Any] = [
            at_once,
            (evt.EVT_C_FIND, self._find),
            (evt.EVT_C_GET, self._get),
            (evt.EVT_C_MOVE, self._move),
        ]
        self._server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    # --- C-FIND

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        question = event.identifier
        level = question.QueryRetrieveLevel
        self.questions.append((level, str(question.get("StudyDate", ""))))
        if self.strict and level == "IMAGE" and not question.SeriesInstanceUID:
            yield 0xA900, None
            return
        key = {"STUDY": "study", "SERIES": "series", "IMAGE": "uid"}[level]
        found: dict[str, list[ArchivedObject]] = {}
        for one in self.objects:
            if self._fits(question, one):
                found.setdefault(getattr(one, key), []).append(one)
        for count, those in enumerate(found.values(), 1):
            if self.limit and count > self.limit:
                if self.at_limit:
                    yield self.at_limit, None
                return
            yield 0xFF00, self._answer(question, those)

    def _fits(self, question: Dataset, one: ArchivedObject) -> bool:
        keys = {"StudyInstanceUID": one.study, "SeriesInstanceUID": one.series, "SOPInstanceUID": one.uid}
        for name, value in keys.items():
            wanted = question.get(name, "") or ""
            if wanted and value not in ([wanted] if isinstance(wanted, str) else list(wanted)):
                return False
        ranges = {"StudyDate": one.date, "StudyTime": one.time}
        for name, value in ranges.items():
            wanted = "" if name in self.ignores else str(question.get(name, "") or "")
            first, dash, last = wanted.partition("-")
            if wanted and not (value and first <= value and (not last or value <= last) and (dash or value == first)):
                return False
        wanted = "" if "PatientID" in self.ignores else str(question.get("PatientID", "") or "")
        stem = wanted.removesuffix("*")
        return one.patient.startswith(stem) if stem != wanted else not wanted or one.patient == wanted

    def _answer(self, question: Dataset, those: list[ArchivedObject]) -> Dataset:
        one, answer = those[0], Dataset()
        known = {
            "QueryRetrieveLevel": question.QueryRetrieveLevel,
            "StudyInstanceUID": one.study,
            "SeriesInstanceUID": one.series,
            "SOPInstanceUID": one.uid,
            "SOPClassUID": one.sop_class,
            "StudyDate": one.date,
            "StudyTime": one.time,
            "PatientID": one.patient,
            "NumberOfStudyRelatedInstances": len(those),
            "NumberOfSeriesRelatedInstances": len(those),
        }
        for element in question:
            if element.keyword in known and element.keyword not in self.silent:
                setattr(answer, element.keyword, known[element.keyword])
        return answer

    # --- C-GET and C-MOVE: the final answer and the sub-operations by hand, so that they may be wrong

    def _get(self, event: Any) -> Iterator[Any]:
        self._retrieve(event, C_GET())
        yield 0

    def _move(self, event: Any) -> Iterator[Any]:
        self._retrieve(event, C_MOVE())
        yield None, None

    def _retrieve(self, event: Any, answer: Any) -> None:
        wanted = [one for one in self.objects if self._fits(event.identifier, one)]
        self.retrievals.append((event.identifier.QueryRetrieveLevel, len(wanted)))
        self.studies.append(event.identifier.StudyInstanceUID)
        answer.MessageIDBeingRespondedTo = event.request.MessageID
        answer.AffectedSOPClassUID = event.request.AffectedSOPClassUID
        if self.ends_first:
            self._end(event, answer, len(wanted), 0)
        failed = self._hand_out(event, wanted)
        if not self.ends_first and event.assoc.is_established:
            self._end(event, answer, len(wanted) - failed, failed)
        own = event.assoc.dimse.send_msg
        event.assoc.dimse.send_msg = lambda *_: setattr(event.assoc.dimse, "send_msg", own)

    def _end(self, event: Any, answer: Any, done: int, failed: int) -> None:
        if not self.counts:
            done, failed = done + failed, 0
        answer.Status = 0xB000 if failed else 0
        answer.NumberOfCompletedSuboperations, answer.NumberOfFailedSuboperations = done, failed
        answer.NumberOfWarningSuboperations = 0
        event.assoc.dimse.send_msg(answer, event.context.context_id)

    def _proposed(self) -> Iterator[tuple[str, list[str]]]:
        syntaxes = list(dict.fromkeys(one.syntax for one in self.objects))
        for sop_class in dict.fromkeys(one.sop_class for one in self.objects):
            if self.one_context:
                yield sop_class, sorted(syntaxes, reverse=True)  # the compressed one first
            else:
                yield from ((sop_class, [syntax]) for syntax in syntaxes)

    def _hand_out(self, event: Any, wanted: list[ArchivedObject]) -> int:
        """Returns how many failed."""
        to = event.assoc
        if isinstance(event.request, C_MOVE):
            entity = AE(ae_title="ARCHIVE")
            for sop_class, syntaxes in self._proposed():
                entity.add_requested_context(sop_class, syntaxes)
            to = entity.associate("127.0.0.1", self.back, ae_title=str(event.request.MoveDestination))
            assert to.is_established
            put_checkpoint(to)
        failed = 0
        for one in wanted:
            time.sleep(self.pause)
            if one.uid in self.drops:
                continue
            self.handed_out += 1
            if self.handed_out == self.breaks_at:
                event.assoc.abort()
                return failed
            failed += one.uid in self.refuses or not self._store(to, one)
        if to is not event.assoc:
            to.release()
        return failed

    def _store(self, to: Any, one: ArchivedObject) -> bool:
        contexts = [each for each in to.accepted_contexts if each.abstract_syntax == one.sop_class]
        if self.one_context:
            contexts = contexts[:1]
        context = next((each for each in contexts if each.transfer_syntax[0] == one.syntax), None)
        if context is None:
            return False
        request = C_STORE()
        request.MessageID, request.Priority = 77, 2
        request.AffectedSOPClassUID = one.sop_class
        request.AffectedSOPInstanceUID = f"{one.uid}.{self.handed_out}" if self.renames else one.uid
        request.DataSet = BytesIO(one.data)
        if to.is_requestor:
            stand_still(to)  # its thread would take the answer
        to.dimse.send_msg(request, context.context_id)
        _, response = to.dimse.get_msg(block=True)
        if to.is_requestor:
            to._reactor_checkpoint.set()
        return response is not None and response.Status == 0
