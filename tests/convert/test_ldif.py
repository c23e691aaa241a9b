"""LDIF (RFC 2849) and distinguished names (RFC 4514)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY

from asprofile.convert import ldif
from asprofile.errors import ConversionError


def test_folded_lines_comments_base64_and_changes() -> None:
    text = (
        "version: 1\n# a comment\n  of two lines\ndn: cn=a,\n dc=x\ncn:: "
        + base64.b64encode("Größe".encode()).decode()
        + "\nSN;lang-de:  x \n# between\nsn: y\r\n\r\n\n\ndn: cn=b\nchangetype: add\nc: d\n\n"
        "dn: cn=c\nchangetype: modify\nadd: x\nx: y\n-\n"
    )
    with pytest.raises(ConversionError, match="not LDIF"):
        list(ldif.parse(text))
    first, second, third = ldif.parse(text.removesuffix("-\n"))
    assert first.dn == "cn=a,dc=x"
    assert [(one.name, one.text, one.line) for one in first.attributes] == [
        ("cn", "Größe", 6),
        ("sn", "x", 7),
        ("sn", "y", 9),
    ]
    assert first.values("SN") == ["x", "y"]
    assert first.first("other") is None
    assert (second.changes, third.changes) == (False, True)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (" folded\n", 1, "there is none above it"),
        ("dn: x\n\n folded\n", 3, "there is none above it"),
        ("dn: x\nno colon\n", 2, "a name, a colon and a value"),
        ("dn: x\na:: ?\n", 2, "the value of a is no base64"),
        ("dn: x\na:< file:///etc/passwd\n", 2, "is in another file, which is not read"),
        ("cn: x\n", 1, "a record begins with its dn, and this one with cn"),
    ],
)
def test_what_is_wrong(text: str, line: int, message: str) -> None:
    with pytest.raises(ConversionError, match=message) as error:
        list(ldif.parse(text))
    assert error.value.line == line


_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=100).map(str.strip)


@given(values=st.lists(_text, max_size=4), name=_text.filter(bool))
@PROPERTY
def test_entries_come_back(values: list[str], name: str) -> None:
    name_text = ldif.dn([("cn", name), ("dc", "x")])
    text = ldif.entry(name_text, [("a", value) for value in values])
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 76
    (record,) = ldif.parse(text)
    assert record.values("a") == values
    assert ldif.names(record.dn) == [("cn", name), ("dc", "x")]
    assert ldif.parent(record.dn) == "dc=x"


def test_names_with_hexadecimal() -> None:
    assert ldif.names(r"cn=a\2Cb\, c , dc=x") == [("cn", "a,b, c"), ("dc", "x")]
    assert ldif.names(r"cn=Gr\C3\B6\C3\9Fe") == [("cn", "Größe")]


def test_names_of_any_length() -> None:
    """A piece at a time: as one expression this takes a gigabyte."""
    assert len(ldif.names(",".join(["cn=a\\,b"] * 100_000))) == 100_000
    assert ldif.names("cn=" + "\\c3\\a4" * 100_000 + ",o=x") == [("cn", "ä" * 100_000), ("o", "x")]
    assert ldif.parent("cn=" + "x" * 1_000_000 + ",o=y") == "o=y"
