"""Two pages of the site that say what the program itself says: the reference of the library, where mkdocstrings puts
the docstrings, and that of the commands, from their options. ``scripts/docs`` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent
from types import FunctionType

import click

import asprofile
from asprofile.cli.root import cli

# --- The library ------------------------------------------------------------------------------------------------------


def reference() -> Iterator[str]:
    """The page on the library, in blocks: what is on it. mkdocstrings puts the docstrings there."""
    names = {name: getattr(asprofile, name) for name in asprofile.__all__}
    functions = {name: one for name, one in names.items() if isinstance(one, FunctionType)}
    exceptions = {name: one for name, one in names.items() if isinstance(one, type) and issubclass(one, Exception)}
    values = {name: one for name, one in names.items() if name not in functions and name not in exceptions}
    yield "# Reference of the library"
    yield (
        "What `import asprofile` gives; [the guide](library.md) shows how to use it. Wherever a file is taken, it is a "
        "path (`str` or `Path`), the bytes of a file (`bytes`), or what was read of one (`Source`, `Document`). "
        "Wherever a profile is taken, it is `[FILE:]NAME`, a file with one profile, or a `Profile`."
    )
    for heading, members in (("Functions", functions), ("Values", values), ("Exceptions", exceptions)):
        yield f"## {heading}"
        yield from (f"::: {one.__module__}.{name}" for name, one in members.items())


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


# --- The commands -----------------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """The page on the commands, in blocks."""
    yield "# Reference of the commands"
    status = "0 clean or done, 1 found or failed something, 2 could not do the job"
    yield f"What `asprofile COMMAND --help` says. Exit status: {status}."
    context = click.Context(cli, info_name="asprofile", **cli.context_settings)
    assert isinstance(cli, click.Group)
    for name in sorted(cli.list_commands(context)):
        command = cli.get_command(context, name)
        assert command is not None, name
        yield f"## {name}"
        inside = click.Context(command, parent=context, info_name=name)
        yield f"```text\n{' '.join([inside.command_path, *command.collect_usage_pieces(inside)])}\n```"
        yield from _paragraphs(command.help or "")
        yield from _options(command, inside)
        examples = getattr(command, "examples", ())
        if examples:
            yield "Examples:\n\n```sh\n" + "\n".join(examples) + "\n```"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", dedent(text).replace("\b", "")):
        if paragraph.strip():
            # What is in angle brackets or capitals is not Markdown.
            yield re.sub(r"\s+", " ", paragraph).strip().replace("<", "&lt;").replace("[", "\\[")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for param in command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            names = f"`{record[0]}`".replace("|", "\\|")
            said = _cell(record[1]).replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")
            rows.setdefault(getattr(param, "heading", "Options"), []).append(f"| {names} | {said} |")
    for heading, lines in rows.items():
        yield "\n".join([f"| {heading} | |", "| --- | --- |", *lines])
