"""How findings are to be shown, for all formats: each takes of it what it has a use for."""

from __future__ import annotations

from asprofile.lint.hit import Severity
from asprofile.printing import Style, plain
from asprofile.value import Value


class Look(Value):
    """``style`` colours words for a terminal, ``fail_on`` is the mildest severity that is a failure."""

    style: Style = plain
    fail_on: Severity = "warning"
