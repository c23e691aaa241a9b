"""Why DCMTK refuses a file: one cause for each problem of its loading.

DCMTK has one message for many mistakes ("not a valid ... UID"); people have made different ones, and each has its own
rule. Every problem of a loading has exactly one cause here, and every cause exactly one rule that speaks of it. What is
wrong with a name or UID is found out in ``diagnosis``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from asprofile.lint.fixes.edits import on_a_line_above
from asprofile.lint.outline import Outline
from asprofile.lint.slips.diagnosis import BLANKS, Diagnosis, TextCause, comment_of, has_comment, plain_texts
from asprofile.lint.slips.uid_fields import UidField
from asprofile.model import uid as uids
from asprofile.model.config import Config
from asprofile.model.loader import Loading
from asprofile.model.problem import ILLEGAL_CALL, NOT_A_UID, Problem
from asprofile.model.words import EXTENDED_NEGOTIATION, ROLES, label_of
from asprofile.names.uids import can_be
from asprofile.syntax import Entry
from asprofile.text import Edit, Span, decode, encode
from asprofile.value import Value

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
# What is at the problem's span is the text that is refused, so that its form may be the cause.
_LABEL_CODES = (1031, 1033, 1036, 1039)
_OF_TEXT = (*_LABEL_CODES, 1055, 1059)

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_SEPARATOR = re.compile(rb"[ \t]*[/:,|;>][ \t]*|[ \t]+")
# A name or UID and a label; what is longer has no one right place, and every place is looked up.
_MAX_PARTS = 1024
_AFTER_BACKSLASH = {1052: 1031, 1054: 1055, 1057: 1059}


class LoadRefusal(Value):
    """``problem``, with its cause; ``mend`` are the edits that would cure it, where that is certain."""

    problem: Problem
    cause: RefusalCause
    mend: tuple[Edit, ...] = ()


def refusals(
    loading: Loading, outline: Outline, not_uids: Iterable[tuple[UidField, Diagnosis]]
) -> Iterator[LoadRefusal]:
    """Every problem of the loading, in DCMTK's order, with its cause. ``not_uids`` are the fields that are no UIDs."""
    data = loading.document.data
    fields = {field.span: diagnosis for field, diagnosis in not_uids}
    extended = _extended_data(outline) if any(problem.code == ILLEGAL_CALL for problem in loading.problems) else set()
    for problem in loading.problems:
        if problem.code in NOT_A_UID:
            diagnosis = fields.get(problem.span)
            yield LoadRefusal(problem, diagnosis.cause if diagnosis else "empty")
        elif problem.code in _LABEL_CODES and not data[slice(*problem.span)].strip():
            yield LoadRefusal(problem, "empty")
        elif problem.code in _OF_TEXT:
            yield _of_text(loading.config, data, problem)
        elif problem.code == ILLEGAL_CALL:
            yield LoadRefusal(problem, "extended data" if problem.span in extended else "empty")
        elif problem.code in _AFTER_BACKSLASH:
            yield LoadRefusal(problem, "no backslash", _with_backslash(loading.config, data, problem))
        else:
            yield LoadRefusal(problem, _CAUSES[problem.code])


def _extended_data(outline: Outline) -> set[Span]:
    """Where the data of extended negotiation are."""
    return {
        entry.part(len(entry.value) - len(data), len(entry.value))
        for section in outline.sections(EXTENDED_NEGOTIATION)
        for entry in section.numbered("EXTENDEDNEGOTIATION")
        for _, _, data in [entry.value.partition(b"\\")]
    }


def is_quoted(entry: Entry) -> bool:
    """Whether a value of two sides is in quotes as a whole, so that each side has one of them."""
    value = entry.value.strip(BLANKS)
    return b"\\" in value and value[:1] == value[-1:] and value[:1] in (b'"', b"'", b"`")


def swapped(config: Config, entry: Entry) -> bytes | None:
    """The value of a context or a role with its two sides in the other order, where a list or the role is in front
    of the backslash and a SOP class after it.
    """
    label, backslash, name = (part.strip(BLANKS) for part in entry.value.partition(b"\\"))
    is_role = entry.key.startswith("ROLE")
    known = label.upper() in ROLES if is_role else label_of(label) in config.transfer_syntax_lists
    uid = uids.resolve(name, config.release) if backslash and known else None
    return name + b"\\" + label if uid is not None and can_be(uid, "sop-class") else None


def told_in_front(config: Config, entry: Entry) -> bool:
    """Whether what is wrong after the backslash is told of what is in front of it: the whole value is in quotes,
    or its sides are exchanged.
    """
    name = entry.value.partition(b"\\")[0].strip(BLANKS + b"\"'`")
    if is_quoted(entry) and uids.resolve(name, config.release) is not None:
        return True
    return swapped(config, entry) is not None


def _of_text(config: Config, data: bytes, problem: Problem) -> LoadRefusal:
    """A label, a role or hexadecimal digits: what is around it may be the cause."""
    span = problem.span
    text = data[slice(*span)]
    if b"\n" in text.strip() or b"\r" in text.strip():
        return LoadRefusal(problem, "continuation")
    if has_comment(text):
        return LoadRefusal(problem, "comment", on_a_line_above(data, comment_of(data, span)))
    trimmed = text.strip(BLANKS)
    if trimmed != text and _is_right(problem.code, trimmed):
        return LoadRefusal(problem, "blank", (Edit(span, trimmed),))
    for plain in plain_texts(text) if not text.isascii() else ():
        if _is_known(config, problem.code, plain):
            return LoadRefusal(problem, "odd byte", (Edit(span, encode(plain)),))
    return LoadRefusal(problem, _CAUSES[problem.code])


def _is_right(code: int, text: bytes) -> bool:
    if code == 1055:
        return text.upper() in ROLES
    return code == 1059 and _HEX.fullmatch(text) is not None


def _is_known(config: Config, code: int, text: str) -> bool:
    """Whether the text would do in the place of what DCMTK refuses with this code."""
    label = label_of(encode(text))
    if code == 1031:
        return label in config.transfer_syntax_lists
    if code == 1033:
        return label in config.context_lists
    if code == 1036:
        return label in config.role_lists
    if code == 1039:
        return label in config.extended_lists
    return _is_right(code, encode(text))


def _with_backslash(config: Config, data: bytes, problem: Problem) -> tuple[Edit, ...]:
    """The one place in the value where a backslash would make it right, if there is just one."""
    start = problem.span.start
    value = data[slice(*problem.span)]
    if len(value) > _MAX_PARTS:
        return ()
    places = [
        match
        for match in _SEPARATOR.finditer(value)
        if uids.resolve(value[: match.start()], config.release) is not None
        and _is_known(config, _AFTER_BACKSLASH[problem.code], decode(value[match.end() :]))
    ]
    if len(places) != 1:
        return ()
    return (Edit(Span(start + places[0].start(), start + places[0].end()), b"\\"),)
