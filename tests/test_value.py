"""Values behave as frozen, slotted dataclasses do; the same class both ways is the measure."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, replace
from typing import Any

import pytest

from asprofile.value import Value, made_often, replaced


class Mine(Value):
    """A value."""

    first: int
    second: tuple[str, ...] = ()
    third: object = None

    @property
    def doubled(self) -> int:
        return 2 * self.first


@dataclass(frozen=True, slots=True)
class Theirs:
    first: int
    second: tuple[str, ...] = ()
    third: object = None


class Single(Value):
    only: list[int]


class Twin(Value):
    only: list[int]


ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}),
    ((1, ("a",)), {}),
    ((1, ("a",), None), {}),
    ((), {"first": 1, "third": 2}),
    ((1,), {"third": 3}),
]


@pytest.mark.parametrize(("values", "named"), ARGUMENTS)
def test_the_same_as_a_dataclass(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    mine, theirs = Mine(*values, **named), Theirs(*values, **named)
    assert (mine.first, mine.second, mine.third) == (theirs.first, theirs.second, theirs.third)
    assert repr(mine) == repr(theirs).replace("Theirs", "Mine")
    assert hash(mine) == hash(theirs)
    assert mine == Mine(*values, **named)
    assert mine != theirs
    assert mine.doubled == 2


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, (), None, 4), {}), ((1,), {"first": 2}), ((1,), {"fourth": 4})],
    ids=["too few", "too many", "twice", "unknown"],
)
def test_wrong_arguments(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as mine:
        Mine(*values, **named)
    with pytest.raises(TypeError) as theirs:
        Theirs(*values, **named)
    assert str(mine.value) == str(theirs.value).replace("Theirs", "Mine")


@pytest.mark.parametrize("other", [Mine(2), Mine(1, ("a",)), Mine(1, (), 0)])
def test_values_with_a_field_that_differs_are_not_equal(other: Mine) -> None:
    assert Mine(1) != other


def test_of_one_field() -> None:
    assert Single([1]) == Single([1]) != Single([2])
    assert Single([1]) != Twin([1])
    assert repr(Single([1])) == "Single(only=[1])"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Single([1]))
    assert hash(Single((1,))) == hash(Single((1,)))  # type: ignore[arg-type]


def test_nothing_can_be_changed() -> None:
    value = Mine(1)
    assert issubclass(FrozenInstanceError, AttributeError), "what those catch who expect a dataclass"
    for name in ("first", "other"):
        with pytest.raises(AttributeError, match=rf"Mine\.{name} cannot be set"):
            setattr(value, name, 2)
    with pytest.raises(AttributeError, match=r"Mine\.first cannot be deleted"):
        del value.first
    assert not hasattr(value, "__dict__")
    assert value == Mine(1)


def test_replaced() -> None:
    value = Mine(1, ("a",))
    assert replaced(value, third=3) == Mine(1, ("a",), 3)
    assert replaced(value) == value
    assert value == Mine(1, ("a",))
    with pytest.raises(TypeError, match="fourth"):
        replaced(value, fourth=4)
    theirs = replace(Theirs(1, ("a",)), third=3)
    assert hash(replaced(value, third=3)) == hash(theirs)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copies_are_equal(again: Any) -> None:
    value = Mine(1, ("a",), Mine(2))
    assert again(value) == value


def test_patterns() -> None:
    match Mine(1, ("a",)):
        case Mine(first, second):
            assert (first, second) == (1, ("a",))


def test_every_value_class_of_the_package_has_fields() -> None:
    """Annotations are read while the class is made, which a Python may do in its own way."""
    from asprofile.lint.finding import Finding
    from asprofile.text import Edit

    assert Edit._fields == ("span", "replacement")
    assert Finding._fields == ("rule", "severity", "span", "message", "fix", "only_for")


class Empty(Value):
    """No fields: two of them are the same."""


class OtherEmpty(Value):
    """Another one."""


def test_without_fields() -> None:
    assert Empty() == Empty()
    assert Empty() != OtherEmpty()
    assert hash(Empty()) == hash(Empty())
    assert repr(Empty()).endswith("Empty()")
    assert pickle.loads(pickle.dumps(Empty())) == Empty()
    with pytest.raises(TypeError):
        Empty(1)


def test_a_dataclass_made_often_is_what_it_is_without() -> None:
    @dataclass(frozen=True, slots=True)
    class Slow:
        first: int
        second: str = "a"

    @made_often
    @dataclass(frozen=True, slots=True)
    class Fast:
        first: int
        second: str = "a"

    for made in (Slow, Fast):
        value = made(1)
        assert (value.first, value.second) == (1, "a")
        assert value == made(first=1, second="a") != made(2)
        assert asdict(replace(value, second="b")) == {"first": 1, "second": "b"}
        assert repr(value).endswith("(first=1, second='a')")
        with pytest.raises(FrozenInstanceError):
            value.first = 2  # type: ignore[misc]
        with pytest.raises(TypeError):
            made()  # type: ignore[call-arg]
