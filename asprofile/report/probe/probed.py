"""What a probe of a peer has found, as it is shown: in lines, JSON and a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.names import sop_classes
from asprofile.negotiate.advice import Adviser
from asprofile.negotiate.roles import role_failure

if TYPE_CHECKING:
    from asprofile.errors import AssociationError
    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation
    from asprofile.send.destination import Destination
    from asprofile.send.probe import ProbeReport
    from asprofile.text import Source


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found: the contexts of a profile (``profile``: its name and file), or pairs (``report``).

    ``negotiation`` is that of the first association, None if there was none.
    """

    to: Destination
    negotiation: Negotiation | None
    security: str
    seconds: float
    error: AssociationError | None
    profile: tuple[str, str] | None = None
    report: ProbeReport | None = None
    interrupted: bool = False
    source: Source | None = None
    """The file of the profile."""

    @property
    def was_interrupted(self) -> bool:
        return self.report.interrupted if self.report is not None else self.interrupted

    @property
    def who(self) -> str:
        name = f"{self.to.name}, " if self.to.name else ""
        return f"{name}{self.to.peer}"


def without_role(negotiation: Negotiation) -> int:
    """How many contexts are accepted without a role that was asked for."""
    return sum(bool(role_failure(negotiation, context)) for context in negotiation.contexts)


def advice(negotiation: Negotiation, context: NegotiatedContext) -> tuple[str, str]:
    """What the peer means by refusing a context, and how objects go all the same; both may be empty."""
    if context.transfer_syntax is not None or context.result == 0:
        return "", ""
    # Needs much of objects, and is wanted only for a refusal.
    from asprofile.send.conversions import conversions

    adviser = Adviser(conversions) if sop_classes.is_storage(context.abstract_syntax) else Adviser()
    of_class = (one for one in negotiation.contexts if one.abstract_syntax == context.abstract_syntax)
    return adviser.of_context(context, of_class)


def facts(probed: Probed) -> Iterator[tuple[str, str]]:
    negotiation = probed.negotiation
    assert negotiation is not None, "there was an association"
    accept = negotiation.accept
    version = f"{accept.implementation_version_name} " if accept.implementation_version_name else ""
    yield "security", probed.security or "none"
    yield "implementation", f"{version}({accept.implementation_class_uid})"
    yield "AE titles", f"{probed.to.calling_ae} to {probed.to.called_ae}"
