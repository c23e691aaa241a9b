"""The text form of associations in the logs of fo-dicom, dcmjs-dimse and ClearCanvas.

      Presentation Context:  1 [Proposed]
           Abstract Syntax:  CT Image Storage
           Transfer Syntax:  Explicit VR Little Endian

dcmjs-dimse writes keywords, and Abstract and Transfer alone; ClearCanvas writes a context that is accepted in one line,
and proposed transfer syntaxes only of the others. None writes roles.
"""

from __future__ import annotations

import re

from asprofile.logs.dump import Dump, DumpedContext, result_of

_HEADING = re.compile(r"\bAssociation (?:request|accept|reject|release)\b|\bReceived association:", re.IGNORECASE)
_CONTEXT = re.compile(r"Presentation Context:?\s*(\d{1,9}) \[([^\[\]]*)\](?:\s+Abstract: (\S.*))?")
_ONE_LINE = re.compile(r"^(.*?\S)\s+Transfer: (\S.*)$")
_ABSTRACT = re.compile(r"\bAbstract(?: Syntax)?:\s*(\S.*)")
_TRANSFER = re.compile(r"\bTransfer(?: Syntax)?:\s*(\S.*)")
NO_ROLES = "the log does not have roles, which its program does not write; C-GET needs some"


class IndentedReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self._context: DumpedContext | None = None
        self._is_accepted = False

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if "Presentation Context" in line and (context := _CONTEXT.search(line)):
            before = self._open(int(context[1]), context[2].strip().lower())
            if context[3]:
                self._rest(context[3])
            return before
        if self.dump is None or self._context is None:
            return None
        if _HEADING.search(line):
            return self.end()
        if abstract := _ABSTRACT.search(line):
            self._context.abstract_syntax = self.dump.uid(abstract[1])
        elif transfer := _TRANSFER.search(line):
            self._syntax(self.dump, self._context, transfer[1])
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self.dump, self._context = self.dump, None, None
        return dump

    def _open(self, number: int, state: str) -> Dump | None:
        before, is_proposed = None, state.startswith("propos")
        if self.dump is None or not self.dump.goes_on(number, is_proposed):
            before = self.end()
            self.dump = Dump(is_request=is_proposed, lacks=(NO_ROLES,), has_roles=False)
        self._context, self._is_accepted = self.dump.context(number), state.startswith("accept")
        self._context.result = None if is_proposed else result_of(state)
        return before

    def _rest(self, text: str) -> None:
        """What ClearCanvas has on the line of a context."""
        assert self.dump is not None, "a context has just begun"
        assert self._context is not None, "a context has just begun"
        both = _ONE_LINE.match(text)
        self._context.abstract_syntax = self.dump.uid(both[1] if both else text)
        if both:
            self._syntax(self.dump, self._context, both[2])

    def _syntax(self, dump: Dump, context: DumpedContext, text: str) -> None:
        if dump.is_request:
            if uid := dump.uid(text):
                context.proposed.append(uid)
        elif self._is_accepted and context.accepted is None:
            context.accepted = dump.uid(text) or None
        elif not self._is_accepted and (uid := dump.uid(text)):
            context.proposed.append(uid)
