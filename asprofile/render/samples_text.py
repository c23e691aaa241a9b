"""The sample profiles as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.render.columns import table

if TYPE_CHECKING:
    from asprofile.api.samples import ListedSamples
    from asprofile.render.look import ReportLook

_HEAD = ("Profile", "For", "Contexts", "DCMTK from", "What it is for")
_FOR = {"requestor": "sending", "acceptor": "receiving"}
_LATER = " and later"


def render(found: ListedSamples, look: ReportLook) -> Iterator[str]:
    rows = [
        (one.name, _FOR[one.role], one.contexts, one.needs.removesuffix(_LATER), one.summary) for one in found.samples
    ]
    yield from table(_HEAD, rows, look.style, look.columns)
