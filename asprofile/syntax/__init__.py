"""Bytes to a lossless tree and back: the language of ``grammars/asconfig.lark``.

lark compiles the grammar when it changes (``scripts/table``) and is not used at run time. What the items mean (which
section an entry belongs to, what DCMTK looks up) belongs in ``model``.
"""

from __future__ import annotations

from asprofile.syntax.parser import parse
from asprofile.syntax.tree import Entry, Header, Space, SyntaxTree

__all__ = ["Entry", "Header", "Space", "SyntaxTree", "parse"]
