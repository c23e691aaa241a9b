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
from dataclasses import replace

from asprofile.generate.logs.dump import Dump, LoggedContext, role_of

_PROGRAM = re.compile(r"\$dcmtk: \S+ v(\d+\.\d+\.\d+)")
_BEGIN = re.compile(r"=+ (?:BEGIN|INCOMING|OUTGOING) A-ASSOCIATE-(RQ|AC)\b")
_END = re.compile(r"=+ END A-ASSOCIATE-(?:RQ|AC)\b")
_CONTEXT = re.compile(r"Context ID: +(\d{1,9}) \((.*)\)")
_ABSTRACT = re.compile(r" Abstract Syntax: (\S.*)")
_ROLE = re.compile(r"(Proposed|Accepted) SCP/SCU Role: (\S+)")
_PROPOSED = re.compile(r"Proposed Transfer Syntax(?:es|\(es\))?:\s*$")
_ACCEPTED = re.compile(r"Accepted Transfer Syntax: (\S.*)")
_LISTED = re.compile(r"(?<!\s)\s{6,}(=\S.*|[0-9]+(?:\.[0-9]+)+)\s*$")
_EXTENDED = re.compile(r"(Requested|Accepted) Extended Negotiation:\s*$")
_EXTENDED_CLASS = re.compile(r"(?:SOP Class: =|\()([0-9]+(?:\.[0-9]+)+)\)?\s*$")
_DCMTK_BYTES = re.compile(r"\b0x([0-9A-Fa-f]{2})\b")
_PYNETDICOM_BYTES = re.compile(r"\s{4}((?:[0-9A-Fa-f]{2}  )*[0-9A-Fa-f]{2})\s*$")


class DcmtkReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self._release: str | None = None
        self._dump: Dump | None = None
        self._context: int | None = None
        self._listing = False
        self._extending = ""
        self._class = ""

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one."""
        begin = _BEGIN.search(line)
        if begin:
            self._start(Dump(is_request=begin[1] == "RQ"))
        elif self._dump is None:
            program = _PROGRAM.search(line)
            self._release = program[1] if program else self._release
        elif _END.search(line):
            return self.end()
        else:
            self._read(self._dump, line)
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self._dump = self._dump, None
        return dump.whole() if dump is not None else None

    def _start(self, dump: Dump) -> None:
        self._dump, self._context, self._listing, self._extending, self._class = dump, None, False, "", ""

    def _read(self, dump: Dump, line: str) -> None:
        listed = _LISTED.search(line) if self._listing else None
        if listed and self._context is not None:
            uid = dump.uid(listed[1], self._release)
            if uid:
                dump.propose(self._context, uid)
            return
        self._listing = _PROPOSED.search(line) is not None
        context = _CONTEXT.search(line)
        if context:
            self._context, self._extending = int(context[1]), ""
            dump.begin(self._context)
        elif extended := _EXTENDED.search(line):
            self._context, self._extending, self._class = None, extended[1], ""
        elif "Negotiation" in line:
            self._context, self._extending = None, ""
        elif self._extending:
            self._read_extended(dump, line)
        elif self._context is not None:
            self._read_context(dump, dump.contexts[self._context], line)

    def _read_context(self, dump: Dump, context: LoggedContext, line: str) -> None:
        if abstract := _ABSTRACT.search(line):
            context = replace(context, abstract_syntax=dump.uid(abstract[1], self._release))
        elif accepted := _ACCEPTED.search(line):
            context = replace(context, accepted=dump.uid(accepted[1], self._release) or None)
        elif role := _ROLE.search(line):
            words = role[2].upper().split("/")
            found = role_of("SCU" in words, "SCP" in words)
            context = replace(context, role=found) if role[1] == "Proposed" else replace(context, accepted_role=found)
        dump.contexts[context.id] = context

    def _read_extended(self, dump: Dump, line: str) -> None:
        sop_class = _EXTENDED_CLASS.search(line)
        if sop_class:
            self._class = sop_class[1]
            return
        # DCMTK repeats the request's in its dump of the answer.
        if not self._class or (self._extending == "Accepted") == dump.is_request:
            return
        plain = _PYNETDICOM_BYTES.search(line)
        octets = plain[1].split() if plain else _DCMTK_BYTES.findall(line)
        dump.extend(self._class, bytes(int(octet, 16) for octet in octets))
