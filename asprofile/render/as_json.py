"""Any result as JSON: one object, which ``docs/schema`` describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from asprofile.render.look import ReportLook


class HasJson(Protocol):
    """A result of the library."""

    def as_json(self) -> dict[str, Any]: ...


def render(found: HasJson, _: ReportLook) -> Iterator[str]:
    yield json.dumps(found.as_json(), indent=2)
