"""JSON as configuration files have it: with comments and a comma after the last item, and with positions.

Python's ``json`` supports neither comments nor positions.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import NoReturn

from asprofile.convert.tree import Node, NodeKind
from asprofile.errors import ConversionError

# Far more than any such file needs, and far less than Python's stack allows.
_DEEPEST = 100

# One piece of each at a time: a loop within the expression would keep memory for each of its rounds.
_SPACE = re.compile(r"[ \t\r\n]+|//[^\n]*|/\*.*?\*/", re.DOTALL)
_IN_STRING = re.compile(r'[^"\\\x00-\x1f]+|\\.', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_WORDS: dict[str, NodeKind] = {"true": "boolean", "false": "boolean", "null": "null"}


def parse(text: str) -> Node:
    """The document; raises ConversionError where it is none, with line and column."""
    return _Parser(text.removeprefix("\ufeff")).document()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]

    def document(self) -> Node:
        self._skip()
        if self._at == len(self._text):
            self._fail("there is nothing in it")
        found = self._value()
        self._skip()
        if self._at < len(self._text):
            self._fail("something is after the end of the document")
        return found

    def _value(self) -> Node:
        line, column = self._position(self._at)
        first = self._text[self._at : self._at + 1]
        if first in ("{", "["):
            return self._collection(first, line, column)
        if first == '"':
            return Node("string", line, column, self._string())
        number = _NUMBER.match(self._text, self._at)
        if number:
            self._at = number.end()
            return Node("number", line, column, number[0])
        word = _WORD.match(self._text, self._at)
        if word is None or word[0] not in _WORDS:
            self._fail("here should be a value")
        self._at = word.end()
        return Node(_WORDS[word[0]], line, column, word[0])

    def _collection(self, first: str, line: int, column: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(f"nested more than {_DEEPEST} deep")
        end = "}" if first == "{" else "]"
        keys: list[Node] = []
        children: list[Node] = []
        self._at += 1
        self._skip()
        while self._text[self._at : self._at + 1] != end:
            if first == "{":
                keys.append(self._key())
            children.append(self._value())
            self._skip()
            if self._text[self._at : self._at + 1] == ",":
                self._at += 1
                self._skip()
            elif self._text[self._at : self._at + 1] != end:
                self._fail(f"here should be a comma or {end}")
        self._at += 1
        self._depth -= 1
        return Node("object" if first == "{" else "array", line, column, "", tuple(children), tuple(keys))

    def _key(self) -> Node:
        line, column = self._position(self._at)
        if self._text[self._at : self._at + 1] != '"':
            self._fail("here should be the name of a member, in double quotes")
        text = self._string()
        self._skip()
        if self._text[self._at : self._at + 1] != ":":
            self._fail("here should be a colon")
        self._at += 1
        self._skip()
        return Node("string", line, column, text)

    def _string(self) -> str:
        end = self._at + 1
        while match := _IN_STRING.match(self._text, end):
            end = match.end()
        if self._text[end : end + 1] != '"':
            self._fail("a string that does not end on its line")
        try:
            found = json.loads(self._text[self._at : end + 1])
        except ValueError:
            self._fail("a string with a backslash that JSON does not know")
        self._at = end + 1
        return str(found)

    def _skip(self) -> None:
        while match := _SPACE.match(self._text, self._at):
            self._at = match.end()
        if self._text.startswith("/*", self._at):
            self._fail("a comment that does not end")

    def _position(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def _fail(self, message: str) -> NoReturn:
        raise ConversionError(f"not JSON: {message}", *self._position(self._at))
