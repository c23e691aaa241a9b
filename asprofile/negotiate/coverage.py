"""What of a requestor an acceptor takes, SOP class by SOP class, and the smallest change that closes each gap.

Belongs here: the table, as values, from a simulated negotiation; changes are proposed only after they have been tried
in the same simulation. Does not belong here: the answer of an acceptor (``acceptors``), which context carries what
(``choose``), commands to type (``api``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.errors import ProposalError
from asprofile.names import sop_classes
from asprofile.names.fit import judge
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from asprofile.model.words import Role
    from asprofile.negotiate.advice import Conversion
    from asprofile.negotiate.request import ContextSource, ExtendedSource, ProfileSource
    from asprofile.negotiate.simulate import ContextOutcome, Simulation

    Pair = tuple[str, str]
    Simulate = Callable[[ProfileSource, ProfileSource], Simulation]

ChangedSide = Literal["requestor", "acceptor"]


@dataclass(frozen=True, slots=True)
class ConvertedSyntax:
    """Objects in ``transfer_syntax`` are taken only after a conversion: to ``to``, with this option of ``send``;
    ``loss``: what that changes, in words. ``needs``: the command that installs its codec, empty if that is installed.
    """

    transfer_syntax: str
    to: str
    option: str
    loss: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class RefusedSyntax:
    """Objects in ``transfer_syntax`` are not taken at all, and why."""

    transfer_syntax: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one side after which objects of the SOP class in these transfer syntaxes are taken as they are, which
    was tried. ``new_class``: the side does not have the SOP class yet. ``together``: it takes the change of the other
    side, too.
    """

    side: ChangedSide
    sop_class: str
    transfer_syntaxes: tuple[str, ...]
    new_class: bool
    together: bool = False


@dataclass(frozen=True, slots=True)
class ClassCoverage:
    """What becomes of a SOP class. ``taken``: transfer syntaxes that are taken as they are. ``role_failure``: a role
    that was asked for and is not granted, with what that means. ``objects``: how many there are, 0 where none were
    looked at. ``service``: it is no storage, and its messages go in any transfer syntax.
    """

    sop_class: str
    taken: tuple[str, ...]
    converted: tuple[ConvertedSyntax, ...]
    refused: tuple[RefusedSyntax, ...]
    role_failure: str
    changes: tuple[Change, ...]
    objects: int = 0
    service: bool = False

    @property
    def whole(self) -> bool:
        """There is no gap."""
        return not (self.converted or self.refused or self.role_failure)


@dataclass(frozen=True, slots=True)
class _Context:
    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class _Changed:
    contexts: tuple[ContextSource, ...]
    extended: tuple[ExtendedSource, ...]


def coverage(
    sides: tuple[ProfileSource, ProfileSource],
    simulation: Simulation,
    simulate: Simulate,
    conversions: Callable[[str], tuple[Conversion, ...]],
    counts: Mapping[Pair, int] | None = None,
    unconvertible: Collection[Pair] = (),
) -> tuple[ClassCoverage, ...]:
    """The table of a requestor and an acceptor (``sides``) and what came of them (``simulation``), in the order of the
    request. ``simulate``: the same simulation, of changed profiles. ``counts``: how many objects there are of each SOP
    class and transfer syntax; None: what the requestor proposes may all be sent. ``unconvertible``: those of which it
    was tried, and no conversion helps.
    """
    found = _Coverage(sides, simulation, simulate, conversions, unconvertible)
    kinds = _proposed(sides[0]) if counts is None else _counted(counts)
    rows = []
    for uid, syntaxes in kinds.items():
        objects = sum((counts or {}).get((uid, syntax), 0) for syntax in syntaxes)
        rows.append(found.of_class(uid, syntaxes, objects))
    return tuple(rows)


def _proposed(requestor: ProfileSource) -> dict[str, list[str]]:
    """Each SOP class with the transfer syntaxes that objects of it may be in; all of them, where none can."""
    found: dict[str, dict[str, None]] = {}
    for context in requestor.contexts:
        found.setdefault(context.abstract_syntax, {}).update(dict.fromkeys(context.transfer_syntaxes))
    return {
        uid: [one for one in syntaxes if not judge(uid, one).useless] or list(syntaxes)
        for uid, syntaxes in found.items()
    }


def _counted(counts: Mapping[Pair, int]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for uid, syntax in counts:
        found.setdefault(uid, []).append(syntax)
    return found


class _Coverage:
    def __init__(
        self,
        sides: tuple[ProfileSource, ProfileSource],
        simulation: Simulation,
        simulate: Simulate,
        conversions: Callable[[str], tuple[Conversion, ...]],
        unconvertible: Collection[Pair],
    ) -> None:
        self._requestor, self._acceptor = sides
        self._negotiation = simulation.negotiation
        self._outcomes = simulation.outcomes
        self._simulate = simulate
        self._conversions = conversions
        self._unconvertible = unconvertible
        self._adviser = Adviser(conversions, literal=True)

    def of_class(self, uid: str, syntaxes: Sequence[str], objects: int) -> ClassCoverage:
        outcomes = [one for one in self._outcomes if one.context.abstract_syntax == uid]
        role_failure = next((one.role_failure for one in outcomes if one.role_failure), "")
        if not objects and not sop_classes.is_storage(uid) and _is_service(uid):
            return self._of_service(uid, outcomes, role_failure)
        taken: list[str] = []
        converted: list[ConvertedSyntax] = []
        refused: list[RefusedSyntax] = []
        for syntax in syntaxes:
            choice = choose(self._negotiation, uid, syntax, adviser=self._adviser)
            if not isinstance(choice, NoContext):
                taken.append(syntax)
            elif (other := self._converted(uid, syntax)) is not None:
                converted.append(other)
            else:
                refused.append(RefusedSyntax(syntax, choice.reason))
        kept = frozenset(taken)
        gap = tuple(one for one in syntaxes if one not in kept)
        changes = tuple(self._changes(uid, gap, tuple(taken))) if gap else ()
        return ClassCoverage(
            uid, tuple(taken), tuple(converted), tuple(refused), role_failure, changes, objects=objects
        )

    def _of_service(self, uid: str, outcomes: list[ContextOutcome], role_failure: str) -> ClassCoverage:
        taken = tuple(dict.fromkeys(one.context.transfer_syntax for one in outcomes if one.context.transfer_syntax))
        if taken:
            return ClassCoverage(uid, taken, (), (), role_failure, (), service=True)
        gap = tuple(dict.fromkeys(syntax for one in outcomes for syntax in one.context.proposed))
        reason = next((one.reason for one in outcomes if one.reason), "")
        refused = tuple(RefusedSyntax(syntax, reason) for syntax in gap)
        changes = tuple(self._changes(uid, gap[:1], ())) if gap else ()
        return ClassCoverage(uid, (), (), refused, role_failure, changes, service=True)

    def _converted(self, uid: str, syntax: str) -> ConvertedSyntax | None:
        if (uid, syntax) in self._unconvertible:
            return None
        for conversion in self._conversions(syntax):
            choice = choose(self._negotiation, uid, syntax, conversion.targets)
            if not isinstance(choice, NoContext):
                loss = _LOSSES[min(conversion.degree, len(_LOSSES) - 1)]
                return ConvertedSyntax(syntax, choice.transfer_syntax, conversion.option, loss, conversion.installing)
        return None

    # --- the smallest change to either side

    def _changes(self, uid: str, gap: tuple[str, ...], taken: tuple[str, ...]) -> Iterator[Change]:
        """What is missing in the list of one side; where that is not enough, in both. What is taken stays taken."""
        asked, here = self._asking(uid, gap), not _has(self._requestor, uid)
        closed = self._closed(asked, self._acceptor, uid, gap, taken)
        if closed:
            yield Change("requestor", uid, closed, new_class=here)
        left = tuple(syntax for syntax in gap if syntax not in closed)
        if not left:
            return
        taking, there = self._taking(uid, left), not _has(self._acceptor, uid)
        closed = self._closed(self._requestor, taking, uid, left, taken)
        if closed:
            yield Change("acceptor", uid, closed, new_class=there)
            return
        # The acceptor may then choose another one of a context with several.
        together = (*left, *taken)
        closed = self._closed(self._asking(uid, together), taking, uid, left, taken)
        if closed:
            yield Change("acceptor", uid, closed, new_class=there, together=True)
            yield Change("requestor", uid, (*closed, *taken), new_class=here, together=True)

    def _closed(
        self,
        requestor: ProfileSource,
        acceptor: ProfileSource,
        uid: str,
        gap: tuple[str, ...],
        taken: tuple[str, ...],
    ) -> tuple[str, ...]:
        """For which of the gap an object would then be taken as it is; none where no request has room for it, or where
        something would be taken no more.
        """
        try:
            negotiation = self._simulate(requestor, acceptor).negotiation
        except ProposalError:
            return ()
        found = [one for one in (*gap, *taken) if not isinstance(choose(negotiation, uid, one), NoContext)]
        return tuple(one for one in gap if one in found) if set(taken) <= set(found) else ()

    def _asking(self, uid: str, syntaxes: tuple[str, ...]) -> ProfileSource:
        """The requestor with a context of its own for each of these."""
        role = _role_of(self._requestor, uid)
        more = tuple(_Context(0, uid, (syntax,), role) for syntax in syntaxes)
        return _Changed((*self._requestor.contexts, *more), tuple(self._requestor.extended))

    def _taking(self, uid: str, syntaxes: tuple[str, ...]) -> ProfileSource:
        """The acceptor with these at the end of its list."""
        return _Changed(tuple(self._with(uid, syntaxes)), tuple(self._acceptor.extended))

    def _with(self, uid: str, syntaxes: tuple[str, ...]) -> Iterator[ContextSource]:
        there = False
        for entry in self._acceptor.contexts:
            if entry.abstract_syntax == uid and not there:
                there = True
                yield _Context(entry.id, uid, (*entry.transfer_syntaxes, *syntaxes), entry.role)
            else:
                yield entry
        if not there:
            yield _Context(0, uid, syntaxes, "default")


_LOSSES: Final = (
    "nothing changes",
    "only the encoding changes",
    "it is decompressed: larger, and no pixel changes",
    "it is decompressed: larger, and what its compression has lost stays lost",
)
"""By the degree of a conversion: those of ``send --convert never|uncompressed|lossless|lossy``."""


def _is_service(uid: str) -> bool:
    return sop_classes.other(uid) is not None


def _has(profile: ProfileSource, uid: str) -> bool:
    return any(entry.abstract_syntax == uid for entry in profile.contexts)


def _role_of(profile: ProfileSource, uid: str) -> Role:
    return next((entry.role for entry in profile.contexts if entry.abstract_syntax == uid), "default")
