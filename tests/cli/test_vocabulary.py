"""The command line as one language: what holds for every command and option, whoever adds one."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from asprofile.cli import options, root
from asprofile.cli.help_texts import HELP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]

# The stand-ins have DCMTK's command lines, and a parser of their own.
NAMES = [name for name in root.COMMANDS if name not in root.STAND_INS]
COMMANDS = {name: root.cli.get_command(click.Context(root.cli), name) for name in NAMES}

SHOWING = {
    "lint", "show", "releases", "explain", "samples", "recipes", "plan", "simulate", "probe", "diff", "send", "echo",
    "migrate", "trace", "conformance",
}  # fmt: skip
"""What shows something, in forms of which one is JSON."""
TELLING = {"receive"}
"""What tells of what happens for as long as it runs, to standard output."""
MAKING = {"generate", "convert", "fmt", "add", "remove", "rename", "renumber", "merge", "completion"}
"""What makes a file."""
OTHER_MEANINGS = {("migrate", "--from"), ("migrate", "--to"), ("probe", "--baseline"), ("migrate", "--rate")}
"""Of places in `migrate`, of formats in `convert`; of a peer in `probe`, of findings in `lint`; of objects or bytes,
not of associations.
"""
WITHOUT_SETTINGS = {"explain", "samples", "recipes", "demo", "completion", "lsp", "trust", "trace", "conformance"}
"""What no setting changes; `trust` takes the settings file as its argument, `lsp` those of each file."""


def all_options() -> Iterator[tuple[str, click.Option]]:
    for name, command in COMMANDS.items():
        assert command is not None
        for param in command.params:
            if isinstance(param, click.Option):
                yield name, param


def long_name(option: click.Option) -> str:
    return next(name for name in option.opts if name.startswith("--"))


def meaning(option: click.Option) -> tuple[object, ...]:
    """What must be the same wherever the option is; its default and the choices of a format may be others."""
    kind = type(option.type).__name__
    choices = tuple(option.type.choices) if isinstance(option.type, click.Choice) else ()
    if long_name(option) == "--format":
        choices = ()
    return (tuple(option.opts), tuple(option.secondary_opts), kind, choices, option.metavar, option.multiple,
            option.is_flag)  # fmt: skip


def test_an_option_means_the_same_everywhere() -> None:
    found = defaultdict(set)
    for where, option in all_options():
        if (where, long_name(option)) not in OTHER_MEANINGS:
            found[long_name(option)].add(meaning(option))
    assert {name: meanings for name, meanings in found.items() if len(meanings) > 1} == {}


def test_an_option_that_several_commands_have_has_one_help() -> None:
    """The same text, but for a detail and the default after what it means in every command."""
    texts = defaultdict(set)
    for where, option in all_options():
        if (where, long_name(option)) in OTHER_MEANINGS:
            continue
        texts[long_name(option)].add(option.help or "")
    for name, helps in texts.items():
        assert "" not in helps, name
        if len(helps) > 1:
            assert name in HELP, f"{name} has several texts: {helps}"
        if name in HELP:
            assert all(text.startswith(HELP[name]) for text in helps), (name, helps)


def test_every_word_of_the_vocabulary_is_used() -> None:
    assert set(HELP) <= {long_name(option) for _, option in all_options()}


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_under_a_heading(name: str, run: Run) -> None:
    """Of several headings; the options of no command are a heap."""
    command = COMMANDS[name]
    assert isinstance(command, options.Command)
    given = [param for param in command.params if isinstance(param, click.Option)]
    assert all(isinstance(option, options.Option) and option.heading in options.HEADINGS for option in given)
    out = run(name, "--help").out
    for heading in {option.heading for option in given if isinstance(option, options.Option)}:
        assert f"\n{heading}:\n" in out
    for option in given:
        assert re.search(rf"^  (-\w, )?{re.escape(long_name(option))}\b", out, re.M), option
    assert "\nOptions:\n" not in out


def test_what_each_command_has() -> None:
    names = {name: {long_name(option) for where, option in all_options() if where == name} for name in NAMES}
    assert {name for name in NAMES if "--format" in names[name]} == SHOWING | TELLING
    for name in SHOWING:
        assert {"--format", "--json", "--output", "--force"} <= names[name], name
    for name in MAKING:
        assert {"--output", "--force"} <= names[name], name
    assert {name for name in NAMES if not {"--config", "--isolated"} <= names[name]} == WITHOUT_SETTINGS
    with_profile = {"send", "migrate", "plan", "probe", "show", "releases", "generate", "receive"}
    assert {name for name in NAMES if "--profile" in names[name]} == with_profile


@pytest.mark.parametrize("name", NAMES)
def test_help_is_as_wide_as_the_terminal(name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    heights = []
    for columns in (60, 100, 160):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = run(name, "--help").out.partition("\nExamples:\n")[0].splitlines()
        # Command lines and the choices of an option are not divided.
        text = [line for line in lines if "|" not in line and "  asprofile " not in line]
        assert max(map(len, text)) <= columns
        heights.append(len(lines))
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-1]


# --- Examples ---------------------------------------------------------------------------------------------------------

EXAMPLES = [(name, example) for name, command in COMMANDS.items() for example in getattr(command, "examples", ())]
ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A word in capitals, dots: what a reader has to fill in.
_TO_FILL_IN = re.compile(r"\.\.\.|…|<|\bCOMMAND\b")


def parsed(words: list[str]) -> click.Context:
    """The command line as click takes it, without running it."""
    command = COMMANDS[words[1]]
    assert command is not None
    return command.make_context(words[1], words[2:])


def test_every_command_has_examples() -> None:
    assert {name for name, _ in EXAMPLES} == set(NAMES)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_examples_of_the_help_parse(name: str, example: str, run: Run) -> None:
    words = shlex.split(example)
    assert words[:2] == ["asprofile", name]
    parsed(words)
    assert example in run(name, "--help").out


RUN = ("lint", "show", "releases", "explain", "samples", "recipes", "fmt", "simulate", "diff", "completion", "plan")


@pytest.mark.parametrize(
    ("name", "example"), [one for one in EXAMPLES if one[0] in RUN], ids=[e for n, e in EXAMPLES if n in RUN]
)
def test_examples_of_the_help_run(name: str, example: str, run: Run) -> None:
    """What needs no peer, with files of these names."""
    profile = (ROOT / "sample_profiles" / "default.cfg").read_text().replace("Default", "CT")
    for file in ("my.cfg", "old.cfg", "new.cfg", "scu.cfg", "scp.cfg"):
        Path(file).write_text(profile)
    Path("scp.cfg").write_bytes((ROOT / "sample_profiles" / "acceptor_all.cfg").read_bytes())
    for directory in ("profiles", "study"):
        Path(directory).mkdir()
    Path("profiles/x.cfg").write_text(profile)
    Path("my.cfg").unlink(missing_ok=name == "samples")
    if name != "samples":
        Path("my.cfg").write_text(profile)
    result = run(*shlex.split(example)[1:])
    assert result.status in (0, 1), result.err


def written(text: str) -> Iterator[str]:
    """The command lines in a page: of blocks, and of the text."""
    text = re.sub(r"\\\n\s*", "", text)
    for block in re.findall(r"^```(?:console|sh|bash)[^\n]*\n(.*?)^```$", text, re.M | re.S):
        yield from (line.removeprefix("$ ") for line in block.splitlines() if re.match(r"(\$ )?asprofile ", line))
    # In a sentence, a command may be without what it is about.
    yield from (f"{line} " for line in re.findall(r"`(asprofile [^`\n]+)`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_guides_parse(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No such databases.
    monkeypatch.setattr(import_module("asprofile.migrate.postgres_store"), "has_journal", lambda url: False)
    wrong = []
    for line in written(page.read_text("utf-8")):
        line = re.split(r" \| | > | >> | 2>| && | &$| < |; |  +#", line)[0]
        if _TO_FILL_IN.search(line):
            continue
        words = shlex.split(line)
        if len(words) < 3 or words[1] in (*root.STAND_INS, "help") or words[1].startswith("-"):
            continue
        try:
            parsed(words)
        except (click.MissingParameter, click.BadOptionUsage) as error:
            if not line.endswith(" "):
                wrong.append(f"{line}: {error}")
        except click.exceptions.Exit:
            pass
        except (click.ClickException, KeyError) as error:
            wrong.append(f"{line}: {getattr(error, 'message', error)}")
    # A guide also shows what is refused, with what it says.
    assert [one for one in wrong if "did you mean" not in one and "is not one of" not in one] == []


@pytest.mark.parametrize(
    ("name", "option"),
    [(name, option) for name, option in all_options() if (option.metavar or "").strip(".") in {"FILE", "PATH"}],
    ids=lambda value: value if isinstance(value, str) else long_name(value),
)
def test_an_empty_name_of_a_file(name: str, option: click.Option) -> None:
    """It would be the current directory, or an option that is not given."""
    command = COMMANDS[name]
    assert command is not None
    given = [""] if option.multiple else ""
    with pytest.raises(click.BadParameter, match="an empty name is that of no file or directory"):
        option.process_value(click.Context(command), given)
