"""Restores the lines of a log as the program wrote them, from what people paste and log collectors store.

Removed: terminal colours, HTML entities and line breaks, quotation marks of mail, characters that show line ends and
tabs, a source file's name and line, a time or a thread at the end. Split: a collector's records (``records``), and text
that lost its line ends. Joined: lines that were broken at a column (``wrapped``). Dropped: the second of two equal
lines of two log handlers. Prefixes stay, because no reader minds them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from asprofile.logs.quiet import Quiet, runs
from asprofile.logs.records import opened, without_tags
from asprofile.logs.streams import stream_of
from asprofile.logs.wrapped import LOOKED_AT, is_broken, unwrapped

# With the escape character, as it is written in text, or without it, which a web form may have dropped.
_ESCAPE = r"(?:\x1b|\^\[|\u241b|#033|\\(?:u001[bB]|x1[bB]|033|e))"
_COLOUR = re.compile(rf"{_ESCAPE}?\[[0-9;:]{{0,20}}[mK]")
_SEQUENCE = re.compile(rf"{_ESCAPE}(?:\([A-Z0-9]|\][^\x07\x1b]{{0,200}}(?:\x07|\x1b\\))")
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_SHOWN_TAB = re.compile(r"#011|\^I")
# What pages, tables, editors and shells leave at the end of each line.
_END = re.compile(r"(?:\s|\^M|\||`{1,3}|\\par|\\|\$)+$")
_LONGEST_END = 40
_LAST_OF_END = ("|", "`", "\\", "$", "^M", "\\par")
_OF_END = re.compile(
    r"(?:\s{2,}\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[0-9.,]{0,12}Z?|\s+\[\d\d:\d\d:\d\d[0-9.,]{0,12}\]|"
    r"\s+\[(?:thread|tid|pid)\b[^\[\]]{0,40}\])$"
)
_SPACES = dict.fromkeys((160, 8239, 8287, 12288, *range(8192, 8203)), " ")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_TABLE = {**_SPACES, **_INVISIBLE, 0x09: "    "}
_HEX = re.compile(r"=([2-7][0-9A-F])")
_PLACE = re.compile(
    r"(?<!\s)\s+[\[(]?(?:at |in )?(?:[A-Za-z]:)?[\w./\\-]{1,150}\.(?:cc|cpp|cxx|c|h|py|java|cs|js|ts|go|rs|swift)"
    r"(?::| line |, line |\()[0-9]{1,6}\)?[\])]?\s*$",
    re.ASCII,
)
_LONGEST_PLACE = 200
_LAST_OF_PLACE = (")", "]", "Z", *"0123456789")
_KEY = (
    r"(?:Context ID:|Abstract Syntax:|(?:Proposed|Accepted) (?:SCP/SCU Role:|Transfer Syntax)|"
    r"(?:Requested|Accepted) [A-Z][A-Za-z ]{0,40}Negotiation:|={3,50} (?:BEGIN|INCOMING|OUTGOING|END) A-ASSOCIATE)"
)
# What is after these keys is not the first of a list.
_GLUED = re.compile(
    r"(?<!\s[A-Z]:)(?<!Abstract Syntax:)(?<!Accepted Transfer Syntax:)(?<!SOP Class:)\s"
    rf"(?=(?:[A-Z]: +)?{_KEY}|(?:[A-Z]: )?=[A-Za-z0-9]|[A-Z]: [0-9]+(?:\.[0-9]+)+(?:\s|$))"
)
_DCM4CHE_GLUED = re.compile(
    r"\s(?=(?:PresentationContext|RoleSelection|(?:Common)?ExtendedNegotiation)\[|(?:as|ts|result|sopClass|scu|scp|"
    r"info|serviceClass|relatedSOPClasses|implClassUID|maxPDULength): |\](?:\s|$)|A-ASSOCIATE-)|"
    r"(?<=\[)\s(?=calledAET: )"
)
_INDENTED_GLUED = re.compile(
    r"\s(?=Presentation Context: |(?:Abstract|Transfer)(?: Syntax)?: |"
    r"(?:\[\w{1,9}\] )?[^\s]{1,40} (?:<-|->) Association )"
)
_SHORTEST_GLUED = 40
_HEAD_AT_END = re.compile(r"\s[A-Z]:$")
_KEYS = re.compile(_KEY)
_HEADING = re.compile(r"(?<!=)=+ (?:BEGIN|INCOMING|OUTGOING) A-ASSOCIATE-(?:RQ|AC)\b")


def cleaned(lines: Iterable[str], busy: Callable[[], bool] | None = None) -> Iterator[str | Quiet]:
    """The lines of the log, without line ends. ``busy``: whether every line counts just now; as long as it says no,
    lines that say nothing of associations are not looked at, and come together (``quiet``).
    """
    every = (raw.rstrip("\r\n") for raw in lines)
    head = list(islice(every, LOOKED_AT))
    whole = chain(head, every)
    if busy is None or is_broken([_without_quotation(raw) for raw in head]):
        bare = (_without_quotation(raw) for raw in whole)
        return _Once().read(line for one in unwrapped(bare) for line in _apart(one))
    once = _Once()
    return once.read(_each(runs(whole, lambda: once.is_busy or busy())))


def written(raw: str) -> Iterator[str]:
    """The lines in one of a log that breaks none, as they were written."""
    return _apart(_without_quotation(raw))


def _each(some: Iterable[str | Quiet]) -> Iterator[str | Quiet]:
    for one in some:
        if isinstance(one, Quiet):
            yield one
        else:
            yield from written(one)


def _without_quotation(line: str) -> str:
    """Without what a terminal and a mail program put around it, which moves the column at which lines are broken."""
    if not line.isascii():
        line = line.translate(_INVISIBLE)
    if "\x1b" in line or "[" in line or "#033" in line:
        line = _COLOUR.sub("", _SEQUENCE.sub("", line))
    if line.startswith(("> ", ">>", ">")) and (found := _QUOTED.match(line)):
        line = line[found.end() :]
    return line


def _apart(line: str) -> Iterator[str]:
    for one in opened(line):
        text = one
        if "\\" in text and ("Context" in text or "ASSOCIATE" in text):
            text = _unescaped(text)
        if "<" in text and ">" in text:
            text = without_tags(text)
        if "&" in text:
            text = html.unescape(text)
            text = html.unescape(text) if "&" in text else text
        if "=3D" in text:
            text = _HEX.sub(lambda match: chr(int(match[1], 16)), text)
        for part in text.split("\n"):
            for each in _unglued(part):
                yield _tidy(each)


def _tidy(line: str) -> str:
    """A line with blanks for all that looks blank, and nothing after what the program wrote."""
    if "\t" in line or not line.isascii():
        line = line.translate(_TABLE)
    if "#011" in line or "^I" in line:
        line = _SHOWN_TAB.sub("    ", line)
    if "[" in line or "#033" in line:
        line = _COLOUR.sub("", _SEQUENCE.sub("", line))
    if line.startswith(">") and (found := _QUOTED.match(line)):
        line = line[found.end() :]
    line = line.rstrip()
    if line.endswith(_LAST_OF_END):
        found = _END.search(line, max(0, len(line) - _LONGEST_END))
        line = line[: found.start()] if found else line
    if "\\=" in line or "\\_" in line:
        line = line.replace("\\=", "=").replace("\\_", "_")
    return _without_place(line)


def _unescaped(line: str) -> str:
    """What is in a string of JSON, as far as a log needs it."""
    for escaped, meant in (("\\\\n", "\n"), ("\\r\\n", "\n"), ("\\n", "\n"), ("\\t", "\t"), ('\\"', '"')):
        line = line.replace(escaped, meant)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), line)


def _unglued(line: str) -> Iterable[str]:
    """A dump whose line ends became blanks, as in a chat."""
    if len(line) < _SHORTEST_GLUED:
        return (line,)
    if line.count("PresentationContext[") > 1:
        return _DCM4CHE_GLUED.sub("\n", line).split("\n")
    if line.count("Presentation Context:") > 1:
        return _INDENTED_GLUED.sub("\n", line).split("\n")
    keys = _KEYS.finditer(line)
    next(keys, None)
    return (line,) if next(keys, None) is None else map(_without_head, _GLUED.sub("\n", line).split("\n"))


def _without_head(line: str) -> str:
    """Without the mark of the next line, where that begins with nothing known."""
    return line[:-3] if _HEAD_AT_END.search(line, max(0, len(line) - 3)) else line


def _without_place(line: str) -> str:
    if not line.rstrip().endswith(_LAST_OF_PLACE):
        return line
    found = _PLACE.search(line, start := max(0, len(line) - _LONGEST_PLACE)) or _OF_END.search(line, start)
    return line[: found.start()] if found else line


class _Once:
    """Leaves out what a second handler repeats: the same line again, after another prefix."""

    def __init__(self) -> None:
        self._heading = ""
        self._twins: tuple[int, int] | None = None
        self._waiting: str | None = None

    @property
    def is_busy(self) -> bool:
        """Whether there are two handlers, so that every line may be there twice."""
        return self._twins is not None

    def read(self, lines: Iterable[str | Quiet]) -> Iterator[str | Quiet]:
        """The lines that are no repetition."""
        for line in lines:
            if isinstance(line, Quiet):
                self._heading = ""
                yield line
            elif not self._is_again(line):
                yield line

    def _is_again(self, line: str) -> bool:
        begin = _HEADING.search(line) if "A-ASSOCIATE" in line else None
        if begin is not None:
            heading = self._heading
            same = heading.endswith(line[begin.start() :]) and stream_of(heading) == stream_of(line)
            self._twins = (len(heading) - len(line) + begin.start(), begin.start()) if same else None
            self._heading, self._waiting = ("", None) if same else (line, None)
            return same
        self._heading = ""
        if self._twins is not None and self._waiting is not None and line[self._twins[1] :] == self._waiting:
            self._waiting = None
            return True
        self._waiting = line[self._twins[0] :] if self._twins is not None else None
        return False
