"""Which of several programs, processes or associations a line of a log is of.

Collectors and containers put the logs of many into one. Only marks that stay the same for a whole association are
taken for one: the process of syslog and journald, the name of a container, dcm4che's number of an association.
"""

from __future__ import annotations

import re

_PROCESS = re.compile(r"^.{0,80}?\s([A-Za-z][\w./-]{0,40}\[[0-9]{1,10}\]): ")
_CONTAINER = re.compile(r"^([A-Za-z0-9][\w.-]{0,60}) {0,40}\| ")
_LOG4CPLUS = re.compile(r"^.{0,60}?\b((?:P|pid|PID|process)[:=] ?[0-9]{1,10})\b")
_NUMBERED = re.compile(
    r"(?:^|[\s|\]])[^\s()]{1,60}\(([0-9]{1,10})\)(?: (?:<<|>>) |: (?:A-ASSOCIATE|close|i/o|enter|start))"
)
# A mark is at the front of a line.
_FRONT = 200
_CONTAINER_LIKE = re.compile(r"[0-9_-]")


def stream_of(line: str) -> str | None:
    """The mark of the process or container; None where the line has none, and goes on with the one before."""
    line = line[:_FRONT]
    if "|" in line and (found := _CONTAINER.match(line)) and _CONTAINER_LIKE.search(found[1]):
        return found[1]
    if "]: " in line and (found := _PROCESS.match(line)):
        return found[1]
    if (":" in line or "=" in line) and (found := _LOG4CPLUS.match(line)):
        return found[1]
    return None


def number_of(line: str) -> str | None:
    """dcm4che's number of the association that a line is about."""
    if "(" in line and (found := _NUMBERED.search(line[:_FRONT])):
        return found[1]
    return None
