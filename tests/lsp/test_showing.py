"""What the server shows beside findings, to a real client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsp_client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("pygls")

TEXT = """\
# 😀 two
# lines
[[TransferSyntaxes]]
[😀Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = 1.2.840.10008.1.2
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Plain
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One for all that is asked here."""
    client = Client(tmp_path_factory.mktemp("showing"))
    try:
        client.start(options={"matrixCommand": "some.command"})
        yield client
        assert client.end() == 0
    finally:
        client.dispose()


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    return f"file:///showing/{request.node.name}.cfg"


def decoded(data: list[int], text: str, legend: dict[str, list[str]]) -> list[tuple[str, str, list[str]]]:
    """The tokens as a client in UTF-16 reads them: text, type, modifiers."""
    lines = [line.encode("utf-16-le") for line in text.splitlines()]
    found = []
    line = column = 0
    assert len(data) % 5 == 0
    for start in range(0, len(data), 5):
        down, right, length, kind, bits = data[start : start + 5]
        line, column = line + down, right if down else column + right
        piece = lines[line][2 * column : 2 * (column + length)].decode("utf-16-le")
        assert piece.strip() == piece != ""
        modifiers = [name for bit, name in enumerate(legend["tokenModifiers"]) if bits >> bit & 1]
        found.append((piece, legend["tokenTypes"][kind], modifiers))
    return found


def test_semantic_tokens(client: Client, uri: str) -> None:
    provider = client.capabilities["semanticTokensProvider"]
    assert provider["full"] is True
    assert provider["range"] is True
    client.open(uri, TEXT)
    found = decoded(client.about("semanticTokens/full", uri)["data"], TEXT, provider["legend"])
    for line_end in ("\r\n", "\r"):
        text = TEXT.replace("\n", line_end)
        client.change(uri, text)
        assert decoded(client.about("semanticTokens/full", uri)["data"], text, provider["legend"]) == found
    assert found[:9] == [
        ("# 😀 two", "comment", []),
        ("# lines", "comment", []),
        ("TransferSyntaxes", "namespace", ["declaration"]),
        ("😀Plain", "class", ["declaration"]),
        ("TransferSyntax", "property", []),
        ("1", "number", []),
        ("LittleEndianExplicit", "enumMember", []),
        ("TransferSyntax", "property", []),
        ("2", "number", []),
    ]
    assert found[-1] == ("Contexts", "class", [])
    part = {"start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 5}}
    ranged = client.about("semanticTokens/range", uri, range=part)["data"]
    assert decoded(ranged, TEXT, provider["legend"]) == [("TransferSyntax", "property", [])]
    assert client.about("semanticTokens/full", "file:///nowhere.cfg") is None


def test_folds_hints_links_and_lenses(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    folds = client.about("foldingRange", uri)
    assert [(fold["startLine"], fold["endLine"], fold["kind"]) for fold in folds][:3] == [
        (0, 1, "comment"),
        (2, 5, "region"),
        (3, 5, "region"),
    ]
    hints = client.about("inlayHint", uri, range=WHOLE)
    assert [(hint["position"]["line"], hint["label"]) for hint in hints] == [
        (5, "Implicit VR Little Endian"),
        (8, "ID 1"),
        (10, "1 of 128 contexts"),
    ]
    line = {"start": {"line": 8, "character": 0}, "end": {"line": 8, "character": 99}}
    assert [hint["label"] for hint in client.about("inlayHint", uri, range=line)] == ["ID 1"]
    links = client.about("documentLink", uri)
    assert [link["range"]["start"]["line"] for link in links] == [4, 5, 8]
    assert all(link["target"].startswith("https://dicom.nema.org/") for link in links)
    (lens,) = client.about("codeLens", uri)
    assert lens["range"]["start"] == {"line": 10, "character": 0}
    assert lens["command"]["title"].startswith("1 context, request of ")
    assert lens["command"]["command"] == "some.command"
    assert lens["command"]["arguments"] == [uri, "DEFAULT"]


def test_of_broken_and_other_files(client: Client, uri: str) -> None:
    large = "[[TransferSyntaxes]]" + "#" * (1 << 20)
    for number, text in enumerate(("", "[section]\nkey = value\n", large, "[[Profiles")):
        one = f"{uri}{number}"
        client.open(one, text)
        for method in ("semanticTokens/full", "foldingRange", "documentLink", "codeLens"):
            answer: Any = client.about(method, one)
            if "Profiles" not in text:
                assert answer in ([], {"data": []})
        assert client.about("inlayHint", one, range=WHOLE) == []


def test_ten_thousand_lines(client: Client, uri: str) -> None:
    entries = "".join(f"# {n}\nTransferSyntax{n} = 1.2.840.10008.1.2.1\n" for n in range(1, 4990))
    client.open(uri, f"[[TransferSyntaxes]]\n[A]\n{entries}")
    assert len(client.about("semanticTokens/full", uri)["data"]) == 5 * (2 + 4 * 4989)
    assert len(client.about("inlayHint", uri, range=WHOLE)) == 4989
    assert len(client.about("foldingRange", uri)) == 2
    assert len(client.about("documentLink", uri)) == 4989
