"""YAML with positions: the only place that knows PyYAML, which is an extra.

Nodes are composed, nothing is constructed: no tag makes an object, and what is there is kept as it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.convert.tree import Node, NodeKind
from asprofile.errors import ConversionError
from asprofile.program import installing

if TYPE_CHECKING:
    import yaml

# PyYAML takes five seconds for a megabyte, and a profile has some ten kilobytes.
_LONGEST = 2 << 20
_DEEPEST = 50
# An alias costs a few characters, and repeats all that it refers to: a kilobyte can be a billion values.
_MOST = 500_000
_KINDS: dict[str, NodeKind] = {
    "tag:yaml.org,2002:bool": "boolean",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:int": "number",
    "tag:yaml.org,2002:null": "null",
}


def parse(text: str) -> Node:
    """The document; raises ConversionError where it is none, and where PyYAML is not installed."""
    try:
        import yaml
    except ImportError:
        raise ConversionError(f"YAML is read with PyYAML: {installing('yaml')}, or give JSON") from None
    if len(text) > _LONGEST:
        raise ConversionError(f"over {_LONGEST >> 20} MiB of YAML; give JSON")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise ConversionError(f"not YAML: {error.problem or error.context}", *place) from None
    except yaml.YAMLError as error:
        raise ConversionError(f"not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise ConversionError("not YAML: nested too deep") from None
    if root is None:
        raise ConversionError("there is nothing in it", 1, 1)
    return _Copy().of(root, 0)


class _Copy:
    def __init__(self) -> None:
        self._count = 0

    def of(self, node: yaml.Node, depth: int) -> Node:
        # Not needed to write.
        import yaml

        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise ConversionError("nested too deep, or too much of it by aliases", line, column)
        if isinstance(node, yaml.SequenceNode):
            return Node("array", line, column, "", tuple(self.of(item, depth + 1) for item in node.value))
        if isinstance(node, yaml.MappingNode):
            keys = tuple(self.of(key, depth + 1) for key, _ in node.value)
            values = tuple(self.of(value, depth + 1) for _, value in node.value)
            return Node("object", line, column, "", values, keys)
        kind = _KINDS.get(node.tag, "string")
        text = node.value.lower() if kind == "boolean" else node.value
        return Node(kind, line, column, "true" if text in ("yes", "on") and kind == "boolean" else text)
