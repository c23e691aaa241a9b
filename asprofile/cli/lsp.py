"""``asprofile lsp``: starts the language server, if what it needs is installed. The server is in ``asprofile.lsp``."""

from __future__ import annotations

import sys

from asprofile.cli import options
from asprofile.cli.root import done
from asprofile.errors import AsprofileError
from asprofile.program import installing

_MISSING = f"the language server needs pygls: {installing('lsp')}"


@options.command(
    summary="Serve editors: findings, fixes, completion.",
    examples=("asprofile lsp",),
)
@options.option(
    "--stdio",
    heading=options.SETTINGS,
    is_flag=True,
    help="Use standard input and output; the only mode, so this option has no effect.",
)
def command(stdio: bool) -> None:  # noqa: ARG001 - editors pass the option
    """The language server that editors start: findings while you write, fixes, hover, completion, renaming, formatting.

    It speaks the Language Server Protocol on standard input and output until its client ends. Settings are those of the
    nearest asprofile.toml or pyproject.toml above each file.
    """
    if sys.stdin is None or sys.stdout is None:
        raise AsprofileError("the language server speaks on standard input and output, and one of them is closed")
    if sys.stdin.isatty():
        raise AsprofileError("an editor starts this and speaks to it; see the documentation on editors for how")
    try:
        from asprofile.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise AsprofileError(_MISSING) from None
        raise
    done(serve())
