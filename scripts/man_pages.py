"""The manual pages, from the commands: ``asprofile(1)`` and one of each command. ``scripts/docs`` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

import click

from asprofile import __version__
from asprofile.cli.root import cli
from asprofile.cli.standing_in import StandInCommand
from asprofile.program import HOME

_SUMMARY = "read, lint, write and run DICOM association profiles"
_STATUS = (
    ("0", "Clean, or done."),
    ("1", "Something was found, refused or failed."),
    ("2", "The job could not be done: wrong arguments, no such file, no association."),
)
_FILES = (
    (
        "asprofile.toml, pyproject.toml",
        "The settings of a project: the nearest one, from the directory of a file upwards.",
    ),
    (
        "~/.config/asprofile/asprofile.toml",
        "Your own settings, which come first; below $XDG_CONFIG_HOME where that is set.",
    ),
)


def pages() -> Iterator[tuple[str, str]]:
    """The name of each page, such as ``asprofile-lint.1``, and what is in it."""
    assert isinstance(cli, click.Group)
    context = click.Context(cli, info_name="asprofile", **cli.context_settings)
    commands = {name: cli.get_command(context, name) for name in sorted(cli.list_commands(context))}
    yield "asprofile.1", _written(_main(context, {name: one for name, one in commands.items() if one is not None}))
    for name, command in commands.items():
        assert command is not None, name
        inside = click.Context(command, parent=context, info_name=name)
        yield f"asprofile-{name}.1", _written(_page(name, command, inside))


def _main(context: click.Context, commands: dict[str, click.Command]) -> Iterator[str]:
    yield from _head("asprofile", _SUMMARY)
    yield ".SH SYNOPSIS"
    yield r"\fBasprofile\fP COMMAND [OPTIONS] [ARGUMENTS]"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(cli.help or "")
    yield ".SH COMMANDS"
    for name, command in commands.items():
        yield from _item(rf"\fBasprofile\-{_text(name)}\fP(1)", _first_sentence(command))
    yield from _options(cli, context)
    yield from _table("EXIT STATUS", _STATUS)
    yield from _table("FILES", _FILES)
    yield from _end([])


def _page(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    yield from _head(f"asprofile-{name}", _first_sentence(command))
    if isinstance(command, StandInCommand):
        usage, _, said = command.whole_help().partition("\n\n")
        yield from (".SH SYNOPSIS", _text(usage.removeprefix("Usage: ")))
        yield from (".SH DESCRIPTION", ".nf", *map(_text, said.rstrip().split("\n")), ".fi")
        yield from _end([r"\fBasprofile\fP(1)"])
        return
    yield ".SH SYNOPSIS"
    yield rf"\fBasprofile {_text(name)}\fP {_text(' '.join(command.collect_usage_pieces(context)))}"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(command.help or "")
    yield from _options(command, context)
    examples = getattr(command, "examples", ())
    if examples:
        yield from (".SH EXAMPLES", ".nf", *map(_text, examples), ".fi")
    yield from _table("EXIT STATUS", _STATUS)
    yield from _end([r"\fBasprofile\fP(1)"])


def _head(name: str, summary: str) -> Iterator[str]:
    yield r".\" Written by scripts/docs from the program itself; change that."
    yield f'.TH "{_text(name.upper())}" 1 "" "asprofile {_text(__version__)}" "asprofile"'
    yield ".nh"
    yield ".ad l"
    yield ".SH NAME"
    yield rf"{_text(name)} \- {_text(summary)}"


def _end(others: list[str]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    yield ", ".join([*others, r"\fBstorescu\fP(1)", r"\fBstorescp\fP(1)", r"\fBdcmrecv\fP(1)"]) + ","
    yield _text(HOME)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for param in command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            names = re.sub(r"(?<![\w-])(-[\w-]+)", lambda name: rf"\fB{_text(name[1])}\fP", record[0])
            groups.setdefault(getattr(param, "heading", "Options"), []).extend(_item(names, record[1]))
    if groups:
        yield ".SH OPTIONS"
    for heading, lines in groups.items():
        if len(groups) > 1:
            yield f'.SS "{_text(heading)}"'
        yield from lines


def _table(title: str, rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield f".SH {title}"
    for name, text in rows:
        yield from _item(rf"\fB{_text(name)}\fP", text)


def _item(head: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield head
    yield _text(_one_line(text))


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(filter(str.strip, re.split(r"\n\s*\n", dedent(text).replace("\b", "")))):
        if number:
            yield ".PP"
        yield _text(_one_line(paragraph))


def _first_sentence(command: click.Command) -> str:
    first = _one_line((command.help or command.short_help or "").split("\n\n")[0])
    return re.split(r"(?<=[.:]) ", first)[0].rstrip(".:")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _text(text: str) -> str:
    r"""Text as roff has it: a backslash is ``\e``, a hyphen that somebody may type is ``\-``; none begins a request."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    escaped = escaped.replace("~", r"\(ti").replace("^", r"\(ha").replace('"', r"\(dq")
    return rf"\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped


def _written(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"
