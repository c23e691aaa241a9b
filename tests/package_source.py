"""The modules of the package as trees, each parsed once for all that is asked about them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "asprofile"


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """All nodes of the tree, as ``ast.walk`` gives them."""
    found: list[ast.AST] = [tree_of(path)]
    for node in found:  # which grows meanwhile
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [one for one in value if isinstance(one, ast.AST)]
    return found


def forget() -> None:
    """Let the trees go: they are large, and the tests of other things are many."""
    tree_of.cache_clear()
    nodes_of.cache_clear()
