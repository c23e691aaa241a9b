"""The one reader of settings: a table of a file is checked and read by the rows that say what may be in it.

A ``KeyRow`` is a key and what its value may be; a ``Table`` is rows, and what they make. Every message begins with the
file, the place in it and the key; no value of a secret's key is ever in one. The tables themselves are in ``keys``, and
those of peers in ``peers``. All of this is imported only where there are settings.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from asprofile.errors import ConfigurationError
from asprofile.printing import printable, shortened
from asprofile.value import Value

Keys = tuple[str, ...]

SHARED = "pyproject.toml"
"""The file in which others have their settings, too."""


# More parts of a key than anybody writes; the TOML parser takes time that grows with their square.
_LONG_KEY = re.compile(r"""(?<![\w"'.-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""")


class SettingsFile(Value):
    """A file as it was when it was read."""

    path: Path
    content: bytes

    @property
    def text(self) -> str:
        """With LF as line ends. Raises UnicodeDecodeError."""
        return self.content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    @property
    def root(self) -> Keys:
        """The keys that lead to our settings."""
        return ("tool", "asprofile") if self.path.name == SHARED else ()

    def error(self, keys: Keys, message: str) -> ConfigurationError:
        """What is wrong with the setting that these keys, counted from our root, lead to."""
        # Not needed until something is wrong.
        from asprofile.settings.positions import position

        place = position(self.text, (*self.root, *keys))
        where = f"{self.path}:{place[0]}:{place[1]}" if place else str(self.path)
        return ConfigurationError(f"{where}: {shortened('.'.join(keys or self.root), 120)}: {message}")

    def header(self, keys: Keys) -> str:
        """How the table begins that these keys lead to."""
        return f"[{'.'.join((*self.root, *keys))}]"


def parsed(file: SettingsFile) -> object:
    """What the file says as TOML. Raises ConfigurationError."""
    try:
        text = file.text
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file.path}: not UTF-8: {error.reason} at byte {error.start}") from None
    try:
        if _LONG_KEY.search(text):
            raise ValueError("a key of more than a hundred parts")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # It says where: "Invalid value (at line 1, column 11)".
        reason, place = str(error), ""
        if found := re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", reason, re.DOTALL):
            reason, place = found[1], f":{found[2]}:{found[3]}"
        raise ConfigurationError(f"{file.path}{place}: not TOML: {printable(shortened(reason))}") from None
    except RecursionError:
        raise ConfigurationError(
            f"{file.path}: not TOML that can be read: tables or lists within each other, too deep"
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever else the parser does, it is the file
        reason = printable(shortened(str(error)))
        raise ConfigurationError(f"{file.path}: not TOML that can be read: {reason}") from None


class Setting(Value):
    """A value in a file, and the keys that lead to it."""

    file: SettingsFile
    keys: Keys
    value: Any

    def inner(self, key: str) -> Setting:
        """What a key of this table has."""
        return Setting(self.file, (*self.keys, key), self.value[key])

    def error(self, message: str) -> ConfigurationError:
        return self.file.error(self.keys, message)

    def absolute(self, name: str) -> Path:
        """The file of that name, which is relative to the settings file."""
        return self.file.path.absolute().parent / at_home(name)


def at_home(name: str) -> Path:
    """The file of that name; ``~`` and ``~user`` are as in a shell: where there is no such user, the name stays."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - that of a Path raises RuntimeError then


Kind = Callable[[Setting], Any]
"""What a value may be: converts it to what the program uses, or raises the setting's ``error``."""


class KeyRow(Value):
    """A key, and what its value may be. What the kind makes is in the field of the same name; or, as a pair with the
    key, in the field ``group``. Where ``table`` says what may be in it, the kind makes the setting that it reads, or
    None.
    """

    key: str
    kind: Kind
    group: str | None = None
    table: Table | None = None

    @property
    def field(self) -> str:
        return self.group or self.key.replace("-", "_")


class Table(Value):
    """What may be in a table: ``rows``, of which ``make`` gets the fields. ``instead`` says of an unknown key what to
    write, or None if it knows nothing better than the nearest key.
    """

    make: Callable[..., Any]
    rows: tuple[KeyRow, ...]
    instead: Callable[[str, Mapping[str, Any]], str | None] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(row.key for row in self.rows)

    def read(self, setting: Setting, above: Table | None = None, **more: Any) -> Any:
        """The value of the table, made from its fields and ``more``. ``above`` is the table that this one is in.
        Raises ConfigurationError.
        """
        given = a_table(setting)
        for key in given:
            if key not in self.keys:
                raise setting.inner(key).error(f"is not a setting{self._meant(key, setting, above)}")
        fields: dict[str, Any] = {}
        for row in self.rows:
            if row.key in given:
                value = row.kind(setting.inner(row.key))
                if row.table is not None and value is not None:
                    value = row.table.read(value, self)
                fields[row.field] = (*fields.get(row.field, ()), (row.key, value)) if row.group else value
        return self.make(**{**more, **fields})

    def _meant(self, key: str, setting: Setting, above: Table | None) -> str:
        if self.instead is not None and (said := self.instead(key, setting.value)):
            return f"; {said}"
        if above is not None and key in above.keys:
            return f" of this table; write it above {setting.file.header(setting.keys)}"
        for row in self.rows:
            if row.table is not None and key in row.table.keys:
                return f"; write it in the table {setting.file.header((*setting.keys, row.key))}"
        return did_you_mean(key, self.keys) or f"; there is {', '.join(self.keys)}"


def did_you_mean(value: object, known: Sequence[str]) -> str:
    # Not needed until something is wrong.
    from asprofile.names.suggest import nearest

    hint = nearest(value, known, n=1) if isinstance(value, str) else []
    return f"; did you mean {hint[0]!r}?" if hint else ""


def a_table(setting: Setting) -> Mapping[str, Any]:
    if isinstance(setting.value, dict):
        return setting.value
    raise setting.error("is not a table")


def as_table(setting: Setting) -> Setting:
    """What a ``Table`` reads."""
    a_table(setting)
    return setting


def any_string(setting: Setting) -> str:
    if isinstance(setting.value, str) and setting.value:
        return setting.value
    raise setting.error("is not a string, or empty")


def string_or_number(setting: Setting) -> str:
    """A whole number, of a port or of bytes, is the string of its digits."""
    if isinstance(setting.value, int) and not isinstance(setting.value, bool) and setting.value >= 0:
        return str(setting.value)
    return any_string(setting)


def strings(setting: Setting) -> tuple[str, ...]:
    if isinstance(setting.value, list) and all(isinstance(item, str) for item in setting.value):
        return tuple(setting.value)
    raise setting.error("is not a list of strings")


def one_or_more(setting: Setting) -> tuple[str, ...]:
    """A string alone is a list of one."""
    value = [setting.value] if isinstance(setting.value, str) else setting.value
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return tuple(value)
    raise setting.error("is neither a string nor a list of strings")


def boolean(setting: Setting) -> bool:
    if isinstance(setting.value, bool):
        return setting.value
    raise setting.error("is neither true nor false")


def whole_number(setting: Setting) -> Any:
    return _number(setting, (int,), "whole number")


def seconds(setting: Setting) -> Any:
    return _number(setting, (int, float), "number of seconds")


def _number(setting: Setting, types: tuple[type, ...], what: str) -> Any:
    value = setting.value
    if isinstance(value, types) and not isinstance(value, bool) and 0 <= setting.value < 1 << 32:
        return value
    raise setting.error(f"is not a {what}, 0 or more")


def path(setting: Setting) -> Path:
    """A file, relative to that of the settings."""
    return setting.absolute(any_string(setting))


def paths(setting: Setting) -> tuple[Path, ...]:
    return tuple(setting.absolute(name) for name in one_or_more(setting))


class OneOf(Value):
    """One of some words."""

    choices: tuple[str, ...]

    def __call__(self, setting: Setting) -> Any:
        if setting.value in self.choices:
            return setting.value
        meant = did_you_mean(setting.value, self.choices)
        raise setting.error(f"is {shortened(repr(setting.value))}, not one of {', '.join(self.choices)}{meant}")


class StringOr(Value):
    """A string, which the option of that name judges, or what the kind takes."""

    kind: Kind

    def __call__(self, setting: Setting) -> Any:
        return setting.value if isinstance(setting.value, str) else self.kind(setting)


class KeyedValues(Value):
    """A table whose keys are chosen by users: pairs of a name and the converted value, in their order."""

    kind: Kind

    def __call__(self, setting: Setting) -> Any:
        return tuple((name, self.kind(setting.inner(name))) for name in a_table(setting))
