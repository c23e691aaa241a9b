"""What DCMTK's programs say of options that do not go together, and of those that are missing.

Belongs here: the checks, in DCMTK's words, and the levels of the log. Does not belong here: which options go together
(``settings`` of each program).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError, Given, number

if TYPE_CHECKING:
    from asprofile.net.transport import IpVersion

LEVELS: Final = ("all", "trace", "debug", "info", "warn", "error", "fatal", "off")
"""Lowest first; a message is shown from its own level on."""


class NotSupported(Exception):
    """An option that is known and cannot be honoured."""


def choice(line: CommandLine, *alternatives: str) -> str | None:
    """Which of options that exclude each other counts, None if none was given."""
    chosen = None
    for given in line.chosen(*alternatives):
        chosen = given.option.long
    return chosen


def ip_version(line: CommandLine) -> IpVersion:
    """What to connect or to listen with."""
    chosen = choice(line, "--ipv4", "--ipv6", "--ip-auto")
    if chosen == "--ipv6":
        return "6"
    return "auto" if chosen == "--ip-auto" else "4"


def value_of(line: CommandLine, long: str, default: str) -> str:
    given = line.last(long)
    return default if given is None else given.values[0]


def number_of(line: CommandLine, long: str) -> int | None:
    given: Given | None = line.last(long)
    return None if given is None else number(given, signed=long in line.program.signed)


def depends(long: str, other: str, line: CommandLine, fulfilled: bool) -> None:
    require(long, other, fulfilled or line.last(long) is None)


def require(long: str, other: str, fulfilled: bool) -> None:
    if not fulfilled:
        raise CommandLineError(f"{long} only allowed with {other}")


def conflict(long: str, other: str, both: bool) -> None:
    if both:
        raise CommandLineError(f"{long} not allowed with {other}")


def log_level(line: CommandLine) -> str:
    """The lowest level that is shown, where ``--log-config`` does not say it. Raises CommandLineError."""
    level = None
    for given in line.chosen("--debug", "--verbose", "--quiet"):
        level = {"--debug": "debug", "--verbose": "info", "--quiet": "fatal"}[given.option.long]
    named = line.last("--log-level")
    if named is not None:
        conflict("--log-level", "--verbose, --debug or --quiet", level is not None)
        level = named.values[0].lower()
        if level not in LEVELS:
            raise CommandLineError(f"Invalid log level for --log-level option (one of {', '.join(LEVELS)})")
    if line.last("--log-config") is not None:
        conflict("--log-config", "--log-level", named is not None)
        conflict("--log-config", "--verbose, --debug or --quiet", level is not None)
    return level or "warn"
