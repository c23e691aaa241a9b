"""The text form of associations in fo-dicom's and dcmjs-dimse's logs.

      Presentation Context:  1 [Proposed]
           Abstract Syntax:  CT Image Storage
           Transfer Syntax:  Explicit VR Little Endian

dcmjs-dimse writes keywords, and Abstract and Transfer alone. Neither writes roles.
"""

from __future__ import annotations

import re

from asprofile.generate.logs.dump import Dump, DumpedContext

_HEADING = re.compile(r"\bAssociation (?:request|accept|reject|release)\b", re.IGNORECASE)
_CONTEXT = re.compile(r"Presentation Context:\s*(\d{1,9}) \[([^\[\]]*)\]")
_ABSTRACT = re.compile(r"\bAbstract(?: Syntax)?:\s*(\S.*)")
_TRANSFER = re.compile(r"\bTransfer(?: Syntax)?:\s*(\S.*)")
NO_ROLES = "the log does not have roles, which its program does not write; C-GET needs some"


class IndentedReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self._dump: Dump | None = None
        self._context: DumpedContext | None = None
        self._is_accepted = False

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if "Presentation Context:" in line and (context := _CONTEXT.search(line)):
            return self._open(int(context[1]), context[2].strip().lower())
        if self._dump is None or self._context is None:
            return None
        if _HEADING.search(line):
            return self.end()
        if abstract := _ABSTRACT.search(line):
            self._context.abstract_syntax = self._dump.uid(abstract[1])
        elif transfer := _TRANSFER.search(line):
            self._syntax(self._dump, self._context, transfer[1])
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self._dump, self._context = self._dump, None, None
        return dump

    def _open(self, number: int, state: str) -> Dump | None:
        before, is_proposed = None, state.startswith("propos")
        if self._dump is None or not self._dump.goes_on(number, is_proposed):
            before = self.end()
            self._dump = Dump(is_request=is_proposed, lacks=(NO_ROLES,))
        self._context, self._is_accepted = self._dump.context(number), state.startswith("accept")
        return before

    def _syntax(self, dump: Dump, context: DumpedContext, text: str) -> None:
        if dump.is_request:
            if uid := dump.uid(text):
                context.proposed.append(uid)
        elif self._is_accepted and context.accepted is None:
            context.accepted = dump.uid(text) or None
