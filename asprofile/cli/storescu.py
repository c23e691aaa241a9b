"""``asprofile storescu``: DCMTK's storescu, option for option.

Belongs here: the command itself, its help and version, asking at the terminal. Does not belong here: everything else
(``asprofile.storescu``).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from asprofile import __version__
from asprofile.cli.root import done
from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError, parse
from asprofile.dcmtk_cli.help import help_text
from asprofile.errors import ConfigurationError, UnknownRelease
from asprofile.names.releases import LATEST, parse_release
from asprofile.storescu.options import storescu

if TYPE_CHECKING:
    from asprofile.storescu.settings import StorescuSettings

RELEASE_VARIABLE = "ASPROFILE_STORESCU_RELEASE"
"""The release of DCMTK that is stood in for where --release does not say it."""

WRONG_COMMAND_LINE = 1
CANNOT = 2

_TITLE = "storescu: DICOM storage (C-STORE) SCU"
_USAGE = """Usage: asprofile storescu [options] peer port dcmfile-in...

  Stands in for storescu of DCMTK 3.7.0: its options, its proposals, its data sets, its exit status.

parameters:
  peer        hostname or address of the peer
  port        its TCP port
  dcmfile-in  DICOM file, or directory with --scan-directories

A word @FILE stands for the words in that file. Of options that exclude each other the last one counts.

Exit status: 0 done; 1 wrong options, no files, no association; 2 an option that is known and cannot be
honoured; 10 the association was lost; else the upper byte of the status that the peer gave for an object.
With --no-halt an object that was not stored does not count.
"""


class _Raw(click.Command):
    """A command that gets its arguments as they are: click can spell neither ``+sd`` nor ``-aec``."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        context = click.Context(self, info_name=info_name, parent=parent, **extra)  # type: ignore[arg-type]
        context.args = args
        return context


@click.pass_context
def _command(context: click.Context) -> None:
    done(main(context.args, parse_release(os.environ.get(RELEASE_VARIABLE, LATEST))))


command = _Raw("storescu", callback=_command, short_help="DCMTK's storescu, option for option.", add_help_option=False)


def main(arguments: list[str], release: str = LATEST) -> int:
    """Run it; the exit status of DCMTK's program of that release, and 2 for what is known and cannot be done."""
    from asprofile.dcmtk_cli.checks import LEVELS, NotSupported, log_level
    from asprofile.storescu.settings import settings

    quiet = False
    try:
        line = parse(arguments, storescu())
        asked = line.last("--release")
        release = parse_release(asked.values[0]) if asked is not None else release
        if not line.arguments or line.exclusive is not None:
            return _exclusive(line, release)
        level = log_level(line)
        quiet = LEVELS.index(level) > LEVELS.index("error")
        wanted = settings(line, level)
    except (CommandLineError, UnknownRelease) as error:
        return _wrong(str(error), WRONG_COMMAND_LINE, quiet=quiet)
    except (NotSupported, ConfigurationError) as error:
        return _wrong(str(error), CANNOT, quiet=quiet)
    return _sent(line, wanted, level, release)


def _sent(line: CommandLine, wanted: StorescuSettings, level: str, release: str) -> int:
    # Only where something is sent: what the help does not need takes its time.
    from asprofile.cli.interrupts import ctrl_c
    from asprofile.cli.sturdy import sturdy_output
    from asprofile.cli.writing import check_over
    from asprofile.dcmtk_cli.log import Log
    from asprofile.dcmtk_cli.tls import CommandLineCalls
    from asprofile.send.control import Control
    from asprofile.storescu.run import run

    control = Control()
    message = "finishing what is being sent; once more aborts"
    with sturdy_output(), ctrl_c(control, control.finish, message):
        log = Log(level, sys.stdout, sys.stderr)
        if line.last("--arguments") is not None:
            words = "".join(f"'{word}' " for word in line.arguments)
            log.force("info", f"calling 'storescu' with {len(line.arguments)} arguments: {words}\n")
        log.debug(f"{_version(release)}\n")
        try:
            return run(wanted, log, release, CommandLineCalls(_ask, check_over), control)
        except ConfigurationError as error:
            log.fatal(str(error))
            return CANNOT


def _ask(question: str) -> str:
    answer: str = click.prompt(question, hide_input=True, default="", show_default=False)
    return answer


def _wrong(message: str, status: int, *, quiet: bool) -> int:
    if not quiet:
        from asprofile.cli.sturdy import sturdy_output

        with sturdy_output():
            print(f"{_version(LATEST)}\n\n{_TITLE}\nerror: {message}", file=sys.stderr)
    return status


def _version(release: str) -> str:
    return f"asprofile {__version__}, in place of storescu of DCMTK {release}"


def _exclusive(line: CommandLine, release: str) -> int:
    match line.exclusive:
        case "--version":
            text = f"{_version(release)}\n\n{_TITLE}\n"
        case "--list-ciphers":
            from asprofile.dcmtk_cli.tls import cipher_suites

            text = "\n".join([_version(release), "", _TITLE, "", *cipher_suites(), ""])
        case "--list-profiles":
            from asprofile.dcmtk_cli.tls import security_profiles

            text = "\n".join([_version(release), "", _TITLE, "", *security_profiles(), ""])
        case _:
            text = help_text(storescu(), _USAGE)
    if sys.stdout is not None:
        sys.stdout.write(text)
    return 0
