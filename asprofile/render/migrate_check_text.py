"""What a peer would take of a migration, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.printing import of_peer, printable
from asprofile.report.migration import duration_text
from asprofile.report.send.text import size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.api.checking import MigrationCheck
    from asprofile.render.look import ReportLook


def render(found: MigrationCheck, _: ReportLook) -> Iterator[str]:
    status = found.status
    much = f"{_number(found.objects)} to be sent, {size_text(found.bytes)}"
    yield f"{printable(status.journal)} to {printable(found.peer)}: {much}"
    for one in found.kinds:
        kind = f"{display_name(one.kind.sop_class)}, {display_name(one.kind.transfer_syntax)}"
        goes = one.fate if one.fate != "converted" else f"converted to {display_name(one.sent_as)}"
        yield f"  {one.kind.objects:>11,}  {printable(kind)}: {printable(goes)}"
        if one.reason:
            yield f"               {of_peer(one.reason)}"
            yield f"               {printable(one.way_out)}"
    if found.refused:
        yield f"  {found.refused:>11,}  would be refused"
    if found.conflicts:
        yield f"  {found.conflicts:>11,}  in conflict: other data sets have their SOP Instance UIDs"
    if found.at_the_source:
        yield f"  {found.at_the_source:>11,}  at the source: what these are is seen when they come; not checked"
    if status.again:
        yield f"  {status.again:>11,}  found again, which are sent once"
    if status.wrong:
        yield f"  {status.wrong:>11,}  cannot be read"
    if not status.is_scanned:
        yield "  the scan is not finished"
    if found.seconds is not None:
        yield f"  {duration_text(found.seconds)} with {found.rate:,.1f} objects a second"


def _number(count: int) -> str:
    return f"{count:,} object{'s' * (count != 1)}"
