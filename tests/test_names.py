"""One name for one thing: a class or a type alias has a name that no other module gives to another one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "asprofile"


def is_type(value: ast.expr) -> bool:
    """Whether what is assigned to a name makes it an alias: a union, ``Literal[...]``, ``Callable[...]``, a type."""
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.BitOr) and is_type(value.left) and is_type(value.right)
    if isinstance(value, ast.Subscript):
        return is_type(value.value)
    if isinstance(value, ast.Constant):
        return value.value is None
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return name.lower() != name.upper() and ((name[0].isupper() and not name.isupper()) or name in BUILT_IN)


BUILT_IN = {"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"}


def types_of(tree: ast.Module) -> Iterator[str]:
    """The public classes and type aliases that the module defines."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id] if ast.unparse(node.annotation) == "TypeAlias" else []
        elif isinstance(node, ast.Assign) and is_type(node.value):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_type_has_a_name_of_its_own() -> None:
    modules = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in types_of(ast.parse(path.read_text("utf-8"))):
            modules[name].append(path.relative_to(PACKAGE).as_posix())
    assert len(modules) > 300, "classes and aliases are found"
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def test_what_is_a_type() -> None:
    text = """
Kind = Literal["a", "b"]
Item = Space | Header | None
Edits = tuple[Edit, ...]
Role: TypeAlias = "dict[str, int]"
class Thing: ...
_Hidden = int | str
FORMATS = ("a", "b")
LIMIT = MOST
T = TypeVar("T")
number = 3
"""
    assert list(types_of(ast.parse(text))) == ["Kind", "Item", "Edits", "Role", "Thing"]
