from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from asprofile.lint.hit import Severity
from asprofile.lint.render.junit import render
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport


def parsed(reports: list[LintReport], fail_on: Severity = "warning") -> ElementTree.Element:
    return ElementTree.fromstring("\n".join(render(reports, Look(fail_on=fail_on))))


def test_golden(reports: list[LintReport], golden: Callable[[str, str], None]) -> None:
    golden("junit.xml", "\n".join(render(reports, Look())))


def test_a_clean_file_is_one_case_that_passes(reports: list[LintReport]) -> None:
    suite = parsed(reports)[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("clean.cfg", "1", "0")
    (case,) = suite
    assert case.tag == "testcase"
    assert len(case) == 0


@pytest.mark.parametrize(("fail_on", "failures"), [("error", 2), ("warning", 4), ("info", 5)])
def test_only_what_fails_the_command_is_a_failure(reports: list[LintReport], fail_on: Severity, failures: int) -> None:
    suites = parsed(reports, fail_on)
    assert len(suites.findall(".//failure")) == failures
    assert len(suites.findall(".//system-out")) == 5 - failures


def test_the_counts_are_those_of_the_elements(reports: list[LintReport]) -> None:
    suites = parsed(reports)
    assert suites.tag == "testsuites"
    for element in (suites, *suites):
        assert element.get("tests") == str(len(element.findall(".//testcase")))
        assert element.get("failures") == str(len(element.findall(".//failure")))
        assert element.get("errors") == "0"
    for case in suites.findall(".//testcase"):
        assert case.get("name")
        assert case.get("classname")
        for failure in case.findall("failure"):
            assert failure.get("message")
            assert failure.get("type") in {"error", "warning", "info"}


def test_names_in_a_suite_are_unique(reports: list[LintReport]) -> None:
    for suite in parsed(reports):
        names = [case.get("name") for case in suite]
        assert len(set(names)) == len(names)


def test_the_text_is_read_back_as_it_was(reports: list[LintReport]) -> None:
    failure = parsed(reports).findall(".//failure")[1]
    assert failure.get("message") == 'Key2 is missing: 100% <&"> lost\nsecond line'
    assert "\n    5 | Key3 = b\n" in (failure.text or "")


def test_only_ascii(reports: list[LintReport]) -> None:
    assert all(line.isascii() and line.isprintable() for line in render(reports, Look()))
