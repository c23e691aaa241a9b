"""``asprofile recipes``."""

from __future__ import annotations

import json
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.terminal import style_for
from asprofile.cli.wide import table
from asprofile.errors import ProposalError
from asprofile.generate.arrange import Arrangement, arrange
from asprofile.generate.recipes import Recipe, RecipePart, recipe, recipes
from asprofile.generate.wish import completed, from_recipe
from asprofile.names import symbols, uids
from asprofile.names.releases import LATEST

JSON_VERSION = 1
_HEAD = ("Recipe", "Contexts", "SOP classes", "For whom")


@options.command(
    summary="List the recipes for profiles.",
    examples=("asprofile recipes", "asprofile recipes mpeg4 --json"),
)
@options.argument("name", required=False, metavar="[NAME]")
@options.report("recipes")
@options.colour
def command(name: str | None, form: str, colour: str) -> None:
    """List the recipes that `asprofile generate` makes profiles from; with NAME, show what is in one.

    The number of contexts is that of a requestor's profile; one of more than 128 needs --split or another way out.
    """
    chosen = recipes() if name is None else (recipe(name),)
    if form == "json":
        click.echo(json.dumps({"version": JSON_VERSION, "recipes": [_object(one) for one in chosen]}, indent=2))
        return
    if name is None:
        rows = [(one.name, str(_count(one)), str(len(one.classes)), one.whom) for one in chosen]
        click.echo("\n".join(table(_HEAD, rows, style_for(colour))))
        return
    click.echo("\n".join(_shown(chosen[0])))


def _count(one: Recipe) -> int:
    wishes = completed(from_recipe(one), acceptor=False, with_classes=True)
    try:
        requests = arrange(wishes, Arrangement(one.profile, split=True))
    except ProposalError:  # pragma: no cover - every recipe can be arranged, which a test holds
        return 0
    return sum(len(request.contexts) for request in requests)


def _contexts(one: Recipe) -> str:
    count = _count(one)
    return f"{count} context{'s' * (count != 1)}"


def _shown(one: Recipe) -> list[str]:
    lines = [f"{one.name}: {one.whom}", f"{_contexts(one)} in profile {one.profile}"]
    for part in one.parts:
        extra = [word for word in ("optional" if part.optional else "", _role(part)) if word]
        lines += ["", part.comment + (f" ({', '.join(extra)})" if extra else "")]
        lines += [f"    in {', '.join(part.syntaxes)}"]
        lines += [f"    {_name(uid)}" for uid in part.classes]
    return lines


def _role(part: RecipePart) -> str:
    return "" if part.role == "default" else f"role {part.role.upper()}"


def _name(uid: str) -> str:
    """DCMTK's name, or else the UID with what it is."""
    name = symbols.name_of(uid, LATEST)
    return name or f"{uid}  {uids.display_name(uid)}"


def _object(one: Recipe) -> dict[str, Any]:
    return {
        "name": one.name,
        "profile": one.profile,
        "for": one.whom,
        "contexts": _count(one),
        "parts": [
            {
                "title": part.comment,
                "optional": part.optional,
                "role": part.role,
                "transfer_syntaxes": list(part.syntaxes),
                "sop_classes": [{"uid": uid, "name": symbols.name_of(uid, LATEST)} for uid in part.classes],
            }
            for part in one.parts
        ],
    }
