"""Which lines of a log say nothing of associations, so that they need not be read closely: nearly all of those of an
application.

A line is quiet that has none of the texts with which any reader here begins to look at it, and nothing that hides
such a text or makes several lines of one. That is true of a line by itself only: in a dump every line counts, and
whoever reads says whether one is open.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from asprofile.logs.streams import stream_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

STEMS: Final = (
    # of the lines that say what became of an association (signs), of dumps, and of what is beside the contexts (facts)
    "ssociat", "A-A", "A-RELEASE", "Abort [", "Socket", "pcid=", "Cannot transcode", "ConnectException", "Connected by",
    "Connecting to", "onnection from", "attempting connection", "establish connection", "to connect to",
    "onnection refused", "resentation", "Pres Cont", "DICOM", "DIMSE", "DUL", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT",
    "Error Comment", "HasDataset", "AE Title", "Message ", "No Answer", "SOP ", "OpenSSL", "Reason: ", "Store Re",
    "store instance", "stored instance", "storing instance", "Result: Rejected", "Status", "TCP Init", "TLS",
    "remote modality", "Transfer", "UPACS", "UnknownHost", "PDU", "VERSION_NUMBER", "version number",
    "actively refused", "certificate verify", "cuid=", "iuid=", "suid=", "forwarded image", "handshake failure",
    "javax.net.ssl", "maximum", "not supported by", "request [", "response [", "timeout expired", "Context ID",
    "dcmtk:", "Orthanc", "Abstract", "RoleSelection", "Negotiation", "SCP/SCU", "Application ", "allingAE", "alledAE",
    "Reserved", "Implementation", "mplClassUID", "mplVersionName", "maxOps", "Remote host", "Async Ops",
    "Number of Operations", "uthentication", "type: ", "User Identity", "as: ", "ts: ",
    # what a program marks as an error
    "ERROR", "FATAL", "rror:", "E: ", "F: ", "***",
    # what hides a text
    "=3D", "^[", "`",
)  # fmt: skip
"""What no quiet line has."""
_ORTHANC_ERROR: Final = re.compile(r"E[0-9]{4} ")
_NUMBERED: Final = re.compile(r"\) (?:<<|>>|&|\\u)|\): (?:close|i/o|enter|start)")
_ENTITY: Final = re.compile(r"&(?:#|nbsp|amp|lt|gt)")
_TAG: Final = re.compile(r"<(?:/|br|BR|!\[)")
_ESCAPED: Final = re.compile(r"\\(?:u00|_|=|0|e|x|r\\n|n(?!\"))")
_LISTS: Final = re.compile(r"\[[\"'\[{]|\": ?\[")
_SHOWN_CONTROL: Final = re.compile(r"#0[13][13]")
_ESCAPE: Final = re.compile(r"\x1b")
_WITH: Final = (
    # an error of Orthanc
    ("E", _ORTHANC_ERROR.finditer),
    # dcm4che's numbers of associations
    (")", _NUMBERED.finditer),
    # what hides a text, or makes several lines of one
    ("&", _ENTITY.finditer),
    ("<", _TAG.finditer),
    ("\\", _ESCAPED.finditer),
    ("[", _LISTS.finditer),
    ("#0", _SHOWN_CONTROL.finditer),
    ("\x1b", _ESCAPE.finditer),
)
"""Looked for where there is the first of each."""
_HIDDEN: Final = re.compile("[\xa0\xad\u200b-\u200f\u2000-\u200a\u202f\u205f\u2060\u3000\ufeff\u241b]")
_MARKS: Final = ("|", "]: ", "P:", "P=", "pid", "PID", "process")
"""Lines that may say whose they are have one of these (``streams``)."""
_MOST_CHARACTERS: Final = 1 << 16


class Quiet:
    """Lines that say nothing: so many, one after the other."""

    __slots__ = ("_lines",)

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def stream(self, clean: Callable[[str], Iterable[str]]) -> str | None:
        """The mark of the program whose line is the last that has one; ``clean`` makes the line as it was written."""
        if not _may_be_marked("\n".join(self._lines)):
            return None
        for raw in reversed(self._lines):
            if _may_be_marked(raw):
                for line in clean(raw):
                    if (name := stream_of(line)) is not None:
                        return name
        return None


def _may_be_marked(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def runs(lines: Iterable[str], busy: Callable[[], bool]) -> Iterator[str | Quiet]:
    """The lines, those that are quiet together; ``busy``: whether every line counts just now, which may change with
    each line that is handed out.
    """
    for some in _batches(lines):
        start, count = 0, len(some)
        for loud in (*_loud(some), count):
            while start < loud and busy():
                yield some[start]
                start += 1
            if start < loud:
                yield Quiet(some[start:loud])
            if loud < count:
                yield some[loud]
            start = loud + 1


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line) + 1
        if size > _MOST_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _loud(lines: list[str]) -> list[int]:
    """Where the lines are that are not quiet, in their order."""
    text = "\n".join(lines)
    places = [place for stem in STEMS if stem in text for place in _places(text, stem)]
    for character, all_in in _WITH:
        if character in text:
            places += [found.start() for found in all_in(text)]
    if not text.isascii():
        places += [found.start() for found in _HIDDEN.finditer(text)]
    if not places:
        return []
    ends = list(accumulate(len(line) + 1 for line in lines))
    return sorted({bisect_right(ends, place) for place in places})


def _places(text: str, stem: str) -> Iterator[int]:
    place = text.find(stem)
    while place >= 0:
        yield place
        # One in a line is enough.
        end = text.find("\n", place)
        place = text.find(stem, end) if end >= 0 else -1
