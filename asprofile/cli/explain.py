"""``asprofile explain``."""

from __future__ import annotations

from asprofile.api.explaining import explained
from asprofile.cli import options
from asprofile.cli.showing import show


@options.command(
    summary="Explain a rule.",
    examples=("asprofile explain AP201", "asprofile explain numbering-gap --json"),
)
@options.argument("codes", nargs=-1, metavar="[CODE...]")
@options.report("explain")
@options.colour
def command(codes: tuple[str, ...], form: str, colour: str) -> None:
    """Explain rules: why each is there, what is bad and what is good. Without CODE, list all rules.

    CODE is a code such as AP201, or a rule's name such as numbering-gap.
    """
    show("explain", form, explained(codes), colour)
