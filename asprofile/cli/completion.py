"""``asprofile completion``: what a shell needs to complete command lines, and the answers to what it asks then.

A shell asks by running this command with the line up to the cursor in a variable, and reads a line for each word that
may come, with a tab and what it is after it. Which words these are is in ``completing``.
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress
from typing import Final

import click
from click.shell_completion import CompletionItem, ShellComplete

from asprofile.cli import options

SHELLS = ("bash", "zsh", "fish")
_LINE: Final = "_ASPROFILE_LINE"
_BREAKS: Final = "_ASPROFILE_BREAKS"

_SCRIPTS: Final = {
    "bash": r"""# Completion of asprofile for bash.
_asprofile() {
    local word rest
    COMPREPLY=()
    while IFS=$'\t' read -r word rest; do
        COMPREPLY+=("$word")
    done < <(_ASPROFILE_LINE="${COMP_LINE:0:COMP_POINT}" _ASPROFILE_BREAKS="$COMP_WORDBREAKS" \
        "${COMP_WORDS[0]}" completion bash 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _asprofile asprofile 2>/dev/null || complete -F _asprofile asprofile
""",
    "zsh": r"""#compdef asprofile
# Completion of asprofile for zsh.
_asprofile() {
    local word rest
    local -a plain plain_shown open open_shown
    while IFS=$'\t' read -r word rest; do
        if [[ $word == *[/:=] ]]; then
            open+=("$word"); open_shown+=("$word${rest:+  -- $rest}")
        else
            plain+=("$word"); plain_shown+=("$word${rest:+  -- $rest}")
        fi
    done < <(_ASPROFILE_LINE="${(j: :)words[1,CURRENT]}" ${words[1]} completion zsh 2>/dev/null)
    (( $#plain )) && compadd -U -l -d plain_shown -a plain
    (( $#open )) && compadd -U -S '' -l -d open_shown -a open
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _asprofile "$@"
else
    compdef _asprofile asprofile
fi
""",
    "fish": r"""# Completion of asprofile for fish.
function __asprofile
    set -lx _ASPROFILE_LINE (commandline -cp | string collect)
    asprofile completion fish 2>/dev/null
end
complete -c asprofile -f -a '(__asprofile)'
""",
}


@options.command(
    summary="Print what a shell needs to complete command lines.",
    examples=("asprofile completion bash", "asprofile completion zsh", "asprofile completion fish"),
)
@options.argument("shell", type=options.Choice(SHELLS), metavar="SHELL")
@options.output
def command(shell: str, output: str | None, force: bool) -> None:
    """Print what bash, zsh or fish needs to complete commands, options, files, and names: of profiles (after FILE:
    too), recipes, rules, releases, samples, peers, SOP classes and transfer syntaxes.

    \b
    bash   asprofile completion bash -o ~/.local/share/bash-completion/completions/asprofile
    zsh    asprofile completion zsh -o ~/.zfunc/_asprofile    (a directory of your fpath)
    fish   asprofile completion fish -o ~/.config/fish/completions/asprofile.fish
    """
    line = os.environ.get(_LINE)
    if line is not None:
        for word, what in answers(line, shell, os.environ.get(_BREAKS, "")):
            click.echo(f"{word}\t{what}")
        return
    # Not needed until something is written.
    from asprofile.cli.writing import check_output, write_file

    check_output(output, force=force)
    write_file(output or "-", _SCRIPTS[shell].encode(), force=force)


def answers(line: str, shell: str, breaks: str = "") -> list[tuple[str, str]]:
    """The words that may be at the end of a command line, and what each is. ``breaks`` are the characters at which bash
    begins a new word; what it has of ours is what comes after the last of them.
    """
    from asprofile.cli.root import cli

    words = _split(line)
    incomplete = "" if not line or line[-1].isspace() or len(words) < 2 else words[-1]
    given = words[1:-1] if incomplete else words[1:]
    # click takes an option and its value apart, and so would its answers be.
    before = f"{incomplete.partition('=')[0]}=" if incomplete.startswith("--") and "=" in incomplete else ""
    found: list[CompletionItem] = []
    with suppress(click.ClickException, click.exceptions.Exit):
        found = ShellComplete(cli, {}, "asprofile", _LINE).get_completions(given, incomplete)
    quoted = _in_open_quotes(line)
    cut = _taken_by_bash(incomplete, quoted, breaks) if shell == "bash" else 0
    return [
        (_escaped(f"{before}{one.value}"[cut:], shell, quoted is not None), " ".join((one.help or "").split()))
        for one in found
        if "\n" not in one.value and "\t" not in one.value
    ]


def _taken_by_bash(incomplete: str, quoted: str | None, breaks: str) -> int:
    """How many characters of a word bash keeps: up to the last break, or to the quote that is still open."""
    if quoted is not None:
        return max(len(incomplete) - len(quoted), 0)
    return max((incomplete.rfind(one) for one in breaks if one in ":="), default=-1) + 1


def _in_open_quotes(line: str) -> str | None:
    """What comes after a quote that is still open at the end of a line; None if none is."""
    closed = re.match(r"""(?:[^\\'"]|\\.|'[^']*'|"(?:\\.|[^"\\])*")*""", line, re.DOTALL)
    rest = line[closed.end() if closed is not None else 0 :]
    return rest[1:] if rest[:1] in ("'", '"') else None


def _split(line: str) -> list[str]:
    """The words of a line, as a shell takes them; the last may be in quotes that are still open."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words += lexer
    except ValueError:
        words.append(lexer.token)
    return words


def _escaped(word: str, shell: str, is_quoted: bool) -> str:
    """bash puts a word in as it is; the others see to it themselves."""
    if shell != "bash" or is_quoted:
        return word
    return re.sub(r"([^\w@%+=:,./~-])", r"\\\1", word)
