"""``asprofile completion``: what a shell needs to complete command lines. What it completes is in ``completing``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from asprofile.cli import options
from asprofile.cli.root import cli

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_ASPROFILE_COMPLETE"


@options.command(
    summary="Print what a shell needs to complete command lines.",
    examples=("asprofile completion bash", "asprofile completion zsh", "asprofile completion fish"),
)
@click.argument("shell", type=options.Choice(SHELLS), metavar="SHELL")
@options.output
def command(shell: str, output: str | None, force: bool) -> None:
    """Print what bash, zsh or fish needs to complete commands, options, files, and names: of profiles (after FILE:
    too), recipes, rules, releases, samples, peers, SOP classes and transfer syntaxes.

    \b
    bash   asprofile completion bash -o ~/.local/share/bash-completion/completions/asprofile
    zsh    asprofile completion zsh -o ~/.zfunc/_asprofile    (a directory of your fpath)
    fish   asprofile completion fish -o ~/.config/fish/completions/asprofile.fish
    """
    # Not needed until something is written.
    from asprofile.cli.writing import check_output, write_file

    check_output(output, force=force)
    found = get_completion_class(shell)
    assert found is not None, "click knows these shells"
    write_file(output or "-", f"{found(cli, {}, 'asprofile', VARIABLE).source()}\n".encode(), force=force)
