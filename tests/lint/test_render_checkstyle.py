from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from asprofile.lint.render.checkstyle import render
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport


def test_golden(reports: list[LintReport], golden: Callable[[str, str], None]) -> None:
    golden("checkstyle.xml", "\n".join(render(reports, Look())))


def test_required_fields(reports: list[LintReport]) -> None:
    root = ElementTree.fromstring("\n".join(render(reports, Look())))
    assert root.tag == "checkstyle"
    assert root.get("version")
    assert [file.tag for file in root] == ["file", "file"]
    assert [len(file) for file in root] == [0, 5]
    for error in root[1]:
        assert error.tag == "error"
        assert error.get("severity") in {"ignore", "info", "warning", "error"}
        assert int(error.get("line") or 0) >= 1
        assert int(error.get("column") or 0) >= 1
        assert error.get("message")
        assert (error.get("source") or "").startswith("asprofile.AP")


def test_only_ascii(reports: list[LintReport]) -> None:
    assert all(line.isascii() and line.isprintable() for line in render(reports, Look()))


def test_nothing_checked_is_a_whole_document() -> None:
    assert len(ElementTree.fromstring("\n".join(render([], Look())))) == 0
