"""Nothing is defined in the package that nothing in it uses: what only a test calls is dead, too.

By names, as a reader would search for them: a name that is used for something else counts as used.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CALLED_BY_OTHERS = {
    "__dir__": "Python, for dir()",
    "__getattr__": "Python, for a name that is not there",
    "collect": "prometheus_client",
    "drip": "tests of our users, with asprofile.testing",
    "either_of": "lark, for a rule of the grammar",
    "format_commands": "click",
    "format_options": "click",
    "get_command": "click",
    "get_help_option": "click",
    "hang": "tests of our users, with asprofile.testing",
    "in_parentheses": "lark, for a rule of the grammar",
    "list_commands": "click",
    "not_among": "lark, for a rule of the grammar",
    "not_in_state": "lark, for a rule of the grammar",
    "not_like": "lark, for a rule of the grammar",
    "reset": "tests of our users, with asprofile.testing",
    "wait_for_objects": "programs of our users",
    "writelines": "whoever writes to a stream",
}
"""What is for others, each with its user."""


def trees() -> list[ast.Module]:
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and b"python" in path.read_bytes()[:40]]
    return [ast.parse(path.read_bytes()) for path in [*(ROOT / "asprofile").rglob("*.py"), *scripts]]


def defined(tree: ast.AST) -> set[str]:
    """The functions, methods and classes, and the names that modules assign."""
    names = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not (node.decorator_list and _is_called(node))
    }
    if isinstance(tree, ast.Module):
        targets = [
            target
            for node in tree.body
            for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
        ]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _is_called(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator may register it: a command, a handler."""
    plain = {"cache", "property", "staticmethod", "classmethod", "contextmanager", "cached_property", "dataclass"}
    return any(ast.unparse(one).partition("(")[0].rpartition(".")[2] not in plain for one in node.decorator_list)


def used(tree: ast.AST) -> set[str]:
    """The names that are read, and the words in strings that are one (tables, ``getattr``)."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def test_what_is_defined_is_used() -> None:
    parsed = trees()
    every = set[str]().union(*map(used, parsed))
    unused = {name for tree in parsed for name in defined(tree)} - every
    special = {name for name in unused if name.startswith("__") and name.endswith("__")} - CALLED_BY_OTHERS.keys()
    assert unused - special == CALLED_BY_OTHERS.keys()


def test_what_nothing_uses_is_found() -> None:
    tree = ast.parse("def used(): ...\ndef dead(): ...\nDEAD = 1\nclass C:\n    def gone(self): ...\nused(C)")
    assert defined(tree) - used(tree) == {"dead", "DEAD", "gone"}
