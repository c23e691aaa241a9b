"""The dump of association parameters that DCMTK's programs write with -d, and pynetdicom's, which is made after it.

    Context ID:        1 (Proposed)
      Abstract Syntax: =CTImageStorage
      Proposed SCP/SCU Role: Default
      Proposed Transfer Syntax(es):
        =LittleEndianExplicit

DCMTK writes its own names, or the UIDs that it has no name for; pynetdicom the names of PS3.6.
"""

from __future__ import annotations

import re

from asprofile.logs.dump import Dump, DumpedContext, result_of, role_of

_PROGRAM = re.compile(r"\$dcmtk: \S+ v(\d+\.\d+\.\d+)")
_BEGIN = re.compile(r"= (?:BEGIN|INCOMING|OUTGOING) A-ASSOCIATE-(RQ|AC)\b")
_END = re.compile(r"= END A-ASSOCIATE-(RQ|AC)\b")
_CONTEXT = re.compile(r"Context ID: *(\d{1,9}) \(([^()]*)\)")
_ABSTRACT = re.compile(r"\bAbstract Syntax: (\S.*)")
_ROLE = re.compile(r"(Proposed|Accepted) SCP/SCU Role: (\S+)")
_PROPOSED = re.compile(r"Proposed Transfer Syntax(?:es|\(es\))?:(?:\s*[A-Z]:)?\s*$")
_ACCEPTED = re.compile(r"Accepted Transfer Syntax: (\S.*)")
# Six blanks in front, unless blanks were collapsed: then it has to look like a UID.
_LISTED = re.compile(
    r"(?:^|\s)(=\S.*|(?<=[A-Z]:\s)[0-9]+(?:\.[0-9]+)+|(?<=\s{6})[0-9]+(?:\.[0-9]+)+|[0-2](?:\.[0-9]+){4,})\s*$"
)
_EXTENDED = re.compile(r"(Requested|Accepted) Extended Negotiation:(?:\s*[A-Z]:)?\s*$")
_EXTENDED_CLASS = re.compile(r"(?:SOP Class: =|\()([0-9]+(?:\.[0-9]+)+)\)?\s*$")
_BARE = re.compile(r"(?:[A-Z]: ?)?\s*([0-9]+(?:\.[0-9]+)+)\s*")
_BYTE = re.compile(r"(?:0x)?([0-9A-Fa-f]{2})")


MIXED = (
    "lines of several associations are mixed in the log, so that a context may have what another one "
    "proposed; a log of one association at a time is needed"
)


class DcmtkReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self._release: str | None = None
        self.dump: Dump | None = None
        self._context: DumpedContext | None = None
        self._listing = False
        self._extending = ""
        self._class = ""
        self._headings: dict[str, tuple[int, bool]] = {}
        self._mixed = False

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if "A-ASSOCIATE-" in line:
            if begin := _BEGIN.search(line):
                self._count(begin[1], 1)
                return self._start(Dump(is_request=begin[1] == "RQ", lacks=(MIXED,) if self._mixed else ()))
            if end := _END.search(line):
                self._count(end[1], -1)
                return self.end()
        if "Context ID" in line and (context := _CONTEXT.search(line)):
            return self._open(int(context[1]), context[2])
        if self.dump is not None:
            self._read(self.dump, line)
        elif program := _PROGRAM.search(line):
            self._release = program[1]
        elif (abstract := _ABSTRACT.search(line)) and abstract[1].startswith("="):
            self._open(0, "Proposed")  # a fragment that begins in a context
            return self.feed(line)
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self.dump = self.dump, None
        return dump

    def _start(self, dump: Dump) -> Dump | None:
        before, self.dump = self.dump, dump
        self._context, self._listing, self._extending, self._class = None, False, "", ""
        return before

    def _count(self, kind: str, step: int) -> None:
        """Two begins and then two ends are of two dumps at once; two begins and one end of one that was cut off."""
        last, twice = self._headings.get(kind, (0, False))
        self._mixed = self._mixed or (twice and last == step == -1)
        self._headings[kind] = step, last == step == 1 or (twice and step == -1 and last == 1)

    def _open(self, number: int, state: str) -> Dump | None:
        is_proposed = state.startswith("Proposed")
        before = None
        if self.dump is None or not self.dump.goes_on(number, is_proposed):
            before = self._start(Dump(is_request=is_proposed))
        assert self.dump is not None
        self._context, self._listing, self._extending = self.dump.context(number), False, ""
        self._context.result = None if is_proposed else result_of(state)
        return before

    def _read(self, dump: Dump, line: str) -> None:
        if _PROPOSED.search(line):
            self._listing = True
        elif extended := _EXTENDED.search(line):
            self._context, self._extending, self._class = None, extended[1], ""
        elif "Negotiation" in line:
            self._context, self._extending = None, ""
        elif self._extending:
            self._read_extended(dump, line)
        elif self._context is not None:
            self._read_context(dump, self._context, line)

    def _read_context(self, dump: Dump, context: DumpedContext, line: str) -> None:
        if abstract := _ABSTRACT.search(line):
            self._listing = False
            if context.abstract_syntax and MIXED not in dump.lacks:
                dump.lacks = (*dump.lacks, MIXED)
            context.abstract_syntax = dump.uid(abstract[1], self._release)
        elif accepted := _ACCEPTED.search(line):
            context.accepted = dump.uid(accepted[1], self._release) or None
            if context.id == 0:
                dump.is_request = False
        elif role := _ROLE.search(line):
            words = role[2].upper().split("/")
            found = role_of("SCU" in words, "SCP" in words)
            if role[1] == "Proposed":
                context.role = found
            else:
                context.accepted_role = found
        # Lines of other threads between the lines of a list are skipped.
        elif self._listing and (listed := _BARE.fullmatch(line) or _LISTED.search(line)):
            context.proposed += filter(None, [dump.uid(listed[1], self._release)])

    def _read_extended(self, dump: Dump, line: str) -> None:
        sop_class = _EXTENDED_CLASS.search(line)
        if sop_class:
            self._class = sop_class[1]
            return
        # DCMTK repeats the request's in its dump of the answer.
        if not self._class or (self._extending == "Accepted") == dump.is_request:
            return
        dump.extended.setdefault(self._class, bytearray()).extend(_last_bytes(line))


def _last_bytes(line: str) -> bytes:
    """The bytes at the end of a line: ``[0x02, 0x00]``, or as pynetdicom writes them, ``02  00``."""
    found = bytearray()
    for word in reversed(line.split()):
        octet = _BYTE.fullmatch(word.strip("[],"))
        if octet is None:
            break
        found.append(int(octet[1], 16))
    return bytes(reversed(found))
