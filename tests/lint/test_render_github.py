from __future__ import annotations

import re
from collections.abc import Callable

from asprofile.lint.render.github import render
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport

COMMAND = re.compile(
    r"::(?P<command>error|warning|notice) file=(?P<file>[^:,]+),line=\d+(,col=\d+)?,endLine=\d+(,endColumn=\d+)?"
    r",title=(?P<title>[^:,]+)::(?P<message>.+)"
)


def test_golden(reports: list[LintReport], golden: Callable[[str, str], None]) -> None:
    golden("github.txt", "\n".join(render(reports, Look())))


def test_every_line_is_a_command(reports: list[LintReport]) -> None:
    lines = list(render(reports, Look()))
    assert len(lines) == 5
    for line in lines:
        assert COMMAND.fullmatch(line), line
        assert line.isprintable()


def test_errors_come_first(reports: list[LintReport]) -> None:
    commands = [line.split()[0] for line in render(reports, Look())]
    assert commands == ["::error", "::error", "::warning", "::warning", "::notice"]


def test_columns_only_within_a_line(reports: list[LintReport]) -> None:
    over_two_lines = next(line for line in render(reports, Look()) if "over, two" in line)
    assert "line=2,endLine=3,title" in over_two_lines
    assert sum("col=" in line for line in render(reports, Look())) == 4


def test_what_would_end_a_property_or_the_command_is_escaped(reports: list[LintReport]) -> None:
    first = next(render(reports, Look()))
    assert "file=sub dir/ä 100%25%2Ca%3Ab#" in first
    assert first.endswith('::Key2 is missing: 100%25 <&"> lost%0Asecond line')


def test_nothing_found_is_nothing() -> None:
    assert list(render([], Look())) == []
