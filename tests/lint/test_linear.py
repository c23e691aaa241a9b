"""One thing very many times: the time grows with the file, not with its square. The bound is some ten times what it
takes, and a tenth of what the square would.
"""

from __future__ import annotations

import time

import pytest

from asprofile.lint import lint
from asprofile.text import Source

N = 4000
LISTS = b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1=LittleEndianImplicit\n"
CONTEXTS = b"[[PresentationContexts]]\n[C]\nPresentationContext1=VerificationSOPClass\\U\n"
BEFORE = LISTS + CONTEXTS + b"[[Profiles]]\n[P]\nPresentationContexts=C\n"
MANY = {
    "profiles without contexts": BEFORE + b"[A]\n" * N,
    "profiles of one name": BEFORE + b"[P]\nPresentationContexts=C\n" * N,
    "suppressions": BEFORE + b"# asprofile: ignore[AP203]\nPresentationContexts=C\n" * N,
    "lists": LISTS
    + b"".join(b"[L%d]\nTransferSyntax1=LittleEndianImplicit\n" % n for n in range(N))
    + BEFORE[len(LISTS) :],
    "line ends": BEFORE + b"a=x" + b"\r\n" * N + b"y\xff\n",
    "blanks": BEFORE + b"a=x" + b" " * 50 * N + b"y\n",
}


@pytest.mark.parametrize("what", MANY)
def test_many(what: str) -> None:
    started = time.process_time()
    lint(Source(MANY[what], "x"))
    assert time.process_time() - started < 30
