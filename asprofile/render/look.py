"""How a result is to be shown, for all forms: each takes of it what it has a use for."""

from __future__ import annotations

from dataclasses import dataclass

from asprofile.printing import Style, plain


@dataclass(frozen=True, slots=True)
class ReportLook:
    """``style`` colours words for a terminal; ``refused``: what a peer refuses is listed, not only counted;
    ``columns`` is how wide prose may be.
    """

    style: Style = plain
    refused: bool = False
    columns: int = 80


@dataclass(frozen=True, slots=True)
class StreamLook:
    """How events are to be told as they come: ``quiet`` of what went wrong alone, ``verbose`` of each object, too."""

    style: Style
    verbose: bool
    quiet: bool
