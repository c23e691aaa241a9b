"""The findings of a workspace: asked for by a client that can, sent to one that cannot."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

from asprofile.lsp.workspace import WorkspaceLimits, WorkspaceReader, is_too_wide

if TYPE_CHECKING:
    from lsp_client import Client

GAP = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""
GOOD = GAP.replace("TransferSyntax3", "TransferSyntax2")
PULLS = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "gap.cfg").write_text(GAP)
    (tmp_path / "sub" / "any.name").write_text(GAP)
    (tmp_path / "good.cfg").write_text(GOOD)
    (tmp_path / "other.cfg").write_text("[a]\nb = c\n")
    (tmp_path / "node_modules" / "gap.cfg").write_text(GAP)
    (tmp_path / "legacy.cfg").write_text(GAP)
    (tmp_path / "asprofile.toml").write_text('exclude = ["legacy.cfg"]\n')
    return tmp_path


def pull(client: Client, known: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    previous = [{"uri": uri, "value": value} for uri, value in (known or {}).items()]
    report = client.request("workspace/diagnostic", {"previousResultIds": previous})
    return {item["uri"]: item for item in report["items"]}


def found(items: dict[str, dict[str, Any]], root: Path) -> dict[str, list[str]]:
    start = root.as_uri() + "/"
    return {uri.removeprefix(start): [one["code"] for one in item["items"]] for uri, item in items.items()}


def test_a_client_that_asks(client: Client, project: Path) -> None:
    provider = client.start(project.as_uri(), **PULLS)["capabilities"]["diagnosticProvider"]
    assert provider["workspaceDiagnostics"] is True
    items = pull(client)
    assert found(items, project) == {"gap.cfg": ["AP201"], "good.cfg": [], "sub/any.name": ["AP201"]}
    known = {uri: item["resultId"] for uri, item in items.items()}
    # What is changed is told, what is gone has no findings any more, and the rest is as it was.
    (project / "good.cfg").write_text(GAP + "# longer\n")
    (project / "gap.cfg").unlink()
    again = pull(client, known)
    kinds = {uri.rpartition("/")[2]: item["kind"] for uri, item in again.items()}
    assert kinds == {"good.cfg": "full", "any.name": "unchanged", "gap.cfg": "full"}
    assert again[(project / "gap.cfg").as_uri()]["items"] == []
    (project / "gap.cfg").write_text(GAP)
    _opened(client, (project / "gap.cfg").as_uri())
    _waiting(client, project)


def _opened(client: Client, uri: str) -> None:
    """What is open counts as the editor has it."""
    client.open_silently(uri, GOOD)
    (item,) = [item for one, item in pull(client).items() if one == uri]
    assert item["items"] == []
    assert item["version"] == 1
    report = client.about("diagnostic", uri)
    assert report["kind"] == "full"
    assert client.about("diagnostic", uri, previousResultId=report["resultId"])["kind"] == "unchanged"
    client.change(uri, GAP)
    report = client.about("diagnostic", uri, previousResultId=report["resultId"])
    assert [one["code"] for one in report["items"]] == ["AP201"]
    # Nobody was sent anything.
    assert client.about("diagnostic", "file:///nowhere.cfg")["items"] == []
    assert not [one for one in client.kept if one.get("method") == "textDocument/publishDiagnostics"]


def _waiting(client: Client, project: Path) -> None:
    """An answer that would be as the one before waits for a change, and does not keep the server."""
    known = {uri: item["resultId"] for uri, item in pull(client).items()}
    previous = [{"uri": uri, "value": value} for uri, value in known.items()]
    waiting = client.ask_later("workspace/diagnostic", {"previousResultIds": previous})
    # Others are answered meanwhile.
    assert client.about("hover", "file:///nowhere.cfg", position={"line": 0, "character": 0}) is None
    settings = project / "asprofile.toml"
    settings.write_text('[lint]\nignore = ["AP201"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 2}]})
    items = {item["uri"]: item for item in client.answer(waiting)["result"]["items"]}
    if (project / "legacy.cfg").as_uri() not in items:
        # The settings were changed between looking for the files and reading them.
        items = pull(client, {uri: item["resultId"] for uri, item in items.items()})
    assert (project / "legacy.cfg").as_uri() in items
    assert not any(item.get("items") for item in items.values())
    items = pull(client)
    previous = [{"uri": uri, "value": item["resultId"]} for uri, item in items.items()]
    client.ask_later("workspace/diagnostic", {"previousResultIds": previous})
    assert client.end() == 0
    assert client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")


def test_a_client_that_does_not_ask(client: Client, project: Path) -> None:
    client.start(project.as_uri())
    gap, other = (project / "gap.cfg").as_uri(), (project / "sub" / "any.name").as_uri()
    assert [one["code"] for one in client.published(gap)] == ["AP201"]
    assert [one["code"] for one in client.published(other)] == ["AP201"]
    # Open, it is the editor's; closed, the disk's again.
    assert client.open(gap, GOOD) == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": gap}})
    assert client.published(gap) == []
    assert [one["code"] for one in client.published(gap)] == ["AP201"]
    (project / "gap.cfg").unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": gap, "type": 3}]})
    assert client.published(gap) == []


def test_not_wanted(client: Client, project: Path) -> None:
    client.start(project.as_uri(), {"workspaceDiagnostics": False}, **PULLS)
    assert pull(client) == {}


# --- the limits


def look(reader: WorkspaceReader, root: Path) -> tuple[list[str], str]:
    seen = asyncio.run(reader.look([str(root)]))
    return [os.path.relpath(one.path, root) for one in seen.files], seen.left_out


def test_limits(project: Path) -> None:
    everything = ["gap.cfg", "good.cfg", str(Path("sub", "any.name"))]
    assert look(WorkspaceReader(), project) == (everything, "")
    assert look(WorkspaceReader(WorkspaceLimits(profiles=3)), project) == (everything, "")
    assert look(WorkspaceReader(WorkspaceLimits(profiles=2)), project) == (everything[:2], "over 2 profiles")
    some, left_out = look(WorkspaceReader(WorkspaceLimits(size=len(GAP) + 1)), project)
    assert some == ["gap.cfg"]
    assert left_out == "over 0 MiB of profiles"
    some, left_out = look(WorkspaceReader(WorkspaceLimits(entries=4)), project)
    assert len(some) < 3
    assert left_out == "over 4 files and directories"


def test_time(project: Path) -> None:
    ticks = iter(range(1000))
    some, left_out = look(WorkspaceReader(WorkspaceLimits(seconds=1), clock=lambda: next(ticks)), project)
    assert len(some) < 3
    assert left_out == "not looked through within 1 seconds"
    stopped = WorkspaceReader()
    stopped.stop()
    assert look(stopped, project)[0] == []


def test_what_is_the_same_is_not_read_again(project: Path) -> None:
    reader = WorkspaceReader()
    first = asyncio.run(reader.look([str(project)])).files
    (project / "good.cfg").write_text(GOOD + "#\n")
    second = asyncio.run(reader.look([str(project)])).files
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, False, True]


def test_what_cannot_be_read_does_no_harm(project: Path) -> None:
    (project / "asprofile.toml").write_text("nonsense")
    (project / "dangling.cfg").symlink_to(project / "nowhere")
    assert len(look(WorkspaceReader(), project)[0]) == 4
    assert look(WorkspaceReader(), project / "nowhere") == ([], "")


def test_a_home_is_no_project(tmp_path: Path) -> None:
    assert is_too_wide(str(Path.home()))
    assert is_too_wide(tmp_path.anchor)
    assert not is_too_wide(str(tmp_path))
