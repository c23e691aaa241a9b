"""Logs as people paste them and collectors keep them: each disguise of a log says what the log says."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable

import pytest

from asprofile.generate.logs import Association, associations
from tests.generate.logs.test_associations import DCM4CHE, DCMTK, PYNETDICOM


def read(text: str) -> list[Association]:
    return list(associations(text.splitlines(keepends=True)))


def each_line(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(change(line) + "\n" for line in text.splitlines())


def between(first: str, last: str) -> Callable[[str], str]:
    """Without the line that ``first`` is in, and what stands before, nor those that ``last`` is in."""

    def cut(text: str) -> str:
        lines = text.splitlines(keepends=True)
        begin = next(place for place, line in enumerate(lines) if first in line)
        return "".join(line for line in lines[begin + 1 :] if last not in line)

    return cut


DISGUISES: dict[str, Callable[[str], str]] = {
    "docker": each_line(lambda line: f"archive_1  | {line}"),
    "journald": each_line(lambda line: f"Nov 29 10:00:00 host storescp[123]: {line}"),
    "log4cplus": each_line(lambda line: f"2026-11-29 10:00:00,123 [0x7f] DEBUG dcmtk.dcmnet <> - {line}"),
    "kubectl": each_line(lambda line: f"2026-11-29T10:00:00.123456789Z stderr F {line}"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "colours": each_line(lambda line: f"\x1b[36m{line}\x1b[0m"),
    "colours without escape": each_line(lambda line: f"[1;36m{line}[0m"),
    "colours in JSON": each_line(lambda line: rf"\u001b[36m{line}\u001b[0m"),
    "entities": html.escape,
    "paragraphs": each_line(lambda line: f"<p>{html.escape(line)}</p>"),
    "breaks": lambda text: html.escape(text).replace("\n", "<br/>"),
    "no-break spaces": lambda text: text.replace(" ", "&nbsp;"),
    "a place in a source at the end": each_line(lambda line: f"{line}   [dulfsm.cc:123]"),
    "a place in words": each_line(lambda line: f"{line} (at acse.py line 1234)"),
    "a JSON record": lambda text: json.dumps({"level": "debug", "message": f"Log: {text}", "status": 1}) + "\n",
    "another JSON writer": lambda text: json.dumps({"m": text}).replace("=", "\\u003d").replace(">", "\\u003e") + "\n",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM, DCM4CHE], ids=["dcmtk", "pynetdicom", "dcm4che"])
def test_a_disguise(log: str, disguise: Callable[[str], str]) -> None:
    assert read(disguise(log)) == read(log)


@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM], ids=["dcmtk", "pynetdicom"])
def test_blanks_and_line_ends_may_be_lost(log: str) -> None:
    assert read("".join(" ".join(line.split()) + "\n" for line in log.splitlines())) == read(log)
    without = re.sub(r"(?m)^D: +(?:SOP Class|=CTImageStorage \(|\[|0x| 02).*\n", "", log)
    assert [one.contexts for one in read(" ".join(without.split()))] == [one.contexts for one in read(log)]


@pytest.mark.parametrize(
    ("log", "begin", "end"),
    [
        (DCMTK, "BEGIN A-ASSOCIATE-RQ", "END A-ASSOCIATE-RQ"),
        (DCMTK, "Presentation Contexts:", "A-ASSOCIATE-AC"),
        (PYNETDICOM, "OUTGOING A-ASSOCIATE-RQ", "END A-ASSOCIATE"),
        (DCM4CHE, "A-ASSOCIATE-RQ[", "A-ASSOCIATE-AC["),
        (DCM4CHE, "maxOpsInvoked", "nothing at all"),
    ],
)
def test_a_fragment(log: str, begin: str, end: str) -> None:
    assert [one.contexts for one in read(between(begin, end)(log))] == [one.contexts for one in read(log)]


def test_a_fragment_that_begins_in_a_context() -> None:
    (one,) = read(DCMTK[DCMTK.index("D:     Abstract Syntax") : DCMTK.index("I: Requesting")])
    assert [(context.abstract_syntax, context.proposed) for context in one.contexts] == [
        (context.abstract_syntax, context.proposed) for context in read(DCMTK)[0].contexts
    ]


@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM, DCM4CHE], ids=["dcmtk", "pynetdicom", "dcm4che"])
def test_a_dump_without_its_end_is_not_lost_to_the_next(log: str) -> None:
    cut = "".join(line for line in log.splitlines(keepends=True) if " END " not in line and line != "]\n")
    assert [one.contexts for one in read(cut + cut)] == [one.contexts for one in read(log + log)]


@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM], ids=["dcmtk", "pynetdicom"])
@pytest.mark.parametrize("prefixes", [("", "DEBUG:events:"), ("", ""), ("10:00:00 A ", "10:00:00 B ")])
def test_every_line_of_two_handlers(log: str, prefixes: tuple[str, str]) -> None:
    first, second = prefixes
    assert read("".join(f"{first}{line}\n{second}{line}\n" for line in log.splitlines())) == read(log)


def test_every_record_of_two_handlers() -> None:
    request, answer = DCM4CHE[: DCM4CHE.index("11:27:23.835 INFO")], DCM4CHE[DCM4CHE.index("11:27:23.835 INFO") :]
    found = read(request + request + answer + answer)
    assert [one.contexts for one in found if one.answered] == [read(DCM4CHE)[0].contexts]


def test_time_is_in_proportion_to_the_log() -> None:
    """A context of 40 kB takes about four times the time of one of 10 kB."""

    def seconds(count: int) -> float:
        text = DCMTK.replace("D:       1.2.3.4\n", "D:       =LittleEndianExplicit\n" * count)
        start = time.process_time()
        read(text)
        read(text.replace("\n", " "))
        read("Context ID: 1 (" * count + "\n" + "PresentationContextProposed { " * count)
        read(" " * count * 10 + "x\n" + "[" * count * 10 + "\n" + "=" * count * 10)
        return time.process_time() - start

    assert seconds(1_600) < 16 * max(seconds(400), 0.1)
