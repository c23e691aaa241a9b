"""What the commands that stand in for DCMTK's programs have in common: their arguments as they are, help, version.

Belongs here: the way from the words to a program of ours. Does not belong here: what one of them does (``storescu``,
``storescp``, ``dcmrecv``).
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from asprofile import __version__
from asprofile.cli.root import done
from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError, parse
from asprofile.dcmtk_cli.help import help_text
from asprofile.errors import ConfigurationError, UnknownRelease
from asprofile.names.releases import LATEST, parse_release

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.dcmtk_cli.log import Log
    from asprofile.dcmtk_cli.log_config import LogConfiguration
    from asprofile.dcmtk_cli.program import DcmtkProgram
    from asprofile.dcmtk_cli.tls import CommandLineCalls
    from asprofile.send.control import Control

    Parts: TypeAlias = tuple[
        Callable[[CommandLine, str], Any], Callable[[Any, Log, str, CommandLineCalls, Control], int]
    ]

WRONG_COMMAND_LINE: Final = 1
CANNOT: Final = 2


class StandInCommand(click.Command):
    """A command that gets its arguments as they are: click can spell neither ``+sd`` nor ``-aec``. ``whole_help`` is
    what ``--help`` prints.
    """

    def __init__(self, name: str, callback: Callable[[], None], short_help: str, whole_help: Callable[[], str]) -> None:
        super().__init__(name, callback=callback, short_help=short_help, add_help_option=False)
        self.whole_help = whole_help

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        context = click.Context(self, info_name=info_name, parent=parent, **extra)  # type: ignore[arg-type]
        context.args = args
        return context


@dataclass(frozen=True)
class StandIn:
    """A command in place of ``program``; ``usage`` is its help, but for the options. ``message`` is what the first
    Ctrl-C says. ``parts``, which the help does not need: what makes the settings of the command line and the level of
    the log, and raises CommandLineError, NotSupported and ConfigurationError; and what runs with them.
    """

    program: Callable[[], DcmtkProgram]
    usage: str
    message: str
    parts: Callable[[], Parts]

    def command(self, name: str) -> click.Command:
        """The command ``asprofile name``."""

        @click.pass_context
        def callback(context: click.Context) -> None:
            variable = f"ASPROFILE_{name.upper()}_RELEASE"
            done(self.main(context.args, parse_release(os.environ.get(variable, LATEST))))

        short_help = f"DCMTK's {name}, option for option."
        return StandInCommand(name, callback, short_help, self._help)

    def main(self, arguments: list[str], release: str = LATEST) -> int:
        """Run it; the exit status of DCMTK's program of that release, and 2 for what is known and cannot be done."""
        from asprofile.dcmtk_cli.checks import LEVELS, NotSupported, log_level

        quiet = False
        if "--inetd" in self.program().spellings:
            _spare_the_peer(arguments)
        try:
            line = parse(arguments, self.program())
            asked = line.last("--release")
            release = parse_release(asked.values[0]) if asked is not None else release
            if not line.arguments or line.exclusive is not None:
                return self._exclusive(line, release)
            level = log_level(line)
            configured = self._configured(line)
            level = level if configured is None else configured.level
            quiet = LEVELS.index(level) > LEVELS.index("error")
            prepare, job = self.parts()
            settings = prepare(line, level)
        except (CommandLineError, UnknownRelease) as error:
            return self._wrong(str(error), WRONG_COMMAND_LINE, quiet=quiet)
        except (NotSupported, ConfigurationError) as error:
            return self._wrong(str(error), CANNOT, quiet=quiet)
        return self._run(line, level, configured, release, partial(job, settings))

    def _configured(self, line: CommandLine) -> LogConfiguration | None:
        """What the file of --log-config says, if there is one. Raises CommandLineError, NotSupported."""
        given = line.last("--log-config")
        if given is None:
            return None
        # Not needed by most.
        from asprofile.dcmtk_cli.log_config import predefined, read_configuration

        name = self.program().name
        return read_configuration(given.values[0], name, predefined(name))

    def _run(
        self,
        line: CommandLine,
        level: str,
        configured: LogConfiguration | None,
        release: str,
        job: Callable[[Log, str, CommandLineCalls, Control], int],
    ) -> int:
        # Only where something is done: what the help does not need takes its time.
        from asprofile.cli.interrupts import ctrl_c
        from asprofile.cli.sturdy import sturdy_output
        from asprofile.cli.writing import check_over
        from asprofile.dcmtk_cli.log import Log
        from asprofile.dcmtk_cli.tls import CommandLineCalls
        from asprofile.send.control import Control

        control = Control()
        with sturdy_output(), ctrl_c(control, control.finish, self.message):
            try:
                log = Log(level, sys.stdout, sys.stderr, **self._writers(configured))
            except ConfigurationError as error:
                return self._wrong(str(error), CANNOT, quiet=False)
            if line.last("--arguments") is not None:
                words = "".join(f"'{word}' " for word in line.arguments)
                name = self.program().name
                log.force("info", f"calling '{name}' with {len(line.arguments)} arguments: {words}\n")
            log.debug(f"{self._version(release)}\n")
            try:
                return job(log, release, CommandLineCalls(_ask, check_over), control)
            except ConfigurationError as error:
                log.fatal(str(error))
                return CANNOT
            finally:
                log.close()

    def _writers(self, configured: LogConfiguration | None) -> dict[str, Any]:
        """What a log has beyond its level. Raises ConfigurationError."""
        if configured is None:
            return {}
        from asprofile.dcmtk_cli.log_sinks import LogSink

        name = self.program().name
        sinks = [LogSink(one, name, sys.stdout, sys.stderr) for one in configured.appenders]
        return {"writers": sinks, "progress": configured.progress}

    def _wrong(self, message: str, status: int, *, quiet: bool) -> int:
        if not quiet:
            from asprofile.cli.sturdy import sturdy_output

            with sturdy_output():
                print(f"{self._version(LATEST)}\n\n{self._title()}\nerror: {message}", file=sys.stderr)
        return status

    def _title(self) -> str:
        program = self.program()
        return f"{program.name}: {program.title}"

    def _version(self, release: str) -> str:
        return f"asprofile {__version__}, in place of {self.program().name} of DCMTK {release}"

    def _help(self) -> str:
        return help_text(self.program(), self.usage)

    def _exclusive(self, line: CommandLine, release: str) -> int:
        match line.exclusive:
            case "--version":
                text = f"{self._version(release)}\n\n{self._title()}\n"
            case "--list-ciphers":
                from asprofile.dcmtk_cli.tls import cipher_suites

                text = "\n".join([self._version(release), "", self._title(), "", *cipher_suites(), ""])
            case "--list-profiles":
                from asprofile.dcmtk_cli.tls import security_profiles

                text = "\n".join([self._version(release), "", self._title(), "", *security_profiles(), ""])
            case _:
                text = self._help()
        if sys.stdout is not None:
            sys.stdout.write(text)
        return 0


def _spare_the_peer(arguments: list[str]) -> None:
    """What we say is not for the peer, to whom our standard output and error lead where inetd starts us: it would take
    it for DICOM. Whatever is wrong with the command line, also in a file of words.
    """
    if not any(word in ("--inetd", "-id") or word.startswith("@") for word in arguments):
        return
    with contextlib.suppress(OSError):
        peer = os.fstat(0)
        for descriptor in (1, 2):
            with contextlib.suppress(OSError):
                if stat.S_ISSOCK(peer.st_mode) and os.path.samestat(peer, os.fstat(descriptor)):
                    nobody = os.open(os.devnull, os.O_RDWR)
                    os.dup2(nobody, descriptor)
                    os.close(nobody)


def _ask(question: str) -> str:
    answer: str = click.prompt(question, hide_input=True, default="", show_default=False)
    return answer
