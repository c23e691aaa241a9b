"""Reads, lints and formats every tiny file that a reader could stumble over, and prints what came of them, as a digest.

It needs nothing but Python and asprofile itself, so that any interpreter can run it:

    PYTHONPATH=. python3 tests/syntax/tiny_inputs.py
"""

from __future__ import annotations

import hashlib
import sys
from itertools import product
from typing import TYPE_CHECKING

from asprofile.edit.fmt import format_document
from asprofile.lint.fixes.rounds import fix
from asprofile.model.document import read
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the grammar tells apart; and what these make up.
BYTES = (b"[", b"]", b"=", b"#", b"\\", b"\n", b"\r", b"\r\n", b" ", b"\t", b"\0", b"\xff", b"a")
TOKENS = (*BYTES, b"[[", b"]]", b"\xef\xbb\xbf", b"[[a]]\n", b"[a]\n", b"a1=b\n", b"# c\n", b" # c\n", b" b\n")
REPEATED = 250


def tiny_files() -> Iterator[bytes]:
    """Every sequence of three bytes and of two tokens; two headers with up to two bytes between them, as people have an
    empty line; and every two bytes many times over.
    """
    pairs = [b"", *TOKENS, *map(b"".join, product(TOKENS, repeat=2))]
    yield from pairs
    yield from (b"".join(two) * REPEATED for two in product(BYTES, repeat=2))
    yield from map(b"".join, product(BYTES, repeat=3))
    for length in range(3):
        for between in map(b"".join, product(BYTES, repeat=length)):
            yield b"[[TransferSyntaxes]]" + between + b"[Uncompressed]"


def digest() -> str:
    """Of all trees and entries; of the findings, the fixes and the layout where the file is two tokens."""
    found = hashlib.sha256()
    for number, data in enumerate(tiny_files()):
        document = read(data)
        assert document.to_bytes() == data
        found.update(
            repr(([type(item).__name__ for item in document.tree], document.sections, document.entries)).encode()
        )
        if number <= len(TOKENS) * (len(TOKENS) + 1):
            fixed = fix(Source(data, ""))
            found.update(repr([(finding.code, finding.span) for finding in fixed.report.findings]).encode())
            found.update(repr((fixed.data, format_document(document))).encode())
    return found.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest() + "\n")
