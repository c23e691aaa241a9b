"""Why DCMTK does not use a profile file, in its own words: scripts look for the last line that storescu prints.

Belongs here: the text of each condition (DCMTK 3.6.0 to 3.7.0, dcasccff.cc, dcasccfg.cc and dccf*.cc). Does not belong
here: which condition it is (``model.loader``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.model.problem import ILLEGAL_CALL
from asprofile.model.words import PRESENTATION_CONTEXTS, label_of
from asprofile.names import releases
from asprofile.text import decode

if TYPE_CHECKING:
    from asprofile.model.document import Document, Section
    from asprofile.model.problem import Problem
    from asprofile.syntax import Entry

TOO_MANY_TRANSFER_SYNTAXES: Final = 1067

# Condition -> the text, before what it is about.
_BEFORE: Final = {
    1024: "not a valid transfer syntax UID: ",
    1025: "not a valid abstract syntax UID: ",
    1026: "not a valid abstract syntax UID: ",
    1028: "not a valid abstract syntax UID: ",
    1031: "transfer syntax key undefined: ",
    1032: "presentation context list too long (> 128 entries): ",
    1033: "presentation context key undefined: ",
    1036: "role selection key undefined: ",
    1039: "extended negotiation key undefined: ",
    TOO_MANY_TRANSFER_SYNTAXES: "transfer syntax list too long, cannot handle more than 128 entries: ",
}
_MISSPELT: Final = "extended negotation key undefined: "  # up to 3.6.0
_TWICE: Final = {1027: "role selection", 1029: "extended negotiation"}
_NO_SUPERSECTION: Final = (1050, 1051, 1060)
# Condition -> the text, before and after the key of the entry, which DCMTK has in capitals.
_MISSING: Final = "syntax error: missing '\\' in entry "
_IN_ENTRY: Final = {
    1052: _MISSING,
    1054: _MISSING,
    1055: "syntax error: unknown role key in entry ",
    1057: _MISSING,
    1058: "extended negotiation data too long, cannot handle > 1024 bytes in entry ",
    1059: "parse error in extended negotiation data in entry ",
}
# Both are said to be of role selection.
_NOT_PROPOSED: Final = (1038, 1041)


def in_words_of_dcmtk(problem: Problem, document: Document, release: str) -> str:
    """The text of DCMTK's condition for the first problem of a document."""
    code, subject = problem.code, problem.subject
    if code == ILLEGAL_CALL:
        return "Illegal call, perhaps wrong parameters"
    if code in _NO_SUPERSECTION:
        return f"cannot find section [[{subject}]] in config file"
    if code == 1061:
        return f"no {PRESENTATION_CONTEXTS}  entry in section {subject} in config file"
    if code == 1039 and not releases.at_least(release, "3.6.2"):
        return _MISSPELT + subject
    if code in _BEFORE:
        return _BEFORE[code] + subject
    section, entry = _place(problem, document)
    if code == 1030:  # the list that the second profile names, not the profile
        return f"two profiles defined for key: {_label(section, PRESENTATION_CONTEXTS)}"
    if entry is None:
        return problem.message
    if code in _TWICE:
        name = decode(entry.value.partition(b"\\")[0])
        return f"{_TWICE[code]} defined twice for abstract syntax UID: {name}"
    if code in _NOT_PROPOSED:
        contexts = _label(section, PRESENTATION_CONTEXTS)
        return (
            f"abstract syntax defined in role selection list '{label_of(entry.value)}' but not in presentation "
            f"context list '{contexts}': {subject}"
        )
    return f"{_IN_ENTRY[code]}{entry.key} in config file" if code in _IN_ENTRY else problem.message


def _label(section: Section | None, key: str) -> str:
    entry = section.get(key) if section else None
    return label_of(entry.value) if entry else ""


def _place(problem: Problem, document: Document) -> tuple[Section | None, Entry | None]:
    """The section and the entry that a problem is in; no entry where it is in the header."""
    start = problem.span.start
    found: Section | None = None
    for supersection in document.supersections:
        for section in supersection.sections:
            if section.header.span.start > start:
                break
            found = section
    entries = found.entries if found else ()
    return found, next((entry for entry in entries if entry.span.start <= start <= entry.span.end), None)
