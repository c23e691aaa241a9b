"""The pieces of a file's text by meaning."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from strategies import PROPERTY, any_file, profile_files

from asprofile.editor.folding import folds
from asprofile.editor.hints import hints, lenses
from asprofile.editor.links import links
from asprofile.editor.opened import OpenFile
from asprofile.editor.positions import Positions
from asprofile.editor.tokens import tokens
from asprofile.text import Source, Span

LONG = b"[[TransferSyntaxes]]\n[A]\n" + b"\n".join(
    b"# %d\nTransferSyntax%d = 1.2.840.10008.1.2.1" % (number, number) for number in range(1, 5000)
)


def shown(text: str | bytes, within: Span | None = None) -> list[tuple[str, str]]:
    data = text.encode() if isinstance(text, str) else text
    file = OpenFile(Source(data))
    return [(token.kind, data[slice(*token.span)].decode()) for token in tokens(file, within)]


def test_each_sort_of_piece(plain: str) -> None:
    found = shown(plain)
    assert found[:7] == [
        ("comment", "# Made for tests"),
        ("supersection", "TransferSyntaxes"),
        ("label", "Uncompressed"),
        ("key", "TransferSyntax"),
        ("number", "1"),
        ("name", "LittleEndianExplicit"),
        ("key", "TransferSyntax"),
    ]
    for piece in (
        ("uid", "1.2.840.10008.5.1.4.1.1.7"),
        ("label", "jpeg_1"),
        ("label", "un compressed"),
        ("role", "SCP"),
        ("data", "030000000200"),
        ("key", "SCPSCURoleSelection"),
        ("label", "Roles"),
    ):
        assert piece in found


def test_declared_and_retired(plain: str) -> None:
    text = plain.replace("CTImageStorage\\ un", "1.2.840.10008.5.1.4.1.1.3\\ un")
    found = {text[slice(*token.span)]: token for token in tokens(OpenFile(Source(text.encode())))}
    assert found["Default"].is_declared
    assert not found["jpeg_1"].is_declared
    assert found["1.2.840.10008.5.1.4.1.1.3"].is_retired
    assert not found["1.2.840.10008.5.1.4.1.1.7"].is_retired


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_what_goes_over_several_lines(line_end: str) -> None:
    text = "[[TransferSyntaxes]]\n[A]\nTransfer\n# why\nSyntax1 =\n   LittleEndian\n# not here\n  Explicit  \n"
    assert shown(text.replace("\n", line_end)) == [
        ("supersection", "TransferSyntaxes"),
        ("label", "A"),
        ("key", "Transfer"),
        ("comment", "# why"),
        ("key", "Syntax"),
        ("number", "1"),
        ("name", "LittleEndian"),
        ("comment", "# not here"),
        ("name", "Explicit"),
    ]


def test_what_dcmtk_drops_is_seen_as_well() -> None:
    found = shown("key = lost\n[lost]\nx = 1\n[[TransferSyntaxes]]\nTransferSyntax1 = x\n[A]\nRole1 = y\n[[Unclosed")
    assert ("label", "lost") in found
    assert ("text", "y") in found
    assert found[-1] == ("supersection", "Unclosed")


def test_a_part_of_the_file(plain: str) -> None:
    start = plain.index("[JPEG_1]")
    end = plain.index("\n[[Presentation")
    assert shown(plain, Span(start, end)) == [
        ("label", "JPEG_1"),
        ("key", "TransferSyntax"),
        ("number", "1"),
        ("name", "JPEGBaseline"),
    ]


def test_nothing_of_what_is_no_profile() -> None:
    assert shown("[section]\nkey = value\n") == []
    assert shown(b"[[TransferSyntaxes]]\n" + b"#" * (1 << 20)) == []


SOME = settings(PROPERTY, max_examples=40)


def _check(data: bytes) -> None:
    file = OpenFile(Source(data))
    found = list(tokens(file))
    for token in found:
        start, end = token.span
        assert 0 <= start < end <= len(data)
        assert b"\n" not in data[start:end]
        assert b"\r" not in data[start:end]
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    for encoding in ("utf-8", "utf-16", "utf-32"):
        positions = Positions(file.source, encoding)
        places = [place for token in found for place in positions.places(token.span)]
        assert places == sorted(places)
        assert places == [Positions(file.source, encoding).place(o) for token in found for o in token.span]
    ends = [link.span for link in links(file)]
    assert all(one.end <= other.start for one, other in pairwise(ends))
    lines = len(file.source.line_starts)
    parts = folds(file)
    assert all(1 <= fold.first < fold.last <= lines for fold in parts)
    assert len({fold.first for fold in parts}) == len(parts)
    assert all(two.first > one.last or two.last <= one.last for n, one in enumerate(parts) for two in parts[n + 1 :])
    offsets = [hint.offset for hint in hints(file)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(data) for offset in offsets)
    assert all(lens.text for lens in lenses(file))


@SOME
@given(profile_files(slips=4))
def test_pieces_are_in_order_and_apart_in_what_people_write(data: bytes) -> None:
    _check(data)


@SOME
@given(any_file)
def test_pieces_are_in_order_and_apart_in_anything(data: bytes) -> None:
    _check(b"[[TransferSyntaxes]]\n" + data)


def test_many_lines() -> None:
    # 10,000 lines. Were anything of it quadratic, this would take minutes.
    _check_long = OpenFile(Source(LONG))
    found = list(tokens(_check_long))
    assert len(found) == 2 + 4999 * 4
    assert len(hints(_check_long)) == len(links(_check_long)) == 4999
    positions = Positions(_check_long.source)
    assert positions.place(found[-1].span.end).line == 2 + 2 * 4999 - 1


def test_a_line_of_very_many_headers() -> None:
    # One line of 4,000 headers, with a character that is two in UTF-16 in front.
    data = "[[TransferSyntaxes😀]]".encode() + b"[abcdefghij]" * 4000
    positions = Positions(Source(data))
    places = [positions.place(token.span.start) for token in tokens(OpenFile(Source(data)))]
    assert places[-1].column == len(data) - 2 - len("abcdefghij]")
    assert len(places) > 4000
