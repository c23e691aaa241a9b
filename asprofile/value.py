"""Values: what a frozen, slotted dataclass is, made in a tenth of the time.

A command that lints one file makes some fifty classes and ends; as dataclasses they would take longer than all else,
because each has five functions compiled, and ``dataclasses`` imports ``inspect``. Here only ``__init__`` is compiled,
and when the first value is made. For what neither a lint nor a plain send needs, use dataclasses.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, dataclass_transform


def _nothing(_: object) -> tuple[()]:
    """The values of a class without fields."""
    return ()


@dataclass_transform(frozen_default=True)
class _ValueType(type):
    """Makes each annotated name of a class a slot; what is assigned to it there is its default."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _ValueType:
        names = tuple(namespace.get("__annotations__", ()))
        defaults = {field: namespace.pop(field) for field in names if field in namespace}
        own: dict[str, Any] = {"__slots__": names, "__match_args__": names, "_fields": names, "_defaults": defaults}
        own["_values"] = attrgetter(*names) if names else staticmethod(_nothing)
        return super().__new__(cls, name, bases, {**namespace, **own})


class Value(metaclass=_ValueType):
    """Base of value classes: their annotated names are their fields, and two with equal fields are equal.

    A value class has no further bases, and nobody derives from it. Defaults must be immutable.
    """

    if TYPE_CHECKING:
        _fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]
        _values: ClassVar[attrgetter[Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        made = type(self)
        made.__init__ = _init(made, made._fields, made._defaults)  # type: ignore[method-assign]
        made.__init__(self, *values, **named)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or bool(self._values(self) == self._values(other))

    def __hash__(self) -> int:
        return hash(self._values(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__qualname__}({fields})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set: it is a value")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted: it is a value")

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), tuple(getattr(self, name) for name in self._fields)


_V = TypeVar("_V", bound=Value)
_D = TypeVar("_D")


def replaced(value: _V, **changes: Any) -> _V:
    """A value like this one except for some fields; TypeError for a name that is not a field."""
    names = value._fields
    values = value._values(value) if len(names) > 1 else [getattr(value, name) for name in names]
    return type(value)(**{**dict(zip(names, values, strict=True)), **changes})


def made_often(made: type[_D]) -> type[_D]:
    """A frozen dataclass with slots of which a value is made in half the time: for one with each object that comes."""
    # Not needed by a lint.
    from dataclasses import MISSING, fields

    about = fields(made)  # type: ignore[arg-type]
    defaults = {field.name: field.default for field in about if field.default is not MISSING}
    made.__init__ = _init(made, tuple(field.name for field in about), defaults)  # type: ignore[method-assign]
    return made


def _init(made: type, names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """The ``__init__`` of a class with slots, with its fields as parameters."""
    scope: dict[str, Any] = {f"set_{name}": made.__dict__[name].__set__ for name in names}
    scope |= {f"default_{name}": value for name, value in defaults.items()}
    parameters = ", ".join(f"{name}=default_{name}" if name in defaults else name for name in names)
    body = "; ".join(f"set_{name}(self, {name})" for name in names) or "pass"
    # Of the class's own source: nothing of it comes from elsewhere.
    exec(f"def __init__(self, {parameters}): {body}", scope)  # noqa: S102
    init = scope["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init
