r"""Lines that DCMTK takes for part of something else, so that their text is lost.

There are three kinds, each reported by another rule. *Swallowed*: an indented line that continues the value above it.
*Glued*: text without ``=`` that becomes part of the next key. *Unbalanced*: brackets that do not close a header where
its line ends. An indented line that is neither header nor entry nor comment may be meant as a continuation; where it
does harm, the diagnosis of the value reports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from asprofile.edit.numbering import number_of
from asprofile.lint.fixes.edits import likeness
from asprofile.lint.slips.text_slip import TextSlip, What
from asprofile.model.words import PREFIXES, PROFILE_KEYS, SPELLED
from asprofile.syntax import Entry, Header, Space
from asprofile.syntax.reading import kept_characters
from asprofile.syntax.tree import Item
from asprofile.text import Edit, Span, line_end, line_start

_PLAIN_KEY = re.compile(rb"[A-Za-z0-9_-]+[ \t]*")
_PLAIN_HEADER = re.compile(rb"\[[^\[\]\r\n]*\]|\[\[[^\[\]\r\n]*\]\]")
_LINE_END = re.compile(rb"\r\n?|\n")
_BLANKS = b" \t\0\v\f"
_COMMENT_MARK = re.compile(rb"[#;%!]+|//+|--+(?=[\s-])|/\*")
_ENTRY = re.compile(rb"[A-Za-z][\w.: -]*=")
_NOT_OPENED = re.compile(rb"[A-Za-z0-9_ -]+(\]\]?)")
_OTHER_BRACKETS = re.compile(rb"[^\w\s#;/=!%()<>{}\[\]-]*[({<\[]([({<\[]?)([A-Za-z0-9_ -]+)[\])}>]{1,2}")
# An entry that begins after a value, on its line.
_BEHIND = re.compile(rb"(?i)(?<=[ \t,;])(?:transfersyntax|presentationcontext|role|extendednegotiation)[0-9]+[ \t]*=")
# What cannot be the end of a value.
_UNFINISHED = (b"\\", b"-", b".", b":")
# A key, then something other than `=`, then perhaps a value.
_NO_EQUALS = re.compile(rb"([A-Za-z]+)([0-9]*)(?:[ \t]*(?::=?|[-=]>|[ \t])[ \t]*(\S.*)?)?\Z", re.DOTALL)


def text_slips(data: bytes, items: Iterable[Item]) -> Iterator[TextSlip]:
    """Every slip, in file order, at most one of each kind for an item."""
    header_end = -1
    broken = False  # whether the header in front took a bracket of the next one, of which the rest then begins a key
    before: Entry | Header | None = None
    for item in items:
        if isinstance(item, Header):
            header_end = item.span.end
            broken = False
            before = item
            if not item.closed or not _PLAIN_HEADER.fullmatch(data, *item.span):
                for slip in _unbalanced(data, item):
                    broken = True
                    yield slip
        elif not isinstance(item, Space):
            has_equals = item.raw_key.end < item.raw_value.start
            if isinstance(before, Header):
                yield from _doubled(data, before, item)
            if not has_equals or not _PLAIN_KEY.fullmatch(data, *item.raw_key):
                yield from _glued(data, item, header_end, has_equals, broken, before)
            broken = False
            if b"\n" in item.value or _begins_on_next_line(data, item):
                yield from _swallowed(data, item)
            elif b"=" in item.value:
                yield from _behind(data, item)
            before = item


def entries_within(data: bytes, slip: TextSlip) -> int:
    """How many lines that look like entries DCMTK takes for part of something else in this item."""
    item = slip.item
    if slip.what == "entry behind":
        return slip.lines
    if slip.kind == "swallowed" and isinstance(item, Entry):
        return sum(_looks_like(data, text) == "entry" for _, text in _continuations(data, item.raw_value))
    if slip.kind == "unbalanced":
        lines = _lines_of_key(data, item.span) if isinstance(item, Header) else ()
        return sum(_ENTRY.match(data, *line) is not None for line in lines)
    if slip.kind == "glued" and slip.what in ("no equals sign", "no value"):
        return slip.lines
    return 0


# -- swallowed


def _begins_on_next_line(data: bytes, entry: Entry) -> bool:
    return bool(entry.value) and data[slice(*entry.raw_value)].lstrip(b" \t\0")[:1] in (b"\r", b"\n")


def _swallowed(data: bytes, entry: Entry) -> Iterator[TextSlip]:
    found = [
        (line, text, what) for line, text in _continuations(data, entry.raw_value) if (what := _looks_like(data, text))
    ]
    if not found:
        return
    edits = []
    for line, text, what in found:
        mark = _COMMENT_MARK.match(data, *text) if what == "comment" else None
        if mark is None or mark.group().startswith(b"#"):
            edits.append(Edit(Span(line, text.start), b""))
        else:
            edits.append(Edit(Span(line, mark.end()), b"#"))
    _, first, what = found[0]
    yield TextSlip("swallowed", what, entry, first, tuple(edits), len(found))


def _behind(data: bytes, entry: Entry) -> Iterator[TextSlip]:
    """Entries that are on the line of another."""
    edits: list[Edit] = []
    first = entry.value_span.end
    for match in _BEHIND.finditer(data, *entry.raw_value):
        start = match.start()
        while data[start - 1] in b" \t,;" and start > entry.raw_value.start:
            start -= 1
        if start > entry.raw_value.start:
            first = min(first, match.start())
            edits.append(Edit(Span(start, match.start()), line_end(data)))
    if edits:
        rest = _trimmed(data, first, entry.value_span.end)
        yield TextSlip("swallowed", "entry behind", entry, rest, tuple(edits), len(edits))


def _continuations(data: bytes, value: Span) -> Iterator[tuple[int, Span]]:
    """Start and text of each indented line that belongs to the value."""
    for match in _LINE_END.finditer(data, *value):
        line = match.end()
        end = _end_of_line(data, line, value.end)
        text = _trimmed(data, line, end)
        if text.start > line and text.end > text.start:
            yield line, text


def _looks_like(data: bytes, text: Span) -> What | None:
    if data[text.start] in b"[":
        return "header"
    if _COMMENT_MARK.match(data, *text):
        return "comment"
    return "entry" if _ENTRY.match(data, *text) else None


# -- glued


def _glued(
    data: bytes, entry: Entry, header_end: int, has_equals: bool, broken: bool, before: Entry | Header | None
) -> Iterator[TextSlip]:
    lines = list(_lines_of_key(data, entry.raw_key))
    if lines and data[lines[0].start] in b"]":
        if not broken:
            yield _too_many_closed(data, entry, lines[0])
        lines = lines[1:] if _is_brackets(data, lines[0]) else lines
    if has_equals and lines and entry.raw_key.end > line_start(data, entry.raw_key.end) and _ends_key(data, entry):
        key_line, others = lines[-1], lines[:-1]
    elif has_equals and len(lines) == 1:
        return
    else:
        key_line, others = None, lines
    if others and isinstance(before, Entry) and (rest := _rest(data, before, others[0])):
        yield TextSlip("glued", "rest", entry, others[0], (rest,), certain=False)
        others = others[1:]
    for line in others:
        if slip := _header_like(data, entry, line):
            yield slip
            others = [other for other in others if other is not line]
    found = [_glued_line(data, line, header_end) for line in others if data[line.start] not in b"["]
    if key_line is not None and (mark := _COMMENT_MARK.match(data, *key_line)):
        found.append(_live_comment(data, entry, key_line, mark, header_end))
    found = [one for one in found if one is not None]
    if found:
        yield _joined(data, entry, found, key_line)


def _header_like(data: bytes, entry: Entry, line: Span) -> TextSlip | None:
    """A line that was meant to be a header and is none."""
    if name := _NOT_OPENED.fullmatch(data, *line):
        edit = Edit(Span(line.start, line.start), b"[" * len(name.group(1)))
        return TextSlip("unbalanced", "not opened", entry, line, (edit,))
    if data[line.start : line.start + 1] == b"[":
        return None
    found = _OTHER_BRACKETS.fullmatch(data, *line)
    written = data[slice(*found.span(2))].strip() if found else data[line.start : line.end]
    known = SPELLED.get(kept_characters(written)) if written.replace(b" ", b"").isalpha() else None
    # A remark may be in such brackets, too: in round ones, or in several words.
    is_remark = found is not None and (b"(" in data[line.start : found.start(2)] or b" " in written)
    if not known and (not found or (is_remark and b"[" not in data[line.start : found.start(2)])):
        return None
    count = 2 if known or (found and found.group(1)) else 1
    edit = Edit(line, b"[" * count + written + b"]" * count)
    return TextSlip("unbalanced", "no brackets", entry, line, (edit,), certain=known is not None)


def _rest(data: bytes, before: Entry, line: Span) -> Edit | None:
    """Joins a line to the value above it, where that cannot be all of the value, as after a word wrap."""
    prefix = number_of(before.key)[0]
    value = before.value
    between = data[before.value_span.end : line.start]
    if prefix not in PREFIXES or between.strip() or len(_LINE_END.findall(between)) != 1:
        return None
    text = data[line.start : line.end]
    if b" " in text or b"\t" in text or _COMMENT_MARK.match(text) or _looks_like_key(text):
        return None
    parts = prefix != "TRANSFERSYNTAX" and b"\\" not in value and b"\\" in text
    if value and not parts and not value.endswith(_UNFINISHED):
        return None
    return Edit(Span(before.value_span.end, line.start), b" " if not value else b"")


def _looks_like_key(text: bytes) -> bool:
    keyed = _NO_EQUALS.match(text)
    return bool(keyed and _is_key(keyed.group(1), keyed.group(2)))


def _ends_key(data: bytes, entry: Entry) -> bool:
    """Whether there is any of the key on the line of its ``=``."""
    end = entry.raw_key.end
    return bool(data[max(entry.raw_key.start, line_start(data, end)) : end].strip(_BLANKS))


_Found = tuple[What, Span, tuple[Edit, ...], bool]


def _joined(data: bytes, entry: Entry, found: list[_Found], key_line: Span | None) -> TextSlip:
    what, span, _, _ = found[0]
    edits = tuple(edit for one in found for edit in one[2])
    certain = all(one[3] for one in found)
    only_comments = all(one[0] == "comment" for one in found)
    if key_line is None:
        # Nothing is after it that could be lost.
        harmless = only_comments
    else:
        own = kept_characters(data[key_line.start : key_line.end])
        harmless = what != "live comment" and only_comments and own == entry.key
    return TextSlip("glued", what, entry, span, edits, len(found), certain, harmless)


def _glued_line(data: bytes, line: Span, header_end: int) -> _Found:
    mark = _COMMENT_MARK.match(data, *line)
    start, prefix = _before(data, line, header_end)
    if mark is not None:
        behind = line.start if mark.group().startswith(b"#") else mark.end()
        return ("comment", line, (Edit(Span(start, behind), prefix + (b"" if behind == line.start else b"#")),), True)
    keyed = _NO_EQUALS.match(data, *line)
    if keyed and _is_key(keyed.group(1), keyed.group(2)):
        if keyed.group(3):
            return ("no equals sign", line, (Edit(Span(keyed.end(2), keyed.start(3)), b" = "),), True)
        return ("no value", line, (Edit(Span(keyed.end(2), line.end), b" ="),), False)
    return ("text", line, (Edit(Span(start, line.start), prefix + b"# "),), False)


def _live_comment(data: bytes, entry: Entry, line: Span, mark: re.Match[bytes], header_end: int) -> _Found:
    start, prefix = _before(data, line, header_end)
    behind = line.start if mark.group().startswith(b"#") else mark.end()
    own = kept_characters(data[line.start : line.end])
    live = own == entry.key and _is_known_key(own)
    edit = Edit(Span(start, behind), prefix + (b"" if behind == line.start else b"#"))
    return ("live comment" if live else "comment", Span(line.start, mark.end()) if live else line, (edit,), not live)


def _before(data: bytes, line: Span, header_end: int) -> tuple[int, bytes]:
    """From where to replace so that the text begins a line, and what to put there: a line end after a header."""
    start = line_start(data, line.start)
    if start >= header_end:
        return start, b""
    return header_end, line_end(data)


def _is_key(letters: bytes, digits: bytes) -> bool:
    name = letters.decode("ascii", "replace").upper()
    return name in PREFIXES if digits else name in PROFILE_KEYS


def _is_known_key(key: str) -> bool:
    letters, digits = number_of(key)
    return letters in PREFIXES if digits else letters in PROFILE_KEYS


def _lines_of_key(data: bytes, key: Span) -> Iterator[Span]:
    """The lines of a raw key without the blanks around them; empty lines and comments left out."""
    start = key.start
    while start < key.end:
        end = _end_of_line(data, start, key.end)
        text = _trimmed(data, start, end)
        is_comment = start > key.start and data[start : start + 1] == b"#"
        if text.end > text.start and not is_comment:
            yield text
        match = _LINE_END.match(data, end)
        start = match.end() if match else key.end


# -- unbalanced brackets


def _is_brackets(data: bytes, line: Span) -> bool:
    return not data[line.start : line.end].strip(b"] \t")


def _too_many_closed(data: bytes, entry: Entry, line: Span) -> TextSlip:
    end = line.start
    while end < line.end and data[end] in b"] \t":
        end += 1
    span = Span(line.start, end)
    opened = data.rfind(b"[", 0, line.start)
    closed = data.find(b"]", opened)
    name = kept_characters(data[opened + 1 : closed]) if opened >= 0 else ""
    if name in SPELLED and data[opened - 1 : opened] != b"[":
        return TextSlip("unbalanced", "too many closed", entry, span, (Edit(Span(opened, opened), b"["),))
    return TextSlip("unbalanced", "too many closed", entry, span, (Edit(span, b""),))


def _doubled(data: bytes, header: Header, entry: Entry) -> Iterator[TextSlip]:
    """The header of a section in two pairs of brackets: no supersection has that name, and directly
    below it are the entries of a list or a profile.
    """
    if header.brackets != 2 or header.name in SPELLED or not _PLAIN_HEADER.fullmatch(data, *header.span):
        return
    if _is_known_key(entry.key) and max(likeness(header.name, one) for one in SPELLED) < 0.75:
        start, end = header.span
        edits = (Edit(Span(start, start + 1), b""), Edit(Span(end - 1, end), b""))
        yield TextSlip("unbalanced", "doubled", header, header.span, edits)


def _unbalanced(data: bytes, header: Header) -> Iterator[TextSlip]:
    first = data.find(b"[", header.span.start)
    name = header.raw_name
    broken = _LINE_END.search(data, *name)
    if broken and header.closed and header.name in SPELLED:
        return  # a name on two lines: odd, and read as it looks
    if broken or not header.closed:
        yield _unclosed(data, header, first, broken.start() if broken else name.end)
        return
    behind = _behind_brackets(data, name.end)
    if not data[behind : header.span.end].strip(b"] \t\r\n\0"):
        # Blanks and line ends between the brackets: odd, and read as it looks.
        return
    span = Span(first, behind)
    if any(likeness(header.name, known) >= 0.75 for known in SPELLED):
        closers = header.brackets - (behind - name.end)
        yield TextSlip("unbalanced", "unclosed", header, span, (Edit(Span(behind, behind), b"]" * closers),))
    else:
        surplus = Span(first, name.start - (behind - name.end))
        yield TextSlip("unbalanced", "too many opened", header, span, (Edit(surplus, b""),))


def _unclosed(data: bytes, header: Header, first: int, line_end: int) -> TextSlip:
    """A header whose brackets are not closed where the line of its name ends."""
    name = header.raw_name.start
    end = _trimmed(data, name, line_end).end
    behind = _behind_brackets(data, end)
    start = end - 1 if end > name and data[end - 1] in b"})" else end
    edit = Edit(Span(start, behind), b"]" * header.brackets)
    return TextSlip("unbalanced", "unclosed", header, Span(first, max(behind, first + 1)), (edit,))


def _behind_brackets(data: bytes, offset: int) -> int:
    while data[offset : offset + 1] == b"]":
        offset += 1
    return offset


# -- lines


def _end_of_line(data: bytes, offset: int, end: int) -> int:
    match = _LINE_END.search(data, offset, end)
    return match.start() if match else end


def _trimmed(data: bytes, start: int, end: int) -> Span:
    while start < end and data[start] in _BLANKS:
        start += 1
    while end > start and data[end - 1] in _BLANKS:
        end -= 1
    return Span(start, end)
