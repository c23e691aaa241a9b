"""The language server: what ``asprofile.editor`` says, in the words of the Language Server Protocol, 3.17.

The only module that knows pygls; with ``values`` the only one that knows lsprotocol. It keeps the open files and
looks for their settings; everything that has to do with profiles is in ``editor``. Documents come whole at each change:
they are small, and nothing can get out of step.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import PurePath
from typing import BinaryIO, Protocol, cast, get_args

from lsprotocol import types
from pygls.uris import to_fs_path

from asprofile import __version__
from asprofile.edit.fmt import FormatRefusal
from asprofile.editor.about import about_uid
from asprofile.editor.actions import all_safe_fixes, formatting, quick_fixes
from asprofile.editor.completion import completions
from asprofile.editor.folding import folds
from asprofile.editor.hints import hints, lenses
from asprofile.editor.hover import hover
from asprofile.editor.labels import CannotRename
from asprofile.editor.links import links
from asprofile.editor.opened import MAX_OPENED_ITEMS, MAX_OPENED_SIZE, OpenFile
from asprofile.editor.positions import ClientPosition, PositionEncoding, Positions, to_bytes
from asprofile.editor.symbols import symbols
from asprofile.editor.tokens import tokens
from asprofile.errors import AsprofileError
from asprofile.lint.run import LintOptions
from asprofile.lsp.plumbing import ClientOutput, QuietServer, failed, guarded, guarded_wait, log_plainly
from asprofile.lsp.project import options_for
from asprofile.lsp.showing import (
    LEGEND,
    code_lens,
    document_link,
    folding_range,
    inlay_hint,
    semantic_tokens,
)
from asprofile.lsp.values import (
    NAME,
    completion_item,
    diagnostic,
    document_symbol,
    is_wanted,
    locations,
    quick_fix,
    range_of,
    remark,
    text_edits,
)
from asprofile.lsp.workspace_findings import OpenedDocument, WorkspaceFindings, show
from asprofile.settings.finding import SETTINGS_FILES
from asprofile.text import Source, Span

# A file that is opened under this language is meant to be a profile; any other may be anything.
LANGUAGE = "asprofile"
# In seconds: while the user types, findings wait for a pause.
PAUSE = 0.15
# Names that profile files have; an editor tells when one of them is written or goes.
_PROFILE_FILES = "**/*.{cfg,conf,ini,txt}"

_TOO_LARGE = (
    f"over {MAX_OPENED_SIZE >> 20} MiB or {MAX_OPENED_ITEMS:,} headers and entries: not looked at while it is written; "
    "the commands `asprofile lint`, `fmt` and `rename` do it"
)
_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{NAME}"
_NO_PROFILE = (
    "not an association profile: DCMTK wants the supersections [[TransferSyntaxes]], [[PresentationContexts]] and "
    "[[Profiles]], and none of them is here"
)


def serve() -> int:
    """Serve one client on standard input and output until it ends; the exit status is 0 after a proper shutdown."""
    log_plainly()
    # Whoever starts it by hand must be able to stop it; nothing is lost.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    session = _Session()
    output = ClientOutput(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    # Nothing but messages may get between the messages.
    with contextlib.redirect_stdout(sys.stderr):
        session.server.start_io(sys.stdin.buffer, cast("BinaryIO", output))
    return 0 if session.is_shut_down else 1


class _Positioned(Protocol):
    """What requests about a place have in common."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


class _Session:
    """One client and its open documents. The methods named after the protocol's are the handlers."""

    def __init__(self) -> None:
        self.is_shut_down = False
        self.server = QuietServer(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._opened: dict[str, OpenedDocument] = {}
        self._complaint = ""
        self._states = 0
        # What the client says of itself: whether it asks for findings, or wants to be sent them; see docs/editors.md.
        self._pulls = False
        self._matrix_command = ""
        self._workspace = WorkspaceFindings(self.server, self._opened, self._diagnostics)
        triggers = types.CompletionOptions(trigger_characters=["\\", "=", "["], resolve_provider=True)
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, _FIX_ALL])
        pulled = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=True, identifier=NAME)
        for method, handler, options in (
            (types.INITIALIZE, self.initialize, None),
            (types.INITIALIZED, self.initialized, None),
            (types.SHUTDOWN, self.shutdown, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self.did_open, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self.did_change, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self.did_save, None),
            (types.TEXT_DOCUMENT_DID_CLOSE, self.did_close, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.files_changed, None),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.folders_changed, None),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self.settings_changed, None),
            (types.TEXT_DOCUMENT_HOVER, self.hover, None),
            (types.TEXT_DOCUMENT_COMPLETION, self.completion, triggers),
            (types.COMPLETION_ITEM_RESOLVE, self.completion_resolve, None),
            (types.TEXT_DOCUMENT_DEFINITION, self.definition, None),
            (types.TEXT_DOCUMENT_REFERENCES, self.references, None),
            (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, self.document_highlight, None),
            (types.TEXT_DOCUMENT_PREPARE_RENAME, self.prepare_rename, None),
            (types.TEXT_DOCUMENT_RENAME, self.rename, None),
            (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self.document_symbol, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self.code_action, kinds),
            (types.TEXT_DOCUMENT_FORMATTING, self.formatting, None),
            (types.TEXT_DOCUMENT_DIAGNOSTIC, self.diagnostic, pulled),
            (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, self.semantic_tokens, LEGEND),
            (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, self.semantic_tokens, LEGEND),
            (types.TEXT_DOCUMENT_FOLDING_RANGE, self.folding_range, None),
            (types.TEXT_DOCUMENT_INLAY_HINT, self.inlay_hint, None),
            (types.TEXT_DOCUMENT_DOCUMENT_LINK, self.document_link, None),
            (types.TEXT_DOCUMENT_CODE_LENS, self.code_lens, None),
        ):
            self.server.feature(method, options)(guarded(handler))
        self.server.feature(types.WORKSPACE_DIAGNOSTIC)(guarded_wait(self.workspace_diagnostic))

    # -- life

    def initialize(self, params: types.InitializeParams) -> None:
        """Keep what the client says of itself."""
        document = params.capabilities.text_document
        self._pulls = document is not None and document.diagnostic is not None
        options = params.initialization_options
        said: Mapping[str, object] = options if isinstance(options, dict) else {}
        self._workspace.is_wanted = said.get("workspaceDiagnostics") is not False
        self._workspace.is_pulled = self._pulls
        command = said.get("matrixCommand")
        self._matrix_command = command if isinstance(command, str) else ""

    def initialized(self, _: types.InitializedParams) -> None:
        """Ask to be told when settings and profiles change, of clients that can."""
        self._workspace.push()
        workspace = self.server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is None or not watching.dynamic_registration:
            return
        names = [f"**/{name}" for name in SETTINGS_FILES]
        watchers = [types.FileSystemWatcher(name) for name in (*names, _PROFILE_FILES)]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration(f"{NAME}-settings", method, options)
        self.server.client_register_capability(types.RegistrationParams([registration]))

    def shutdown(self, _: None) -> None:
        self.is_shut_down = True
        for opened in self._opened.values():
            opened.stop_timer()
        self._workspace.stop()

    # -- documents

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._workspace.forget(params.text_document.uri)
        self._read(params.text_document.uri)
        self._publish(params.text_document.uri)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        self._read(uri)
        self._opened[uri].timer = asyncio.get_running_loop().call_later(PAUSE, self._publish_quietly, uri)

    def did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._publish(params.text_document.uri)
        self.folders_changed(params)

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        opened = self._opened.pop(uri, None)
        if opened is not None:
            opened.stop_timer()
            if not self._pulls:
                self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
            self.folders_changed(params)

    def settings_changed(self, _: object) -> None:
        for uri in list(self._opened):
            self._read(uri)
            self._publish(uri)
        workspace = self.server.client_capabilities.workspace
        if self._pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.server.workspace_diagnostic_refresh(None)
        self.folders_changed(_)

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """What is open is known better than the disk knows it, but for its settings."""
        if any(PurePath(change.uri).name in SETTINGS_FILES for change in params.changes):
            self.settings_changed(params)
        else:
            self.folders_changed(params)

    def folders_changed(self, _: object) -> None:
        """Look at the workspace again."""
        self._workspace.look_again()

    def _read(self, uri: str) -> None:
        """Take over the text that pygls has of a document."""
        document = self.server.workspace.text_documents[uri]
        path = to_fs_path(uri) if uri.startswith("file:") else None
        source = Source(to_bytes(document.source), path or uri)
        file = OpenFile(source, self._settings(path))
        old = self._opened.get(uri)
        if old is not None:
            old.stop_timer()
        self._states += 1
        self._opened[uri] = OpenedDocument(file, document.version, document.language_id or "", f"open-{self._states}")

    def _settings(self, path: str | None) -> LintOptions:
        """The settings for a file; those that cannot be used are told once, and the default is used."""
        try:
            settings = options_for(path) if path else LintOptions()
        except AsprofileError as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                self._show(types.MessageType.Error, self._complaint)
            return LintOptions()
        self._complaint = ""
        return settings

    def _show(self, kind: types.MessageType, message: str) -> None:
        show(self.server, kind, message)

    def _at(self, params: _Positioned) -> tuple[OpenFile, Positions, int] | None:
        """The file and the offset that a request is about; None for a document that is not open or too large."""
        opened = self._opened.get(params.text_document.uri)
        if opened is None or opened.file.is_too_large:
            return None
        positions = self._positions(opened.file)
        return opened.file, positions, positions.offset(ClientPosition(params.position.line, params.position.character))

    def _positions(self, file: OpenFile) -> Positions:
        chosen = self.server.workspace.position_encoding
        encoding = chosen.value if isinstance(chosen, types.PositionEncodingKind) else chosen
        return Positions(
            file.source, cast("PositionEncoding", encoding if encoding in get_args(PositionEncoding) else "utf-16")
        )

    # -- findings

    def _publish_quietly(self, uri: str) -> None:
        """The same, called by a timer, whose errors would be lost."""
        try:
            self._publish(uri)
        except Exception as error:  # noqa: BLE001 - the last resort, as in the command line
            self.server.report_server_error(error, type(error))

    def _publish(self, uri: str) -> None:
        opened = self._opened.get(uri)
        if opened is None:
            return
        opened.stop_timer()
        if self._pulls:
            return
        found = self._diagnostics(opened.file, opened.language)
        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, opened.version))

    def _diagnostics(self, file: OpenFile, language: str = "") -> list[types.Diagnostic]:
        positions = self._positions(file)
        if file.is_too_large:
            return [remark(_TOO_LARGE)]
        if not file.is_profile and language == LANGUAGE and file.data.strip():
            return [remark(_NO_PROFILE)]
        return [diagnostic(finding, positions) for finding in file.findings]

    def diagnostic(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """The findings of a document, for a client that asks for them."""
        opened = self._opened.get(params.text_document.uri)
        if opened is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        if params.previous_result_id == opened.state:
            return types.RelatedUnchangedDocumentDiagnosticReport(opened.state)
        found = self._diagnostics(opened.file, opened.language)
        return types.RelatedFullDocumentDiagnosticReport(found, result_id=opened.state)

    async def workspace_diagnostic(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        return await self._workspace.report({known.uri: known.value for known in params.previous_result_ids})

    # -- questions

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        here = self._at(params)
        found = hover(here[0], here[2]) if here else None
        if here is None or found is None:
            return None
        return types.Hover(self._markup(found.text), range_of(here[1], found.span))

    def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        here = self._at(params)
        if here is None:
            return None
        file, positions, offset = here
        if not file.is_profile and self._opened[params.text_document.uri].language != LANGUAGE:
            return None
        found = completions(file, offset)
        width = len(str(len(found)))
        items = [completion_item(each, positions, f"{n:0{width}}", file.release) for n, each in enumerate(found)]
        return types.CompletionList(is_incomplete=False, items=items)

    def completion_resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        data = item.data
        if isinstance(data, dict) and isinstance(data.get("uid"), str):
            item.documentation = self._markup(about_uid(data["uid"], str(data.get("release"))))
        return item

    def definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        here = self._at(params)
        return locations(params.text_document.uri, here[1], here[0].labels.definitions(here[2])) if here else None

    def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        here = self._at(params)
        if here is None:
            return None
        file, positions, offset = here
        spans = file.labels.references(offset, headers=params.context.include_declaration)
        return locations(params.text_document.uri, positions, spans)

    def document_highlight(self, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        here = self._at(params)
        if here is None:
            return None
        file, positions, offset = here
        return [types.DocumentHighlight(range_of(positions, span)) for span in file.labels.references(offset)]

    def document_symbol(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is None or not opened.file.is_profile:
            return None
        positions = self._positions(opened.file)
        return [document_symbol(symbol, positions) for symbol in symbols(opened.file.subject)]

    # -- what is shown beside the text

    def semantic_tokens(
        self, params: types.SemanticTokensParams | types.SemanticTokensRangeParams
    ) -> types.SemanticTokens | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is None:
            return None
        positions = self._positions(opened.file)
        within = _span(positions, params.range) if isinstance(params, types.SemanticTokensRangeParams) else None
        return semantic_tokens(tokens(opened.file, within), positions)

    def folding_range(self, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        opened = self._opened.get(params.text_document.uri)
        return [folding_range(fold) for fold in folds(opened.file)] if opened is not None else None

    def inlay_hint(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is None:
            return None
        positions = self._positions(opened.file)
        return [inlay_hint(hint, positions) for hint in hints(opened.file, _span(positions, params.range))]

    def document_link(self, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is None:
            return None
        positions = self._positions(opened.file)
        return [document_link(link, positions) for link in links(opened.file)]

    def code_lens(self, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        uri = params.text_document.uri
        opened = self._opened.get(uri)
        if opened is None:
            return None
        positions = self._positions(opened.file)
        return [code_lens(lens, positions, uri, self._matrix_command) for lens in lenses(opened.file)]

    # -- changes

    def prepare_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        here = self._at(params)
        label = here[0].labels.at(here[2]) if here else None
        if here is None or label is None:
            return None
        return types.PrepareRenamePlaceholder(range_of(here[1], label.span), here[0].subject.text(label.span))

    def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is not None and opened.file.is_too_large:
            raise failed(f"not renamed: {_TOO_LARGE}")
        here = self._at(params)
        if here is None:
            return None
        file, positions, offset = here
        if not file.may_be_changed:
            raise failed("nothing is renamed in what is not an association profile")
        edits = file.labels.renaming(offset, params.new_name.strip())
        if isinstance(edits, CannotRename):
            raise failed(edits.reason)
        return types.WorkspaceEdit({params.text_document.uri: text_edits(edits, positions)})

    def code_action(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        uri = params.text_document.uri
        opened = self._opened.get(uri)
        if opened is None or not opened.file.is_profile:
            return None
        file, positions = opened.file, self._positions(opened.file)
        found: list[types.CodeAction] = []
        if is_wanted(types.CodeActionKind.QuickFix.value, params.context.only):
            span = _span(positions, params.range)
            found += (quick_fix(fix, positions, uri) for fix in quick_fixes(file, span))
        if is_wanted(_FIX_ALL, params.context.only):
            edits = all_safe_fixes(file)
            change = types.WorkspaceEdit({uri: text_edits(edits, positions)})
            if edits:
                found.append(types.CodeAction("Fix all that can be fixed safely", kind=_FIX_ALL, edit=change))
        return found

    def formatting(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        opened = self._opened.get(params.text_document.uri)
        if opened is None:
            return None
        if opened.file.is_too_large:
            self._show(types.MessageType.Warning, f"not formatted: {_TOO_LARGE}")
            return None
        edits = formatting(opened.file)
        if isinstance(edits, FormatRefusal):
            line = opened.file.source.line_of(edits.span.start)
            self._show(types.MessageType.Warning, f"not formatted: line {line}: {edits.reason}")
            return None
        return text_edits(edits, self._positions(opened.file))

    def _markup(self, text: str) -> types.MarkupContent:
        """Markdown, for clients that say nothing or that they can show it."""
        document = self.server.client_capabilities.text_document
        kinds = (document.hover.content_format if document and document.hover else None) or []
        markdown = types.MarkupKind.Markdown
        return types.MarkupContent(markdown if not kinds or markdown in kinds else types.MarkupKind.PlainText, text)


def _span(positions: Positions, wanted: types.Range) -> Span:
    start, end = (ClientPosition(place.line, place.character) for place in (wanted.start, wanted.end))
    return Span(positions.offset(start), positions.offset(end))
