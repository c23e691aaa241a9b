"""Findings, edits, completions and symbols as values of the Language Server Protocol.

Conversions only; what is asked and answered is in ``server``.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from asprofile.editor.actions import QuickFix
from asprofile.editor.completion import Completion
from asprofile.editor.positions import Positions
from asprofile.editor.symbols import DocumentSymbol
from asprofile.lint.finding import Finding
from asprofile.lint.hit import Severity
from asprofile.printing import shortened
from asprofile.program import RULE_PAGE
from asprofile.text import Edit, Span, decode

NAME = "asprofile"

# Characters of what an editor shows in a list; what it writes into the file is whole.
_LONGEST_LABEL = 200

_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_COMPLETION_KINDS = {
    "name": types.CompletionItemKind.Constant,
    "label": types.CompletionItemKind.Reference,
    "key": types.CompletionItemKind.Property,
    "header": types.CompletionItemKind.Module,
    "role": types.CompletionItemKind.EnumMember,
}
_SYMBOL_KINDS = {
    "supersection": types.SymbolKind.Namespace,
    "section": types.SymbolKind.Class,
    "entry": types.SymbolKind.Property,
}


def range_of(positions: Positions, span: Span) -> types.Range:
    start, end = positions.places(span)
    return types.Range(types.Position(*start), types.Position(*end))


def text_edits(edits: Iterable[Edit], positions: Positions) -> list[types.TextEdit]:
    ordered = sorted(edits, key=lambda edit: edit.span)
    return [types.TextEdit(range_of(positions, edit.span), decode(edit.replacement)) for edit in ordered]


def locations(uri: str, positions: Positions, spans: Iterable[Span]) -> list[types.Location]:
    return [types.Location(uri, range_of(positions, span)) for span in spans]


def diagnostic(finding: Finding, positions: Positions) -> types.Diagnostic:
    return types.Diagnostic(
        range_of(positions, finding.span),
        finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(RULE_PAGE.format(code=finding.code.lower())),
        source=NAME,
    )


def remark(message: str) -> types.Diagnostic:
    start = types.Position(0, 0)
    return types.Diagnostic(
        types.Range(start, start), message, severity=types.DiagnosticSeverity.Information, source=NAME
    )


def quick_fix(fix: QuickFix, positions: Positions, uri: str) -> types.CodeAction:
    return types.CodeAction(
        fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(fix.finding, positions)],
        is_preferred=fix.is_safe,
        edit=types.WorkspaceEdit({uri: text_edits(fix.edits, positions)}),
    )


def is_wanted(kind: str, only: Iterable[types.CodeActionKind | str] | None) -> bool:
    """Whether a client that asks for ``only`` these kinds, or kinds of these, wants this one."""
    if only is None:
        return True
    wanted = (each.value if isinstance(each, types.CodeActionKind) else each for each in only)
    return any(not each or kind == each or kind.startswith(f"{each}.") for each in wanted)


def completion_item(found: Completion, positions: Positions, order: str, release: str) -> types.CompletionItem:
    return types.CompletionItem(
        shortened(found.label, _LONGEST_LABEL),
        kind=_COMPLETION_KINDS[found.kind],
        tags=[types.CompletionItemTag.Deprecated] if found.retired else None,
        detail=shortened(found.detail, _LONGEST_LABEL) or None,
        sort_text=f"{found.rank}{order}",
        filter_text=found.text,
        text_edit=types.TextEdit(range_of(positions, found.span), found.text),
        data={"uid": found.uid, "release": release} if found.uid else None,
    )


def document_symbol(symbol: DocumentSymbol, positions: Positions) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        shortened(symbol.name, _LONGEST_LABEL),
        _SYMBOL_KINDS[symbol.kind],
        range_of(positions, symbol.span),
        range_of(positions, symbol.name_span),
        detail=shortened(symbol.detail, _LONGEST_LABEL),
        children=[document_symbol(child, positions) for child in symbol.children],
    )
