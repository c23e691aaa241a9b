"""What an editor shows of a file beside findings, as values of the protocol: tokens, folds, hints, links, lenses."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from asprofile.editor.folding import Fold
from asprofile.editor.hints import Hint, Lens
from asprofile.editor.links import FileLink
from asprofile.editor.positions import Positions
from asprofile.editor.tokens import TextToken, TokenKind
from asprofile.lsp.values import range_of

_DECLARATION, _DEPRECATED = types.SemanticTokenModifiers.Declaration, types.SemanticTokenModifiers.Deprecated
# By names that every colour scheme has, because a name of our own would have no colour.
_TYPES: dict[TokenKind, types.SemanticTokenTypes] = {
    "comment": types.SemanticTokenTypes.Comment,
    "supersection": types.SemanticTokenTypes.Namespace,
    "label": types.SemanticTokenTypes.Class,
    "key": types.SemanticTokenTypes.Property,
    "number": types.SemanticTokenTypes.Number,
    "uid": types.SemanticTokenTypes.Number,
    "name": types.SemanticTokenTypes.EnumMember,
    "role": types.SemanticTokenTypes.Keyword,
    "data": types.SemanticTokenTypes.String,
    "text": types.SemanticTokenTypes.Variable,
}
_TYPE_NAMES = list(dict.fromkeys(kind.value for kind in _TYPES.values()))
LEGEND = types.SemanticTokensLegend(_TYPE_NAMES, [_DECLARATION.value, _DEPRECATED.value])


def semantic_tokens(found: Iterable[TextToken], positions: Positions) -> types.SemanticTokens:
    """Five numbers each: lines and columns after the one before, length, type, modifiers as bits."""
    data: list[int] = []
    line = column = 0
    for token in found:
        start, end = positions.places(token.span)
        data += (start.line - line, start.column - (column if start.line == line else 0), end.column - start.column)
        data += (_TYPE_NAMES.index(_TYPES[token.kind].value), token.is_declared | token.is_retired << 1)
        line, column = start
    return types.SemanticTokens(data)


def folding_range(fold: Fold) -> types.FoldingRange:
    kind = types.FoldingRangeKind.Comment if fold.is_comment else types.FoldingRangeKind.Region
    return types.FoldingRange(fold.first - 1, fold.last - 1, kind=kind)


def inlay_hint(hint: Hint, positions: Positions) -> types.InlayHint:
    place = types.Position(*positions.place(hint.offset))
    return types.InlayHint(place, hint.text, tooltip=hint.tooltip, padding_left=True)


def document_link(link: FileLink, positions: Positions) -> types.DocumentLink:
    return types.DocumentLink(range_of(positions, link.span), link.target, link.tooltip)


def code_lens(lens: Lens, positions: Positions, uri: str, command: str) -> types.CodeLens:
    """``command`` is one of the client's, which gets the document and the profile; empty: the lens is a text."""
    arguments = [uri, lens.profile] if command else None
    return types.CodeLens(range_of(positions, lens.span), types.Command(lens.text, command, arguments=arguments))
