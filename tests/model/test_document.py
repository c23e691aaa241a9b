"""The tree of sections, held against the tables of DCMTK's reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import TREES, Tree

import asprofile
from asprofile.model.document import Document, read

REGRESSIONS = Path(__file__).with_name("regressions")


@pytest.mark.parametrize("case", TREES, ids=lambda case: case.what)
def test_entries(case: Tree) -> None:
    document = read(case.data)
    assert document.entries == case.entries
    assert document.to_bytes() == case.data


def regressions() -> list[list[str]]:
    lines = (REGRESSIONS / "expected.tsv").read_text("ascii").splitlines()
    return [line.split("\t") for line in lines[2:]]


@pytest.mark.parametrize(
    ("file", "release", "requestor", "acceptor", "entries"),
    regressions(),
    ids=lambda cell: cell.partition(".cfg")[0][:40],
)
def test_regressions(file: str, release: str, requestor: str, acceptor: str, entries: str) -> None:
    data = (REGRESSIONS / file).read_bytes()
    assert [list(entry) for entry in read(data).entries] == json.loads(entries)
    assert [condition(data, release, "requestor"), condition(data, release, "acceptor")] == [requestor, acceptor]


def condition(data: bytes, release: str, role: str) -> str:
    try:
        asprofile.load(data, release=release, role=role)
    except asprofile.LoadError as error:
        return str(error.code)
    return "0"


def test_every_regression_is_expected() -> None:
    assert sorted({row[0] for row in regressions()}) == sorted(path.name for path in REGRESSIONS.glob("*.cfg"))


SAMPLE = b"[[A]]\n[S]\nk=1\nl=2\nk=3\n[T]\n[[B]]\n[S]\n[[A]]\n[U]\n"


def test_sections_are_in_file_order() -> None:
    assert read(SAMPLE).sections == [
        ("A", None), ("A", "S"), ("A", "T"), ("B", None), ("B", "S"), ("A", None), ("A", "U"),
    ]  # fmt: skip


def test_the_first_supersection_of_a_name_counts() -> None:
    document = read(SAMPLE)
    found = document.supersection("A")
    assert found is not None
    assert [section.name for section in found.sections] == ["S", "T"]
    assert found.header.span == (0, 5)
    assert document.supersection("C") is None


def section_of(data: bytes) -> asprofile.model.Section:
    return read(data).supersections[0].sections[0]


def test_the_first_of_two_equal_keys_counts() -> None:
    section = section_of(SAMPLE)
    entry = section.get("K")
    assert entry is not None
    assert entry.value == b"1"
    assert section.get("k") is None


@pytest.mark.parametrize("others", [0, 5, 100])
def test_numbered_keys_end_at_the_first_gap(others: int) -> None:
    """With few other entries they are looked for, with many there is an index."""
    many = b"".join(b"x%d=y\n" % number for number in range(others))
    section = section_of(b"[[A]][S]" + many + b"n3=c\nn1=a\nn2=b\nn1=z\nn5=e\n" + many)
    assert [entry.value for entry in section.numbered("N")] == [b"a", b"b", b"c"]
    assert [entry.value for entry in section.numbered("N")] == [b"a", b"b", b"c"]
    assert section.get("Z") is None


def test_items_of_a_section_end_before_the_next_header() -> None:
    data = b"[[A]][S]\n#x\nk=1\n\n#y\n[T]"
    section = section_of(data)
    assert b"".join(data[slice(*item.span)] for item in section.items) == b"\n#x\nk=1\n\n#y\n"
    assert data[slice(*section.header.span)] == b"[S]"


def test_what_has_no_place() -> None:
    data = b"a=1\n[R]\nb=2\n[[A]]\nc=3\n[S]\nd=4\n[[B]]\ne=5\n[T]\nf=6\n"
    outside = [data[slice(*item.span)].strip() for item in read(data).outside]
    assert outside == [b"a=1", b"[R]", b"b=2", b"c=3", b"e=5"]


@given(st.lists(st.sampled_from([b"[[a]]", b"[b]", b"c=d\n", b" ", b"\n", b"[[", b"]"]), max_size=20).map(b"".join))
def test_every_entry_is_in_a_section_or_outside(data: bytes) -> None:
    document: Document = read(data)
    entries = sum(len(list(section.entries)) for found in document.supersections for section in found.sections)
    outside = sum(1 for item in document.outside if hasattr(item, "value"))
    assert entries == len(document.entries)
    assert entries + outside == sum(1 for item in document.tree if hasattr(item, "value"))
