"""``asprofile lsp`` as an editor sees it: a client over standard input and output, a process each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import long_values
import pytest
from lsp_client import TIMEOUT, Client

import asprofile
from asprofile.editor.opened import MAX_OPENED_ITEMS
from asprofile.lint.rules import all_rules
from asprofile.model.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.lint.rule import Example

pytest.importorskip("pygls")

GAP = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""
GOOD = GAP.replace("TransferSyntax3", "TransferSyntax2")

_DYNAMIC = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}


def applied(text: str, edits: list[dict[str, Any]], encoding: str = "utf-16-le") -> str:
    """The text with an editor's edits made; columns in two bytes of UTF-16 unless said otherwise."""
    width = {"utf-16-le": 2, "utf-8": 1, "utf-32-le": 4}[encoding]
    lines = [line.encode(encoding) for line in text.splitlines(keepends=True)] + [b""]
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    data = b"".join(lines)
    for edit in reversed(edits):
        start, end = (
            starts[place["line"]] + place["character"] * width
            for place in (edit["range"]["start"], edit["range"]["end"])
        )
        data = data[:start] + edit["newText"].encode(encoding) + data[end:]
    return data.decode(encoding)


def codes(diagnostics: list[dict[str, Any]]) -> list[object]:
    return [diagnostic.get("code") for diagnostic in diagnostics]


def of(code: str, diagnostics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [diagnostic for diagnostic in diagnostics if diagnostic.get("code") == code]


def test_a_session(client: Client, uri: str) -> None:
    capabilities = client.start()["capabilities"]
    assert capabilities["textDocumentSync"]["change"] == 1
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["completionProvider"]["triggerCharacters"] == ["\\", "=", "["]
    assert capabilities["codeActionProvider"]["codeActionKinds"] == ["quickfix", "source.fixAll.asprofile"]
    (gap,) = client.open(uri, GAP)
    assert gap["code"] == "AP201"
    assert gap["severity"] == 1
    assert gap["source"] == "asprofile"
    assert gap["codeDescription"]["href"].endswith("/rules/ap201/")
    assert gap["range"] == {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 15}}
    fixes = client.actions(uri, gap)
    assert [(fix["kind"], fix.get("isPreferred")) for fix in fixes] == [
        ("quickfix", True),
        ("source.fixAll.asprofile", None),
    ]
    for fix in fixes:
        assert applied(GAP, fix["edit"]["changes"][uri]) == GOOD
    client.change(uri, GOOD)
    assert client.diagnostics(uri) == []
    assert client.end() == 0


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends_stay(client: Client, uri: str, line_end: str) -> None:
    client.start()
    text = ("# ö 😀\n" + GAP).replace("\n", line_end)
    (gap,) = client.open(uri, text)
    assert gap["range"]["start"] == {"line": 4, "character": 0}
    for fix in client.actions(uri, gap):
        assert applied(text, fix["edit"]["changes"][uri]) == ("# ö 😀\n" + GOOD).replace("\n", line_end)


def test_findings_follow_what_is_written(client: Client, uri: str) -> None:
    client.start()
    assert client.open(uri, GOOD) == []
    # Of several changes in a row only the last counts: one answer, for the last version.
    for text in ("", "[[", GAP):
        client.change(uri, text)
    assert codes(client.diagnostics(uri)) == ["AP201"]
    client.change(uri, GOOD)
    assert client.diagnostics(uri) == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    cleared = client.wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    assert cleared["params"]["diagnostics"] == []


def _examples() -> Iterator[tuple[str, Example]]:
    """Those that an editor shows as they are: with a byte-order mark, in another encoding it does not."""
    for rule in all_rules():
        for example in rule.examples:
            data = example.file(example.bad)
            if example.fixed and b"\0" not in data and data.isascii():
                yield rule.code, example


def test_the_quick_fixes_of_the_rules_give_their_good_examples(client: Client, tmp_path: Path) -> None:
    client.start()
    settings = tmp_path / "asprofile.toml"
    mended = set()
    for number, (code, example) in enumerate(_examples()):
        role = f'role = "{example.role}"\n' if example.role else ""
        settings.write_text(f'release = "{example.release}"\n{role}')
        text, left = example.file(example.bad).decode(), 20
        uri = (tmp_path / f"{number}.cfg").as_uri()
        found = of(code, client.open(uri, text))
        assert found, code
        # One finding after the other, as somebody would who clicks through them.
        while left and found:
            fixes = [fix for fix in client.actions(uri, found[0], ["quickfix"]) if of(code, fix["diagnostics"])]
            if not fixes:
                break
            text, left = applied(text, fixes[0]["edit"]["changes"][uri]), left - 1
            # Anew, because what is opened is linted at once.
            uri = (tmp_path / f"{number}-{left}.cfg").as_uri()
            found = of(code, client.open(uri, text))
            mended.add(code)
        if code in mended:
            assert text == example.file(example.good).decode(), code
    assert len(mended) > 20


def test_hover_and_completion(client: Client, uri: str) -> None:
    client.start()
    client.open(uri, GAP)
    shown = client.at("hover", uri, 7, 25)["result"]
    assert shown["contents"]["kind"] == "markdown"
    assert "**CT Image Storage**" in shown["contents"]["value"]
    assert shown["range"]["start"] == {"line": 7, "character": 23}
    assert "numbering-gap" in client.at("hover", uri, 3, 4)["result"]["contents"]["value"]
    assert client.at("hover", uri, 40, 0)["result"] is None
    client.change(uri, GOOD.replace("CTImageStorage\\uncompressed", "CTIm"))
    items = client.at("completion", uri, 7, 27)["result"]["items"]
    (ct,) = [item for item in items if item["label"] == "CTImageStorage"]
    assert ct["textEdit"]["newText"] == "CTImageStorage"
    assert ct["textEdit"]["range"] == {"start": {"line": 7, "character": 23}, "end": {"line": 7, "character": 27}}
    resolved = client.request("completionItem/resolve", ct)
    assert "1.2.840.10008.5.1.4.1.1.2" in resolved["documentation"]["value"]


def test_plain_text_for_clients_that_know_no_markdown(client: Client, uri: str) -> None:
    client.start(textDocument={"hover": {"contentFormat": ["plaintext"]}})
    client.open(uri, GAP)
    assert client.at("hover", uri, 7, 25)["result"]["contents"]["kind"] == "plaintext"


def test_definition_references_and_renaming(client: Client, uri: str) -> None:
    client.start(textDocument={"rename": {"prepareSupport": True}})
    client.open(uri, GOOD)
    (header,) = client.at("definition", uri, 7, 40)["result"]
    assert header["range"]["start"] == {"line": 1, "character": 1}
    places = client.at("references", uri, 1, 3, context={"includeDeclaration": False})["result"]
    assert [place["range"]["start"]["line"] for place in places] == [6, 7]
    assert len(client.at("documentHighlight", uri, 1, 3)["result"]) == 3
    assert client.at("prepareRename", uri, 7, 40)["result"]["placeholder"] == "uncompressed"
    assert client.at("prepareRename", uri, 0, 4)["result"] is None
    edits = client.at("rename", uri, 7, 40, newName="Plain")["result"]["changes"][uri]
    renamed = applied(GOOD, edits)
    assert renamed == GOOD.replace("Uncompressed", "Plain").replace("uncompressed", "Plain")
    assert load(renamed.encode()).use("default").contexts[1].transfer_syntaxes == (
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2",
    )
    refused = client.at("rename", uri, 7, 40, newName="no.dots")["error"]
    assert refused["code"] == -32803
    assert refused["message"].startswith("DCMTK drops `.`")
    assert "data" not in refused


def test_symbols_and_formatting(client: Client, uri: str) -> None:
    client.start()
    client.open(uri, GOOD)
    parameters = {"textDocument": {"uri": uri}}
    found = client.request("textDocument/documentSymbol", parameters)
    assert [symbol["name"] for symbol in found] == ["TransferSyntaxes", "PresentationContexts", "Profiles"]
    assert [entry["detail"] for entry in found[0]["children"][0]["children"]] == [
        "LittleEndianExplicit",
        "LittleEndianImplicit",
    ]
    options = {"tabSize": 4, "insertSpaces": True}
    edits = client.request("textDocument/formatting", {**parameters, "options": options})
    laid_out = applied(GOOD, edits)
    assert laid_out.startswith("[[TransferSyntaxes]]\n\n[Uncompressed]\nTransferSyntax1 = LittleEndianExplicit\n")
    client.change(uri, laid_out)
    assert client.request("textDocument/formatting", {**parameters, "options": options}) == []
    client.change(uri, GOOD + "  # at the wrong place\n")
    assert client.request("textDocument/formatting", {**parameters, "options": options}) is None
    told = client.wait(lambda message: message.get("method") == "window/showMessage")
    assert told["params"]["message"].startswith("asprofile: not formatted: line ")


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le")])
def test_position_encodings(client: Client, uri: str, encoding: str, codec: str) -> None:
    result = client.start(general={"positionEncodings": [encoding]})
    assert result["capabilities"]["positionEncoding"] == encoding
    text = GAP.replace("[Contexts]", "[😀Cöntexts]").replace("= Contexts", "= Contexts😀")
    found = client.open(uri, text)
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    line = next(text for text in text.splitlines() if text.startswith("[😀"))
    at = len("[😀Cöntexts".encode(codec)) // width
    edits = client.at("rename", uri, text[: text.index(line)].count("\n"), at, newName="List")["result"]["changes"][uri]
    assert "[List]" in applied(text, edits, codec)
    assert found


def test_settings_of_the_nearest_file(client: Client, tmp_path: Path, uri: str) -> None:
    settings = tmp_path / "asprofile.toml"
    settings.write_text('release = "3.6.0"\n[lint]\nignore = ["AP201"]\n')
    client.start(**_DYNAMIC)
    asked = client.wait(lambda message: message.get("method") == "client/registerCapability")
    assert asked["params"]["registrations"][0]["method"] == "workspace/didChangeWatchedFiles"
    text = GAP.replace("CTImageStorage", "EnhancedPETImageStorage").replace("EnhancedPET", "ParametricMap")
    assert "AP201" not in codes(client.open(uri, text))
    settings.write_text('release = "3.6.0"\n[lint.per-file-ignores]\n"*.txt" = ["AP201"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 2}]})
    assert "AP201" in codes(client.diagnostics(uri))
    settings.write_text('relaese = "3.6.0"\n')
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    told = client.wait(lambda message: message.get("method") == "window/showMessage")
    assert "did you mean 'release'?" in told["params"]["message"]
    assert "AP201" in codes(client.diagnostics(uri))


def test_files_of_other_programs_are_left_alone(client: Client, tmp_path: Path) -> None:
    client.start()
    other = "[section]\nkey = value\n[profiles]\nx\n"
    first, second = ((tmp_path / name).as_uri() for name in ("logger.cfg", "new.cfg"))
    assert client.open(first, other) == []
    assert client.at("completion", first, 3, 1)["result"] is None
    assert client.at("hover", first, 1, 1)["result"] is None
    (remark,) = client.open(second, other, language="asprofile")
    assert remark["severity"] == 3
    assert remark["message"].startswith("not an association profile")
    client.change(second, "[")
    found = client.at("completion", second, 0, 1)["result"]["items"]
    assert "[[TransferSyntaxes]]" in [item["label"] for item in found]
    # A document without a file has no settings, and is linted all the same.
    assert codes(client.open("untitled:Untitled-1", GAP)) == ["AP201"]


def test_a_large_file_is_not_linted_while_it_is_written(client: Client, uri: str) -> None:
    client.start()
    (remark,) = client.open(uri, GAP + "#" * 1024 * 1024)
    assert remark["message"].startswith("over 1 MiB")
    assert client.at("completion", uri, 3, 3)["result"] is None
    assert client.at("hover", uri, 3, 3)["result"] is None


def test_nor_is_one_of_very_many_entries(client: Client, uri: str) -> None:
    client.start()
    (remark,) = client.open(uri, GAP + "key = value\n" * MAX_OPENED_ITEMS)
    assert "10,000 headers and entries" in remark["message"]
    for method in ("hover", "definition", "completion"):
        assert client.at(method, uri, 3, 3)["result"] is None


def test_malformed_input_does_no_harm(client: Client, uri: str) -> None:
    client.start()
    for body in (b"{", b"[]", b"5", b"{}", b"\xff\xfe", b'{"jsonrpc": "1.0"}', b"[" * 100_000, b'"x"'):
        client.write(body)
    for message in (
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 5}},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {}},
        {"jsonrpc": "2.0", "method": "no/such/notification"},
        {"jsonrpc": "2.0", "id": "a", "method": "textDocument/hover", "params": {"position": "x"}},
        {"jsonrpc": "2.0", "id": "b", "result": 5},
        {"jsonrpc": "2.0", "id": "c", "error": {"code": 1, "message": "x"}},
    ):
        client.write(json.dumps(message).encode())
    client.write(b"", b"Content-Length: many\r\n\r\nX: y\r\n\r\n")
    assert client.ask("no/such/request")["error"]["code"] == -32601
    # Places outside the text, documents that are not open, half a character.
    assert client.at("hover", "file:///nowhere.cfg", 0, 0)["result"] is None
    assert client.at("completion", "file:///nowhere.cfg", 0, 0)["result"] is None
    assert client.request("textDocument/documentSymbol", {"textDocument": {"uri": "x:"}}) is None
    assert codes(client.open(uri, GAP + "# \ud83d\n")) == ["AP201"]
    assert client.at("hover", uri, 4_000_000, 7)["result"] is None
    assert client.at("rename", uri, 0, 4_000_000, newName="x")["error"]["message"].startswith("there is no label here")
    assert client.end() == 0


def test_the_process_ends_with_its_input(client: Client) -> None:
    client.start()
    client.close()
    assert client.process.returncode == 1


def test_a_client_that_no_longer_reads(client: Client, uri: str) -> None:
    client.start()
    client.open(uri, GAP)
    client.stop_reading()
    for version in range(3):
        client.change(uri, GAP * version)
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.close()
    assert client.process.returncode == 1


def test_in_a_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    terminal, end = pty.openpty()
    environment = dict(os.environ, PYTHONPATH=str(Path(asprofile.__file__).parents[1]))
    command = [sys.executable, "-m", "asprofile", "lsp"]
    try:
        done = subprocess.run(command, stdin=end, capture_output=True, cwd=tmp_path, env=environment, timeout=TIMEOUT)
    finally:
        os.close(terminal)
        os.close(end)
    assert done.returncode == 2
    assert b"an editor starts this" in done.stderr


def test_exit_without_shutdown(client: Client) -> None:
    client.start()
    client.notify("exit")
    assert client.process.wait(TIMEOUT) == 1


def test_without_pygls(tmp_path: Path) -> None:
    program = "import sys; sys.modules['pygls'] = None; import asprofile.cli as c; c.main(['lsp'])"
    environment = dict(os.environ, PYTHONPATH=str(Path(asprofile.__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-c", program], input=b"", capture_output=True, cwd=tmp_path, env=environment, timeout=TIMEOUT
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert (
        done.stderr.decode().strip() == "asprofile: the language server needs pygls: pip install 'dicom-asprofile[lsp]'"
    )


def texts(value: object, key: str = "") -> Iterator[str]:
    """What a person reads of an answer: not the text that is written into the file, nor addresses."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in (
                "newText",
                "insertText",
                "uri",
                "textEdit",
                "changes",
                "documentChanges",
                "data",
                "href",
                "filterText",
            ):
                yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)
    elif isinstance(value, str):
        yield value


def test_a_value_of_any_length_makes_no_text_long(client: Client, uri: str) -> None:
    client.start()
    for number, value in enumerate(value for value in long_values.values() if not value.name.endswith("words")):
        one = f"{uri}{number}"
        found = client.open(one, value.text)
        lines = value.text.splitlines()
        answers: list[object] = [found]
        answers += [client.actions(one, finding) for finding in found[:3]]
        answers.append(client.ask("textDocument/documentSymbol", {"textDocument": {"uri": one}}))
        wide = max(range(len(lines)), key=lambda line: len(lines[line]))
        middle, end = len(lines[wide]) // 2, len(lines[wide])
        answers += [client.at("hover", one, wide, place) for place in (2, middle, end)]
        answers.append(client.at("completion", one, wide, end))
        longest = max((line for text in texts(answers) for line in text.splitlines()), key=len, default="")
        assert len(longest) <= long_values.MOST, (value.name, longest[:300])
        client.notify("textDocument/didClose", {"textDocument": {"uri": one}})
