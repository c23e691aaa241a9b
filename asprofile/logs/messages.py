"""Requests and responses in a log, counted by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from asprofile.logs.dump import Dump
from asprofile.logs.signs import Sign

_MOST_KINDS: Final = 500
_MOST_WAITING: Final = 1000
_COMMANDS = {"c-store": "C-STORE", "c-echo": "C-ECHO", "c-find": "C-FIND", "c-get": "C-GET", "c-move": "C-MOVE"}
# What DCMTK and pynetdicom say of a status instead of its number (PS3.4 Table B.2-1, PS3.7 annex C).
_WORDS: Final = (
    ("success", 0x0000),
    ("outofresources", 0xA700),
    ("out of resources", 0xA700),
    ("sopclassnotsupported", 0x0122),
    ("sop class not supported", 0x0122),
    ("datasetdoesnotmatch", 0xA900),
    ("cannotunderstand", 0xC000),
    ("cannot understand", 0xC000),
    ("coercionofdataelements", 0xB000),
    ("elementsdiscarded", 0xB006),
    ("duplicatesopinstance", 0x0111),
    ("notauthorized", 0x0124),
    ("processingfailure", 0x0110),
)


@dataclass(frozen=True, slots=True)
class LoggedOperation:
    """Messages of a kind: ``command`` without RQ (``C-STORE``), the status of their answers, None where none was seen,
    how many there were, and the first SOP instance of them."""

    command: str
    sop_class: str
    context_id: int | None
    transfer_syntax: str | None
    status: int | None
    comment: str
    count: int
    instance: str


@dataclass(slots=True)
class _Message:
    command: str
    number: str = ""
    sop_class: str = ""
    context_id: int | None = None
    transfer_syntax: str | None = None
    instance: str = ""
    status: int | None = None
    comment: str = ""

    @property
    def kind(self) -> tuple[str, str, int | None, str | None, int | None, str]:
        return self.command, self.sop_class, self.context_id, self.transfer_syntax, self.status, self.comment


class MessageReader:
    """Fed with what the lines of one association say of messages, has the operations."""

    def __init__(self) -> None:
        self.count = 0
        self.omitted = 0
        self._waiting: dict[str, _Message] = {}
        self._counted: dict[tuple[str, str, int | None, str | None, int | None, str], tuple[int, str]] = {}
        self._reading: _Message | None = None
        self._is_response = False
        self._brief = False
        self._brief_count: dict[tuple[str, str, int | None, str | None, int | None, str], tuple[int, str]] = {}
        self._names = Dump(is_request=True)

    def feed(self, sign: Sign) -> None:
        """What a line says of a message."""
        if sign.kind == "field":
            self._field(sign.words)
            return
        if "brief" in sign.words:
            self._briefly(sign)
            return
        self._finish()
        command = _COMMANDS.get(sign.words["command"].lower(), sign.words["command"].upper())
        self._reading, self._is_response = _Message(command), sign.kind == "response"
        self.count += not self._is_response
        self._field(sign.words)

    def operations(self) -> tuple[LoggedOperation, ...]:
        """What there was, in the order in which each kind ended; what has no answer comes last."""
        self._finish()
        for message in self._waiting.values():
            self._count(self._counted, message)
        self._waiting.clear()
        found = self._counted or self._brief_count
        return tuple(LoggedOperation(*kind, count, instance) for kind, (count, instance) in found.items())

    def _briefly(self, sign: Sign) -> None:
        """What is said where there are no dumps of messages, or beside them."""
        self._finish()
        self.count += sign.kind == "request"
        if sign.kind == "response":
            message = _Message(sign.words["command"], status=_status(sign.words))
            self._count(self._brief_count, message)

    def _field(self, words: dict[str, str]) -> None:
        message = self._reading
        if message is None:
            return
        message.number = message.number or words.get("id", "")
        message.instance = message.instance or words.get("instance", "")
        message.comment = message.comment or words.get("comment", "")
        if not message.sop_class and (name := words.get("sop")):
            message.sop_class = self._names.uid(name) or name
        if message.transfer_syntax is None and (uid := words.get("ts")):
            message.transfer_syntax = uid
        if message.context_id is None and (number := words.get("pc")):
            message.context_id = int(number)
        if message.status is None and self._is_response:
            message.status = _status(words)

    def _finish(self) -> None:
        message, self._reading = self._reading, None
        if message is None:
            return
        if not self._is_response:
            if len(self._waiting) >= _MOST_WAITING:
                self._count(self._counted, self._waiting.pop(next(iter(self._waiting))))
            self._waiting[message.number or f"#{self.count}"] = message
            return
        asked = self._waiting.pop(message.number, None)
        if asked is None and not message.number and len(self._waiting) == 1:
            asked = self._waiting.pop(next(iter(self._waiting)))
        if asked is not None:
            message.command = asked.command
            message.sop_class = message.sop_class or asked.sop_class
            message.instance = message.instance or asked.instance
            message.context_id = asked.context_id if message.context_id is None else message.context_id
            message.transfer_syntax = asked.transfer_syntax
        if message.status in (0xFF00, 0xFF01):
            if asked is not None:
                self._waiting[message.number] = asked  # one of many answers
            return
        self._count(self._counted, message)

    def _count(
        self,
        counted: dict[tuple[str, str, int | None, str | None, int | None, str], tuple[int, str]],
        message: _Message,
    ) -> None:
        if message.kind not in counted and len(counted) >= _MOST_KINDS:
            self.omitted += 1
            return
        count, instance = counted.get(message.kind, (0, message.instance))
        counted[message.kind] = count + 1, instance or message.instance


def _status(words: dict[str, str]) -> int | None:
    if number := words.get("status"):
        return int(number, 16) & 0xFFFF
    if "success" in words:
        return 0
    said = words.get("status_words", "").lower()
    if said.startswith("unknown status: 0x"):
        return int(said.removeprefix("unknown status: 0x")[:4] or "0", 16)
    return next((status for word, status in _WORDS if word in said), None)
