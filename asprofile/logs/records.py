"""Lines of a log from the records that collectors store: JSON, ``msg="..."``, CSV, XML, lists of strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# The names under which the records of usual collectors and loggers have the line.
_NAMES = ("message", "msg", "log", "short_message", "full_message", "@message", "text", "line", "body", "event", "m")
_LOGFMT = re.compile(r'\b(?:msg|message|log|text)=("(?:[^"\\]|\\.)*")')
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_CLOSING = re.compile(r"</(?:p|div|tr|li|pre|line|message|log|event|[A-Za-z0-9]{1,20}:message)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:]{0,30}(?:\s[^<>]{0,300})?/?>")
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_LAST_FIELD = re.compile(r'[,;\t]"((?:[^"]|"")*)"\s*$')
_DEEPEST = 6
_LONGEST_NESTED = 10_000_000
_LONGEST_FIELDS = 20_000


def opened(line: str) -> list[str]:
    """The lines in a record; the line itself where it is none."""
    bare = line.strip()
    first, last = bare[:1], bare[-1:]
    if first in "{[\"'b" and last in "}]\"'," and (found := _of_json(bare)):
        return found
    if '="' in bare and (logged := _LOGFMT.search(bare)) and (found := _of_json(logged[1])):
        return found
    if last == '"' and len(bare) < _LONGEST_FIELDS and (field := _LAST_FIELD.search(bare)):
        return field[1].replace('""', '"').split("\n")
    return [line]


def without_tags(line: str) -> str:
    """The text of a line of HTML or XML, with a line end where an element ends that is a line of its own."""
    line = _CDATA.sub("", line)
    return _TAG.sub("", _CLOSING.sub("\n", _BREAK.sub("\n", line)))


def _of_json(text: str) -> list[str]:
    """The strings of JSON, or of Python, that a line is written as; none where it is nothing of that."""
    bare = text.removesuffix(",")
    if bare[:2] in ("b'", 'b"'):
        bare = bare[1:]
    if len(bare) > 1 and bare[0] == bare[-1] == "'":
        return _lines(bare[1:-1].replace("\\n", "\n").replace("\\t", "\t").replace("\\'", "'"))
    if len(bare) > _LONGEST_NESTED:
        return []
    try:
        return list(_strings(json.loads(bare), 0))
    except (ValueError, RecursionError):
        return []


def _strings(value: Any, depth: int) -> Iterator[str]:
    """The lines of a record, or of each of several."""
    if isinstance(value, str):
        inner = value.strip()
        nested = depth < _DEEPEST and inner[:1] == "{" and inner[-1:] == "}"
        yield from (_of_json(inner) if nested else []) or _lines(value)
    elif isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _strings(one, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        by_name = {str(name).lower(): one for name, one in value.items()}
        named = next((by_name[name] for name in _NAMES if isinstance(by_name.get(name), str | list)), None)
        if named is not None:
            yield from _strings(named, depth + 1)
            return
        inside: list[Any] = [one for one in value.values() if isinstance(one, dict | list)]
        strings = [one for one in value.values() if isinstance(one, str)]
        for one in inside or ([max(strings, key=len)] if strings else []):
            yield from _strings(one, depth + 1)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
