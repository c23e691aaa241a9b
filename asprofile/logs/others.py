"""What GDCM, Conquest and dicom-rs log about an association. Each log has less than was negotiated; what is missing is
reported.

PresentationContext ID: 1                                   GDCM, a request
Presentation Context 0 "1.2.840.10008.1.1" 1                Conquest, what it was asked, and whether it takes that
PresentationContextProposed { id: 1, abstract_syntax: ...   dicom-rs, in the way of Rust
"""

from __future__ import annotations

import re

from asprofile.logs.dump import Dump, DumpedContext, result_of
from asprofile.logs.indented import NO_ROLES
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN

_GDCM_PROPOSED = re.compile(r"\bPresentationContext ID: (\d{1,9})\s*$")
_GDCM_ID = re.compile(r"(?:^|[\s:>+|`-])ID: (\d{1,9})\s*$")
_GDCM_RESULT = re.compile(r"\bResult: (\d{1,3})\s*$")
_GDCM_SYNTAX = re.compile(r"\bTransferSyntax(?:Sub)?: (?:Name: )?\s*([0-9.]{5,64})")
_GDCM_CLASS = re.compile(r"(?:^|[\s:>+|`-])([0-2](?:\.[0-9]+){3,})(?: \([^()]*\))?\s*$")

_CONQUEST_CONTEXT = re.compile(r'\bPresentation Context (\d{1,9}) "([0-9.]{1,64})\s*" ([01])')
_CONQUEST_SYNTAX = re.compile(r'\bTransfer Syntax \d{1,9} "([0-9.]{1,64})\s*" ([01])')
_CONQUEST_LACKS = (
    "the log does not have which transfer syntaxes were proposed (Conquest writes them when it shows all): each SOP "
    "class gets the one that everybody has to propose, Implicit VR Little Endian"
)

_RUST = re.compile(r"\bPresentationContext(Proposed|Negotiated|Result) \{([^{}]*)\}")
_RUST_BEGIN = re.compile(r"\bPresentationContext(?:Proposed|Negotiated|Result) \{[^{}]*$")
_RUST_ID = re.compile(r"\bid: (\d{1,9})")
_RUST_CLASS = re.compile(r'\babstract_syntax: "([0-9.]{1,64})')
_RUST_SYNTAX = re.compile(r'\btransfer_syntax: "([0-9.]{1,64})')
_RUST_SYNTAXES = re.compile(r"\btransfer_syntaxes: \[([^\[\]]*)\]")
_RUST_REASON = re.compile(r"\breason: (\w{1,40})")
_QUOTED = re.compile(r'"([0-9.]{1,64})(?:\\[^"]{0,6})?"')
# A context that is written over more lines than that is none.
_RUST_LINES = 400


class GdcmReader:
    """Fed with the lines of a log, gives each dump when it is complete. An answer has numbers and no SOP classes."""

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self._context: DumpedContext | None = None
        self._result = ""

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if "PresentationContext ID" in line and (proposed := _GDCM_PROPOSED.search(line)):
            return self._open(int(proposed[1]), is_proposed=True)
        if "List of PresentationContextAC" in line:
            before, self.dump = self.end(), Dump(is_request=False, lacks=(NO_ROLES,), has_roles=False)
            return before
        if self.dump is None:
            return None
        if "User Information" in line:
            return self.end()
        if not self.dump.is_request and (number := _GDCM_ID.search(line)):
            return self._open(int(number[1]), is_proposed=False)
        if self._context is not None:
            self._read(self.dump, self._context, line)
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self.dump, self._context = self.dump, None, None
        return dump

    def _open(self, number: int, *, is_proposed: bool) -> Dump | None:
        before = None
        if self.dump is None or not self.dump.goes_on(number, is_proposed):
            before, self.dump = self.end(), Dump(is_request=is_proposed, lacks=(NO_ROLES,), has_roles=False)
        self._context, self._result = self.dump.context(number), ""
        return before

    def _read(self, dump: Dump, context: DumpedContext, line: str) -> None:
        if result := _GDCM_RESULT.search(line):
            self._result = result[1]
            context.result = None if dump.is_request else result_of(result[1])
        elif syntax := _GDCM_SYNTAX.search(line):
            if dump.is_request:
                context.proposed.append(syntax[1])
            elif self._result == "0":
                context.accepted = syntax[1]
        elif dump.is_request and not context.abstract_syntax and (found := _GDCM_CLASS.search(line)):
            context.abstract_syntax = found[1]


class ConquestReader:
    """Fed with the lines of a log, gives each dump when it is complete: a request, with what the server takes of it."""

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self._context: DumpedContext | None = None
        self._is_taken = False

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line begins the next."""
        if "Presentation Context " in line and (context := _CONQUEST_CONTEXT.search(line)):
            return self._open(int(context[1]), context[2], context[3] == "1")
        syntax = _CONQUEST_SYNTAX.search(line) if self._context is not None else None
        if syntax and self.dump is not None and self._context is not None:
            self._context.proposed.append(syntax[1])
            if self._is_taken and syntax[2] == "1" and self._context.accepted is None:
                self._context.accepted = syntax[1]
                self._context.result = 0
        return None

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self.dump, self._context = self.dump, None, None
        if dump is None:
            return None
        silent = [context for context in dump.contexts.values() if not context.proposed]
        dump.is_answered = len(silent) < len(dump.contexts)
        for context in silent:
            context.proposed.append(IMPLICIT_VR_LITTLE_ENDIAN)
        dump.lacks = (*((_CONQUEST_LACKS,) if silent else ()), NO_ROLES)
        return dump

    def _open(self, number: int, sop_class: str, is_taken: bool) -> Dump | None:
        before = None
        if self.dump is None or number in self.dump.contexts:
            before, self.dump = self.end(), Dump(is_request=True, has_roles=False)
        self._context, self._is_taken = self.dump.context(number), is_taken
        self._context.abstract_syntax = sop_class
        self._context.result = None if is_taken else 3
        return before


class RustReader:
    """Fed with the lines of a log, gives each dump when it is complete."""

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self._lines: list[str] = []

    @property
    def is_collecting(self) -> bool:
        """Whether a context goes on with the next line."""
        return bool(self._lines)

    def feed(self, line: str) -> Dump | None:
        """A dump, if the line ends one or begins the next."""
        if self._lines:
            self._lines.append(line)
            if "}" not in line:
                if len(self._lines) >= _RUST_LINES:
                    self._lines = []
                return None
            line, self._lines = " ".join(self._lines), []
        elif "PresentationContext" not in line:
            return None
        complete = None
        for kind, text in _RUST.findall(line):
            before = self._context(kind == "Proposed", text)
            complete = before if before is not None and before.contexts else complete
        if _RUST_BEGIN.search(line):
            self._lines = [line[line.rindex("PresentationContext") :]]
        elif complete is None and line.rstrip().endswith("]"):
            return self.end()  # a whole list
        return complete

    def end(self) -> Dump | None:
        """What there is of a dump when its end, or that of the log, has come."""
        dump, self.dump = self.dump, None
        return dump

    def _context(self, is_proposed: bool, text: str) -> Dump | None:
        number = _RUST_ID.search(text)
        if number is None:
            return None
        before = None
        if self.dump is None or not self.dump.goes_on(int(number[1]), is_proposed):
            before, self.dump = self.end(), Dump(is_request=is_proposed, lacks=(NO_ROLES,), has_roles=False)
        context = self.dump.context(int(number[1]))
        sop_class, syntax, syntaxes = (pattern.search(text) for pattern in (_RUST_CLASS, _RUST_SYNTAX, _RUST_SYNTAXES))
        context.abstract_syntax = sop_class[1] if sop_class else ""
        if syntaxes:
            context.proposed += _QUOTED.findall(syntaxes[1])
        if reason := _RUST_REASON.search(text):
            context.result = result_of(reason[1])
        if syntax and context.result == 0:
            context.accepted = syntax[1]
        return before
