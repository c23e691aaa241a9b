"""The text that dcm4che's association PDUs have of themselves, as its tools and dcm4chee log them.

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
from dataclasses import replace

from asprofile.generate.logs.dump import Dump, LoggedContext, role_of

_BEGIN = re.compile(r"\bA-ASSOCIATE-(RQ|AC)\[\s*$")
_ITEM = re.compile(r"^\s*(PresentationContext|RoleSelection|(?:Common)?ExtendedNegotiation)\[(?:id: (\d{1,9})\b)?")
_FIELD = re.compile(r"^\s*(as|ts|result|sopClass|scu|scp|info): (.*)$")
_CLOSE = re.compile(r"^\s*\]\s*$")


class Dcm4cheReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self._dump: Dump | None = None
        self._item = ""
        self._context: LoggedContext | None = None
        self._syntaxes: list[str] = []
        self._fields: dict[str, str] = {}

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one."""
        begin = _BEGIN.search(line)
        if begin:
            self._dump, self._item = Dump(is_request=begin[1] == "RQ"), ""
        elif self._dump is not None:
            return self._read(self._dump, line)
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self._dump = self._dump, None
        return dump

    def _read(self, dump: Dump, line: str) -> Dump | None:
        item = _ITEM.match(line)
        if item:
            self._item, self._syntaxes, self._fields = item[1], [], {}
            self._context = LoggedContext(int(item[2]), "") if item[2] else None
        elif _CLOSE.match(line):
            if not self._item:
                return self.end()
            self._close(dump)
        elif found := _FIELD.match(line):
            self._field(dump, found[1], found[2].strip())
        return None

    def _field(self, dump: Dump, key: str, value: str) -> None:
        first = value.split(" ", 1)[0]
        context = self._context
        if context is None:
            self._fields[key] = value if key == "info" else first
        elif key == "as":
            self._context = replace(context, abstract_syntax=dump.uid(first))
        elif key == "ts":
            if uid := dump.uid(first):
                self._syntaxes.append(uid)
        elif key == "result":
            self._fields[key] = first

    def _close(self, dump: Dump) -> None:
        context, fields = self._context, self._fields
        if context is not None:
            if dump.is_request:
                context = replace(context, proposed=tuple(self._syntaxes))
            elif fields.get("result") == "0" and self._syntaxes:
                context = replace(context, accepted=self._syntaxes[0])
            dump.contexts[context.id] = context
        elif self._item == "RoleSelection" and "sopClass" in fields:
            dump.roles[fields["sopClass"]] = role_of(fields.get("scu") == "true", fields.get("scp") == "true")
        elif self._item == "ExtendedNegotiation" and "sopClass" in fields:
            # Java's bytes have a sign.
            octets = re.findall(r"-?\d{1,9}", fields.get("info", ""))
            dump.extended[fields["sopClass"]] = bytes(int(octet) & 0xFF for octet in octets)
        self._item, self._context = "", None
