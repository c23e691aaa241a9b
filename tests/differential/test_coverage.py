"""The promises that the coverage-guided search holds files against."""

from __future__ import annotations

import pytest
from fuzzing import cases, coverage

from asprofile.errors import LoadError
from asprofile.model.document import Document
from asprofile.text import Span


def test_the_promises_hold_for_generated_files() -> None:
    for number in range(100):
        coverage.check(cases.generate(5, number))


def test_a_tree_that_is_not_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "to_bytes", lambda self: self.data[:-1])
    with pytest.raises(coverage.Broken, match="the tree is not the file"):
        coverage.check(b"a=b")


def test_a_span_outside_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(data: bytes, *_: object) -> None:
        raise LoadError(1024, "wrong", Span(0, len(data) + 1))

    monkeypatch.setattr(coverage, "load", load)
    with pytest.raises(coverage.Broken, match="outside the file"):
        coverage.check(b"a=b")


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_without_atheris_it_says_what_to_do(
    ci: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(coverage, "find_spec", lambda _: None)
    assert coverage.main(1, None) == status
    assert "pip install --group fuzz" in capsys.readouterr().err
