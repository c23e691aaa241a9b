"""Small questions about text that several fixes ask: where a line begins, what ends it, how DCMTK spells a key."""

from __future__ import annotations

import re
from collections.abc import Iterable

from asprofile.text import Edit, Span

_LINE_END = re.compile(rb"\r\n?|\n")


def line_end(data: bytes) -> bytes:
    """What ends the lines of this file: that of the first."""
    match = _LINE_END.search(data)
    return match.group() if match else b"\n"


def line_start(data: bytes, offset: int) -> int:
    """Where the line that holds ``offset`` begins."""
    return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1


def next_line(data: bytes, offset: int) -> int:
    """Where the line behind the one that holds ``offset`` begins; the end of the file for the last."""
    match = _LINE_END.search(data, offset)
    return match.end() if match else len(data)


def without_lines(data: bytes, span: Span) -> Edit:
    """Removes the lines that ``span`` touches."""
    return Edit(Span(line_start(data, span.start), next_line(data, max(span.start, span.end - 1))), b"")


def with_number(digits: Span, number: int, *, aligned: bool) -> tuple[Edit, ...]:
    """Puts another number in the place of a key's digits; with ``aligned`` the `=` behind it stays where it is."""
    text = b"%d" % number
    surplus = digits.end - digits.start - len(text)
    padding = (Edit(Span(digits.end, digits.end), b" " * surplus),) if aligned and surplus > 0 else ()
    return (Edit(digits, text), *padding)


def on_a_line_above(data: bytes, comment: Span) -> tuple[Edit, ...]:
    """Moves a comment behind a value, with the blanks in front of it, to a line of its own above; there ``#`` begins
    one.
    """
    text = data[comment.start : comment.end].strip().lstrip(b"#;/").strip()
    start = line_start(data, comment.start)
    above = Edit(Span(start, start), b"# " + text + line_end(data))
    return (above, Edit(comment, b""))


def compatible(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of their places, without those that overlap one before them or repeat one."""
    kept: list[Edit] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.span, edit.replacement)):
        if not kept or edit.span.start >= kept[-1].span.end:
            kept.append(edit)
    return kept


def likeness(word: str, other: str) -> float:
    """How alike two words in one case are, from 0 to 1; 0 for words of very different length, of which one may be as
    long as a file. Slow: ask only where something is wrong already.
    """
    if 3 * min(len(word), len(other)) < max(len(word), len(other)):
        return 0.0
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other, autojunk=False).ratio()


def most_like(word: str, candidates: Iterable[str], least: float = 0.75) -> str | None:
    """The candidate most like the word, if any is like it at all."""
    ranked = [(likeness(word, candidate), candidate) for candidate in candidates]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= least else None


def plural(count: int, word: str) -> str:
    """``1 entry``, ``2 entries``."""
    if count == 1:
        return f"{count} {word}"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{count} {word[:-1]}ies"
    return f"{count} {word}{'es' if word.endswith(('s', 'x')) else 's'}"
