"""The values of ``--rate`` and ``--hours``.

Not here: what they do (``migrate.pace``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.migrate.pace import Hours, Rate

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _RateType = click.ParamType[Rate]
    _HoursType = click.ParamType[Hours]
else:
    _RateType = _HoursType = click.ParamType

_UNITS: Final = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_SLOWEST: Final = 0.01


class RateType(_RateType):
    """Objects or bytes a second."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Rate:
        if isinstance(value, Rate):
            return value
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+) *([KMG]B|)(?:/S)?", str(value).strip().upper())
        number = float(match[1]) if match else 0.0
        if match is None or number < _SLOWEST:
            self.fail(
                f"{value!r} is no rate: write objects a second, such as 50 or 0.5, or 10MB; {_SLOWEST} at least",
                param,
                ctx,
            )
        return Rate(number * _UNITS[match[2]], of_bytes=bool(match[2]))


class HoursType(_HoursType):
    """From one time of the day to another."""

    name = "hours"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Hours:
        if isinstance(value, Hours):
            return value
        match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2}) *- *([0-9]{1,2}):([0-9]{2})", str(value).strip())
        times = [int(part) for part in match.groups()] if match else [99] * 4
        first, end = times[0] * 60 + times[1], times[2] * 60 + times[3]
        if max(times[1], times[3]) > 59 or first >= 24 * 60 or end > 24 * 60:
            self.fail(f"{value!r} are no hours: write them as 20:00-06:00", param, ctx)
        if first == end % (24 * 60):
            self.fail(f"{value!r} begins where it ends; for all day leave the option out", param, ctx)
        return Hours(first, end % (24 * 60))
