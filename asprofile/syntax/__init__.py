"""Bytes to a lossless tree and back: the language of ``grammars/asconfig.lark``.

lark compiles the grammar when it changes (``scripts/table``), and is no part of a run. What the items mean (which
section an entry belongs to, what DCMTK looks up) is the model's.
"""

from __future__ import annotations

from asprofile.syntax.parser import parse
from asprofile.syntax.tree import Entry, Header, Space, SyntaxTree

__all__ = ["Entry", "Header", "Space", "SyntaxTree", "parse"]
