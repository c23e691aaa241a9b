"""The associations of a log: dumps, and the lines between them, put together.

Lines of several programs or processes are kept apart where they are marked (``streams``). Of each association as much
is kept as can be shown; what is more is counted.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from asprofile.errors import ProposalError
from asprofile.logs.dcm4che import Dcm4cheReader
from asprofile.logs.dcmtk import DcmtkReader
from asprofile.logs.dump import Dump
from asprofile.logs.facts import FactsReader
from asprofile.logs.indented import IndentedReader
from asprofile.logs.lines import cleaned, written
from asprofile.logs.messages import MessageReader
from asprofile.logs.others import ConquestReader, GdcmReader, RustReader
from asprofile.logs.quiet import Quiet
from asprofile.logs.signs import Sign, complains, sign_of
from asprofile.logs.streams import number_of, stream_of

_HEADING = re.compile(r"= (BEGIN|INCOMING|OUTGOING|END) A-ASSOCIATE-(RQ|AC)\b")
_BEGINS = re.compile(
    r"= (?P<way>BEGIN|INCOMING|OUTGOING) A-ASSOCIATE-(?:RQ|AC)\b|\bA-ASSOCIATE-(?:RQ|AC)\[\s*$|"
    r"\bAssociation (?:request|accept):|Received association:"
)
_KEY = re.compile(
    r"(?:^|[\s|:])(?:(PresentationContext\[|Presentation Context: )|(as: |Abstract Syntax: )|ts: |Transfer Syntax: )"
)
_TIME = re.compile(
    r"(?:\d{4}[-/.]?\d\d[-/.]?\d\d[T ,]{1,2})?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|"
    r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
)
_PROGRAM = re.compile(r"\$dcmtk: (?P<name>\S+) v(?P<release>\d+\.\d+\.\d+)|Orthanc version: (?P<orthanc>\S+)")
_BACKWARDS = "the log runs backwards, with the newest line first: turn it round (tac FILE | asprofile {command} -)"
_MOST_OPEN: Final = 1000
_MOST_KEPT: Final = 50
# A line is looked at for its time no further.
_FRONT: Final = 80


class _DumpReader(Protocol):
    dump: Dump | None

    def feed(self, line: str) -> Dump | None: ...
    def end(self) -> Dump | None: ...


@dataclass(slots=True)
class LoggedSession:
    """What a log has of one association.

    ``line``: its first, from 1; ``time`` as it stands there. ``signs``: what became of it, with the number and the text
    of each line. ``complaints``: lines that the program marks as errors and that say nothing else.
    ``begun``: the line from which on something had become of it.
    """

    line: int
    time: str = ""
    stream: str = ""
    program: str = ""
    request: Dump | None = None
    answer: Dump | None = None
    signs: list[tuple[Sign, int, str]] = field(default_factory=list)
    complaints: list[tuple[int, str]] = field(default_factory=list)
    messages: MessageReader = field(default_factory=MessageReader)
    way: str = ""
    ended: bool = False
    closed: bool = False
    begun: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether something came of it already, so that what begins now is another one."""
        return self.answer is not None or self.ended or bool(self.messages.count)


def sessions(lines: Iterable[str], command: str = "trace") -> Iterator[LoggedSession]:
    """Every association in the log, in its order; other lines are passed over.

    Raises ProposalError for a log with the newest lines first; ``command`` is what is to be typed then.
    """
    log = _Log()
    return log.read(_forwards(cleaned(lines, log.is_busy), command))


def _forwards(lines: Iterable[str | Quiet], command: str) -> Iterator[str | Quiet]:
    """The same lines. Raises ProposalError where a dump ends before it begins: collectors may show the newest line
    first."""
    ended, has_contexts, keys = "", False, ""
    for line in lines:
        if isinstance(line, Quiet):
            yield line
            continue
        if "A-ASSOCIATE-" in line and (heading := _HEADING.search(line)):
            if heading[1] == "END":
                ended, has_contexts = heading[2], False
            elif ended == heading[2] and has_contexts:
                raise ProposalError(_BACKWARDS.format(command=command))
            else:
                ended = ""
        elif "Context ID" in line:
            keys = ""
            has_contexts = has_contexts or (bool(ended) and ("(Proposed)" in line) is (ended == "RQ"))
        elif ("s: " in line or "Syntax: " in line or "Context" in line) and (key := _KEY.search(line)):
            # A context, its abstract syntax, its transfer syntaxes: dcm4che, fo-dicom.
            found = "P" if key[1] else "A" if key[2] else "T"
            keys = keys if keys[-1:] == found == "T" else keys[-4:] + found
            if keys == "APTAP":
                raise ProposalError(_BACKWARDS.format(command=command))
        yield line


class _Log:
    """All streams of a log; gives the sessions in the order in which they began."""

    def __init__(self) -> None:
        self._streams: OrderedDict[str, _Stream] = OrderedDict()
        self._waiting: deque[LoggedSession] = deque()
        self._in_dumps: set[_Stream] = set()

    def is_busy(self) -> bool:
        """Whether any program is in a dump, where every line counts."""
        return bool(self._in_dumps)

    def read(self, lines: Iterable[str | Quiet]) -> Iterator[LoggedSession]:
        stream = self._stream("")
        number = 0
        for line in lines:
            if isinstance(line, Quiet):
                number += len(line)
                if (name := line.stream(written)) is not None:
                    stream = self._stream(name)
                stream.passed(number)
                continue
            number += 1
            if (name := stream_of(line)) is not None:
                stream = self._stream(name)
            stream.feed(line, number)
            if stream.is_in_dump:
                self._in_dumps.add(stream)
            elif self._in_dumps:
                self._in_dumps.discard(stream)
            yield from self._done()
        for one in list(self._streams.values()):
            one.end()
        yield from self._waiting

    def _stream(self, name: str) -> _Stream:
        found = self._streams.get(name)
        if found is None:
            if len(self._streams) >= _MOST_OPEN:
                _, oldest = self._streams.popitem(last=False)
                oldest.end()
                self._in_dumps.discard(oldest)
            found = self._streams[name] = _Stream(name, self._waiting)
        return found

    def _done(self) -> Iterator[LoggedSession]:
        while self._waiting and (self._waiting[0].closed or len(self._waiting) > _MOST_OPEN):
            yield self._waiting.popleft()


class _Stream:
    """The lines of one program."""

    def __init__(self, name: str, started: deque[LoggedSession]) -> None:
        self._name = name
        self._started = started
        self._rust = RustReader()
        self._readers: tuple[_DumpReader, ...] = (
            DcmtkReader(), Dcm4cheReader(), IndentedReader(), GdcmReader(), ConquestReader(), self._rust,
        )  # fmt: skip
        self._facts = FactsReader()
        self._sessions: OrderedDict[str, LoggedSession] = OrderedDict()
        self._current = ""
        self._way = ""
        self._program = ""
        self._last_answer: Dump | None = None
        self._pending: tuple[int, str] | None = None
        self._last = 1

    # --- lines

    @property
    def is_in_dump(self) -> bool:
        """Whether a dump is open, or a line of one."""
        return self._rust.is_collecting or any(one.dump is not None for one in self._readers)

    def passed(self, number: int) -> None:
        """Lines up to this number that say nothing."""
        self._last = number

    def feed(self, line: str, number: int) -> None:
        self._last = number
        if (named := number_of(line)) is not None:
            self._turn_to(named)
        if ("dcmtk:" in line or "Orthanc" in line) and (program := _PROGRAM.search(line)):
            self._program = f"Orthanc {program['orthanc']}" if program["orthanc"] else _dcmtk(program)
        for reader in self._readers:
            dump = reader.feed(line)
            if reader.dump is not None and not reader.dump.line:
                reader.dump.line = number
            if dump is not None:
                self._dumped(dump, line, number)
        if begins := _BEGINS.search(line):
            self._facts.taken()
            self._way = begins["way"] or ""
            self._pending = number, line
        self._facts.feed(line)
        if (sign := sign_of(line)) is not None:
            self._signed(sign, line, number)
        else:
            session = self._sessions.get(self._current)
            if session is not None and len(session.complaints) < _MOST_KEPT and complains(line):
                session.complaints.append((number, line.strip()))

    def end(self) -> None:
        for reader in self._readers:
            dump = reader.end()
            if dump is not None:
                self._dumped(dump, "", 0)
        for session in self._sessions.values():
            session.closed = True
        self._sessions.clear()

    def _turn_to(self, name: str) -> None:
        """The lines from here on are of the association of that number; what came before the first number, too."""
        unnamed = self._sessions.get("")
        if name not in self._sessions and unnamed is not None and not unnamed.is_begun:
            self._sessions[name] = self._sessions.pop("")
        self._current = name

    # --- what they say

    def _dumped(self, dump: Dump, line: str, number: int) -> None:
        facts, way = self._facts.taken(), self._way
        if "Received association:" in (self._pending or (0, ""))[1]:
            # ClearCanvas has what the requestor says of itself with its own answer.
            facts = {f"their_{name}" if name in ("class", "version") else name: said for name, said in facts.items()}
        dump.facts = {**dump.facts, **facts}
        dump.line = dump.line or number or self._last
        at, text = self._pending or (number or self._last, line)
        if not dump.contexts and not dump.facts:
            return
        session = self._sessions.get(self._current)
        if dump.is_request:
            if session is None or session.request is not None or not self._goes_with(dump, session):
                session = self._open(at, text)
            session.request, session.way = dump, way
        elif session is not None and session.request is not None and self._goes_with(dump, session):
            session.answer = dump
            self._last_answer = dump
        elif self._last_answer is None or self._last_answer.contexts != dump.contexts:
            # The same answer again is that of a second handler.
            if session is None or session.request is not None or not self._goes_with(dump, session):
                session = self._open(at, text)
            session.answer = dump
            self._last_answer = dump

    def _goes_with(self, dump: Dump, session: LoggedSession) -> bool:
        """Whether a dump is of that session: nothing had become of it when the dump began. A dump without a mark at its
        end is known to be whole only when something else has come."""
        if session.answer is not None:
            return False
        return not session.ended or dump.line < session.begun

    def _signed(self, sign: Sign, line: str, number: int) -> None:
        if sign.kind == "opens" and self._current and number_of(line) is None:
            self._current = ""  # the number of the next is not known yet
        session = self._sessions.get(self._current)
        if sign.kind == "opens":
            if session is None or session.is_begun or (session.request is not None and self._is_next(sign, session)):
                session = self._open(number, line)
        elif session is None:
            session = self._open(number, line)
        if not session.program and sign.program not in ("any", "DCMTK"):
            session.program = sign.program
        if sign.kind in ("request", "field", "response"):
            session.messages.feed(sign)
            return
        if len(session.signs) < _MOST_KEPT or sign.kind in ("rejected", "aborted", "released"):
            session.signs.append((sign, number, line.strip()))
        if sign.kind in ("rejected", "aborted", "released", "connection", "tls"):
            session.ended, session.begun = True, session.begun or number

    def _is_next(self, sign: Sign, session: LoggedSession) -> bool:
        """Whether this begins the next, and does not go with the dump of the request that came before it."""
        return sign.words.get("side") == "acceptor" and "calling" not in sign.words and session.ended

    def _open(self, number: int, line: str) -> LoggedSession:
        before = self._sessions.pop(self._current, None)
        if before is not None:
            before.closed = True
        if len(self._sessions) >= _MOST_OPEN:
            _, oldest = self._sessions.popitem(last=False)
            oldest.closed = True
        time = _TIME.search(line[:_FRONT])
        found = LoggedSession(number, time[0] if time else "", self._name, self._program)
        self._sessions[self._current] = found
        self._started.append(found)
        self._pending = None
        return found


def _dcmtk(found: re.Match[str]) -> str:
    return f"DCMTK {found['release']} ({found['name']})"
