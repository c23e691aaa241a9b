"""Names for files out of whatever a peer says."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.receive.safe_names import fault_of_literal, is_reserved, safe_name

NASTY = st.one_of(
    st.text(),
    st.text(alphabet='./\\-~ :*?"<>|\0\r\n\tCONUL1COMLPT\u00b9\u202e\uff0f\u2024\u0301\ud800e\u212a'),
    st.sampled_from(
        ["..", ".", "../../etc/passwd", "CON", "nul.txt", "com\u00b9", "LPT9 .x", "-rf", "CLOCK$", "a" * 300]
    ),
)


@given(NASTY, st.integers(16, 180))
def test_any_text_is_a_name(text: str, most: int) -> None:
    name = safe_name(text, most)
    if not name:
        assert not text.strip(" \0")
        return
    assert len(name.encode()) <= most
    assert not set(name) & set('/\\:*?"<>|\0')
    assert name.isprintable()
    assert normalize("NFC", name) == name
    assert name[0] not in "-. "
    assert name[-1] not in ". "
    assert name not in (".", "..")
    assert not is_reserved(name)


@given(NASTY, NASTY)
def test_different_texts_have_different_names(one: str, other: str) -> None:
    names = [safe_name(text, 40) for text in (one, other)]
    if normalize("NFC", one.strip(" \0")) != normalize("NFC", other.strip(" \0")):
        assert names[0] != names[1]


@given(NASTY)
def test_it_is_a_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    directory = tmp_path_factory.getbasetemp() / "names"
    directory.mkdir(exist_ok=True)
    name = safe_name(text, 180) or "empty"
    path = directory / name
    path.write_bytes(b"")
    assert path.resolve().parent == directory.resolve()
    assert [normalize("NFC", one.name) for one in directory.iterdir()] == [name]
    path.unlink()


@pytest.mark.parametrize(
    "text",
    [
        "1.2.840.10008.5.1.4",
        "Doe^John",
        "M\u00fcller^J\u00fcrgen",
        "O'Brien",
        "\u5c71\u7530^\u592a\u90ce=x",
        "A B",
        "CONRAD",
        "COM",
        "com10",
    ],
)
def test_what_is_a_name_stays_as_it_is(text: str) -> None:
    assert safe_name(f" {text} ", 180) == text
    assert safe_name(normalize("NFD", text), 180) == text


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("../x", "_._x-"),
        ("-rf", "_rf-"),
        (".hidden", "_hidden-"),
        ("CON", "_CON-"),
        ("con.dcm", "_con.dcm-"),
        ("A.", "A_-"),
        ("a\u202eb", "a_b-"),
        ("\u0301x", "_\u0301x-"),
        ("a\uff0fb", "a_b-"),
    ],
)
def test_what_is_none_has_a_digest(text: str, begin: str) -> None:
    name = safe_name(text, 180)
    assert name.startswith(begin)
    assert len(name) == len(begin) + 8


def test_a_literal() -> None:
    assert fault_of_literal("a b.dcm") is None
    assert fault_of_literal("ab:c") == (2, "':' cannot be in the name of a file everywhere")


def test_a_long_one_is_cut_between_characters() -> None:
    assert safe_name("\u00e4" * 100, 40).startswith("\u00e4" * 15 + "-")
    assert Path(safe_name("x" * 1000, 180)).name == safe_name("x" * 1000, 180)
