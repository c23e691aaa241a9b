"""Small questions about text that several fixes ask: where a line begins, what ends it, how DCMTK spells a key."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from asprofile.text import Edit, Span, line_end, line_start

_LEAST = 0.75
# To compare two words takes the product of their lengths.
_LOOKED_AT = 128


def on_a_line_above(data: bytes, comment: Span) -> tuple[Edit, ...]:
    """Moves a comment after a value, with the blanks in front of it, to a line of its own above; there ``#`` begins
    one.
    """
    text = data[comment.start : comment.end].strip().lstrip(b"#;/").strip()
    start = line_start(data, comment.start)
    above = Edit(Span(start, start), b"# " + text + line_end(data))
    return (above, Edit(comment, b""))


@lru_cache(maxsize=4096)
def likeness(word: str, other: str) -> float:
    """How alike two words in one case are, from 0.75 to 1; 0 for less. Of very long words the beginning is looked at.
    Slow: ask only where something is wrong already.
    """
    word, other = word[:_LOOKED_AT], other[:_LOOKED_AT]
    # No word is more like another than their lengths are.
    if 2 * min(len(word), len(other)) < _LEAST * (len(word) + len(other)):
        return 0.0
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, word, other, autojunk=False)
    # The letters that both have are a bound that costs little.
    found = matcher.ratio() if matcher.quick_ratio() >= _LEAST else 0.0
    return found if found >= _LEAST else 0.0


def most_like(word: str, candidates: Iterable[str], least: float = _LEAST) -> str | None:
    """The candidate most like the word, if any is like it at all."""
    ranked = [(likeness(word, candidate), candidate) for candidate in candidates]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= least else None
