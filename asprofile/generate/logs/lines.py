"""Lines of a log as the program wrote them, out of what people paste and log collectors keep.

Taken off: colours of a terminal, entities and line breaks of HTML, a source file's name and line at the end. Taken
apart: what a collector put into one line of JSON, and what lost its line ends. Left out: the second of two lines that
two log handlers wrote. Prefixes stay, since no reader minds them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

# With the escape character, as it is written in text, or without it, which a web form may have dropped.
_COLOUR = re.compile(r"(?:\x1b|\^\[|\u241b|\\(?:u001[bB]|x1[bB]|033|e))?\[[0-9;]{0,20}[mK]")
_TAG = re.compile(r"</?(?:span|p|div|pre|code|td|tr|li|b|i|font)\b[^<>]{0,300}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_PLACE = re.compile(
    r"(?<!\s)\s+[\[(]?(?:at |in )?[\w./\\-]{1,150}\.(?:cc|cpp|cxx|c|h|py|java|cs|js|ts|go|rs|swift)"
    r"(?::| line |, line |\()[0-9]{1,6}\)?[\])]?\s*$",
    re.ASCII,
)
_LONGEST_PLACE = 200
_LAST_OF_PLACE = (")", "]", *"0123456789")
_KEY = (
    r"(?:Context ID:|Abstract Syntax:|(?:Proposed|Accepted) (?:SCP/SCU Role:|Transfer Syntax)|"
    r"(?:Requested|Accepted) [A-Z][A-Za-z ]{0,40}Negotiation:|={3,50} (?:BEGIN|INCOMING|OUTGOING|END) A-ASSOCIATE)"
)
# What stands behind these keys is not the first of a list.
_GLUED = re.compile(
    r"(?<!\s[A-Z]:)(?<!Abstract Syntax:)(?<!Accepted Transfer Syntax:)(?<!SOP Class:)\s"
    rf"(?=(?:[A-Z]: +)?{_KEY}|(?:[A-Z]: )?=[A-Za-z0-9]|[A-Z]: [0-9]+(?:\.[0-9]+)+(?:\s|$))"
)
_SHORTEST_GLUED = 40
_HEAD_AT_END = re.compile(r"\s[A-Z]:$")
_KEYS = re.compile(_KEY)
_HEADING = re.compile(r"(?<!=)=+ (?:BEGIN|INCOMING|OUTGOING) A-ASSOCIATE-(?:RQ|AC)\b")


def cleaned(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the log, without line ends."""
    return _once(line for raw in lines for line in _apart(raw.rstrip("\r\n")))


def _apart(line: str) -> Iterator[str]:
    if "[" in line:
        line = _COLOUR.sub("", line)
    if "\\" in line and ("Context" in line or "ASSOCIATE" in line):
        line = _unescaped(line)
    if "<" in line and ">" in line:
        line = _TAG.sub("", _BREAK.sub("\n", line))
    if "&" in line:
        line = html.unescape(line)
    for one in line.split("\n"):
        for part in _unglued(one):
            yield _without_place(part.replace("\xa0", " "))


def _unescaped(line: str) -> str:
    """What stands in a string of JSON, as far as a log needs it."""
    for escaped, meant in (("\\\\n", "\n"), ("\\r\\n", "\n"), ("\\n", "\n"), ("\\t", "\t"), ('\\"', '"')):
        line = line.replace(escaped, meant)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), line)


def _unglued(line: str) -> Iterable[str]:
    """A dump whose line ends became blanks, as in a chat."""
    if len(line) < _SHORTEST_GLUED:
        return (line,)
    keys = _KEYS.finditer(line)
    next(keys, None)
    return (line,) if next(keys, None) is None else map(_without_head, _GLUED.sub("\n", line).split("\n"))


def _without_head(line: str) -> str:
    """Without the mark of the next line, where that begins with nothing known."""
    return line[:-3] if _HEAD_AT_END.search(line, max(0, len(line) - 3)) else line


def _without_place(line: str) -> str:
    if not line.rstrip().endswith(_LAST_OF_PLACE):
        return line
    found = _PLACE.search(line, max(0, len(line) - _LONGEST_PLACE))
    return line[: found.start()] if found else line


def _once(lines: Iterable[str]) -> Iterator[str]:
    """Without what a second handler repeats: the same line again, behind another prefix."""
    heading = ""
    twins: tuple[int, int] | None = None
    waiting: str | None = None
    for line in lines:
        begin = _HEADING.search(line) if "A-ASSOCIATE" in line else None
        if begin is not None:
            same = heading.endswith(line[begin.start() :])
            twins = (len(heading) - len(line) + begin.start(), begin.start()) if same else None
            heading, waiting = ("", None) if same else (line, None)
            if same:
                continue
        else:
            heading = ""
            if twins is not None and waiting is not None and line[twins[1] :] == waiting:
                waiting = None
                continue
            waiting = line[twins[0] :] if twins is not None else None
        yield line
