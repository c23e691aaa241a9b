"""Edits of the lines of sections: adding, removing, renaming them, and references from a profile.

Each function gives edits that keep every comment line and write new lines in the style of their neighbours (line end,
spelling of the key, blanks around ``=``). What the edits mean is checked in ``draft``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from asprofile.edit.numbering import COMMENT, LINE_END, Edits, new_lines, usual_line_end, without
from asprofile.model.document import Document, Section
from asprofile.model.words import (
    PRESENTATION_CONTEXTS,
    PROFILE_KEYS,
    PROFILES,
    SPELLED,
    SPELLED_KEYS,
    TRANSFER_SYNTAXES,
    label_of,
)
from asprofile.syntax import Entry, Header, Space
from asprofile.syntax.tree import Item
from asprofile.text import Edit, Span, apply_edits, encode, line_start, next_line

_LINE = re.compile(rb"([^\r\n]*)(\r\n?|\n|\Z)")


def comments(data: bytes) -> Counter[bytes]:
    """The comment lines of a file, without line ends and blanks in front of these, with how often each is there."""
    return Counter(match.group().rstrip() for match in COMMENT.finditer(data))


def sections(document: Document, supersection: str, label: str) -> list[Section]:
    """The sections of that name; together they are one list."""
    found = document.supersection(supersection)
    return list(found.named(label)) if found else []


# -- sections


def section_added(document: Document, supersection: str, *blocks: bytes) -> Edits:
    """Put sections, each ``block`` the lines of one from comment or header to the last entry, at the end of a
    supersection.

    A missing supersection is added, before the profiles.
    """
    data = document.data
    end = usual_line_end(data)
    spaced = _is_spaced(document)
    block = (end if spaced else b"").join(_with_line_ends(one, end) for one in blocks)
    if document.supersection(supersection) is None:
        header = b"[[" + encode(SPELLED[supersection]) + b"]]" + end
        return [_new_supersection(document, header + (end if spaced else b"") + block, spaced)]
    at = _end_of_supersection(document, supersection)
    before = end if spaced and not _is_blank_line(data, _line_above(data, at)) else b""
    after = end if spaced and at < len(data) and not _is_blank_line(data, at) else b""
    if at and data[at - 1] not in b"\r\n":
        return [Edit(Span(at, at), (end + before + block)[: -len(end)])]
    return [Edit(Span(at, at), before + block + after)]


def section_text(label: str, prefix: str, values: Sequence[tuple[str, str]]) -> bytes:
    """A section with LF line ends: the header, and for each pair of comment (or nothing) and value an entry."""
    width = len(str(len(values)))
    lines = [f"[{label}]"]
    for number, (comment, value) in enumerate(values, start=1):
        lines += [f"# {comment}"] if comment else []
        lines.append(f"{SPELLED_KEYS[prefix]}{number:<{width}} = {value}")
    return b"".join(encode(line) + b"\n" for line in lines)


def section_removed(document: Document, supersection: str, label: str) -> Edits:
    """Remove all sections of that name; their comments stay."""
    edits: Edits = []
    data = document.data
    for section in sections(document, supersection, label):
        header = section.header
        begin, end = line_start(data, header.span.start), next_line(data, header.span.end)
        first = next((entry.key_span.start for entry in section.entries), len(data))
        alone = not data[begin : header.span.start].strip(b" \t") and first >= end
        if alone and not data[header.span.end : end].strip():
            last = max((entry.value_span.end for entry in section.entries), default=header.span.end)
            behind = next_line(data, last)
            # Of the two blank lines around the section, one is enough.
            if begin and _is_blank_line(data, _line_above(data, begin)) and _is_blank_line(data, behind):
                begin = _line_above(data, begin)
            span = Span(begin, end)
        else:
            span = header.span
        edits.append(Edit(span, b""))
        edits += [without(data, entry) for entry in section.entries]
    return edits


def referred(document: Document, profile: str, key: str, label: str) -> Edits:
    """Make a profile name a list: the entry ``key`` (that of a supersection) gets the label, or is added."""
    section = sections(document, PROFILES, profile)[0]
    entry = section.get(key)
    if entry is not None:
        return [Edit(entry.value_span, encode(label))]
    there = [entry for name in PROFILE_KEYS if (entry := section.get(name)) is not None]
    neighbour = max(there, key=lambda entry: entry.span)
    at = next_line(document.data, neighbour.value_span.end)
    return [new_lines(document.data, at, [encode(f"{SPELLED[key]} = {label}")])]


def unreferred(document: Document, profile: str, key: str) -> Edits:
    """Take an entry out of a profile."""
    entry = sections(document, PROFILES, profile)[0].get(key)
    return [] if entry is None else [without(document.data, entry)]


def renamed(document: Document, supersection: str, old: str, new: str) -> Edits:
    """Rename a list or a profile, in its headers and wherever it is referred to."""
    edits = [retitled(document, item, new) for item in sections(document, supersection, old)]
    if supersection == TRANSFER_SYNTAXES:
        edits += _renamed_in_contexts(document, old, new)
    elif supersection != PROFILES:
        profiles = document.supersection(PROFILES)
        for section in profiles.sections if profiles else ():
            entry = section.get(supersection)
            if entry is not None and label_of(entry.value) == old:
                edits.append(Edit(entry.value_span, encode(new)))
    return edits


def retitled(document: Document, section: Section, new: str) -> Edit:
    """Another name in the header of a section."""
    return Edit(_trimmed(document.data, section.header.raw_name), encode(new))


def relabelled(section: Section, labels: Mapping[str, str]) -> Edits:
    """Let the contexts of a section refer to other transfer syntax lists: ``labels`` maps old labels to new ones."""
    edits: Edits = []
    for entry in section.entries:
        left, backslash, right = entry.value.partition(b"\\")
        new = labels.get(label_of(right)) if backslash else None
        if new is not None and new.upper() != label_of(right):
            edits.append(Edit(entry.part(len(left) + 1, len(entry.value)), encode(new)))
    return edits


def _renamed_in_contexts(document: Document, old: str, new: str) -> Iterator[Edit]:
    """Also references in entries that DCMTK does not read: they are meant for that list."""
    supersection = document.supersection(PRESENTATION_CONTEXTS)
    for section in supersection.sections if supersection else ():
        for entry in section.entries:
            left, backslash, right = entry.value.partition(b"\\")
            if backslash and label_of(right) == old:
                yield Edit(entry.part(len(left) + 1, len(entry.value)), encode(new))


# -- places


def own_block(document: Document, section: Section, edits: Iterable[Edit] = ()) -> bytes:
    """The lines of a section with the comments that belong to it: those directly above its header, and those after
    its entries up to where the comments of the next header begin. LF line ends. ``edits`` of the file that lie in it
    are made.
    """
    data = document.data
    begin = _above(data, line_start(data, section.header.span.start))
    following = section.next_header
    end = _above(data, line_start(data, following.span.start)) if following is not None else len(data)
    moved = (Edit(Span(edit.span.start - begin, edit.span.end - begin), edit.replacement) for edit in edits)
    return _with_line_ends(apply_edits(data[begin:end], moved).strip(b" \t\r\n"), b"\n")


def top_comment(document: Document) -> bytes:
    """The comments at the top of a file that are apart from its first header, or directly above it. LF line ends."""
    first = next((item for item in document.tree if not isinstance(item, Space)), None)
    text = document.data[: first.span.start if first is not None else len(document.data)]
    return b"".join(match.group().rstrip() + b"\n" for match in COMMENT.finditer(text))


def _with_line_ends(block: bytes, end: bytes) -> bytes:
    return end.join(LINE_END.split(block.rstrip(b"\r\n"))) + end


def _new_supersection(document: Document, block: bytes, spaced: bool) -> Edit:
    data = document.data
    end = usual_line_end(data)
    profiles = document.supersection(PROFILES)
    assert profiles is not None, "a file that is loaded has profiles"
    at = _above(data, line_start(data, profiles.header.span.start))
    return Edit(Span(at, at), block + (end if spaced else b""))


def _end_of_supersection(document: Document, name: str) -> int:
    """Where the line begins after the last entry or header of a supersection, and after the comments that are
    there apart from the next header.
    """
    supersection = document.supersection(name)
    assert supersection is not None
    start = supersection.header.span.start
    last: Entry | Header = supersection.header
    for item in document.tree:
        if isinstance(item, Space) or item.span.start <= start:
            continue
        if isinstance(item, Header) and item.level == 2:
            break
        last = item
    data = document.data
    offset = next_line(data, last.value_span.end if isinstance(last, Entry) else last.span.end)
    after = offset
    while data[after : after + 1] == b"#":
        after = next_line(data, after)
    return after if _is_blank_line(data, after) else offset


def _above(data: bytes, at: int) -> int:
    """Where the comments begin that are directly above the line that begins at ``at``."""
    while at:
        start = _line_above(data, at)
        if data[start : start + 1] != b"#":
            break
        at = start
    return at


def _line_above(data: bytes, at: int) -> int:
    """Where the line begins that ends in front of ``at``, the start of a line or the end of the file."""
    ends = data[max(at - 2, 0) : at]
    return line_start(data, at - (2 if ends == b"\r\n" else 1 if ends[-1:] in (b"\r", b"\n") else 0))


def _is_blank_line(data: bytes, at: int) -> bool:
    match = _LINE.match(data, at)
    return match is not None and not match.group(1).strip(b" \t")


def _is_spaced(document: Document) -> bool:
    """Whether the file has a blank line in front of most headers that have an entry above."""
    data = document.data
    items = [item for item in document.tree if not isinstance(item, Space)]
    starts = [below.span.start for above, below in pairwise(items) if isinstance(above, Entry) and _is_header(below)]
    comments_from = [_above(data, line_start(data, start)) for start in starts]
    blank = sum(1 for at in comments_from if at and _is_blank_line(data, _line_above(data, at)))
    return 2 * blank > len(starts)


def _is_header(item: Item) -> bool:
    return isinstance(item, Header)


def _trimmed(data: bytes, span: Span) -> Span:
    text = data[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))
