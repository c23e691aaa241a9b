"""An association of a capture as a log would tell it, for those who make a profile of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.logs.association import LoggedAssociation
from asprofile.logs.dump import LoggedContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.trace.model import TracedAssociation, TracedContext


def as_logged(found: Iterable[TracedAssociation]) -> Iterator[LoggedAssociation]:
    """Those that have contexts, in their order."""
    for one in found:
        contexts = tuple(_context(context) for context in one.contexts if context.abstract_syntax)
        if contexts:
            extended = tuple((item.sop_class, item.data) for item in one.extended)
            yield LoggedAssociation(contexts, extended, one.answered, (), lacks=one.lacks, proposed=one.proposed)


def _context(context: TracedContext) -> LoggedContext:
    accepted = context.accepted if context.result == 0 else None
    return LoggedContext(
        context.id,
        context.abstract_syntax,
        context.proposed,
        accepted,
        context.asked or "default",
        context.granted or "default",
    )
