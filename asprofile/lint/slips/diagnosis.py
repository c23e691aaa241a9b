"""Why DCMTK refuses a value: one cause for each place where it says so.

DCMTK has one message for many mistakes ("not a valid ... UID"); people have made different ones, and each has its own
rule. Every problem of a loading has exactly one cause here, and every cause exactly one rule that speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

from asprofile.lint.fixes.edits import on_a_line_above
from asprofile.model import Problem
from asprofile.model import uid as uids
from asprofile.model.problem import ILLEGAL_CALL
from asprofile.model.words import EXTENDED_NEGOTIATION, ROLES, label_of
from asprofile.names import symbols
from asprofile.names.uids import can_be, uid_of_keyword
from asprofile.syntax import Entry
from asprofile.text import Edit, Span, decode, encode
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.lint.subject import Subject

TextCause = Literal[
    "continuation",  # an indented line below was taken as part of the value
    "comment",  # `# ...` behind the name
    "odd byte",  # right but for characters that are not ASCII, such as a no-break space
    "blank",  # right but for blanks around it
    "quotes",  # right but for quotes around it
    "case",  # right but for upper and lower case
    "keyword",  # the DICOM keyword of PS3.6, where DCMTK has a name of its own
    "release",  # a name that another release knows
    "unknown",
]

# For each of DCMTK's codes that is not about a UID, what it says when the text itself is not at fault.
RefusalCause = Literal[
    TextCause,
    "no supersection",
    "empty",  # a name or UID that must be there and is not
    "no backslash",
    "undefined list",
    "too many contexts",
    "unknown role",
    "twice",
    "extended data",
    "not proposed",
    "no contexts",
    "second profile",
]
_CAUSES: dict[int, RefusalCause] = {
    1050: "no supersection",
    1051: "no supersection",
    1060: "no supersection",
    1052: "no backslash",
    1054: "no backslash",
    1057: "no backslash",
    1031: "undefined list",
    1033: "undefined list",
    1036: "undefined list",
    1039: "undefined list",
    1032: "too many contexts",
    1055: "unknown role",
    1027: "twice",
    1029: "twice",
    1058: "extended data",
    1059: "extended data",
    1038: "not proposed",
    1041: "not proposed",
    1061: "no contexts",
    1030: "second profile",
}
_UID_CODES = (1024, 1025, 1026, 1028)
# What stands at the problem's span is the text that is refused, so that its form may be the cause.
_LABEL_CODES = (1031, 1033, 1036, 1039)
_OF_TEXT = (*_LABEL_CODES, 1055, 1059)

_BLANKS = b" \t\v\f"
_COMMENT = re.compile(rb"(?<![ \t])[ \t]+(?:#|;|//).*\Z", re.DOTALL)
_ODD_BYTE = re.compile(rb"[\x80-\xff]")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_LOOK_ALIKE = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u2018\u2019\u201c\u201d\u00ab\u00bb")
)
_SOFT_HYPHEN = "\xad"
# Letters of other alphabets that look like those of ours.
_LETTERS = str.maketrans("АВСЕНІЈКМОРЅТХасеіјорѕхуΑΒΕΗΙΚΜΝΟΡΤΧΖο", "ABCEHIJKMOPSTXaceijopsxyABEHIKMNOPTXZo")


class Diagnosis(Value):
    """``meant`` is the text that DCMTK would take, empty where that is not certain."""

    cause: TextCause
    meant: str = ""

    def mend(self, span: Span, data: bytes) -> tuple[Edit, ...]:
        """The edits that put what was meant in the place of the text at ``span``."""
        if self.cause == "comment":
            return on_a_line_above(data, Span(span.start + len(encode(self.meant)), span.end))
        return (Edit(span, encode(self.meant)),) if self.meant else ()


class LoadRefusal(Value):
    """``problem``, with its cause; ``mend`` are the edits that would cure it, where that is certain."""

    problem: Problem
    cause: RefusalCause
    mend: tuple[Edit, ...] = ()


def diagnose(text: bytes, release: str) -> Diagnosis:
    """The cause for a text that ``release`` does not resolve."""
    if b"\n" in text:
        joined = b"".join(line.strip(_BLANKS) for line in text.split(b"\n"))
        first = text.partition(b"\n")[0].rstrip(_BLANKS)
        return Diagnosis("continuation", _if_resolved(joined, release) or _if_resolved(first, release))
    comment = _COMMENT.search(text)
    if comment:
        return Diagnosis("comment", decode(text[: comment.start()]))
    for cause, trimmed in (("blank", text.strip(_BLANKS)), ("quotes", text.strip(_BLANKS + b"\"'`"))):
        if trimmed != text and uids.resolve(trimmed, release) is not None:
            return Diagnosis("blank" if cause == "blank" else "quotes", decode(trimmed))
    if _ODD_BYTE.search(text):
        for plain in plain_texts(text):
            if uids.resolve(encode(plain), release) is not None:
                return Diagnosis("odd byte", plain)
    return _name(decode(text.strip(_BLANKS + b"\"'`=")), release)


def refusals(subject: Subject) -> Iterator[LoadRefusal]:
    """Every problem of the file, in DCMTK's order, with its cause."""
    fields = {field.span: diagnosis for field, diagnosis in subject.not_uids}
    for problem in subject.problems:
        if problem.code in _UID_CODES:
            diagnosis = fields.get(problem.span)
            yield LoadRefusal(problem, diagnosis.cause if diagnosis else "empty")
        elif problem.code in _LABEL_CODES and not subject.data[slice(*problem.span)].strip():
            yield LoadRefusal(problem, "empty")
        elif problem.code in _OF_TEXT:
            yield _of_text(subject, problem)
        elif problem.code == ILLEGAL_CALL:
            yield LoadRefusal(problem, "extended data" if problem.span in _extended_data(subject) else "empty")
        elif problem.code in (1052, 1054, 1057):
            yield LoadRefusal(problem, "no backslash", _with_backslash(subject, problem))
        else:
            yield LoadRefusal(problem, _CAUSES[problem.code])


def _extended_data(subject: Subject) -> set[Span]:
    """Where the data of extended negotiation stand."""
    return {
        entry.part(len(entry.value) - len(data), len(entry.value))
        for section in subject.outline.sections(EXTENDED_NEGOTIATION)
        for entry in section.numbered("EXTENDEDNEGOTIATION")
        for _, _, data in [entry.value.partition(b"\\")]
    }


def is_quoted(entry: Entry) -> bool:
    """Whether a value of two sides stands in quotes as a whole, so that each side has one of them."""
    value = entry.value.strip(_BLANKS)
    return b"\\" in value and value[:1] == value[-1:] and value[:1] in (b'"', b"'", b"`")


def swapped(subject: Subject, entry: Entry) -> bytes | None:
    """The value of a context or a role with its two sides in the other order, where a list or the role stands in front
    of the backslash and a SOP class behind it.
    """
    label, backslash, name = (part.strip(_BLANKS) for part in entry.value.partition(b"\\"))
    is_role = entry.key.startswith("ROLE")
    known = label.upper() in ROLES if is_role else label_of(label) in subject.config.transfer_syntax_lists
    uid = uids.resolve(name, subject.release) if backslash and known else None
    return name + b"\\" + label if uid is not None and can_be(uid, "sop-class") else None


def told_in_front(subject: Subject, entry: Entry) -> bool:
    """Whether what is wrong behind the backslash is told of what stands in front of it: the whole value is in quotes,
    or its sides are exchanged.
    """
    name = entry.value.partition(b"\\")[0].strip(_BLANKS + b"\"'`")
    if is_quoted(entry) and uids.resolve(name, subject.release) is not None:
        return True
    return swapped(subject, entry) is not None


def comment_of(data: bytes, span: Span) -> Span:
    """Where the comment stands, with the blanks in front of it, that ends the text at ``span``."""
    match = _COMMENT.search(data, *span)
    return Span(match.start(), span.end) if match else Span(span.end, span.end)


def plain_texts(text: bytes) -> Iterator[str]:
    """The ASCII texts that somebody may see: no-break spaces, dashes, quotes and invisible characters made what a
    keyboard would give. A soft hyphen, as in what comes out of a PDF, is a hyphen, or one that a line break had put in.
    """
    import unicodedata

    # A lone 0xA0 is the no-break space of Latin-1, 0x96 the dash of Windows.
    try:
        shown = text.decode("utf-8")
    except UnicodeDecodeError:
        shown = text.decode("cp1252", "ignore")
    for hyphen in ("", "-") if _SOFT_HYPHEN in shown else ("",):
        plain = unicodedata.normalize("NFKC", shown.replace(_SOFT_HYPHEN, hyphen).translate(_LOOK_ALIKE))
        yield plain.translate(_LETTERS).encode("ascii", "ignore").decode("ascii").strip()


def _of_text(subject: Subject, problem: Problem) -> LoadRefusal:
    """A label, a role or hexadecimal digits: what is around it may be the cause."""
    span = problem.span
    text = subject.data[slice(*span)]
    if b"\n" in text.strip() or b"\r" in text.strip():
        return LoadRefusal(problem, "continuation")
    if _COMMENT.search(text):
        return LoadRefusal(problem, "comment", on_a_line_above(subject.data, comment_of(subject.data, span)))
    trimmed = text.strip(_BLANKS)
    if trimmed != text and _is_right(problem.code, trimmed):
        return LoadRefusal(problem, "blank", (Edit(span, trimmed),))
    for plain in plain_texts(text) if not text.isascii() else ():
        if _is_known(subject, problem.code, plain):
            return LoadRefusal(problem, "odd byte", (Edit(span, encode(plain)),))
    return LoadRefusal(problem, _CAUSES[problem.code])


def _is_right(code: int, text: bytes) -> bool:
    if code == 1055:
        return text.upper() in ROLES
    return code == 1059 and _HEX.fullmatch(text) is not None


def _is_known(subject: Subject, code: int, text: str) -> bool:
    """Whether the text would do in the place of what DCMTK refuses with this code."""
    label = label_of(encode(text))
    config = subject.config
    if code == 1031:
        return label in config.transfer_syntax_lists
    if code == 1033:
        return label in config.context_lists
    if code == 1036:
        return label in config.role_lists
    if code == 1039:
        return label in config.extended_lists
    return _is_right(code, encode(text))


_SEPARATOR = re.compile(rb"[ \t]*[/:,|;>][ \t]*|[ \t]+")
# A name or UID and a label; what is longer has no one right place, and every place is looked up.
_MAX_PARTS = 1024
_BEHIND_BACKSLASH = {1052: 1031, 1054: 1055, 1057: 1059}


def _with_backslash(subject: Subject, problem: Problem) -> tuple[Edit, ...]:
    """The one place in the value where a backslash would make it right, if there is just one."""
    start = problem.span.start
    value = subject.data[slice(*problem.span)]
    if len(value) > _MAX_PARTS:
        return ()
    places = [
        match
        for match in _SEPARATOR.finditer(value)
        if uids.resolve(value[: match.start()], subject.release) is not None
        and _is_known(subject, _BEHIND_BACKSLASH[problem.code], decode(value[match.end() :]))
    ]
    if len(places) != 1:
        return ()
    return (Edit(Span(start + places[0].start(), start + places[0].end()), b"\\"),)


def _name(name: str, release: str) -> Diagnosis:
    if uids.resolve(encode(name), release) is not None:
        return Diagnosis("quotes", name)
    history = symbols.history(name)
    if history:
        return Diagnosis("release", symbols.name_of(history[-1].uid, release) or history[-1].uid)
    same = _by_lower_case(release).get(name.lower())
    if same is not None:
        return Diagnosis("case", same)
    uid = uid_of_keyword(name)
    if uid is not None:
        return Diagnosis("keyword", symbols.name_of(uid, release) or uid)
    return Diagnosis("unknown")


def _if_resolved(text: bytes, release: str) -> str:
    return decode(text) if uids.resolve(text, release) is not None else ""


@cache
def _by_lower_case(release: str) -> dict[str, str]:
    names = {name.lower(): name for name in symbols.names_in(release)}
    return names | {name.lower(): name for name in uids.MACHINE_DEPENDENT}
