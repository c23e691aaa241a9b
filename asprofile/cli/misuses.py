"""Recognises what users of storescu, pynetdicom, dcm4che, ruff or git, or of an earlier form, type: what to type
instead.

Asked only when a command line was wrong. What is said is a whole command line, which is parsed before it is said, so
that it works when it is pasted. Belongs here: tables of foreign words, and how a line is put right. Does not belong
here: mistyped names, which those who look them up suggest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import click

from asprofile.cli import commands
from asprofile.errors import AsprofileError
from asprofile.printing import brief, printable
from asprofile.program import command as command_line

_COMMANDS: Final = {
    "check": "lint", "validate": "lint", "verify": "lint", "linter": "explain", "rule": "explain", "rules": "explain",
    "format": "fmt", "ls": "show", "list": "show", "cat": "show", "print": "show", "dump": "show", "view": "show",
    "rm": "remove", "delete": "remove", "mv": "rename", "new": "generate", "init": "generate", "create": "generate",
    "export": "convert", "compare": "diff", "echoscu": "echo", "ping": "echo", "dcmsend": "send", "store": "send",
    "sendscu": "send", "server": "lsp", "examples": "samples", "completions": "completion",
    "generate-shell-completion": "completion",
}  # fmt: skip
"""Other programs' names of our commands."""

Values = list[str]


def _to(name: str) -> Callable[[Values], list[str]]:
    return lambda values: [name, *values]


def _nothing(_: Values) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class _Foreign:
    """An option of others: how many values it takes, and what is written for it."""

    values: int
    instead: Callable[[Values], list[str]]


_EVERYWHERE: Final = {
    "--settings": _Foreign(1, _to("--config")),
    "--output-format": _Foreign(1, _to("--format")),
    "--output-file": _Foreign(1, _to("--output")),
    "--out": _Foreign(1, _to("--output")),
    "--colour": _Foreign(1, _to("--color")),
    "--no-color": _Foreign(0, lambda _: ["--color", "never"]),
    "--no-colour": _Foreign(0, lambda _: ["--color", "never"]),
    "--settings-file": _Foreign(1, _to("--config")),
    "--dcmtk": _Foreign(1, _to("--release")),
    "-xf": _Foreign(2, lambda values: ["--profile", ":".join(values)]),
    "--config-file": _Foreign(2, lambda values: ["--profile", ":".join(values)]),
}
_PEERS: Final = {
    **{name: _Foreign(1, _to("--called")) for name in ("-aec", "--aec", "--call", "--called-ae", "--called-aet")},
    **{
        name: _Foreign(1, _to("--calling"))
        for name in ("-aet", "--aet", "--aetitle", "--ae-title", "--calling-ae", "--calling-aet", "-b", "--bind")
    },
    **{name: _Foreign(1, _to("--connect-timeout")) for name in ("-to", "--timeout", "-tn", "--network-timeout")},
    "-ta": _Foreign(1, _to("--acse-timeout")),
    "-td": _Foreign(1, _to("--dimse-timeout")),
    **{name: _Foreign(1, _to("--max-pdu")) for name in ("-pdu", "--pdu", "--max-receive-pdu")},
    "+tls": _Foreign(2, lambda values: ["--tls-key", values[0], "--tls-cert", values[1]]),
    "--enable-tls": _Foreign(2, lambda values: ["--tls-key", values[0], "--tls-cert", values[1]]),
    **{name: _Foreign(0, lambda _: ["--tls"]) for name in ("-tls", "+tla", "--anonymous-tls")},
    **{name: _Foreign(1, _to("--tls-ca")) for name in ("+cf", "--add-cert-file", "+cd", "--add-cert-dir", "--cafile")},
    **{name: _Foreign(0, _nothing) for name in ("-d", "--debug", "-ic", "--ignore-peer-cert")},
    **{name: _Foreign(1, _nothing) for name in ("-ll", "--log-level")},
}
_SEND: Final = {
    **_PEERS,
    **{
        name: _Foreign(0, _nothing)
        for name in (
            "-r", "+r", "--recurse", "--recursive", "+sd", "--scan-directories", "-R", "--required", "-cx",
            "--required-contexts", "+C", "--combine",
            "-nh", "--no-halt", "-x=", "-xe", "-xb", "-xi", "-xs", "-xy", "-xx", "-xv", "-xw",
        )
    },
    **{name: _Foreign(0, lambda _: ["--verbose"]) for name in ("-d", "--debug")},
    "--to": _Foreign(1, _to("--peer")),
    **{name: _Foreign(1, _to("--pattern")) for name in ("+sp", "--scan-pattern")},
    **{name: _Foreign(0, lambda _: ["--no-recurse"]) for name in ("--no-recursive",)},
}  # fmt: skip
_DRY: Final = {name: _Foreign(0, lambda _: ["--diff"]) for name in ("-n", "--dry-run", "--preview", "--show-fixes")}
_CLASSES: Final = {name: _Foreign(1, lambda values: values) for name in ("--sop", "--sop-class")}
_OPTIONS: Final[Mapping[str, Mapping[str, _Foreign]]] = {
    "send": _SEND,
    "echo": _PEERS | {"-v": _Foreign(0, _nothing), "--repeat": _Foreign(1, _to("--count"))},
    "probe": _PEERS | {"-v": _Foreign(0, _nothing)},
    "lint": {
        **_DRY,
        "-xf": _Foreign(2, lambda values: values[:1]),
        "--extend-ignore": _Foreign(1, _to("--ignore")),
        "--fix-only": _Foreign(0, lambda _: ["--fix"]),
        "--unsafe": _Foreign(0, lambda _: ["--fix", "--unsafe-fixes"]),
        "--write": _Foreign(0, lambda _: ["--fix"]),
        "--add-noqa": _Foreign(0, lambda _: ["--add-ignores"]),
        **{name: _Foreign(0, _nothing) for name in ("--check", "--no-fix", "-r", "--recursive", "--no-cache")},
    },
    "fmt": {
        **_DRY,
        **{name: _Foreign(0, _nothing) for name in ("-w", "--write", "-i", "--in-place", "--inplace", "--fix")},
    },
    "add": {**_DRY, **_CLASSES, "--split": _Foreign(0, lambda _: ["--separate"])},
    "remove": {**_DRY, **_CLASSES},
    **dict.fromkeys(("rename", "renumber", "merge"), _DRY),
    "diff": {name: _Foreign(0, _nothing) for name in ("-u", "--unified", "--exit-code", "--stat")},
    "convert": {"-f": _Foreign(1, _to("--from")), "-t": _Foreign(1, _to("--to"))},
    "generate": {
        "--from-file": _Foreign(1, _to("--from-files")),
        "--from-profile": _Foreign(1, _to("--profile")),
        "--recipe": _Foreign(1, lambda values: values),
    },
    "plan": {name: _Foreign(0, _nothing) for name in ("-r", "--recursive", "--recurse")},
    "receive": {
        **{name: _Foreign(1, lambda values: values) for name in ("-p", "--port")},
        **{name: _Foreign(1, _to("--into")) for name in ("-od", "--output-directory", "--directory")},
        **{name: _Foreign(1, _to("--max-pdu")) for name in ("-pdu", "--pdu")},
        **{name: _Foreign(0, lambda _: ["--verbose"]) for name in ("-d", "--debug")},
    },
}
_LOOKED_AT: Final = 16
"""Arguments of which it is read whether they are profiles: there may be very many objects."""
_WITH_PEER: Final = ("send", "echo", "probe")
_WITH_PROFILE: Final = ("plan", "send", "probe", "generate", "receive", "migrate")


def advice(given: list[str]) -> str | None:
    """What to type instead of a command line that was wrong, and why; None if that is not known."""
    line = _Line(list(given))
    with suppress(AsprofileError, OSError, ValueError, IndexError):
        line.put_right()
        if line.reasons and line.words != given and _parses(line.words):
            why = "; ".join(dict.fromkeys(line.reasons))
            return printable(brief(f"asprofile: {why}")) + f"; type:\n  {command_line(*line.words)}"
    return None


@dataclass(slots=True)
class _Line:
    """A command line in the making; ``reasons`` say what was changed."""

    words: list[str]
    reasons: list[str] = field(default_factory=list)

    def put_right(self) -> None:
        self._command()
        if not self.words:
            return
        name = self.words[0]
        self._options({**_EVERYWHERE, **_OPTIONS.get(name, {})})
        self._profile_as_settings()
        if name in _WITH_PROFILE:
            self._profile_as_argument()
        if name == "convert":
            self._format_as_argument()
        if name in _WITH_PEER:
            self._connect()
            self._host_and_port()
        if any(word.startswith("+") and not os.path.lexists(word) for word in self.words):
            # An option of DCMTK's that has no equivalent here.
            self.reasons.clear()
        if name == "merge":
            self._profile_of_b()

    def _command(self) -> None:
        """The name of the command, where another program's, or none, was given."""
        first = self.words[0] if self.words else ""
        if first in _COMMANDS:
            self._instead(0, [_COMMANDS[first]], f"{first} is {_COMMANDS[first]} here")
        elif first in ("version", "-v", "-version"):
            self.words = ["--version"]
            self.reasons.append(f"{first} is --version here")
        elif first in ("--install-completion", "--show-completion"):
            shell = next((word for word in self.words[1:] if not word.startswith("-")), None)
            self.words = ["completion", shell or os.path.basename(os.environ.get("SHELL", "bash"))]  # noqa: PTH119
            self.reasons.append(f"{first} is a command here, and the guide says where its output goes")
        elif first in _SEND or first == "-xf":
            self.words.insert(0, "send")
            self.reasons.append(f"{first} belongs to a command")
        elif os.path.isfile(first):  # noqa: PTH113
            self.words.insert(0, "lint")
            self.reasons.append("a command comes before the file")

    def _options(self, foreign: Mapping[str, _Foreign]) -> None:
        """Options of other programs, and those of our own that were called otherwise."""
        known = _options_of(self.words[0])
        place = 1
        while place < len(self.words) and (word := self.words[place]) != "--":
            name, equals, value = word.partition("=")
            if word in foreign and word not in known:
                name, equals = word, ""
            option = foreign.get(name)
            if option is None or name in known:
                place += 1
                continue
            count = 0 if equals else option.values
            values = [value] if equals else self.words[place + 1 : place + 1 + count]
            if len(values) < option.values:
                return
            instead = option.instead(values)
            what = f"{name} is {instead[0]} here" if instead else f"{name} is not needed"
            self.words[place : place + 1 + count] = instead
            self.reasons.append(what)
            place += len(instead)

    def _profile_as_settings(self) -> None:
        """``--config FILE --profile NAME``: FILE was the file of the profile, as in DCMTK."""
        place = self._option("--config")
        if place is None or not _is_profile(self.words[place + 1]):
            return
        file = self.words[place + 1]
        del self.words[place : place + 2]
        named = self._option("--profile")
        if named is not None:
            self.words[named + 1] = f"{file}:{self.words[named + 1]}"
        elif "--profile" in _options_of(self.words[0]):
            self.words[place:place] = ["--profile", f"{file}:"]
        else:
            self.words.insert(place, file)
        self.reasons.append("--config is for settings, and this is a profile file, which is named FILE:NAME")

    def _profile_as_argument(self) -> None:
        """``plan FILE:NAME PATH``, as ``show`` and ``simulate`` have it; or after the peer."""
        if self._option("--profile") is not None:
            return
        for place in islice(self._arguments(), _LOOKED_AT):
            if (profile := profile_of(self.words[place])) is not None:
                self._instead(place, ["--profile", profile], f"the profile is an option in {self.words[0]}")
                return

    def _format_as_argument(self) -> None:
        """``convert FILE json``."""
        from asprofile.convert.formats import CONVERT_FORMATS

        written = [one.name for one in CONVERT_FORMATS if one.write is not None]
        places = list(self._arguments())
        if len(places) == 2 and self._option("--to") is None and self.words[places[1]] in written:
            self._instead(places[1], ["--to", self.words[places[1]]], "the format is an option")

    def _connect(self) -> None:
        """``-c AET@HOST:PORT`` of dcm4che, ``--host`` and ``--port``."""
        for name in ("-c", "--connect"):
            place = self._option(name)
            if place is not None:
                peer = self.words[place + 1]
                del self.words[place : place + 2]
                self.words.insert(1, peer)
                self.reasons.append(f"the peer is an argument, without {name}")
        host = self._taken("--host", "--hostname", "--peer-host")
        port = self._taken("-p", "--port")
        if port is not None:
            place = next(iter(self._arguments()), 1) if host is None else 1
            host = host if host is not None else self.words.pop(place)
            self.words.insert(place, f"{host}:{port}")
            self.reasons.append("the peer is HOST:PORT")

    def _taken(self, *names: str) -> str | None:
        for name in names:
            if (place := self._option(name)) is not None:
                _, value = self.words[place : place + 2]
                del self.words[place : place + 2]
                return value
        return None

    def _host_and_port(self) -> None:
        """``HOST PORT``, as DCMTK and pynetdicom have it."""
        places = list(self._arguments())[:2]
        if len(places) < 2:
            return
        host, port = (self.words[place] for place in places)
        if ":" in host or not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16) or os.path.lexists(port):
            return
        del self.words[places[1]]
        self.words[places[0]] = f"{host}:{port}"
        self.reasons.append("the peer is HOST:PORT, one word")

    def _profile_of_b(self) -> None:
        """``merge A B --profile NAME``."""
        names = []
        while (place := self._option("--profile")) is not None:
            names.append(self.words[place + 1])
            del self.words[place : place + 2]
        places = list(self._arguments())
        if names and len(places) == 2:
            other = self.words.pop(places[1])
            self.words[places[1] : places[1]] = [f"{other}:{name}" for name in names]
            self.reasons.append("a profile of B is B:NAME")

    def _arguments(self) -> Iterator[int]:
        """The places of what is neither an option nor its value."""
        flags = _flags_of(self.words[0])
        place = 1
        while place < len(self.words):
            word = self.words[place]
            if word.startswith("-") and word != "-":
                place += 1 if word in flags or "=" in word else 2
                continue
            yield place
            place += 1

    def _option(self, name: str) -> int | None:
        """Where an option with a value is; one with ``=`` is put apart."""
        for place, word in enumerate(self.words):
            if word.startswith(f"{name}="):
                self.words[place : place + 1] = [name, word.partition("=")[2]]
                return place
            if word == name and place + 1 < len(self.words):
                return place
        return None

    def _instead(self, place: int, words: list[str], why: str) -> None:
        self.words[place : place + 1] = words
        self.reasons.append(why)


def profile_of(argument: str) -> str | None:
    """``FILE:NAME``, or ``FILE:`` for a FILE alone, if FILE is a profile file; None for any other argument."""
    if _is_profile(argument):
        return f"{argument}:"
    file, colon, _ = argument.rpartition(":")
    return argument if colon and _is_profile(file) else None


def _is_profile(name: str) -> bool:
    from asprofile.regular import open_named
    from asprofile.syntax.recognise import is_meant

    try:
        with open_named(name) as file:
            return not name.endswith(".toml") and is_meant(file.read(1 << 16))
    except (OSError, ValueError):
        return False


def _options_of(name: str) -> set[str]:
    command = commands.get(name)
    params = command.params if command is not None else []
    return {option for param in params for option in (*param.opts, *param.secondary_opts)}


def _flags_of(name: str) -> set[str]:
    command = commands.get(name)
    params = command.params if command is not None else []
    flags = [param for param in params if isinstance(param, click.Option) and (param.is_flag or param.count)]
    return {option for param in flags for option in (*param.opts, *param.secondary_opts)} | {"-h", "--help"}


def _parses(words: list[str]) -> bool:
    """Whether click takes it; nothing is run."""
    if words in (["--version"], ["--help"]):
        return True
    command = commands.get(words[0])
    if command is None or words in (["show"], ["releases"]):
        # These two take a file, or --profile.
        return False
    try:
        command.make_context(words[0], words[1:])
    except click.exceptions.Exit:
        return True
    except click.ClickException:
        return False
    return True
