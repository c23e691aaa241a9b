"""A JSON or YAML document as a tree with line numbers, and checks for what should be in it.

From here on it does not matter which of the two it was. The formats know what the members mean.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NoReturn

from asprofile.convert.words import quoted
from asprofile.errors import ConversionError
from asprofile.names.suggest import nearest

NodeKind = Literal["object", "array", "string", "number", "boolean", "null"]
_A: dict[NodeKind, str] = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A value. ``text``: of a scalar, as it is written (a string's without quotes). ``children``: of an array its
    items, of an object its members, whose keys are ``keys``."""

    kind: NodeKind
    line: int
    column: int
    text: str = ""
    children: tuple[Node, ...] = ()
    keys: tuple[Node, ...] = ()

    def wrong(self, message: str) -> NoReturn:
        """Raise ConversionError at this place."""
        raise ConversionError(message, self.line, self.column)

    def need(self, kind: NodeKind, what: str) -> Node:
        if self.kind != kind:
            self.wrong(f"{what} should be {_A[kind]}, and is {_A[self.kind]}")
        return self

    def members(self, what: str) -> dict[str, Node]:
        """The members of an object, each there once."""
        self.need("object", what)
        found: dict[str, Node] = {}
        for key, value in zip(self.keys, self.children, strict=True):
            if key.text in found:
                key.wrong(f"{quoted(key.text)} is there twice")
            found[key.text] = value
        return found

    def items(self, what: str) -> tuple[Node, ...]:
        """The items of an array."""
        return self.need("array", what).children

    def string(self, what: str) -> str:
        """The text of a string; also of a number, which a UID may look like in YAML."""
        if self.kind == "number":
            return self.text
        return self.need("string", what).text

    def boolean(self, what: str) -> bool:
        return self.need("boolean", what).text == "true"

    def only(self, known: Collection[str], what: str) -> None:
        """Raise ConversionError for a member of another name."""
        for key in self.keys:
            if key.text not in known:
                near = nearest(key.text[:100], known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; there is {', '.join(known)}"
                key.wrong(f"{what} has no member {quoted(key.text)}{hint}")


def member(members: dict[str, Node], name: str, of: Node, what: str) -> Node:
    """A member that has to be there."""
    found = members.get(name)
    if found is None:
        of.wrong(f"{what} has no {name!r}")
    return found
