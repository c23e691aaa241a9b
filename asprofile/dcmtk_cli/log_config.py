"""The file of ``--log-config``: what of DCMTK's settings for log4cplus can be honoured, as values.

Belongs here: reading it (DCMTK 3.7.0, oflog and its ``logger.cfg``). Does not belong here: writing (``log_sinks``).

All that these programs say is said by one logger, ``dcmtk.apps.PROGRAM``. Honoured are its level and appenders and
those of the loggers it inherits from, appenders for the console and for files (rolling ones, too), thresholds, simple
and pattern layouts. Other loggers say nothing here, so a level for them changes nothing. Whatever else is asked for is
refused, with its key.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.arguments import CommandLineError
from asprofile.dcmtk_cli.checks import LEVELS, NotSupported
from asprofile.regular import open_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = "log4cplus.rootLogger"
_PREFIX: Final = "log4cplus."
_LONGEST: Final = 1 << 20
_MOST_EXPANSIONS: Final = 1000
_CONVERSION: Final = re.compile(r"%(?:(%)|(-?)([0-9]{0,4})(?:\.([0-9]{1,4}))?([A-Za-z])(?:\{([^}]*)\})?)")
_KNOWN: Final = frozenset("cdDhimnpPr")
_CONSOLE: Final = frozenset(("logToStdErr", "ImmediateFlush", "Threshold", "layout", "logToStderr"))
_FILE: Final = frozenset(("File", "Append", "ImmediateFlush", "Threshold", "layout"))
_APPENDERS: Final = {
    "log4cplus::ConsoleAppender": _CONSOLE,
    "log4cplus::FileAppender": _FILE,
    "log4cplus::RollingFileAppender": _FILE | {"MaxFileSize", "MaxBackupIndex"},
    "log4cplus::NullAppender": frozenset(("Threshold", "layout")),
}
_LAYOUTS: Final = {
    "log4cplus::SimpleLayout": frozenset[str](),
    "log4cplus::PatternLayout": frozenset(("ConversionPattern", "FormatEachLine")),
}
SIMPLE: Final = "%p - %m%n"
_TEN_MEGABYTES: Final = 10 << 20
_SMALLEST: Final = 200 << 10


@dataclass(frozen=True, slots=True)
class PatternPiece:
    """A piece of a pattern: a ``text`` as it is, or the converter ``letter`` with its ``option``, at least ``least``
    wide, with blanks on its right if ``left``, of which the last ``most`` characters are written (None: all).
    """

    text: str = ""
    letter: str = ""
    option: str = ""
    left: bool = False
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class LogAppender:
    """Where lines go: the ``file``, or standard error or output (``stream``), or neither. Those of ``threshold`` or
    above are written as ``pattern`` says, each line of a message by itself if ``each_line``. A file that gets larger
    than ``size`` bytes (0: any) is put aside, of which ``backups`` are kept; it is emptied first unless ``append``.
    """

    threshold: int
    pattern: tuple[PatternPiece, ...]
    each_line: bool
    stream: str = ""
    file: str = ""
    append: bool = False
    size: int = 0
    backups: int = 1


@dataclass(frozen=True, slots=True)
class LogConfiguration:
    """``level`` is the lowest that is written, ``progress`` that of the logger which decides on dots."""

    level: str
    progress: str
    appenders: tuple[LogAppender, ...]


def predefined(program: str) -> dict[str, str]:
    """What ``${NAME}`` stands for where a file does not say: DCMTK's own, and the environment."""
    now = datetime.now()
    node = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    own = {"appname": program, "hostname": node, "pid": str(os.getpid())}
    return {**os.environ, **own, "date": f"{now:%Y%m%d}", "time": f"{now:%H%M%S}"}


def read_configuration(path: str, program: str, variables: Mapping[str, str]) -> LogConfiguration:
    """``variables`` are what ``${NAME}`` stands for where the file does not say. Raises CommandLineError,
    NotSupported.
    """
    try:
        with open_named(path) as file:
            data = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise CommandLineError("Specified --log-config file does not exist") from None
    except OSError:
        raise CommandLineError("Specified --log-config file cannot be read") from None
    if len(data) > _LONGEST:
        raise NotSupported(f"--log-config: {path} has more than {_LONGEST:,} bytes")
    return configuration(data.decode("utf-8", "surrogateescape"), program, variables)


def configuration(text: str, program: str, variables: Mapping[str, str]) -> LogConfiguration:
    """Raises CommandLineError, NotSupported."""
    said = dict(_settings(text))
    if not said:
        raise CommandLineError("Specified --log-config file does not contain any settings")
    if not any(key.startswith(_PREFIX) for key in said):
        raise CommandLineError("Specified --log-config file does not contain any valid settings")
    if ROOT not in said:
        raise CommandLineError("Specified --log-config file does not set up log4cplus.rootLogger")
    return _Reader(_expanded(said, variables), program).configuration()


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            yield key.rstrip(), value.strip()


def _expanded(said: dict[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """With each ``${NAME}`` replaced, in what replaces it, too; a name that is nothing stays as it stands."""
    left = _MOST_EXPANSIONS

    def value(name: str) -> str:
        nonlocal left
        left -= 1
        if left < 0:
            raise NotSupported(f"--log-config: ${{{name}}} stands for itself, or too many variables stand for others")
        return said.get(name) or variables.get(name) or f"${{{name}}}"

    def once(text: str) -> str:
        parts: list[str] = []
        place = 0
        while (start := text.find("${", place)) >= 0 and (end := text.find("}", start)) >= 0:
            parts += text[place:start], value(text[start + 2 : end])
            place = end + 1
        return "".join((*parts, text[place:]))

    def whole(text: str) -> str:
        while (new := once(text)) != text and len(new) <= _LONGEST:
            text = new
        return text

    return {whole(key): whole(text) for key, text in said.items()}


class _Reader:
    """What the settings of a file mean to ``program``."""

    def __init__(self, said: dict[str, str], program: str) -> None:
        self._said = {key[len(_PREFIX) :]: value for key, value in said.items() if key.startswith(_PREFIX)}
        self._logger = f"dcmtk.apps.{program}"
        self._used: set[str] = set()

    def configuration(self) -> LogConfiguration:
        for key in self._said:
            self._check(key)
        names = ["rootLogger", *(f"logger.{one}" for one in _with_parents(self._logger))]
        level, appenders = "info", list[str]()  # of the root, where its own is none
        for name in names:
            set_level, more = self._of_logger(name)
            level = set_level or level
            appenders += more
        progress, _ = self._of_logger(f"logger.{self._logger}.progress")
        found = tuple(self._appender(one) for one in dict.fromkeys(appenders))
        return LogConfiguration(level, progress or level, found)

    def _check(self, key: str) -> None:
        """That nothing is asked for which is not there."""
        kind, _, rest = key.partition(".")
        match kind:
            case "rootLogger" | "configDebug" | "quietMode" if not rest:
                return
            case "logger" if rest:
                self._check_other(key, rest)
                return
            case "appender" if rest:
                if rest.partition(".")[0] in set(self._appenders()):
                    return
            case _:
                pass
        raise _refused(_PREFIX + key, "has no counterpart here")

    def _check_other(self, key: str, name: str) -> None:
        others = self._said[key].split(",")[1:]
        if others and name not in _with_parents(self._logger):
            raise _refused(_PREFIX + key, f"only {self._logger} says anything here; give appenders to the root logger")

    def _appenders(self) -> Iterator[str]:
        return (key.split(".")[1] for key in self._said if key.startswith("appender.") and key.count(".") == 1)

    def _of_logger(self, name: str) -> tuple[str, list[str]]:
        """The level, empty if it is inherited, and the names of appenders."""
        level, *appenders = self._said.get(name, "").replace(" ", "").split(",")
        if level.upper() in ("", "INHERITED", "INHERIT", "NOT_SET"):
            return "", appenders
        if level.lower() not in LEVELS:
            raise _refused(_PREFIX + name, f"{level!r} is no level: write one of {', '.join(LEVELS).upper()}")
        return level.lower(), [one for one in appenders if one]

    def _appender(self, name: str) -> LogAppender:
        key = f"appender.{name}"
        kind = self._said.get(key, "")
        known = _APPENDERS.get(kind)
        if known is None:
            what = f"{kind!r} is none of {', '.join(_APPENDERS)}" if kind else "there is no such appender"
            raise _refused(_PREFIX + key, what)
        self._check_keys(key, known)
        pattern, each_line = self._layout(key)
        threshold = self._value(key, "Threshold", "ALL").lower()
        if threshold not in LEVELS:
            raise _refused(f"{_PREFIX}{key}.Threshold", f"it is none of {', '.join(LEVELS).upper()}")
        common = (LEVELS.index(threshold), pattern, each_line)
        if kind == "log4cplus::NullAppender":
            return LogAppender(*common)
        if kind == "log4cplus::ConsoleAppender":
            on_error = self._flag(key, "logToStdErr")
            return LogAppender(*common, stream="stderr" if on_error else "stdout")
        file = self._value(key, "File", "")
        if not file:
            raise _refused(f"{_PREFIX}{key}.File", "it is missing")
        if kind == "log4cplus::FileAppender":
            return LogAppender(*common, file=file, append=self._flag(key, "Append"))
        backups = self._value(key, "MaxBackupIndex", "1")
        if not backups.isdecimal() or len(backups) > 4:
            raise _refused(f"{_PREFIX}{key}.MaxBackupIndex", "it is no number up to 9999")
        # A rolling file goes on where it was, whatever Append says.
        return LogAppender(*common, file=file, append=True, size=self._size(key), backups=max(int(backups), 1))

    def _check_keys(self, key: str, known: frozenset[str]) -> None:
        for one in self._said:
            if one.startswith(f"{key}.") and one[len(key) + 1 :].partition(".")[0] not in known:
                raise _refused(_PREFIX + one, "has no counterpart here")

    def _value(self, key: str, name: str, default: str) -> str:
        return self._said.get(f"{key}.{name}", "") or default

    def _flag(self, key: str, name: str) -> bool:
        value = self._value(key, name, "false").lower()
        if value not in ("true", "false", "1", "0"):
            raise _refused(f"{_PREFIX}{key}.{name}", "write true or false")
        return value in ("true", "1")

    def _size(self, key: str) -> int:
        text = self._value(key, "MaxFileSize", "").upper()
        found = re.fullmatch(r"([0-9]{1,9})(KB|MB)?", text) if text else None
        if text and found is None:
            raise _refused(f"{_PREFIX}{key}.MaxFileSize", "write a number, with KB or MB after it")
        if found is None or not int(found[1]):
            return max(_SMALLEST, _TEN_MEGABYTES if found is None else 0)
        return max(_SMALLEST, int(found[1]) * {"KB": 1 << 10, "MB": 1 << 20}.get(found[2] or "", 1))

    def _layout(self, key: str) -> tuple[tuple[PatternPiece, ...], bool]:
        kind = self._value(key, "layout", "log4cplus::SimpleLayout")
        known = _LAYOUTS.get(kind)
        if known is None:
            raise _refused(f"{_PREFIX}{key}.layout", f"{kind!r} is none of {', '.join(_LAYOUTS)}")
        self._check_keys(f"{key}.layout", known)
        if kind == "log4cplus::SimpleLayout":
            return pattern_of(SIMPLE, key), False
        text = self._value(f"{key}.layout", "ConversionPattern", "")
        if not text:
            raise _refused(f"{_PREFIX}{key}.layout.ConversionPattern", "it is missing")
        each_line = self._value(f"{key}.layout", "FormatEachLine", "true").lower() not in ("false", "0")
        return pattern_of(text, f"{_PREFIX}{key}.layout.ConversionPattern"), each_line


def pattern_of(text: str, key: str) -> tuple[PatternPiece, ...]:
    """The pieces of a pattern. Raises NotSupported."""
    found: list[PatternPiece] = []
    at = 0
    for match in _CONVERSION.finditer(text):
        literal, at = text[at : match.start()], match.end()
        found += [PatternPiece(literal)] if literal else []
        percent, left, least, most, letter, option = match.groups()
        if percent:
            found.append(PatternPiece("%"))
            continue
        if letter not in _KNOWN:
            raise _refused(key, f"%{letter} is not known here (known are %{', %'.join(sorted(_KNOWN))})")
        if letter not in "cdD" and option is not None:
            found.append(PatternPiece("", letter, "", bool(left), int(least or 0), None if most is None else int(most)))
            found.append(PatternPiece(f"{{{option}}}"))
            continue
        if letter == "c" and option and not option.isdecimal():
            raise _refused(key, f"%c{{{option}}} has no number in its braces")
        width = None if most is None else int(most)
        found.append(PatternPiece("", letter, option or "", bool(left), int(least or 0), width))
    rest = text[at:]
    if any("%" in one.text for one in found if one.text != "%") or "%" in rest[:-1]:
        raise _refused(key, "a % is followed by nothing that is known; %% is a percent sign")
    return (*found, PatternPiece(rest)) if rest else tuple(found)


def _with_parents(logger: str) -> list[str]:
    """The logger and those above it, the highest first."""
    words = logger.split(".")
    return [".".join(words[: count + 1]) for count in range(len(words))]


def _refused(key: str, why: str) -> NotSupported:
    return NotSupported(f"--log-config: {key}: {why}")
