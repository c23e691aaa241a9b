"""What an acceptor is: a program, and how it answers; each is an ``ACCEPTOR`` in a file of its own beside this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asprofile.negotiate.request import AssociateAccept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asprofile.negotiate.request import AssociateRequest, ContextResult, ProfileSource, RoleItem


@dataclass(frozen=True, slots=True)
class Accepting:
    """What an acceptor accepts, as far as its own description says it. ``any_class``: SOP classes that it does not know
    are taken, too (Orthanc's ``UnknownSopClassAccepted``). ``release``: of DCMTK, where its tables or its behaviour
    count. ``related``: for SOP classes of the request, the related general SOP classes that it names (SOP class common
    extended negotiation, PS3.7 D.3.3.6), which no profile file can say; the service class comes last.
    """

    profile: ProfileSource
    release: str
    any_class: bool = False
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcceptorProgram:
    """A program that accepts associations. ``title``: for people. ``proven``: against which real program the answers
    are compared by the tests; empty: they are what its source says. ``chooses``: which transfer syntax of a context it
    takes, in words. ``answer``: its answer to a request.
    """

    name: str
    title: str
    proven: str
    chooses: str
    answer: Callable[[AssociateRequest, Accepting], AssociateAccept]


def accept(request: AssociateRequest, results: Iterable[ContextResult], roles: Iterable[RoleItem]) -> AssociateAccept:
    """An answer without extended negotiation; of the roles each SOP class once."""
    once = {role.sop_class: role for role in roles}
    return AssociateAccept(request.called_ae, request.calling_ae, tuple(results), tuple(once.values()))
