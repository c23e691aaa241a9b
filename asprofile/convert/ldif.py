"""LDIF (RFC 2849): records of attributes, folded lines, base64; and distinguished names (RFC 4514).

Only the text; the meaning of the attributes belongs in ``dcm4chee``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asprofile.errors import ConversionError

_LINE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9.;-]*):(?P<how>[:<]?)[ ]*(?P<value>.*)", re.DOTALL)
# What needs no base64: ASCII without a blank, colon or less-than at the beginning, and without a blank at the end.
_SAFE = re.compile(r"(?:[\x21-\x39\x3b\x3d-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?")
_WIDTH = 76
_SPECIAL = re.compile(r'[,+"\\<>;=]|^[# ]| $')
_OF_PART = re.compile(r"[^,\\]+|\\.|,", re.DOTALL)
_ESCAPED = re.compile(rb"\\(?:([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ADD = "add"


@dataclass(frozen=True, slots=True)
class LdifValue:
    """A value of an attribute, and the line that it begins in."""

    name: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """An entry; ``changes``: it is not one to be added, but a change of one that is there."""

    dn: str
    attributes: tuple[LdifValue, ...]
    line: int
    changes: bool = False

    def all(self, name: str) -> tuple[LdifValue, ...]:
        """The values of an attribute, whose letter case does not count."""
        return tuple(one for one in self.attributes if one.name == name.lower())

    def values(self, name: str) -> list[str]:
        return [one.text for one in self.all(name)]

    def first(self, name: str) -> LdifValue | None:
        return next(iter(self.all(name)), None)


def parse(text: str) -> Iterator[Record]:
    """The records; raises ConversionError with the line of what is no LDIF."""
    block: list[LdifValue] = []
    for number, line in _unfolded(text):
        if line:
            block.append(_value(line, number))
            continue
        yield from _record(block)
        block = []
    yield from _record(block)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that continue them, without comments; an empty one after each record."""
    current: list[str] = []
    first = 0
    for number, line in enumerate(re.split(r"\r\n|\n", text.removeprefix("\ufeff")), start=1):
        if line.startswith(" "):
            if not first:
                raise ConversionError("a line that continues another one, and there is none above it", number, 1)
            current.append(line[1:])
            continue
        if first and not current[0].startswith("#"):
            yield first, "".join(current)
        current, first = [line], number if line else 0
        if not line:
            yield number, ""
    if first and not current[0].startswith("#"):
        yield first, "".join(current)


def _value(line: str, number: int) -> LdifValue:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ConversionError("not LDIF: a line should have a name, a colon and a value", number, 1)
    if match["how"] == "<":
        raise ConversionError(f"the value of {match['name']} is in another file, which is not read", number, 1)
    text = match["value"]
    if match["how"] == ":":
        try:
            text = base64.b64decode(text.rstrip(" "), validate=True).decode("utf-8", "surrogateescape")
        except (binascii.Error, ValueError):
            raise ConversionError(f"the value of {match['name']} is no base64", number, 1) from None
    return LdifValue(match["name"].lower().partition(";")[0], text.rstrip(" "), number)


def _record(block: list[LdifValue]) -> Iterator[Record]:
    values = [one for one in block if one.name != "version"] if block and block[0].name == "version" else block
    if not values:
        return
    first = values[0]
    if first.name != "dn":
        raise ConversionError(f"a record begins with its dn, and this one with {first.name}", first.line, 1)
    kinds = [one.text.lower() for one in values if one.name == "changetype"]
    yield Record(first.text, tuple(values[1:]), first.line, any(kind != _ADD for kind in kinds))


def entry(dn_text: str, attributes: Iterable[tuple[str, str]]) -> str:
    """The text of an entry."""
    lines = [_written(name, value) for name, value in (("dn", dn_text), *attributes)]
    return "".join(f"{line}\n" for line in lines)


def _written(name: str, value: str) -> str:
    if _SAFE.fullmatch(value):
        line = f"{name}: {value}"
    else:
        line = f"{name}:: {base64.b64encode(value.encode('utf-8', 'surrogateescape')).decode('ascii')}"
    if len(line) <= _WIDTH:
        return line
    rest = line[_WIDTH:]
    parts = [rest[start : start + _WIDTH - 1] for start in range(0, len(rest), _WIDTH - 1)]
    return "\n ".join([line[:_WIDTH], *parts])


# --- Distinguished names ----------------------------------------------------------------------------------------------


def names(dn_text: str) -> list[tuple[str, str]]:
    """The attribute and the value of each part, the nearest first."""
    parts = [part.partition("=") for part in _parts(dn_text)]
    return [(name.strip(), _unescaped(value.strip())) for name, _, value in parts]


def parent(dn_text: str) -> str:
    """The name without its first part."""
    return ",".join(part.strip() for part in _parts(dn_text)[1:])


def dn(parts: Sequence[tuple[str, str]]) -> str:
    """A name from attributes and values."""
    return ",".join(f"{name}={_SPECIAL.sub(_backslashed, value)}" for name, value in parts)


def _backslashed(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _parts(dn_text: str) -> list[str]:
    parts: list[str] = []
    start = at = 0
    # A piece at a time: a loop within the expression would keep memory for each of its rounds.
    while piece := _OF_PART.match(dn_text, at):
        if piece[0] == ",":
            parts.append(dn_text[start:at])
            start = piece.end()
        at = piece.end()
    return [part for part in (*parts, dn_text[start:at]) if part]


def _unescaped(value: str) -> str:
    # Several escapes may be the bytes of one character.
    data = value.encode("utf-8", "surrogateescape")
    return _ESCAPED.sub(_meant, data).decode("utf-8", "surrogateescape")


def _meant(match: re.Match[bytes]) -> bytes:
    return match[2] if match[1] is None else bytes.fromhex(match[1].decode("ascii"))
