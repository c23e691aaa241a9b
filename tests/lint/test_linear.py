"""One thing very many times: the time grows with the file, not with its square. The bound is some ten times what it
takes, and a tenth of what the square would.
"""

from __future__ import annotations

import time

import pytest

from asprofile.lint.run import MOST_FINDINGS, lint
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
    "supersections": BEFORE + b"[[Profiles]]\n[P]\nPresentationContexts=C\n" * N,
    "a value of lines": b"".join(b"  " + line + b"\n" for line in (BEFORE + b"k = v\n" * 10 * N).splitlines()),
    "lists in a wrong supersection": CONTEXTS
    + b"".join(b"[L%d]\nTransferSyntax1=LittleEndianImplicit\n" % n for n in range(N // 2))
    + LISTS
    + BEFORE[len(LISTS) + len(CONTEXTS) :],
    "keys that nobody asks for": LISTS
    + CONTEXTS
    + b"".join(b"PC%d=CTImageStorage\\U\n" % n for n in range(N))
    + BEFORE[len(LISTS) + len(CONTEXTS) :],
    "sections in two pairs of brackets": BEFORE + b"[[C]]\nPresentationContext1=CTImageStorage\\U\n" * (N // 8),
    "entries on one line": BEFORE + b"a=" + b"b, Role1 = c" * N + b"\n",
    "values on two lines": LISTS + b"TransferSyntax2=JPEG-\nLossless\n" * (N // 2) + BEFORE[len(LISTS) :],
    "line ends": BEFORE + b"a=x" + b"\r\n" * N + b"y\xff\n",
    "blanks": BEFORE + b"a=x" + b" " * 50 * N + b"y\n",
}


def test_of_one_kind_only_so_many_are_said_and_that_there_are_more() -> None:
    data = BEFORE + b"[A]\n" * (MOST_FINDINGS + 5)
    found = [one for one in lint(Source(data, "x")).findings if one.code == "AP113"]
    assert len(found) == MOST_FINDINGS
    assert [one for one in found if "there is more of this" in one.message] == found[-1:]
    exact = lint(Source(BEFORE + b"[A]\n" * 5, "x")).findings
    assert not any("there is more" in one.message for one in exact)


def test_a_comment_is_not_called_unused_where_not_all_was_looked_at() -> None:
    item = b"[A]\n"
    data = BEFORE + item * MOST_FINDINGS + b"# asprofile: ignore[AP113] known\n" + item
    assert not [one for one in lint(Source(data, "x")).findings if one.code == "AP001"]


@pytest.mark.parametrize("what", MANY)
def test_many(what: str) -> None:
    started = time.process_time()
    lint(Source(MANY[what], "x"))
    assert time.process_time() - started < 30
