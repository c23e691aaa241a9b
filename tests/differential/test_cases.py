"""The generator: the same file for the same numbers, and all that the comparison is meant to try."""

from __future__ import annotations

import hashlib

from fuzzing import cases
from fuzzing.minimise import minimise

FILES = [cases.generate(1, number) for number in range(3_000)]


def test_a_case_is_made_again_from_its_numbers() -> None:
    assert [cases.generate(1, number) for number in range(50)] == FILES[:50]
    assert cases.generate(2, 0) != cases.generate(1, 0)


def test_cases_differ() -> None:
    assert len({hashlib.sha256(data).digest() for data in FILES}) > 0.97 * len(FILES)


def test_what_matters_is_among_them() -> None:
    for what in (
        b"\r\n", b"\n\r", b"\r\r\n", b"\0", b"\n\xff", b"\xff[", b"\xff#", b"\xef\xbb\xbf[[", b"[ [", b"]]]", b"[[[",
        b"\n#", b"\r#", b" #", b"\n\t", b"\x0b", b"\x0c", b"=\n", b"[]", b"[[]]", b"= =", b"\\\n",
        b"LocalEndianExplicit", b"PresentationContext129", b"TransferSyntax129", b"SCPSCURoleSelection",
    ):  # fmt: skip
        assert any(what in data for data in FILES), what
    assert any(not data for data in FILES)
    assert any(data.rstrip().endswith(b"]") for data in FILES)
    assert any(data.count(b"[[Profiles]]") == 2 for data in FILES)


def test_minimise_leaves_only_what_is_needed() -> None:
    data = b"one\ntwo x\nthree\nfour y\n" * 5
    assert minimise(data, lambda some: b"x" in some and b"y" in some) == b"xy"
    assert minimise(data, lambda some: some.count(b"o") >= 3) == b"ooo"
    assert minimise(b"", lambda _: True) == b""
