"""``asprofile rename``."""

from __future__ import annotations

from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.editing import Opened, conclude, opened, output_options, profile_of, target
from asprofile.edit import SECTION_KINDS, kinds_of, rename_section
from asprofile.edit.rename import names
from asprofile.errors import AsprofileError
from asprofile.model.config import some_names
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)

_WORDS = {
    "profile": PROFILES,
    "transfer-syntaxes": TRANSFER_SYNTAXES,
    "contexts": PRESENTATION_CONTEXTS,
    "roles": ROLE_SELECTION,
    "extended": EXTENDED_NEGOTIATION,
}


@options.command(
    summary="Name a profile or a list anew.",
    examples=("asprofile rename my.cfg:CT Scanner1", "asprofile rename my.cfg Uncompressed Plain"),
)
@options.argument("file", metavar="FILE:OLD")
@options.argument("names", nargs=-1, required=True, metavar="NEW")
@options.option(
    "--kind",
    heading=options.CONTENT,
    type=options.Choice(list(_WORDS)),
    help="What OLD is, where there are several of that name.",
)
@output_options
def command(file: str, names: tuple[str, ...], **values: Any) -> None:
    """Give a profile or a list (of transfer syntaxes, contexts, roles, extended negotiation) in FILE another name,
    in its header and wherever it is referred to.

    FILE: is the only profile of a file; FILE OLD, as two arguments, is the same as FILE:OLD.

    NEW is written as given: letters, digits, `-` and `_`. FILE may be `-`: standard input, and the result on standard
    output.
    """
    path, old, more = target(file, names, "NEW")
    if len(more) > 1:
        raise click.UsageError(f"one new name, and not {len(more)}: FILE:OLD NEW, or FILE OLD NEW")
    found, new = opened(path, values), more[0]
    old = profile_of(found, old)
    kind = _WORDS[values["kind"]] if values["kind"] else _kind(found, old)
    conclude(found, rename_section(found.document, kind, old, new, found.release), values)


def _kind(found: Opened, old: str) -> str:
    kinds = kinds_of(found.document, old, found.release)
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        words = " or ".join(f"--kind {word}" for word, kind in _WORDS.items() if kind in kinds)
        several = " and ".join(f"a {SECTION_KINDS[kind]}" for kind in kinds)
        raise AsprofileError(f"{old} is {several}; give {words}")
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    known = names(found.document, found.release)
    near = nearest(old.upper(), known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there is {some_names(known)}"
    raise AsprofileError(f"no profile or list {old!r}; {hint}")
