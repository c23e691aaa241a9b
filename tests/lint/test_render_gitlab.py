from __future__ import annotations

import json
from collections.abc import Callable

from jsonschema import Draft202012Validator

from asprofile.lint.render.gitlab import render
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport


def test_golden(
    reports: list[LintReport], golden: Callable[[str, str], None], schema: Callable[[str], Draft202012Validator]
) -> None:
    text = "\n".join(render(reports, Look()))
    golden("gitlab.json", text)
    schema("gitlab").validate(json.loads(text))


def test_fingerprints_are_unique_even_when_a_file_is_given_twice(reports: list[LintReport]) -> None:
    found = json.loads("\n".join(render([*reports, *reports], Look())))
    assert len({issue["fingerprint"] for issue in found}) == len(found) == 10


def test_only_characters(reports: list[LintReport]) -> None:
    text = "\n".join(render(reports, Look()))
    assert text.isascii()
    assert "\\ud" not in text
    assert "\\u001b" not in text


def test_nothing_found_is_an_empty_array() -> None:
    assert json.loads("\n".join(render([], Look()))) == []
