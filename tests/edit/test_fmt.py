"""The canonical form: golden texts, what is refused, and that nothing is ever lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from strategies import PROPERTY, any_file, everywhere_loaded, profile_files

from asprofile.edit.fmt import FormatRefusal, Formatted, format_document
from asprofile.model.document import read
from asprofile.resources import directory

GOLDEN = Path(__file__).parent / "golden"
HEAD = b"[[Profiles]]\n\n"

SAMPLES = sorted(directory("sample_profiles").glob("*.cfg"))


def formatted(data: bytes, *, renumber: bool = False) -> bytes:
    result = format_document(read(data), renumber=renumber)
    assert isinstance(result, Formatted), result
    return result.data


def refusal(data: bytes) -> FormatRefusal:
    result = format_document(read(data))
    assert isinstance(result, FormatRefusal), result
    return result


def comments(data: bytes) -> list[bytes]:
    return [line.rstrip(b" \t") for line in re.split(rb"\r\n?|\n", data) if line.startswith(b"#")]


# -- what comes out


@pytest.mark.parametrize("before", sorted(GOLDEN.glob("*.before.cfg")), ids=lambda path: path.name.split(".")[0])
def test_golden_files(before: Path) -> None:
    after = before.with_name(before.name.replace("before", "after")).read_bytes()
    assert formatted(before.read_bytes()) == after
    assert formatted(after) == after


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_the_sample_profiles_are_as_they_should_be(sample: Path) -> None:
    assert formatted(sample.read_bytes()) == sample.read_bytes()


@pytest.mark.parametrize("name", ["storescu.cfg", "storescp.cfg"])
def test_what_dcmtk_ships_keeps_its_model(name: str) -> None:
    path = Path("/etc/dcmtk") / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    before = path.read_bytes()
    after = formatted(before)
    assert everywhere_loaded(after) == everywhere_loaded(before)
    assert comments(after) == comments(before)
    if name == "storescu.cfg":
        assert after == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b" \n\t\n", b""),
        (b"# only a comment \t", b"# only a comment\n"),
        (b"[[Profiles]]", b"[[Profiles]]\n"),
        (b"\n\n[[Profiles]]\n\n\n", b"[[Profiles]]\n"),
        # Blanks in headers; what a name is made of stays.
        (b"[ [ Profiles ] ]\n", b"[[Profiles]]\n"),
        (HEAD + b"[ my. List ]\n", HEAD + b"[my. List]\n"),
        (b"[[[Profiles]]]\n", b"[[[Profiles]]]\n"),
        # Items that share a line.
        (b"[[Profiles]] [A] x=y\n", HEAD + b"[A]\nx = y\n"),
        # Blanks at the end of a value belong to it.
        (HEAD + b"[A]\nx=y \t\n", HEAD + b"[A]\nx = y \t\n"),
        (HEAD + b"[A]\nx=  \nlong-key= =y\n", HEAD + b"[A]\nx        =\nlong-key = =y\n"),
        # A line of blanks below an entry is no continuation of its value.
        (HEAD + b"[A]\nx = y\n \t\n\nz = y\n", HEAD + b"[A]\nx = y\n\nz = y\n"),
        (HEAD + b"[A]\n \n  x = y\n", HEAD + b"[A]\nx = y\n"),
        # What DCMTK drops because it has no place stays where it is.
        (b"x=y\n[A]\nz=y\n[[Profiles]]\n", b"x = y\n\n[A]\nz = y\n\n[[Profiles]]\n"),
        # The line end that most lines have, of equally many the first.
        (b"[[Profiles]]\r\n[A]\nx=y\r\n", b"[[Profiles]]\r\n\r\n[A]\r\nx = y\r\n"),
        (b"[[Profiles]]\r\n[A]\nx=y", b"[[Profiles]]\r\n\r\n[A]\r\nx = y\r\n"),
        (b"[[Profiles]]\r[A]\rx=y", b"[[Profiles]]\r\r[A]\rx = y\r"),
        # Bytes that are not UTF-8.
        (HEAD + b"# \xe4\n[A\xf6]\nx=\xff\n", HEAD + b"# \xe4\n[A\xf6]\nx = \xff\n"),
    ],
)
def test_small_texts(before: bytes, after: bytes) -> None:
    assert formatted(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # In front of a header: with the header; below a header: with that one; at the end: there.
        (b"x=y\n# c\n[B]\n", b"x = y\n\n# c\n[B]\n"),
        (b"x=y\n# c\n\n[B]\n", b"x = y\n# c\n\n[B]\n"),
        (b"x=y\n# c\n\n# d\n[B]\n", b"x = y\n# c\n\n# d\n[B]\n"),
        (b"# c\n[B]\n", b"# c\n\n[B]\n"),
        (b"\n# c\n[B]\n# d\n", b"\n# c\n[B]\n# d\n"),
        (b"# c\n\n\nx=y\n# e", b"# c\n\nx = y\n# e\n"),
        (b"x=y\n\n\n# c\n\n\n# d\n\n", b"x = y\n\n# c\n\n# d\n"),
    ],
)
def test_comments_stay_where_they_belong(before: bytes, after: bytes) -> None:
    head = b"[[Profiles]]\n\n[A]\n"
    assert formatted(head + before) == head + after


# -- what is refused


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        (b"\xef\xbb\xbf" + HEAD, b"\xef\xbb\xbf", "byte-order mark"),
        (HEAD + b"[A", b"[", "closing bracket"),
        (HEAD + b"[A\nB]\n", b"[A\nB]", "several lines"),
        (HEAD + b"[A\n#c\n]\n", b"[A\n#c\n]", "several lines"),
        (HEAD + b"[[A] b ]\n", b"] b ]", "closing brackets"),
        (HEAD + b"[A\0]\n", b"[A\0]", "NUL"),
        (HEAD + b"[A]\n  # c\nx = y\n", b"# c\nx", "first character of a line"),
        (HEAD + b"[A] # c\nx = y\n", b"# c\nx", "first character of a line"),
        (HEAD + b"[A]\nnote\n  # c\nx = y\n", b"note\n  # c\nx", "first character of a line"),
        (HEAD + b"[A]\nnote\nx = y\n", b"note\nx", "without `=`"),
        (HEAD + b"[A]\nnote\n# c\nx = y\n", b"note\n# c\nx", "without `=`"),
        (HEAD + b"[A]\nx\n= y\n", b"x", "without `=`"),
        (HEAD + b"[A]\nnote", b"note", "no `=` after"),
        (HEAD + b"[A]\n= y\n", b"=", "no key"),
        (HEAD + b"[A]\n; x = y\n", b"; x", "drops `;`"),
        (HEAD + b"[A]\nx.y\xe4 = y\n", b"x.y\xe4", "from this key"),
        (HEAD + b"[A]\nx\0 = y\n", b"x", "NUL"),
        (HEAD + b"[A]\nx = y\n  z = y\n", b"y\n  z = y", "part of the value above"),
        (HEAD + b"[A]\nx =\n  y\n", b"y", "part of the value above"),
        (HEAD + b"[A]\nx = y\n# c\n  # d\n", b"y\n# c\n  # d", "part of the value above"),
        (HEAD + b"[A]\nx = y\0\n", b" y\0", "NUL"),
        (HEAD + b"[A]\nx = y\n\0\nz = y\n", b"\0", "NUL"),
        (HEAD + b"\0\n[A]\n", b"\0", "NUL"),
        (HEAD + b"[A]\nx = y\n\xff[B]\n", b"\xff", "swallows"),
        (b"[loggers]\nkeys=root\n", b"[loggers]", "not an association profile"),
        (b"key = value\n", b"key = value\n", "not an association profile"),
    ],
)
def test_text_that_cannot_be_kept_is_refused_where_it_stands(data: bytes, where: bytes, words: str) -> None:
    found = refusal(data)
    assert data[found.span.start : found.span.end] == where
    assert words in found.reason


# -- what always holds


def check(data: bytes) -> None:
    result = format_document(read(data))
    if isinstance(result, FormatRefusal):
        assert 0 <= result.span.start <= result.span.end <= len(data)
        assert "please report" not in result.reason
        return
    before, after = read(data), read(result.data)
    assert after.entries == before.entries
    assert after.sections == before.sections
    assert [type(item) for item in after.outside] == [type(item) for item in before.outside]
    assert comments(result.data) == comments(data)
    assert formatted(result.data) == result.data
    assert result.data[-1:] in (b"", b"\n", b"\r")
    assert len(set(re.findall(rb"\r\n?|\n", result.data))) <= 1


@PROPERTY
@given(profile_files())
def test_formatting_keeps_all(data: bytes) -> None:
    check(data)


@PROPERTY
@given(profile_files(slips=0))
def test_a_file_without_a_slip_is_formatted_and_loads_the_same(data: bytes) -> None:
    after = formatted(data)
    assert everywhere_loaded(after) == everywhere_loaded(data)


@PROPERTY
@given(any_file)
def test_any_bytes_are_kept_or_refused(data: bytes) -> None:
    check(b"[[Profiles]]" + data)
