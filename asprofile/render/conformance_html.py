"""asprofile's conformance statement as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asprofile.api.conforming import ConformanceStatement
    from asprofile.render.look import ReportLook


def render(found: ConformanceStatement, _: ReportLook) -> Iterator[str]:
    yield from found.as_html().splitlines()
