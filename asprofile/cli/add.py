"""``asprofile add``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.editing import Opened, conclude, opened, output_options, profile_of, target
from asprofile.cli.named import sop_class, syntax_list
from asprofile.cli.root import done
from asprofile.edit import Addition, NewContext, NoRoom, add_to_profile
from asprofile.errors import AsprofileError
from asprofile.generate.request import permitted
from asprofile.model import Role
from asprofile.model.loadings import loaded
from asprofile.model.words import looked_up
from asprofile.names.uids import display_name
from asprofile.printing import printable

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,1023}")


@options.command(
    summary="Add presentation contexts to a profile.",
    examples=(
        "asprofile add my.cfg:CT MRImageStorage",
        'asprofile add my.cfg CT "Siemens CSA Non-Image Storage" --ts Uncompressed',
    ),
)
@options.argument("file", metavar="FILE:NAME")
@options.argument("sop", nargs=-1, required=True, metavar="SOP...")
@options.ts(
    detail="Or the label of a list in the file. Repeated, so many contexts for each SOP.", default="uncompressed"
)
@options.option(
    "--separate",
    heading=options.CONTENT,
    is_flag=True,
    help="A context for each transfer syntax, so that the peer has no choice.",
)
@options.option(
    "--label",
    heading=options.CONTENT,
    default="",
    metavar="LABEL",
    help="What to call a new transfer syntax list.  [default: chosen]",
)
@options.option(
    "--role-selection",
    heading=options.CONTENT,
    type=options.Choice(["scu", "scp", "both", "default"], case_sensitive=False),
    help="The requestor's role for each SOP; `default` takes it out of the role list.",
)
@options.option(
    "--extended",
    heading=options.CONTENT,
    metavar="HEX",
    help="Extended negotiation data for each SOP, in hexadecimal digits.",
)
@options.role
@options.option(
    "--beside",
    heading=options.CONTENT,
    is_flag=True,
    help="Put a context behind the last one of its SOP class, not at the end.",
)
@options.flag("--shared", heading=options.CONTENT)
@options.option("--drop", heading=options.CONTENT, is_flag=True, help="At 128 contexts, take out those of least use.")
@output_options
def command(file: str, sop: tuple[str, ...], **values: Any) -> None:
    """Add presentation contexts to the profile NAME of FILE: each SOP class with each list of transfer syntaxes.
    Comments, order and style of the file stay, a transfer syntax list that is there is used, and what is there already
    is left alone.

    FILE: is the only profile of a file; FILE NAME, as two arguments, is the same as FILE:NAME.

    SOP is DCMTK's name, the keyword or name of DICOM PS3.6, or a UID, also a private one. Where no object can use what
    is added, the linter's verdict is shown. FILE may be `-`: standard input, and the result on standard output.

    A requestor can propose 128 contexts. Where there are more, nothing is changed, and it is said which could go and
    why; with --drop the first of these do.
    """
    path, name, sop = target(file, sop, "SOP...")
    found = opened(path, values)
    profile = profile_of(found, name)
    classes = [sop_class(word) for word in sop]
    contexts = tuple(_wanted(found, profile, classes, values))
    role: Role | None = values["role_selection"]
    addition = Addition(
        contexts,
        dict.fromkeys(classes, role) if role else {},
        dict.fromkeys(classes, _bytes(values["extended"])) if values["extended"] else {},
        role=values["role"],
        path=found.source.path,
        beside=values["beside"],
        shared=values["shared"],
        drop=values["drop"],
    )
    try:
        edited = add_to_profile(found.document, profile, addition, found.release)
    except NoRoom as error:
        click.echo(f"asprofile: {printable(found.source.path)}: not changed: {error}", err=True)
        for candidate in error.candidates:
            click.echo(f"  {candidate.what}: {candidate.reason}", err=True)
        done(2)
    conclude(found, edited, values)


def _wanted(found: Opened, profile: str, classes: list[str], values: dict[str, Any]) -> Iterator[NewContext]:
    """The contexts that are asked for. Of a class that the profile has, a role or extended negotiation may be all."""
    chosen = [syntax_list(found, word) for word in values["ts"] or ("uncompressed",)]
    if values["label"] and (values["separate"] or len(chosen) > 1):
        raise click.UsageError("--label is for one list of transfer syntaxes; leave it out, or give one --ts")
    there: set[str] = set()
    if not values["ts"] and (values["role_selection"] or values["extended"]):
        config = loaded(found.document, found.release, "acceptor")
        known = config.profiles.get(looked_up(profile)) if config else None
        there = {context.abstract_syntax for context in known.contexts} if known is not None else set()
    for uid in classes:
        if uid not in there:
            for listed, is_family in chosen:
                for proposed in _contexts(uid, listed, is_family, split=values["separate"]):
                    yield NewContext(uid, proposed, values["label"])


def _contexts(uid: str, listed: tuple[str, ...], is_family: bool, *, split: bool) -> list[tuple[str, ...]]:
    """The lists of the contexts of a SOP class. Of a family, what no object of it can be in is left out."""
    fitting = tuple(one for one in listed if permitted(uid, one)) if is_family else listed
    if not fitting:
        names = ", ".join(display_name(one) for one in listed)
        raise AsprofileError(f"no object of {display_name(uid)} can be in any of {names} (PS3.5 A.4, 8.2)")
    return [(one,) for one in fitting] if split else [fitting]


def _bytes(digits: str) -> bytes:
    if _HEX.fullmatch(digits) is None:
        raise AsprofileError(f"--extended {digits!r}: pairs of hexadecimal digits, 1,023 at most, such as 020003000200")
    return bytes.fromhex(digits)
