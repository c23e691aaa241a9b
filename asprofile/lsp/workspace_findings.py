"""The findings of all profiles of a workspace: given to a client that asks for them, sent to one that does not.

What is open counts as the editor has it, everything else as it is on the disk (``workspace``).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from asprofile.editor.opened import OpenFile
from asprofile.lsp.plumbing import QuietServer
from asprofile.lsp.values import NAME
from asprofile.lsp.workspace import WorkspaceLook, WorkspaceReader

# In seconds: how long a request for the findings of the workspace waits when nothing has changed.
PAUSE = 30


@dataclass(slots=True)
class OpenedDocument:
    """A document that is open in the editor; ``file`` is what we made of its present text, ``state`` another one for
    each text and settings.
    """

    file: OpenFile
    version: int | None
    language: str
    state: str
    timer: asyncio.TimerHandle | None = None

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class WorkspaceFindings:
    """``opened`` are the documents of the client by their URIs, as they are at any time; ``diagnostics`` makes those of
    a file and of the language that it has in the editor.
    """

    def __init__(
        self,
        server: QuietServer,
        opened: Mapping[str, OpenedDocument],
        diagnostics: Callable[[OpenFile, str], list[types.Diagnostic]],
    ) -> None:
        self.is_wanted = True
        self.is_pulled = False
        self._server = server
        self._opened = opened
        self._diagnostics = diagnostics
        self._reader = WorkspaceReader()
        self._changed = asyncio.Event()
        self._is_stopped = False
        self._told = ""
        self._task: asyncio.Task[None] | None = None
        # What the client has been sent: URI -> state.
        self._sent: dict[str, str] = {}

    def stop(self) -> None:
        """Answer what is waiting, and look at nothing any more."""
        self._is_stopped = True
        self._reader.stop()
        self._changed.set()
        if self._task is not None:
            self._task.cancel()

    def look_again(self) -> None:
        """Something has changed."""
        self._changed.set()
        self.push()

    def forget(self, uri: str) -> None:
        """The client's findings of a file are those of its editor, or none."""
        self._sent.pop(uri, None)

    # -- to a client that asks

    async def report(self, known: Mapping[str, str]) -> types.WorkspaceDiagnosticReport:
        """All findings; ``known`` are the states that the client has. It asks again as soon as it has the answer, so
        one that is as the one before is given only when something changes, or after a while.
        """
        self._changed.clear()
        items = await self._items(known)
        if known and all(item.kind == "unchanged" for item in items) and not self._is_stopped:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), PAUSE)
            items = await self._items(known)
        return types.WorkspaceDiagnosticReport(items)

    async def _items(self, known: Mapping[str, str]) -> list[types.WorkspaceDocumentDiagnosticReport]:
        look = await self._look()
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for uri, opened in list(self._opened.items()):
            items.append(self._item(known, uri, opened))
        done = {item.uri for item in items}
        for one in look.files:
            uri = _uri(one.path)
            if uri not in done:
                await asyncio.sleep(0)
                items.append(self._item(known, uri, OpenedDocument(one.file, None, "", one.state)))
        gone = known.keys() - {item.uri for item in items}
        return [*items, *(types.WorkspaceFullDocumentDiagnosticReport(uri, []) for uri in sorted(gone))]

    def _item(
        self, known: Mapping[str, str], uri: str, document: OpenedDocument
    ) -> types.WorkspaceDocumentDiagnosticReport:
        if known.get(uri) == document.state:
            return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, document.state, document.version)
        found = self._diagnostics(document.file, document.language)
        return types.WorkspaceFullDocumentDiagnosticReport(uri, found, document.version, result_id=document.state)

    # -- to one that does not

    def push(self) -> None:
        """Send the findings soon, unless the client asks for them."""
        if not self.is_pulled and not self._is_stopped and self._roots() and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._push())

    async def _push(self) -> None:
        """Until nothing has changed meanwhile."""
        try:
            self._changed.set()
            while self._changed.is_set() and not self._is_stopped:
                self._changed.clear()
                await self._send(await self._look())
        except Exception as error:  # noqa: BLE001 - the last resort, as in the command line
            self._server.report_server_error(error, type(error))

    async def _send(self, look: WorkspaceLook) -> None:
        """What the client does not have; it is told of files that are gone, too."""
        present = {_uri(one.path): one for one in look.files}
        for uri in sorted(self._sent.keys() - present.keys()):
            del self._sent[uri]
            if uri not in self._opened:
                self._publish(uri, [])
        for uri, one in present.items():
            await asyncio.sleep(0)
            if uri not in self._opened and self._sent.get(uri) != one.state:
                self._sent[uri] = one.state
                self._publish(uri, self._diagnostics(one.file, ""))

    def _publish(self, uri: str, found: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))

    # -- what there is

    async def _look(self) -> WorkspaceLook:
        """The profiles of the workspace that are not open."""
        if not self.is_wanted or self._is_stopped:
            return WorkspaceLook()
        roots = [path for folder in self._roots() if (path := to_fs_path(folder))]
        opened = {path for uri in self._opened if uri.startswith("file:") and (path := to_fs_path(uri))}
        look = await self._reader.look(roots, opened)
        if look.left_out and look.left_out != self._told and not self._is_stopped:
            self._told = look.left_out
            said = f"not all profiles of the workspace are looked at: {look.left_out}; `asprofile lint` does it"
            show(self._server, types.MessageType.Info, said)
        return look

    def _roots(self) -> list[str]:
        """The folders of the workspace as URIs."""
        workspace = self._server.workspace
        return list(workspace.folders) or [uri for uri in (workspace.root_uri,) if uri]


def show(server: QuietServer, kind: types.MessageType, message: str) -> None:
    server.window_show_message(types.ShowMessageParams(kind, f"{NAME}: {message}"))


def _uri(path: str) -> str:
    uri = from_fs_path(path)
    assert uri, "a path has a URI"
    return str(uri)
