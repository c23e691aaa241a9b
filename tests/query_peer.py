"""A peer made with pynetdicom that answers questions about objects as a test wants it: truly, or not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from programs import free_tcp_port
from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
COMMITMENT = "1.2.840.10008.1.20.1"
VERIFICATION = "1.2.840.10008.1.1"


@dataclass
class QueryPeer:
    """What it has, by SOP instance: study and SOP class. ``limit`` is the most answers to a question (0: any), after
    which it answers ``at_limit``; ``refuses`` is its answer to every question; ``lists``: it takes lists of UIDs.
    ``report`` says how a commitment is reported: ``same`` association, ``other`` (to ``back``), ``never``, ``refused``,
    or ``late`` (on the second asking); ``named`` the transaction that it names.
    """

    has: dict[str, tuple[str, str]] = field(default_factory=dict)
    refuses: int = 0
    limit: int = 0
    at_limit: int = 0xA700
    lists: bool = True
    report: str = "same"
    named: str = ""
    reasons: dict[str, int] = field(default_factory=dict)
    back: int = 0
    questions: list[int] = field(default_factory=list)
    transactions: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_tcp_port)

    def __enter__(self) -> QueryPeer:
        entity = AE(ae_title="QUERY")
        for uid in (FIND, COMMITMENT, VERIFICATION):
            entity.add_supported_context(uid)
        self._threads: list[threading.Thread] = []
        handlers: list[Any] = [(evt.EVT_C_FIND, self._find), (evt.EVT_N_ACTION, self._commit)]
        self._server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(30)
        assert self._server is not None
        self._server.shutdown()

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        question = event.identifier
        wanted = question.SOPInstanceUID
        uids = [wanted] if isinstance(wanted, str) else list(wanted)
        self.questions.append(len(uids))
        if self.refuses:
            yield self.refuses, None
            return
        if len(uids) > 1 and not self.lists:
            yield 0x0000, None
            return
        there = [uid for uid in uids if self.has.get(uid, ("",))[0] == question.StudyInstanceUID]
        for count, uid in enumerate(there, 1):
            answer = Dataset()
            answer.QueryRetrieveLevel = "IMAGE"
            answer.StudyInstanceUID, answer.SOPClassUID = self.has[uid]
            answer.SOPInstanceUID = uid
            if self.limit and count > self.limit:
                yield self.at_limit, None
                return
            yield 0xFF00, answer

    def _commit(self, event: Any) -> tuple[int, None]:
        if self.report == "refused":
            return 0x0211, None
        asked = event.action_information
        self.transactions.append(str(asked.TransactionUID))
        if self.report == "never" or (self.report == "late" and len(self.transactions) == 1):
            return 0, None
        answer = self._answer(asked)
        if self.report == "same":
            target = lambda: self._bring(event.assoc, answer)  # noqa: E731
        else:
            target = lambda: self._call_back(answer)  # noqa: E731
        self._threads.append(threading.Thread(target=target))
        self._threads[-1].start()
        return 0, None

    def _answer(self, asked: Dataset) -> Dataset:
        answer = Dataset()
        answer.TransactionUID = self.named or asked.TransactionUID
        answer.ReferencedSOPSequence, answer.FailedSOPSequence = [], []
        for one in asked.ReferencedSOPSequence:
            uid = str(one.ReferencedSOPInstanceUID)
            reason = self.reasons.get(uid, 0 if uid in self.has else 0x0112)
            if reason:
                one.FailureReason = reason
                answer.FailedSOPSequence.append(one)
            else:
                answer.ReferencedSOPSequence.append(one)
        return answer

    def _bring(self, association: Any, answer: Dataset) -> None:
        time.sleep(0.05)  # the answer to the request goes first
        with suppress(RuntimeError, ValueError):
            kind = 2 if answer.FailedSOPSequence else 1
            association.send_n_event_report(answer, kind, COMMITMENT, f"{COMMITMENT}.1")

    def bring_when_heard(self, asked: Dataset) -> None:
        """Bring the report to this request as soon as somebody listens."""
        end = time.monotonic() + 60
        while True:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.back)) == 0:
                    break
            assert time.monotonic() < end
            time.sleep(0.02)
        self._call_back(self._answer(asked))

    def _call_back(self, answer: Dataset) -> None:
        entity = AE(ae_title="QUERY")
        entity.add_requested_context(COMMITMENT)
        association = entity.associate("127.0.0.1", self.back, ext_neg=[build_role(COMMITMENT, scp_role=True)])
        assert association.is_established
        assert association.accepted_contexts
        self._bring(association, answer)
        association.release()
