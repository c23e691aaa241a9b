"""A message of the library names arguments, and the command line says options: no module below it names one.

An exception writes ``@{split}``, or with a value ``@{clash=rename}`` (``asprofile.errors``), and a command shows the
option of it (``cli.exits``). A text that is read elsewhere, such as the reason why an object was refused, may name a
whole command: ``asprofile send --send-truncated``.
"""

from __future__ import annotations

import ast
import inspect
import re

import click
import pytest
from package_source import PACKAGE, nodes_of

import asprofile
from asprofile.api import verifying, working
from asprofile.cli.commands import COMMANDS, get
from asprofile.cli.exits import option_of, typed
from asprofile.errors import AsprofileError

OPTION = re.compile(r"(?<![\w<!-])--[a-z][a-z0-9-]*")
COMMAND_LINES = ("cli/", "dcmtk_cli/", "storescu/", "storescp/", "__main__.py")
WORDS_OF_COMMANDS = ("render/", "report/", "lint/render/")
"""What commands show, and nothing else does."""
PAGES = ("lint/rules/", "lint/slips/")
"""Texts of rules are pages and what `explain` shows; they name commands."""

REASONS = {
    "api/conforming.py": "a page on the commands, with the names of their options",
    "api/stating.py": "a page on the commands, with the names of their options",
    "api/covering.py": "commands to be pasted, whole",
    "api/planning.py": "commands to be pasted, whole",
    "convert/dcm4che.py": "options of dcm4che, in a file of its",
    "generate/headers.py": "comments in a file, which say with which command it was made, and with which to go on",
    "logs/association.py": "a command, named in front of what is wrong with its log",
    "objects/header.py": "a command of DCMTK",
    "trace/refusals.py": "words of commands to be pasted, which are whole",
    "trace/remedies.py": "words of commands to be pasted, which are whole",
    "trace/from_log.py": "options of other programs",
    "trace/programs.py": "options of other programs",
    "send/conversions.py": "what to add to the `send` that was typed: a way out is found where results are",
}
"""Who names options all the same."""


def literals(path: str) -> list[str]:
    """The text in a module that is no docstring; that of an f-string in one piece."""
    nodes = list(nodes_of(PACKAGE / path))
    docstrings = {
        id(body[0].value)
        for node in nodes
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        for body in [node.body]
        if body and isinstance(body[0], ast.Expr)
    }
    docstrings |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    pieces = {id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values}
    found = [
        "".join(str(value.value) if isinstance(value, ast.Constant) else "{}" for value in node.values)
        for node in nodes
        if isinstance(node, ast.JoinedStr)
    ]
    found += [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and id(node) not in pieces
    ]
    return found


def test_no_message_below_the_commands_names_an_option() -> None:
    named = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith((*COMMAND_LINES, *WORDS_OF_COMMANDS, *PAGES)):
            continue
        if wrong := [text for text in literals(name) if OPTION.search(text) and "asprofile " not in text]:
            named[name] = wrong
    assert {name: wrong for name, wrong in named.items() if name not in REASONS} == {}
    assert set(named) == set(REASONS)


ARGUMENT = re.compile(r"@\{([a-z_]+)(?:=[^}]*)?\}")


def arguments() -> set[str]:
    """All that messages name."""
    return {
        name
        for path in PACKAGE.rglob("*.py")
        for text in literals(path.relative_to(PACKAGE).as_posix())
        for name in ARGUMENT.findall(text)
        if path.name != "errors.py"
    }


def options() -> set[str]:
    found: set[str] = {"RECIPE"}
    for name in COMMANDS:
        command = get(name)
        assert command is not None
        found |= {option for one in command.params if isinstance(one, click.Option) for option in one.opts}
    return found


def _of_steps() -> list[object]:
    """The functions that the steps of `migrate` call."""
    return [one for module in (verifying, working) for one in vars(module).values() if inspect.isfunction(one)]


@pytest.mark.parametrize("name", sorted(arguments()))
def test_an_argument_in_a_message_is_one(name: str) -> None:
    """Of a function of the library, and an option of a command."""
    functions = [*(getattr(asprofile, one) for one in asprofile.__all__), *_of_steps()]
    fields = {
        field for one in functions if callable(one) for field in inspect.signature(one, eval_str=False).parameters
    }
    assert name in fields
    assert option_of(name) in options()


def test_what_a_library_and_a_command_say() -> None:
    error = AsprofileError("two of them: @{clash=rename}, or @{required_only}; ask for @{sni=a b}")
    assert str(error) == "two of them: clash='rename', or required_only; ask for sni='a b'"
    assert typed(error) == "two of them: --clash rename, or --required-only; ask for --tls-name 'a b'"
    assert typed(AsprofileError(f"in a file: {error.template}")) == f"in a file: {typed(error)}"
