"""Two pages of the site that say what the program itself says: the reference of the library, from its docstrings, and
that of the commands, from their options. ``scripts/docs`` writes them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from textwrap import dedent
from types import FunctionType
from typing import Any

import click

import asprofile
from asprofile.cli.root import cli
from asprofile.value import Value

_SECTIONS = ("Args", "Returns", "Raises", "Examples")


# --- The library ------------------------------------------------------------------------------------------------------


def reference() -> Iterator[str]:
    """The page on the library, in blocks."""
    names = {name: getattr(asprofile, name) for name in asprofile.__all__}
    functions = {name: one for name, one in names.items() if isinstance(one, FunctionType)}
    exceptions = {name: one for name, one in names.items() if isinstance(one, type) and issubclass(one, Exception)}
    yield "# Reference of the library"
    yield (
        "What `import asprofile` gives; [the guide](library.md) shows how to use it. Wherever a file is taken, it is a "
        "path (`str` or `Path`), the bytes of a file (`bytes`), or what was read of one (`Source`, `Document`). "
        "Wherever a profile is taken, it is `[FILE:]NAME`, a file with one profile, or a `Profile`."
    )
    yield "## Functions"
    for name, function in functions.items():
        yield f"### {name}"
        yield f"```python\n{_signature(name, function)}\n```"
        yield from _described(function)
    yield "## Values"
    for name, value in names.items():
        if name not in functions and name not in exceptions:
            yield f"### {name}"
            yield from _described(value)
            yield from _fields(value)
    yield "## Exceptions"
    for name, exception in exceptions.items():
        yield f"### {name}"
        base = exception.__mro__[1].__name__
        yield f"A kind of `{base}`." if base != "Exception" else "The base of all."
        yield from _described(exception)


def _signature(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    lines: list[str] = []
    starred = False
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not starred:
            lines.append("*")
        starred = starred or one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        star = "*" if one.kind is one.VAR_POSITIONAL else ""
        default = "" if one.default is one.empty else f" = {_default(one.default)}"
        lines.append(f"{star}{one.name}: {one.annotation}{default}")
    inside = "".join(f"    {line},\n" for line in lines)
    return f"{name}(\n{inside}) -> {signature.return_annotation}"


def _default(value: object) -> str:
    if isinstance(value, Value):
        return f"{type(value).__name__}()"
    return value.__name__ if isinstance(value, FunctionType) else repr(value)


def _described(thing: Any) -> Iterator[str]:
    """A docstring as blocks; its sections as tables and code."""
    text = inspect.getdoc(thing) or ""
    for part in re.split(rf"\n\n(?=(?:{'|'.join(_SECTIONS)}):\n)", text):
        section, _, body = part.partition(":\n")
        if section not in _SECTIONS:
            yield _marked(part)
            continue
        inside, _, after = _indented(body)
        if section == "Examples":
            yield f"Example:\n\n```python\n{inside}\n```"
        elif section == "Returns":
            yield f"Returns: {_marked(inside)}"
        else:
            rows = re.split(r"\n(?=\S)", inside)
            table = [re.sub(r"\s+", " ", row).partition(": ") for row in rows]
            what = "Argument" if section == "Args" else "Raises"
            lines = [f"| `{name}` | {_cell(_marked(said))} |" for name, _, said in table]
            yield "\n".join([f"| {what} | |", "| --- | --- |", *lines])
        if after.strip():
            yield _marked(after.strip())


def _indented(body: str) -> tuple[str, str, str]:
    """The indented lines at the beginning, and what comes after them."""
    lines = body.split("\n")
    end = next((number for number, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
    return dedent("\n".join(lines[:end])).strip("\n"), "", "\n".join(lines[end:])


def _fields(value: Any) -> Iterator[str]:
    named = [
        f"`{name}`"
        for name in (*getattr(value, "_fields", ()), *getattr(value, "__dataclass_fields__", ()))
        if not name.startswith("_")
    ]
    if named:
        yield f"Fields: {', '.join(named)}."


def _marked(text: str) -> str:
    """Literals as Markdown has them."""
    return re.sub(r"``(.+?)``", r"`\1`", text, flags=re.S)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


# --- The commands -----------------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """The page on the commands, in blocks."""
    yield "# Reference of the commands"
    status = "0 clean or done, 1 found or failed something, 2 could not do the job"
    yield f"What `asprofile COMMAND --help` says. Exit status: {status}."
    context = click.Context(cli, info_name="asprofile")
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
