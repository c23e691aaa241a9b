"""Files beyond all measure: linear, not recursive, and in little memory."""

from __future__ import annotations

import tracemalloc

import pytest

from asprofile.errors import LoadError
from asprofile.model.document import read
from asprofile.model.loader import load

N = 100_000
HEAD = b"[[TransferSyntaxes]]\n[A]\n"


def numbered(template: bytes, count: int) -> bytes:
    return b"".join(template.replace(b"%d", b"%d" % number) for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"[" * 1_000_000, ""),
        (b"[" * N + b"a" + b"]" * N, "A"),
        (b"[ " * N + b"a" + b"] " * N, "A"),
        (b"[" * N + b"a]", "A"),
    ],
    ids=["a million brackets", "nested", "nested with blanks", "not closed"],
)
def test_brackets(data: bytes, name: str) -> None:
    document = read(data)
    assert document.to_bytes() == data
    assert [found.name for found in document.supersections] == [name]


def test_closing_brackets() -> None:
    document = read(b"]" * 1_000_000)
    assert document.entries == []
    assert len(document.tree) == 1


def test_very_many_entries() -> None:
    document = read(HEAD + numbered(b"TransferSyntax%d=1.2\n", N))
    section = document.supersections[0].sections[0]
    assert sum(1 for _ in section.numbered("TRANSFERSYNTAX")) == N


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        (b"x" * 20_000_000, 0),
        (HEAD + b"k=" + b"1" * 20_000_000, 1),
        (b" " * 20_000_000, 0),
        (b"\n" * 20_000_000, 0),
        (HEAD + b"k" + b"\n#" * 5_000_000, 1),
        (HEAD + b"k=" + b"\n#" * 5_000_000, 1),
    ],
    ids=["a key", "a value", "blanks", "line ends", "comments in a key", "comments in a value"],
)
def test_one_item_of_megabytes(data: bytes, entries: int) -> None:
    assert len(read(data).entries) == entries


def test_an_error_in_a_value_of_megabytes() -> None:
    data = HEAD + b"TransferSyntax1=" + b"1\n " * 300_000
    with pytest.raises(LoadError) as caught:
        load(data + b"\n[[PresentationContexts]][[Profiles]]")
    assert caught.value.code == 1024
    assert caught.value.span == (len(HEAD) + 16, len(data) - 2)


CONTEXTS = b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1=1.2\n[[PresentationContexts]]\n[C]\n"
AWKWARD = {
    "sections": HEAD + b"[b]" * 10_000,
    "supersections": b"[[a]]" * 10_000,
    "entries of no length": HEAD + b"=\n" * 10_000,
    "sections of one entry": HEAD + b"[b]a=\n" * 10_000,
    "keys that are all different": HEAD + numbered(b"%d=\n", 10_000),
    "a list in many sections": b"[[TransferSyntaxes]]\n" + b"[A]\nTransferSyntax1=1.2\n" * 5_000,
    "a long list": HEAD + numbered(b"TransferSyntax%d=1.2\n", 10_000),
    "nothing but errors": HEAD + numbered(b"TransferSyntax%d=x\n", 10_000),
    "continuation lines": HEAD + b"TransferSyntax1=" + b"1\n " * 50_000,
    "contexts and profiles": CONTEXTS
    + numbered(b"PresentationContext%d=1.%d\\U\n", 3_000)
    + b"[[Profiles]]\n"
    + numbered(b"[P%d]\nPresentationContexts=C\n", 5_000),
    "roles that are not proposed": CONTEXTS
    + b"PresentationContext1=1\\U\n[[SCPSCURoleSelection]]\n[R]\n"
    + numbered(b"Role%d=1.%d\\SCU\n", 10_000)
    + b"[[Profiles]]\n"
    + numbered(b"[P%d]\nPresentationContexts=C\nSCPSCURoleSelection=R\n", 3_000),
}


@pytest.mark.parametrize("what", AWKWARD)
def test_memory_is_bounded_by_the_size_of_the_file(what: str) -> None:
    data = AWKWARD[what]
    read(b"")  # the parser itself is not the file's
    tracemalloc.start()
    try:
        load(data, role="acceptor")
    except LoadError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 50 * len(data), f"{peak / len(data):.1f} times the file"


@pytest.mark.parametrize("value", [b"1x" * 1_000_000, b"1x\n " * 100_000], ids=["long", "many lines"])
def test_a_message_quotes_a_line(value: bytes) -> None:
    with pytest.raises(LoadError) as caught:
        load(HEAD + b"TransferSyntax1=" + value + b"\n[[PresentationContexts]][[Profiles]]")
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)
    assert "...`" in str(caught.value)
