"""A simulated negotiation as lines: its contexts. The objects are told of as they come (``cli.simulate``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.negotiate.results import result_text
from asprofile.printing import named, printable

if TYPE_CHECKING:
    from asprofile.api.simulating import SimulationReport
    from asprofile.negotiate.simulate import ContextOutcome
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook


def render(report: SimulationReport, look: ReportLook) -> Iterator[str]:
    found, style = report.simulation, look.style
    title = printable(f"{report.paths[0]}:{report.requestor.name} to {report.paths[1]}:{report.acceptor.name}")
    accepted = sum(outcome.accepted for outcome in found.outcomes)
    without_role = sum(bool(outcome.role_failure) for outcome in found.outcomes)
    roles = f", {without_role:,} without the role that was asked for" if without_role else ""
    yield f"{title}: {accepted} of {len(found.outcomes)} contexts accepted{roles}"
    if found.rejected:
        yield f"{style('rejected', 'red')}: dcmrecv rejects an association of which it accepts no context"
    width = max(len(named(display_name(outcome.context.abstract_syntax))) for outcome in found.outcomes)
    for outcome in found.outcomes:
        context = outcome.context
        name = named(display_name(context.abstract_syntax))
        yield f"{context.id:>4}  {name:<{width}}  {_outcome(outcome, style)}"
    for item in found.extended:
        yield f"      extended negotiation of {named(display_name(item.sop_class))}: {named(item.data.hex())}"


def _outcome(outcome: ContextOutcome, style: Style) -> str:
    context = outcome.context
    if context.transfer_syntax is None:
        word = style("refused", "red")
        return f"{word} ({context.result}, {result_text(context.result)}): {printable(outcome.reason)}"
    word = style("accepted", "yellow") if outcome.role_failure else style("accepted", "green")
    text = f"{word}: {named(display_name(context.transfer_syntax))}"
    if outcome.role != "default":
        roles = " and ".join(name for name, has in (("SCU", context.scu), ("SCP", context.scp)) if has)
        text += f", requestor is {roles or 'neither SCU nor SCP'}"
    return text + (f" ({outcome.reason})" if outcome.reason else "")
