"""Suppression comments: what they are, and what they speak of."""

from __future__ import annotations

import pytest

from asprofile.lint.suppress import suppressions
from asprofile.syntax import parse


def read(text: str) -> tuple[list[tuple[str, str | None]], list[str]]:
    """(code, text of its scope) of each, and the malformed comments."""
    data = text.encode()
    found = suppressions(data, tuple(parse(data)))
    codes = [(code.code, data[slice(*code.scope)].decode() if code.scope is not None else None) for code in found.codes]
    assert [data[slice(*code.span)].decode() for code in found.codes] == [code for code, _ in codes]
    return codes, [data[slice(*span)].decode() for span in found.malformed]


def test_speaks_of_the_next_item() -> None:
    codes, malformed = read("[[A]]\n# asprofile: ignore[AP201] why not\n[B]\nK = V\n")
    assert codes == [("AP201", "[B]")]
    assert malformed == []


def test_other_comments_and_empty_lines_may_stand_between() -> None:
    codes, _ = read("# asprofile: ignore[AP2]\n# another\n\n\nK = V\nL = W\n")
    assert codes == [("AP2", "K = V\n")]


def test_two_comments_speak_of_one_item() -> None:
    codes, _ = read("# asprofile: ignore[AP201]\n# asprofile: ignore[AP202]\nK = V\n")
    assert codes == [("AP201", "K = V\n"), ("AP202", "K = V\n")]


def test_several_codes() -> None:
    codes, _ = read("# asprofile: ignore[AP201, ap5,AP6] why\nK = V")
    assert [code for code, _ in codes] == ["AP201", "ap5", "AP6"]


def test_whole_file() -> None:
    text = "K = V\n# asprofile: ignore-file[AP201]"
    assert read(text)[0] == [("AP201", text)]


def test_nothing_behind_it() -> None:
    assert read("K = V\n# asprofile: ignore[AP201]\n")[0] == [("AP201", None)]


def test_between_the_lines_of_a_value_it_speaks_of_what_comes_then() -> None:
    codes, _ = read("K = V\n# asprofile: ignore[AP201]\n  W\nL = X\n")
    assert codes == [("AP201", "L = X\n")]


@pytest.mark.parametrize(
    "text",
    [
        "# asprofile: ignore AP201",
        "# asprofile: ignore[]",
        "# asprofile: ignore[ , ]",
        "# asprofile: disable[AP201]",
        "# asprofile: ignore[AP201",
        "# asprofile:",
        "#asprofile: Ignore[AP201]",
    ],
)
def test_malformed(text: str) -> None:
    assert read(f"[[A]]\n{text}\n[B]\n") == ([], [text])


@pytest.mark.parametrize(
    "text",
    ["  # asprofile: ignore[AP201]\nK = V", "K = V # asprofile: ignore[AP201]", "# by asprofile: 1", "# asprofile"],
)
def test_no_comment_of_ours(text: str) -> None:
    assert read(text) == ([], [])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end: str) -> None:
    text = line_end.join(["[[A]]", "# asprofile: ignore[AP201] x", "[B]", ""])
    assert read(text) == ([("AP201", "[B]")], [])
