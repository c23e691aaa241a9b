"""What became of asking a peer whether it answers, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.net.dimse import status_text
from asprofile.printing import printable

if TYPE_CHECKING:
    from asprofile.api.asking import Echoed
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook
    from asprofile.send.echo import Echo


def render(found: Echoed, look: ReportLook) -> Iterator[str]:
    yield from _lines(found, look.style)


def _lines(found: Echoed, style: Style) -> list[str]:
    report, to = found.report, found.to
    negotiation = report.negotiation
    if negotiation is None:
        return []
    name = f"{to.name}, " if to.name else ""
    accept = negotiation.accept
    limit = f"PDUs of up to {accept.max_pdu:,} bytes" if accept.max_pdu else "PDUs of any length"
    version = f"{accept.implementation_version_name} " if accept.implementation_version_name else ""
    lines = [
        f"{printable(f'{name}{to.peer}')}: association in {_milliseconds(report.associating)}",
        f"  security        {report.security or 'none'}",
        f"  implementation  {printable(f'{version}({accept.implementation_class_uid})')}",
        f"  receives        {limit}",
    ]
    if not report.verified:
        return [*lines, *(f"  {style('no C-ECHO', 'red')}: {problem}" for problem in problems(found))]
    lines += [_echo_line(number, one, style) for number, one in enumerate(report.echoes, 1)]
    if len(report.echoes) > 1:
        times = [one.seconds for one in report.echoes]
        least, mean, most = min(times), sum(times) / len(times), max(times)
        spread = ", ".join(map(_milliseconds, (least, mean, most)))
        lines.append(f"  {len(times)} round trips: least, mean, most: {spread}")
    return lines


def _echo_line(number: int, found: Echo, style: Style) -> str:
    status = style(status_text(found.status), "green" if found.status == 0 else "red")
    comment = f" ({printable(found.comment)})" if found.comment else ""
    return f"  C-ECHO {number:<8} {status}{comment} in {_milliseconds(found.seconds)}"


def problems(found: Echoed) -> list[str]:
    """What is not as it should be though the association ended in good order."""
    if found.report.negotiation is None:
        return []
    if not found.report.verified:
        return [f"the peer does not accept the Verification SOP class from us: {found.refusal}"]
    return [f"C-ECHO: {status_text(one.status)}" for one in found.report.echoes if one.status]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
