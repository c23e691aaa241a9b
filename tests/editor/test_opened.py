"""Which files are profiles, and what is found in them."""

from __future__ import annotations

import pytest

from asprofile.editor.opened import OpenFile
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions
from asprofile.text import Source, Span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", False),
        (b"[section]\nkey = value\n", False),
        (b"[profiles]\nkey = value\n", False),
        (b"# [[TransferSyntaxes]]\n", False),
        (b"name = [[TransferSyntaxes]]\n", False),
        (b"[[TransferSyntaxes]]\n", True),
        (b"[TransferSyntaxes]\n", True),
        (b"[[presentation contexts]]", True),
        (b"[[Profiles]]\n", True),
        (b"\xff[\0", False),
    ],
)
def test_what_has_to_do_with_profiles(text: bytes, expected: bool) -> None:
    file = OpenFile(Source(text))
    assert file.is_profile is expected
    if not expected:
        assert not file.findings


def test_findings_are_those_of_the_settings(plain: str) -> None:
    source = Source(plain.replace("Syntax2", "Syntax3").encode())
    assert "AP201" in [finding.code for finding in OpenFile(source).findings]
    assert OpenFile(source, LintOptions(select=("AP9",))).findings == ()


def test_findings_at_a_place(plain: str) -> None:
    file = OpenFile(Source(plain.replace("Syntax2", "Syntax3").encode()))
    (finding,) = [found for found in file.findings if found.code == "AP201"]
    start, end = finding.span
    assert finding in file.findings_at(Span(start, start))
    assert finding in file.findings_at(Span(end, end + 5))
    assert finding not in file.findings_at(Span(end + 1, end + 5))


def test_fixed_is_what_the_linter_makes_of_it(plain: str) -> None:
    source = Source(plain.replace("Syntax2", "Syntax3").encode())
    assert OpenFile(source).fixed == fix(source).report.source.data != source.data
