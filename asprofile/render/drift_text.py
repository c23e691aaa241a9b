"""What a peer takes now and did not before, in a line, and the pairs below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name
from asprofile.printing import printable

if TYPE_CHECKING:
    from asprofile.api.drifting import Drifted
    from asprofile.negotiate.probing import PairAnswer
    from asprofile.render.look import ReportLook

_MOST: Final = 50


def render(found: Drifted, look: ReportLook) -> Iterator[str]:
    yield printable(headline(found))
    if found.drift is None:
        return
    for mark, colour, pairs in (("-", "red", found.drift.lost), ("+", "green", found.drift.gained)):
        for one in pairs if look.refused else pairs[:_MOST]:
            yield f"  {look.style(mark, colour)} {_pair(one)}"
        if not look.refused and len(pairs) > _MOST:
            yield f"  ... and {len(pairs) - _MOST} more (--refused)"


def headline(found: Drifted) -> str:
    """One line, for whoever watches."""
    drift = found.drift
    if drift is None:
        return f"{found.who}: not reached ({found.error})"
    left = f", {drift.unknown:,} unanswered" if drift.unknown else ""
    error = f" ({found.error})" if found.error else ""
    if drift.same:
        return f"{found.who}: as in {found.baseline}, {drift.compared:,} pairs compared{left}{error}"
    return (
        f"{found.who}: differs from {found.baseline}: {len(drift.lost):,} no longer accepted, {len(drift.gained):,} "
        f"newly accepted, {drift.compared:,} compared{left}{error}"
    )


def _pair(one: PairAnswer) -> str:
    reason = f": {one.reason}" if one.state == "refused" else ""
    return printable(f"{display_name(one.sop_class)} with {display_name(one.transfer_syntax)}{reason}")
