"""What may be written at a position: names, labels, keys with their next number, headers, roles.

The line that is being written is seldom complete, and DCMTK would read what is below it as a part of it. So the file is
read without that line, and the line by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from asprofile.edit.numbering import number_of
from asprofile.editor.opened import OpenFile
from asprofile.lint.outline import Outline, SectionPart, SupersectionPart
from asprofile.lint.references import undefined_labels
from asprofile.model import uid as uids_of_text
from asprofile.model.document import read
from asprofile.model.words import (
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILE_KEYS,
    PROFILES,
    ROLE_SELECTION,
    SPELLED,
    SPELLED_KEYS,
    TRANSFER_SYNTAXES,
)
from asprofile.names import private, registry, symbols, transfer_syntaxes, uids
from asprofile.text import Span, decode

CompletionKind = Literal["name", "label", "key", "header", "role"]

_OPENING = re.compile(r"(\[+)[^\]]*")
_CLOSING = re.compile(r"[A-Za-z0-9_ \t-]*\]+")
_SEPARATOR = re.compile(r"([ \t]*)=[ \t]*")

_P = TypeVar("_P", SupersectionPart, SectionPart)


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` replaces ``span``, which lies in one line around the position.

    ``label`` is what to show, ``detail`` a few words next to it, ``uid`` what a name stands for ("" for none), ``rank``
    how far down to show it (0 first), ``retired`` whether the standard has retired it.
    """

    label: str
    text: str
    span: Span
    kind: CompletionKind
    detail: str = ""
    uid: str = ""
    rank: int = 1
    retired: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """The line with the position: the text in front of it and after it, and where it is in the file without it.

    ``data`` and ``outline`` are the file without the line.
    """

    before: str
    behind: str
    offset: int
    supersection: SupersectionPart | None
    section: SectionPart | None
    data: bytes
    outline: Outline

    def span(self, typed: str, following: str = "") -> Span:
        """The bytes of ``typed``, the end of ``before``, and of ``following``, the beginning of ``behind``."""
        return Span(self.offset - _size(typed), self.offset + _size(following))


def completions(file: OpenFile, offset: int) -> list[Completion]:
    """What may be written at an offset, the likeliest first. Nothing in comments, and nothing in continuation lines."""
    line = _line(file, offset)
    if line.before.startswith(("#", " ", "\t")):
        return []
    if line.before.startswith("["):
        return list(_headers(line))
    if line.supersection is None or line.section is None:
        return []
    key, sign, value = line.before.partition("=")
    if not sign:
        return list(_keys(line, line.supersection, line.section))
    return list(_values(file, line, line.supersection, key, value))


def _line(file: OpenFile, offset: int) -> _Line:
    source = file.source
    start, end = source.line_span(source.line_of(offset))
    offset = min(offset, end)
    data = file.data[:start] + file.data[end:]
    outline = Outline(read(data).tree)
    supersection = _last(outline.supersections, start)
    section = _last(supersection.sections, start) if supersection is not None else None
    before, behind = decode(file.data[start:offset]), decode(file.data[offset:end])
    return _Line(before, behind, offset, supersection, section, data, outline)


def _last(parts: list[_P], offset: int) -> _P | None:
    return next((part for part in reversed(parts) if part.header.span.end <= offset), None)


# -- headers


def _headers(line: _Line) -> Iterator[Completion]:
    """Supersections that are not there yet; after one bracket also lists that are referred to and not there yet."""
    opening = _OPENING.fullmatch(line.before)
    if opening is None:
        return
    closing = _CLOSING.match(line.behind)
    span = line.span(line.before, closing.group() if closing else "")
    if opening.group(1) == "[":
        for label in _wanted_labels(line):
            yield Completion(f"[{label}]", f"[{label}]", span, "label", "is referred to and not there yet", rank=0)
    there = {part.name for part in line.outline.supersections}
    for name, spelled in SPELLED.items():
        if name not in there:
            yield Completion(f"[[{spelled}]]", f"[[{spelled}]]", span, "header", "supersection")


def _wanted_labels(line: _Line) -> list[str]:
    if line.supersection is None or line.supersection.name == PROFILES:
        return []
    return undefined_labels(line.outline, line.supersection.name)


# -- keys


def _keys(line: _Line, supersection: SupersectionPart, section: SectionPart) -> Iterator[Completion]:
    following = line.behind.partition("=")
    key_behind = following[0].rstrip(" \t") if following[1] else line.behind
    span = line.span(line.before, key_behind)
    prefix = NUMBERED_KEYS.get(supersection.name)
    if prefix is not None:
        last = None
        number = 1
        for entry in section.numbered(prefix):
            last, number = entry, number + 1
        written, separator = _style(last.data, last.key_span, last.value_span.start, number) if last else ("", " = ")
        key = f"{written or SPELLED_KEYS[prefix]}{number}"
        yield Completion(key, key + ("" if following[1] else separator), span, "key", f"number {number} of this list")
    elif supersection.name == PROFILES:
        for name in PROFILE_KEYS:
            if name not in section.by_key:
                text = SPELLED[name] + ("" if following[1] else " = ")
                detail = "must be there" if name == PRESENTATION_CONTEXTS else "may be left out"
                yield Completion(SPELLED[name], text, span, "key", detail)


def _style(data: bytes, key: Span, value_start: int, number: int) -> tuple[str, str]:
    """How the key in front of this one is written, without its number, and what is around its `=`.

    Aligned signs stay aligned when the number gets longer.
    """
    text = decode(data[slice(*key)])
    digits = str(number - 1)
    if not text.endswith(digits):
        return "", " = "
    separator = _SEPARATOR.fullmatch(decode(data[key.end : value_start]))
    if separator is None:
        return text.removesuffix(digits), " = "
    grown = len(str(number)) - len(digits)
    between = separator.group()[grown:] if len(separator.group(1)) > grown else separator.group()
    return text.removesuffix(digits), between


# -- values


def _values(file: OpenFile, line: _Line, supersection: SupersectionPart, key: str, value: str) -> Iterator[Completion]:
    name = supersection.name
    written_key = re.sub(r"[^A-Z0-9_-]", "", key.upper())
    value = value.lstrip(" \t")
    if name == PROFILES:
        if written_key in PROFILE_KEYS:
            yield from _labels(line, written_key, value, line.behind)
    elif number_of(written_key)[0] != NUMBERED_KEYS.get(name):
        return
    elif name == TRANSFER_SYNTAXES:
        yield from _names(file, line.span(value, line.behind), value, is_transfer_syntax=True, first=())
    elif "\\" not in value:
        following = line.behind.partition("\\")[0]
        first = () if name == PRESENTATION_CONTEXTS else _proposed(line, file.release)
        yield from _names(file, line.span(value, following), value, is_transfer_syntax=False, first=first)
    elif name == PRESENTATION_CONTEXTS:
        yield from _labels(line, TRANSFER_SYNTAXES, value.partition("\\")[2], line.behind)
    elif name == ROLE_SELECTION:
        typed = value.partition("\\")[2]
        for role in ("SCU", "SCP", "BOTH"):
            yield Completion(role, role, line.span(typed, line.behind), "role")


def _labels(line: _Line, supersection: str, typed: str, behind: str) -> Iterator[Completion]:
    """The lists of a supersection, as their headers are written if DCMTK finds them so; each once."""
    span = line.span(typed.lstrip(" \t"), behind)
    seen: set[str] = set()
    for section in line.outline.sections(supersection):
        if section.name and section.name not in seen:
            seen.add(section.name)
            written = decode(line.data[slice(*section.header.raw_name)]).strip()
            text = written if written.upper() == section.name else section.name
            yield Completion(text, text, span, "label", f"[[{SPELLED[supersection]}]]")


def _names(
    file: OpenFile, span: Span, typed: str, *, is_transfer_syntax: bool, first: Iterable[str]
) -> Iterator[Completion]:
    """Every name that the release knows for this place, or, once a digit is written, every UID. ``first`` are UIDs to
    show in front.
    """
    preferred = set(first)
    by_number = typed[:1].isdigit()
    found = _known_uids(is_transfer_syntax) if by_number else _names_in(file.release, is_transfer_syntax)
    for text, uid in found:
        info = uids.describe(uid)
        retired = info is not None and info.retired
        rank = 0 if uid in preferred else 2 if retired else 1
        detail = uids.display_name(uid) if by_number else f"{uid} {uids.display_name(uid)}"
        yield Completion(text, text, span, "name", detail, uid, rank, retired)


@cache
def _names_in(release: str, is_transfer_syntax: bool) -> tuple[tuple[str, str], ...]:
    return tuple((name, uid) for name, uid in symbols.names_in(release).items() if _fits(uid, is_transfer_syntax))


@cache
def _known_uids(is_transfer_syntax: bool) -> tuple[tuple[str, str], ...]:
    if is_transfer_syntax:
        return tuple((syntax.uid, syntax.uid) for syntax in transfer_syntaxes.transfer_syntaxes())
    known = [uid for uid in registry.every_uid() if _fits(uid, is_transfer_syntax)]
    known += [sop_class.uid for sop_class in private.private_sop_classes() if sop_class.mistype_of is None]
    return tuple((uid, uid) for uid in known)


def _fits(uid: str, is_transfer_syntax: bool) -> bool:
    info = uids.describe(uid)
    if info is None:
        return False
    return info.kind == "transfer-syntax" if is_transfer_syntax else info.is_abstract_syntax


def _proposed(line: _Line, release: str) -> Iterator[str]:
    """The abstract syntaxes of the file's contexts: DCMTK takes no role or extended negotiation for any other."""
    for section in line.outline.sections(PRESENTATION_CONTEXTS):
        for entry in section.numbered(NUMBERED_KEYS[PRESENTATION_CONTEXTS]):
            uid = uids_of_text.resolve(entry.value.partition(b"\\")[0], release)
            if uid is not None:
                yield uid


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
