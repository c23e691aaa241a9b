"""The text form of dcm4che's association PDUs, as its tools and dcm4chee log them.

    A-ASSOCIATE-RQ[
      calledAET: ARCHIVE
      PresentationContext[id: 1
        as: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
        ts: 1.2.840.10008.1.2.1 - Explicit VR Little Endian
      ]
    ]

An answer has no abstract syntaxes, only ids and results; roles and extended negotiation have items of their own.
"""

from __future__ import annotations

import re

from asprofile.logs.dump import Dump, DumpedContext, result_of, role_of

_BEGIN = re.compile(r"\bA-ASSOCIATE-(RQ|AC)\[\s*$")
_ITEM = re.compile(
    r"(?:^|[\s|:])(PresentationContext|RoleSelection|(?:Common)?ExtendedNegotiation)\[(?:id: (\d{1,9})\b)?"
)
_FIELD = re.compile(r"(?:^|[\s|:])(as|ts|result|sopClass|scu|scp|info): (.*)$")
_CLOSE = re.compile(r"(?:^|[\s|:])\]\s*$")


class Dcm4cheReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self._item = ""
        self._context: DumpedContext | None = None
        self._fields: dict[str, str] = {}

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if "A-ASSOCIATE-" in line and (begin := _BEGIN.search(line)):
            return self._start(Dump(is_request=begin[1] == "RQ"))
        if "[" in line and (item := _ITEM.search(line)):
            return self._open(item[1], item[2])
        if self.dump is None:
            return None
        if found := _FIELD.search(line):
            return self._field(self.dump, found[1], found[2].strip())
        if _CLOSE.search(line):
            if not self._item:
                return self.end()
            self._close(self.dump)
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        if self.dump is not None and self._item:
            self._close(self.dump)
        dump, self.dump = self.dump, None
        return dump

    def _start(self, dump: Dump) -> Dump | None:
        before = self.end()
        self.dump, self._item, self._context = dump, "", None
        return before

    def _open(self, item: str, number: str | None) -> Dump | None:
        if self.dump is not None and self._item:
            self._close(self.dump)
        before = None
        # What a fragment is part of is not known yet; its fields show it.
        if number is not None and (self.dump is None or int(number) in self.dump.contexts):
            before = self._start(Dump(is_request=True))
        self._item, self._fields = item, {}
        self._context = DumpedContext(int(number)) if number is not None else None
        return before

    def _field(self, dump: Dump, key: str, value: str) -> Dump | None:
        first = value.split(" ", 1)[0]
        context, before = self._context, None
        if context is None:
            self._fields[key] = value if key == "info" else first
            return None
        if key in ("as", "result") and (key == "as") != dump.is_request:
            dump, before = self._other(dump)
        if key == "as":
            context.abstract_syntax = dump.uid(first)
        elif key == "ts" and (uid := dump.uid(first)):
            context.proposed.append(uid)
        elif key == "result":
            self._fields[key] = first
        return before

    def _other(self, dump: Dump) -> tuple[Dump, Dump | None]:
        """The dump that a context is of: of the answer when it has a result, of the request when it has a SOP class."""
        if not dump.contexts:
            dump.is_request = not dump.is_request
            return dump, None
        self.dump = found = Dump(is_request=not dump.is_request)
        return found, dump

    def _close(self, dump: Dump) -> None:
        context, fields = self._context, self._fields
        if context is not None:
            if not dump.is_request:
                context.accepted = context.proposed[0] if fields.get("result") == "0" and context.proposed else None
                context.result = result_of(fields.get("result", ""))
                context.proposed = []
            dump.contexts[context.id] = context
        elif self._item == "RoleSelection" and "sopClass" in fields:
            dump.roles[fields["sopClass"]] = role_of(fields.get("scu") == "true", fields.get("scp") == "true")
        elif self._item == "ExtendedNegotiation" and "sopClass" in fields:
            # Java's bytes have a sign.
            octets = re.findall(r"-?\d{1,9}", fields.get("info", ""))
            dump.extended[fields["sopClass"]] = bytearray(int(octet) & 0xFF for octet in octets)
        self._item, self._context = "", None
