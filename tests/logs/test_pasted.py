"""Logs as people paste them and collectors keep them: each disguise of a log says what the log says."""

from __future__ import annotations

import html
import json
import re
import textwrap
import time
from collections.abc import Callable

import pytest

from asprofile.errors import ProposalError
from asprofile.logs import LoggedAssociation, associations
from asprofile.logs.dcmtk import MIXED
from tests.logs.test_associations import DCM4CHE, DCMTK, PYNETDICOM
from tests.logs.test_programs import FO_DICOM, GDCM


def read(text: str) -> list[LoggedAssociation]:
    return list(associations(text.splitlines(keepends=True)))


def each_line(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(change(line) + "\n" for line in text.splitlines())


def between(first: str, last: str) -> Callable[[str], str]:
    """Without the line that ``first`` is in, and what is before, nor those that ``last`` is in."""

    def cut(text: str) -> str:
        lines = text.splitlines(keepends=True)
        begin = next(place for place, line in enumerate(lines) if first in line)
        return "".join(line for line in lines[begin + 1 :] if last not in line)

    return cut


def broken(width: int) -> Callable[[str], str]:
    """As a terminal breaks lines."""
    return each_line(lambda line: "\n".join(line[at : at + width] for at in range(0, len(line), width)))


def between_words(width: int) -> Callable[[str], str]:
    """As a mail program breaks lines."""
    return each_line(lambda line: "\n".join(textwrap.wrap(line, width, break_long_words=False)))


FRONT = re.compile("[DI]: ")
LOGGED = each_line(lambda line: f"2026-11-29 10:00:00,123 [0x7f] DEBUG dcmtk.dcmnet <> - {line}")

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
    "a place and a number in brackets": each_line(lambda line: rf"{line}  c:\dcmtk\dcmnet\libsrc\assoc.cc(123)"),
    "a time at the end": each_line(lambda line: f"{line}   2026-11-29 10:00:00.123"),
    "a thread at the end": each_line(lambda line: f"{line} [thread 1234]"),
    "kubectl with the pod": each_line(lambda line: f"[pod/pacs-7d9f/dicom] {line}"),
    "syslog": each_line(lambda line: f"<134>1 2026-11-29T10:00:00.003Z host app 123 - - \ufeff{line}"),
    "syslog's escapes": each_line(lambda line: "#033[36m" + re.sub(" {4}", "#011", line) + "#033[0m"),
    "quoted": each_line(lambda line: f"> {line}"),
    "quoted twice": each_line(lambda line: f">>{line}"),
    "quoted in HTML": each_line(lambda line: f"&gt; {html.escape(line)}"),
    "tabs": each_line(lambda line: re.sub(" {2,}", "\t", line)),
    "a tab in front": each_line(lambda line: f"\t{line}"),
    "wide blanks": lambda text: text.replace("  ", "\u2003\u2003"),
    "invisible characters": lambda text: text.replace(" ", "\u200b "),
    "a table": each_line(lambda line: f"| 10:00 | DEBUG | {line} |"),
    "code of Markdown": each_line(lambda line: f"`{line}`"),
    "escaped for Markdown": lambda text: text.replace("=", "\\="),
    "ends shown": each_line(lambda line: f"{line}$"),
    "CR shown": each_line(lambda line: f"{line}^M"),
    "CR twice": each_line(lambda line: f"{line}\r\n\r"),
    "every second line empty": each_line(lambda line: f"{line}\n"),
    "lines of others between": each_line(lambda line: f"{line}\n2026-11-29 10:00:00 INFO GET /ping 200"),
    "RTF": each_line(lambda line: rf"{line}\par"),
    "quoted printable": lambda text: text.replace("=", "=3D"),
    "entities twice": lambda text: html.escape(html.escape(text)),
    "a reset of another kind": each_line(lambda line: f"\x1b[1m{line}\x1b(B\x1b[m"),
    "a window's title": each_line(lambda line: f"\x1b]0;log\x07{line}"),
    "journalctl -o json": each_line(lambda line: json.dumps({"MESSAGE": line, "PRIORITY": "6"})),
    "docker's own file": each_line(lambda line: json.dumps({"log": f"{line}\n", "stream": "stderr", "time": "10:00"})),
    "JSON in JSON": each_line(lambda line: json.dumps({"log": json.dumps({"msg": line}) + "\n"})),
    "a hit of a search": each_line(lambda line: json.dumps({"_index": "a", "_source": {"message": line}})),
    "an array of JSON": lambda text: json.dumps(text.splitlines()) + "\n",
    "an array, a line each": each_line(lambda line: f"  {json.dumps(line)},"),
    "logfmt": each_line(lambda line: f"ts=2026 level=debug msg={json.dumps(line)} app=x"),
    "CSV": each_line(lambda line: f'"2026-11-29","DEBUG","{line.replace(chr(34), chr(34) * 2)}"'),
    "CSV with semicolons": each_line(lambda line: f'2026-11-29;DEBUG;"{line}"'),
    "strings of Python": each_line(lambda line: f"{line!r},"),
    "bytes of Python": each_line(lambda line: f"{line.encode()!r},"),
    "XML": lambda text: "".join(f"<line><![CDATA[{line}]]></line>" for line in text.splitlines()) + "\n",
    "log4j's XML": each_line(lambda line: f"<log4j:message><![CDATA[{line}]]></log4j:message>"),
    "broken at 80 columns": each_line(lambda line: "\n".join(line[at : at + 80] for at in range(0, len(line), 80))),
    "broken at 40 columns": lambda text: broken(40)(text) if all(map(FRONT.match, text.splitlines())) else text,
    "logged and broken at 72": lambda text: broken(72)(LOGGED(text)),
    "logged and broken between words": lambda text: between_words(70)(LOGGED(text)),
    "logged, broken and quoted": lambda text: each_line(lambda line: f"> {line}")(between_words(70)(LOGGED(text))),
    "a JSON record": lambda text: json.dumps({"level": "debug", "message": f"Log: {text}", "status": 1}) + "\n",
    "another JSON writer": lambda text: json.dumps({"m": text}).replace("=", "\\u003d").replace(">", "\\u003e") + "\n",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize(
    "log",
    [DCMTK, PYNETDICOM, DCM4CHE, FO_DICOM, GDCM],
    ids=["dcmtk", "pynetdicom", "dcm4che", "fo-dicom", "gdcm"],
)
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


@pytest.mark.parametrize(
    "log", [DCMTK, PYNETDICOM, DCM4CHE, FO_DICOM], ids=["dcmtk", "pynetdicom", "dcm4che", "fo-dicom"]
)
def test_a_log_that_runs_backwards_is_refused(log: str) -> None:
    with pytest.raises(ProposalError, match=r"runs backwards, .* turn it round"):
        read("".join(reversed(log.splitlines(keepends=True))))


@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM], ids=["dcmtk", "pynetdicom"])
def test_several_associations_do_not_run_backwards(log: str) -> None:
    """One without an answer, and one whose answer has lost its begin."""
    request = log[: log.index("END A-ASSOCIATE-RQ")] + "END A-ASSOCIATE-RQ\n"
    lost = re.sub(r".*= (?:BEGIN|INCOMING) A-ASSOCIATE-AC.*\n", "", log)
    assert len(read(request + log + lost + log)) == 4


@pytest.mark.parametrize("log", [DCMTK, PYNETDICOM], ids=["dcmtk", "pynetdicom"])
@pytest.mark.parametrize("together", [1, 2, 3])
def test_two_associations_at_once_are_told(log: str, together: int) -> None:
    """Threads write their lines in turn, so that nobody knows whose they are."""
    other = log.replace("CTImageStorage", "MRImageStorage").replace("CT Image Storage", "MR Image Storage")
    one, two = log.splitlines(), other.splitlines()
    mixed = [line for at in range(0, len(one), together) for some in (one, two) for line in some[at : at + together]]
    assert any(MIXED in found.lacks for found in read("\n".join(mixed)))
    assert not any(MIXED in found.lacks for found in read(log + other))


@pytest.mark.parametrize("name", ["dcm4che", "fo-dicom"])
def test_line_ends_may_be_lost_of_others_too(name: str) -> None:
    log = DCM4CHE if name == "dcm4che" else FO_DICOM
    assert [one.contexts for one in read(" ".join(log.split()))] == [one.contexts for one in read(log)]


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
