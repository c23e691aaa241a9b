"""The lines of a log, whatever it is made of."""

from __future__ import annotations

import gzip
import io

import pytest

from asprofile.logs import encoded
from asprofile.logs.encoded import Packed, text_of


def lines(data: bytes) -> list[str]:
    return list(text_of(io.BytesIO(data)))


def test_a_line_without_an_end_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded, "_LONGEST", 10)
    assert lines(b"a" * 25 + b"\nbc\n") == ["a" * 10, "a" * 10, "aaaaa\n", "bc\n"]


@pytest.mark.parametrize("count", [1, 2, 3, 100, 1023, 1024, 1025, 5000])
def test_nuls_in_front_are_no_text(count: int) -> None:
    assert lines(bytes(count) + b"I: Requesting Association\nD: x\0y\n") == ["I: Requesting Association\n", "D: x\0y\n"]
    assert lines(bytes(count)) == []


@pytest.mark.parametrize("text", ["I", "I:", "I: Requesting Association\n" * 100])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_each_encoding(text: str, encoding: str) -> None:
    assert "".join(lines(text.encode(encoding))) == text


def test_what_is_packed_is_given_to_who_was_asked() -> None:
    with pytest.raises(Packed, match=r"; zcat FILE \| asprofile trace -$"):
        list(text_of(io.BytesIO(gzip.compress(b"x")), "asprofile trace -"))
