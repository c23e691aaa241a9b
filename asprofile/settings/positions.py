"""Where a key is in a TOML text: the standard parser does not say, and a message is to point at it.

Asked only when something is wrong, of a text that the parser has taken: this knows where things begin and end, and
judges nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Generator, Iterator

_BLANKS = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_QUOTED = r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'"""
_PART = re.compile(rf"[\w-]+|{_QUOTED}")
# A string, or characters that neither begin nor end anything.
_PIECE = re.compile(
    rf""""{{3}}(?:\\.|[^"\\]|"(?!""))*"{{3,5}}|'{{3}}(?:[^']|'(?!''))*'{{3,5}}|{_QUOTED}|[^\[\]{{}},"'#\n]+""",
    re.DOTALL,
)


def position(text: str, keys: tuple[str, ...]) -> tuple[int, int] | None:
    """Line and column, both from 1, of the key that is reached by these keys; where that one is missing, of the
    innermost table that is there; None if there is none of them.
    """
    found, longest = None, 0
    for reached, offset in _keys(text):
        if longest < len(reached) and reached == keys[: len(reached)]:
            found, longest = offset, len(reached)
            if longest == len(keys):
                break
    return None if found is None else (text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found))


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each key, with those that lead to it, and the offset at which it begins."""
    table: tuple[str, ...] = ()
    at = _after(_BETWEEN, text, 0)
    while at < len(text):
        if text[at] == "[":
            names = _dotted(text, at + (2 if text.startswith("[[", at) else 1))
            yield from _leading((), names)
            table, at = tuple(name for name, _, _ in names), names[-1][2]
            at += 2 if text.startswith("]]", at) else 1
        else:
            at = yield from _entry(text, at, table)
        at = _after(_BETWEEN, text, at)


def _entry(text: str, at: int, table: tuple[str, ...]) -> Generator[tuple[tuple[str, ...], int], None, int]:
    """The keys of an entry and of the inline tables in its value; returns where it ends."""
    # What is open here: a table ``{`` or a list ``[``, and the keys that lead to it.
    within: list[tuple[str, tuple[str, ...]]] = []
    keys, is_key = table, True
    while at < len(text):
        if is_key:
            names = _dotted(text, at)
            yield from _leading(keys, names)
            keys, at, is_key = keys + tuple(name for name, _, _ in names), names[-1][2] + 1, False
            continue
        sign = text[at]
        if sign in "\n#" and not within:
            break
        if sign in "[{":
            within.append((sign, keys))
        elif sign in "]}":
            keys = within.pop()[1]
        elif sign == ",":
            keys = within[-1][1]
        elif sign not in "\n#":
            at = _after(_PIECE, text, at)
            continue
        at = _after(_BETWEEN if within else _BLANKS, text, at + (sign not in "\n#"))
        is_key = sign in "{," and within[-1][0] == "{" and text[at] != "}"
    return at


def _leading(table: tuple[str, ...], names: list[tuple[str, int, int]]) -> Iterator[tuple[tuple[str, ...], int]]:
    for name, start, _ in names:
        table += (name,)
        yield table, start


def _dotted(text: str, at: int) -> list[tuple[str, int, int]]:
    """The parts of a key such as ``a."b c".d``: name, offset, and the offset after it and the blanks after it."""
    names: list[tuple[str, int, int]] = []
    while not names or text[at] == ".":
        start = _after(_BLANKS, text, at + bool(names))
        end = _after(_PART, text, start)
        raw = text[start:end]
        name = tomllib.loads(f"key = {raw}")["key"] if raw[:1] in ('"', "'") else raw
        at = _after(_BLANKS, text, end)
        names.append((name, start, at))
    return names


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
