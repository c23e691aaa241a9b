"""``asprofile recipes``."""

from __future__ import annotations

from asprofile.api.recipes import listed_recipes
from asprofile.cli import options
from asprofile.cli.showing import show


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
    show("recipes", form, listed_recipes(name), colour)
