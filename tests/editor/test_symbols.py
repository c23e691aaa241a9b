"""The outline of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from strategies import PROPERTY, any_file, profile_files

from asprofile.editor.symbols import DocumentSymbol, symbols
from asprofile.lint.subject import Subject
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterable


def subject(data: bytes) -> Subject:
    return Subject(Source(data), "3.7.0", None)


def tree(found: Iterable[DocumentSymbol]) -> list[object]:
    return [
        (each.name, each.detail, tree(each.children)) if each.children else (each.name, each.detail) for each in found
    ]


def test_supersections_sections_and_entries(plain: str) -> None:
    found = symbols(subject(plain.encode()))
    assert tree(found)[0] == (
        "TransferSyntaxes",
        "",
        [
            (
                "Uncompressed",
                "transfer syntax list",
                [("TransferSyntax1", "LittleEndianExplicit"), ("TransferSyntax2", "LittleEndianImplicit")],
            ),
            ("JPEG_1", "transfer syntax list", [("TransferSyntax1", "JPEGBaseline")]),
        ],
    )
    assert [each.name for each in found] == [
        "TransferSyntaxes",
        "PresentationContexts",
        "SCPSCURoleSelection",
        "ExtendedNegotiation",
        "Profiles",
    ]
    assert [each.kind for each in (found[0], found[0].children[0], found[0].children[0].children[0])] == [
        "supersection",
        "section",
        "entry",
    ]


def test_spans_are_those_of_the_text(plain: str) -> None:
    file = subject(plain.encode())
    contexts = symbols(file)[1]
    assert file.text(contexts.name_span) == "PresentationContexts"
    assert file.text(contexts.span).startswith("[[PresentationContexts]]\n[Contexts]\n")
    assert file.text(contexts.span).endswith("jpeg_1\n")
    entry = contexts.children[0].children[1]
    assert file.text(entry.span) == "PresentationContext2 = CTImageStorage\\ un compressed"


def test_names_that_are_empty_or_go_over_lines() -> None:
    found = symbols(subject(b"[[]]\n[]\n= x\nno sign\nkey = a\n  b\n"))
    assert tree(found) == [("[[]]", "", [("[]", "", [("=", "x"), ("no sign key", "a b")])])]


@PROPERTY
@given(profile_files())
def test_symbols_nest_in_any_profile(data: bytes) -> None:
    _nested(symbols(subject(data)), 0, len(data))


@PROPERTY
@given(any_file)
def test_symbols_nest_in_any_file(data: bytes) -> None:
    _nested(symbols(subject(b"[[A]]" + data)), 0, len(data) + 5)


def _nested(found: Iterable[DocumentSymbol], start: int, end: int) -> None:
    """As the protocol wants it: in order, each in its parent, the name in the whole."""
    for each in found:
        assert each.name.strip()
        assert start <= each.span.start <= each.name_span.start <= each.name_span.end <= each.span.end <= end
        _nested(each.children, each.span.start, each.span.end)
        start = each.span.end
