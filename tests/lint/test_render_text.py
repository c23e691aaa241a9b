from __future__ import annotations

import pytest

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix, Severity
from asprofile.lint.render import concise
from asprofile.lint.render.look import Look
from asprofile.lint.render.text import render, summary
from asprofile.lint.rule import Rule
from asprofile.lint.run import LintReport
from asprofile.text import Edit, Source, Span


def rule(code: str, name: str, severity: Severity = "error") -> Rule:
    return Rule(code, name, severity, "summary", "why", "reference", (), lambda _: ())


GAP = rule("AP201", "numbering-gap")
UNWISE = rule("AP605", "companion-sop-class", "warning")
HINT = rule("AP908", "retired-sop-class", "info")


def finding(found: Rule, start: int, end: int, message: str = "what is there", fix: Fix | None = None) -> Finding:
    return Finding(found, found.severity, Span(start, end), message, fix)


def report(data: bytes, *findings: Finding, path: str = "a.cfg", suppressed: int = 0) -> LintReport:
    return LintReport(Source(data, path), findings, suppressed)


def lines(data: bytes, start: int, end: int) -> list[str]:
    """The excerpt under a finding."""
    return list(render([report(data, finding(GAP, start, end))], Look()))[1:]


DATA = b"[[Profiles]]\n[Default]\nPresentationContexts = Contexts\n"


def test_golden() -> None:
    found = report(
        DATA,
        finding(UNWISE, 13, 22, "a section"),
        finding(GAP, DATA.index(b"Contexts\n"), DATA.index(b"Contexts\n") + 8, "no list `Contexts`"),
    )
    assert list(render([found], Look())) == [
        "a.cfg:2:1: warning: AP605 a section [companion-sop-class]",
        "    2 | [Default]",
        "      | ^^^^^^^^^",
        "a.cfg:3:24: error: AP201 no list `Contexts` [numbering-gap]",
        "    3 | PresentationContexts = Contexts",
        "      |                        ^^^^^^^^",
    ]


def test_concise_is_the_headline_only() -> None:
    found = [report(DATA, finding(GAP, 0, 2)), report(DATA, finding(UNWISE, 13, 14), path="b.cfg")]
    assert list(concise.render(found, Look())) == [
        "a.cfg:1:1: error: AP201 what is there [numbering-gap]",
        "b.cfg:2:1: warning: AP605 what is there [companion-sop-class]",
    ]


def test_styles_go_to_place_severity_and_marks() -> None:
    def tagged(text: str, style: str) -> str:
        return f"<{style}>{text}</>"

    assert list(render([report(b"abc", finding(HINT, 1, 3))], Look(tagged))) == [
        "<bold>a.cfg:1:2:</> <cyan>info:</> AP908 what is there [retired-sop-class]",
        "<dim>    1 | </>abc",
        "<dim>      | </> <cyan>^^</>",
    ]


@pytest.mark.parametrize(
    ("data", "start", "end", "shown", "marks"),
    [
        (b"abc\n", 3, 3, "abc", "   ^"),  # an empty span at the end of a line
        (b"abc\n", 1, 1, "abc", " ^"),
        (b"\tab\tc\n", 4, 5, "\tab\tc", "\t  \t^"),  # marks are right at any tab width
        ("grün = ä".encode(), 8, 10, "grün = ä", "       ^"),  # columns are characters
        (b"a = \xff\xfe x\n", 4, 6, "a = \ufffd\ufffd x", "    ^^"),  # not UTF-8
        (b"one\r\ntwo\r\n", 5, 8, "two", "^^^"),
        (b"one\rtwo\r", 4, 7, "two", "^^^"),
        (b"a = b\n  c\n", 4, 9, "a = b", "    ^"),  # a span of several lines is marked on its first
        (b"a\x1b[31mb", 1, 2, "a\u241b[31mb", " ^"),
        (b"abc", 0, 3, "abc", "^^^"),  # no line end
    ],
)
def test_excerpt(data: bytes, start: int, end: int, shown: str, marks: str) -> None:
    first, second = lines(data, start, end)
    assert (first, second) == (f"    1 | {shown}" if "two" not in shown else f"    2 | {shown}", f"      | {marks}")


def test_an_empty_line_is_not_shown() -> None:
    assert lines(b"", 0, 0) == []
    assert lines(b"a\n\nb", 2, 2) == []


@pytest.mark.parametrize("start", [0, 150, 400, 990])
def test_a_long_line_is_cut_around_the_span(start: int) -> None:
    data = b"".join(b"%03d," % number for number in range(250))
    shown, marks = lines(data, start, start + 3)
    assert len(shown) <= 8 + 160
    left = marks.index("^")
    assert marks[left:] == "^^^"
    assert shown[left : left + 3] == data[start : start + 3].decode()


def test_a_span_longer_than_the_line_may_be_is_marked_to_its_end() -> None:
    shown, marks = lines(b"x" * 1000, 0, 1000)
    assert (len(shown), len(marks)) == (168, 168)


def test_path_and_message_cannot_steer_a_terminal() -> None:
    found = report(b"abc", finding(GAP, 0, 1, "key `a\nb`"), path="\x1b[2J.cfg")
    assert next(iter(render([found], Look()))) == "\u241b[2J.cfg:1:1: error: AP201 key `a\u240ab` [numbering-gap]"


SAFE = Fix("mend", (Edit(Span(0, 1), b""),), safe=True)
UNSAFE = Fix("change", (Edit(Span(0, 1), b""),), safe=False)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], "0 files checked, nothing found"),
        ([report(b"")], "1 file checked, nothing found"),
        ([report(b"", suppressed=2)], "1 file checked, nothing found; 2 suppressed"),
        ([report(b"a", finding(GAP, 0, 1)), report(b"a")], "2 files checked: 1 error"),
        (
            [report(b"a", *[finding(GAP, 0, 1)] * 2, *[finding(UNWISE, 0, 1)] * 2, *[finding(HINT, 0, 1)] * 2)],
            "1 file checked: 2 errors, 2 warnings, 2 info",
        ),
        ([report(b"a", finding(UNWISE, 0, 1, fix=SAFE))], "1 file checked: 1 warning; 1 can be fixed safely"),
        ([report(b"a", finding(HINT, 0, 1, fix=UNSAFE))], "1 file checked: 1 info; 1 can be fixed with --unsafe-fixes"),
        (
            [report(b"a", finding(GAP, 0, 1, fix=SAFE), finding(GAP, 0, 1, fix=UNSAFE), suppressed=1)],
            "1 file checked: 2 errors; 1 can be fixed safely, 1 more with --unsafe-fixes; 1 suppressed",
        ),
    ],
)
def test_summary(reports: list[LintReport], expected: str) -> None:
    assert summary(reports) == expected
