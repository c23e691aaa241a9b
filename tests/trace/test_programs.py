"""What each program writes gives its true cause, in whatever way the log arrives."""

from __future__ import annotations

import io
import json

import pytest
from program_logs import LOGS, ProgramLog, dcmtk

import asprofile
from asprofile.render.look import ReportLook
from asprofile.render.trace_text import render

SCREEN = 24


def traced(data: bytes) -> asprofile.TraceReport:
    return asprofile.trace(io.BytesIO(data))


def screen(report: asprofile.TraceReport) -> str:
    lines = [part for line in render(report, ReportLook(columns=200)) for part in line.split("\n")]
    return "\n".join(lines[:SCREEN])


def check(log: ProgramLog, report: asprofile.TraceReport) -> None:
    assert len(report.associations) == 1
    one = report.associations[0]
    assert (one.requestor.title, one.acceptor.title) == log.titles
    assert {cause.kind for cause in report.causes[0] if cause.counts} >= {log.kind}
    assert not report.all_well
    for text in log.says:
        assert text in screen(report)
    assert [(each.command, each.status) for each in one.operations] == list(log.operations)


@pytest.mark.parametrize("name", LOGS)
def test_the_first_screen_has_the_true_cause(name: str) -> None:
    check(LOGS[name], traced(LOGS[name].text.encode()))


WAYS = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "a container's": lambda text: "".join(f"pacs_1  | {line}\n" for line in text.splitlines()).encode(),
    "journald": lambda text: "".join(
        f"Mar 01 09:00:00 host dicom[4711]: {line}\n" for line in text.splitlines()
    ).encode(),
    "JSON": lambda text: "".join(json.dumps({"message": line}) + "\n" for line in text.splitlines()).encode(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["DCMTK", "pynetdicom", "dcm4che", "fo-dicom", "Orthanc", "ClearCanvas"])
def test_however_it_arrives(name: str, way: str) -> None:
    check(LOGS[name], traced(WAYS[way](LOGS[name].text)))


def test_what_a_log_says_of_both_sides() -> None:
    one = traced(LOGS["DCMTK"].text.encode()).associations[0]
    assert (one.requestor.version_name, one.requestor.max_pdu) == ("OFFIS_DCMTK_367", 16384)
    assert (one.acceptor.version_name, one.acceptor.max_pdu) == ("dcm4che-5.33.1", 32768)
    assert (one.seen_by, one.program) == ("requestor", "DCMTK 3.6.7 (storescu)")
    assert (one.ending.kind, one.ending.by) == ("aborted", "requestor")
    assert [(context.id, context.result) for context in one.contexts] == [(1, 0), (3, 3)]


def test_associations_of_two_processes_at_once_are_kept_apart() -> None:
    """Lines of two containers, one after the other."""
    first = LOGS["DCMTK"].text
    second = dcmtk(
        "", "I: Requesting Association\nF: Association Rejected:\nF: Reason: Called AE Title Not Recognized\n"
    )
    pairs = zip(first.splitlines(), [*second.splitlines(), *[""] * 40], strict=False)
    mixed = "".join(f"scu-1 | {a}\nscu-2 | {b}\n" for a, b in pairs)
    report = traced(mixed.encode())
    assert [one.ending.kind for one in report.associations] == ["aborted", "rejected"]
    assert [[context.result for context in one.contexts] for one in report.associations] == [[0, 3], [None, None]]


def test_dcm4che_numbers_its_associations() -> None:
    """The messages of two at once, after the requests of both."""
    log = LOGS["dcm4che"].text
    other = log.replace("(1)", "(2)").replace("STORESCU", "OTHERSCU")
    (head, tail), (other_head, other_tail) = (
        (text[: text.index("09:00:00.030")], text[text.index("09:00:00.030") :]) for text in (log, other)
    )
    report = traced((head + other_head + tail + other_tail).encode())
    assert [(one.requestor.title, one.ending.kind) for one in report.associations] == [
        ("STORESCU", "released"),
        ("OTHERSCU", "released"),
    ]


def test_each_line_of_two_handlers_counts_once() -> None:
    text = LOGS["pynetdicom"].text
    twice = "".join(f"{line}\nDEBUG:pynetdicom.events:{line[3:]}\n" for line in text.splitlines())
    (one,) = traced(twice.encode()).associations
    assert [(each.command, each.count) for each in one.operations] == [("C-STORE", 1)]


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_is_cut_off_raises_nothing_but_says_so(name: str) -> None:
    text = LOGS[name].text
    for share in range(1, 8):
        part = text[: len(text) * share // 8]
        try:
            report = traced(part.encode())
        except asprofile.ProposalError:
            continue  # nothing of an association has come yet
        for one in report.associations:
            if one.contexts and one.ending.kind == "unknown" and not one.answered:
                assert one.lacks


def test_without_an_answer_it_is_not_said_that_nothing_was_refused() -> None:
    report = traced(dcmtk("", "").encode())
    assert report.all_well
    assert "has no answer: what came of that is not said" in screen(report)


def test_all_128_contexts_are_used() -> None:
    contexts = "".join(
        f"D:   Context ID:        {2 * n + 1} (Proposed)\nD:     Abstract Syntax: =1.2.3.{n}\n"
        "D:     Proposed SCP/SCU Role: Default\nD:     Proposed Transfer Syntax(es):\nD:       =LittleEndianImplicit\n"
        for n in range(128)
    )
    answers = "".join(
        f"D:   Context ID:        {2 * n + 1} (Accepted)\nD:     Abstract Syntax: =1.2.3.{n}\n"
        "D:     Accepted Transfer Syntax: =LittleEndianImplicit\n"
        for n in range(128)
    )
    log = (
        f"D: === BEGIN A-ASSOCIATE-RQ ===\n{contexts}D: === END A-ASSOCIATE-RQ ===\n"
        f"D: === BEGIN A-ASSOCIATE-AC ===\n{answers}D: === END A-ASSOCIATE-AC ===\n"
        "E: No presentation context for: (CT) 1.2.840.10008.5.1.4.1.1.2\n"
    )
    causes = traced(log.encode()).causes[0]
    assert causes[0].kind == "limit"
    assert "CT Image Storage is not among them" in causes[0].what


def test_nothing_that_is_no_log_is_taken_for_one() -> None:
    for text in ("", "hello\n", "<html><body>404</body></html>", '{"a": [1, 2]}', "\0\0\0"):
        with pytest.raises(asprofile.ProposalError, match="no association in it"):
            traced(text.encode())
