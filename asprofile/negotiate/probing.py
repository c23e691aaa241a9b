"""What a peer accepts, found out without sending an object: which requests to make, and what their answers say.

Pure: ``Probing`` hands out the contexts of one association after the other and takes in what came of them; who has a
network (``send.probe``) goes between. Does not belong here: how often, how fast, and when to give up.

Every pair of SOP class and transfer syntax that counts as accepted was offered alone in a context, and accepted there.
First each SOP class is offered in many transfer syntaxes together: what a peer refuses then, it accepts in none of
them, and is not asked for one by one. (The result of a refusal tells less than it says: Orthanc answers "abstract
syntax not supported" where only the transfer syntax does not suit it.) Within a request a SOP class stands once, so
that no acceptor can mix up its contexts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final, Literal

from asprofile.names.transfer_syntaxes import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.negotiate.answer import ACCEPTED
from asprofile.negotiate.choose import Negotiation, refusal
from asprofile.negotiate.request import MAX_CONTEXTS, ProposedContext

Pair = tuple[str, str]
"""SOP class and transfer syntax."""

VERIFICATION: Final = "1.2.840.10008.1.1"
_KEEPER: Final = (VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,))
"""Stands in every request: there are acceptors (DCMTK's dcmrecv) that reject an association of which they accept no
context.
"""
_ROOM: Final = MAX_CONTEXTS - 1
MAX_TOGETHER: Final = 48
"""Transfer syntaxes of one context: the acceptors of DCMTK up to 3.6.8 do not answer to more than 50."""
_MOST_SYNTAXES: Final = 1024
"""Transfer syntaxes of one request, some 30 kB: there are acceptors that have no room for much more."""

Preference = Literal["acceptor", "requestor"]
"""Whose order decides where several transfer syntaxes of a context would do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a pair. ``result`` is the peer's (PS3.8 Table 9-18), None where it gave none; ``reason`` says in
    words why it is not accepted, and is empty where it is. ``alone``: the transfer syntax was offered alone; otherwise
    with others, all of which were refused.
    """

    result: int | None
    reason: str = ""
    alone: bool = True

    @property
    def accepted(self) -> bool:
        return self.result == ACCEPTED and not self.reason


@dataclass(frozen=True, slots=True)
class ProbedClass:
    """A SOP class: the answer for each transfer syntax that it was offered in, in the order of asking.

    ``accepted`` are those accepted; where ``preference`` is ``acceptor`` in the order in which the peer prefers them.
    ``preference`` is None where it was not asked, has no meaning (fewer than two) or the answers make no sense.
    """

    sop_class: str
    answers: tuple[tuple[str, Answer], ...]
    accepted: tuple[str, ...]
    preference: Preference | None


@dataclass(frozen=True, slots=True)
class Probed:
    """All that was found out, in the order in which the SOP classes were named. ``complete``: nothing is left to
    ask.
    """

    classes: tuple[ProbedClass, ...]
    complete: bool

    @property
    def accepted(self) -> dict[str, tuple[str, ...]]:
        """The transfer syntaxes of each SOP class that is accepted at all."""
        return {found.sop_class: found.accepted for found in self.classes if found.accepted}

    def answer(self, sop_class: str, transfer_syntax: str) -> Answer | None:
        """What is known of a pair; None if it was not asked for."""
        answers = next((found.answers for found in self.classes if found.sop_class == sop_class), ())
        return next((answer for uid, answer in answers if uid == transfer_syntax), None)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request asks: SOP classes, each once, with transfer syntaxes. With ``order``, several of these are
    offered together to see which is taken, otherwise to see whether any is.
    """

    offers: tuple[tuple[str, tuple[str, ...]], ...]
    order: bool = False

    @property
    def contexts(self) -> tuple[ProposedContext, ...]:
        """To be proposed: first the offers, then what keeps the association from being rejected."""
        proposed = self.offers if _KEEPER in self.offers else (*self.offers, _KEEPER)
        return tuple(ProposedContext(2 * place + 1, uid, syntaxes) for place, (uid, syntaxes) in enumerate(proposed))


@dataclass(slots=True)
class _Ranking:
    """Finding out the order of preference of one SOP class: who wins against all others, then against the rest."""

    accepted: tuple[str, ...]
    ranked: list[str] = field(default_factory=list)
    round: list[str] = field(default_factory=list)
    champion: str | None = None
    first: str | None = None
    """What was taken when all were offered in the order of asking, for comparison with the reverse."""
    preference: Preference | None = None
    over: bool = False

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.round = [uid for uid in self.accepted if uid not in self.ranked]
        self.champion = None

    def offer(self) -> tuple[str, ...]:
        """What to offer next."""
        if self.preference is None and self.first is not None:
            return tuple(reversed(self.accepted[:MAX_TOGETHER]))
        ahead = () if self.champion is None else (self.champion,)
        return (*ahead, *self.round[: MAX_TOGETHER - len(ahead)])

    def take(self, chosen: str | None) -> None:
        """What the peer took of the last offer."""
        offered = self.offer()
        if chosen is None or chosen not in offered:
            self.over = True  # accepted alone, refused in company: no order can be made of that
            self.preference = None
        elif self.preference is None:
            self._compare(chosen, offered)
        else:
            self._rank(chosen, offered)

    def _compare(self, chosen: str, offered: tuple[str, ...]) -> None:
        """The same offered in both directions: an acceptor with an order of its own takes the same twice."""
        if self.first is None:
            self.first = chosen
        elif chosen == self.first:
            self.preference = "acceptor"
            self._rank(chosen, offered)
        elif chosen == offered[0] and self.first == offered[-1]:
            self.preference, self.over = "requestor", True
        else:
            self.over = True

    def _rank(self, chosen: str, offered: tuple[str, ...]) -> None:
        self.champion = chosen
        self.round = [uid for uid in self.round if uid not in offered]
        if not self.round:
            self.ranked.append(chosen)
            self._begin()
            if len(self.round) == 1:
                self.ranked += self.round
                self.round = []
        self.over = not self.round

    @property
    def order(self) -> tuple[str, ...]:
        """The accepted transfer syntaxes, the preferred ones first as far as that is known."""
        if self.preference != "acceptor":
            return self.accepted
        return (*self.ranked, *(uid for uid in self.accepted if uid not in self.ranked))


class Probing:
    """Pairs to ask for; ``next_batch`` until it is None, each followed by ``take`` or ``lost``.

    The SOP classes are asked for in the order in which they first appear, their transfer syntaxes likewise. With
    ``order``, the order of preference is asked for afterwards.
    """

    def __init__(self, pairs: Iterable[Pair], *, order: bool = True) -> None:
        self._wanted: dict[str, dict[str, None]] = {}
        for uid, syntax in pairs:
            self._wanted.setdefault(uid, {}).setdefault(syntax)
        # The first part of all SOP classes before the second of any, so that a class stands once in a request.
        parts = [[(uid, chunk) for chunk in _chunks(tuple(wanted))] for uid, wanted in self._wanted.items()]
        chunks = zip_longest(*parts)
        self._together = deque(one for column in chunks for one in column if one is not None and len(one[1]) > 1)
        self._alone: deque[Pair] | None = None
        self._answers: dict[Pair, Answer] = {}
        self._order = order
        self._rankings: dict[str, _Ranking] | None = None
        self._again: deque[Batch] = deque()
        self._lost: set[Batch] = set()

    def next_batch(self) -> Batch | None:
        """What to ask next; None when there is nothing left."""
        return self._again.popleft() if self._again else self._groups() or self._pairs() or self._ranked()

    @property
    def left(self) -> int:
        """Pairs without an answer; the order of preference does not count."""
        return sum((uid, syntax) not in self._answers for uid, wanted in self._wanted.items() for syntax in wanted)

    def take(self, batch: Batch, negotiation: Negotiation) -> None:
        """The answer to a batch."""
        contexts = {context.id: context for context in negotiation.contexts}
        for (uid, syntaxes), proposed in zip(batch.offers, batch.contexts, strict=False):
            found = contexts[proposed.id]
            if batch.order:
                self._ranking(uid).take(found.transfer_syntax)
            elif len(syntaxes) == 1:
                self._answers[uid, syntaxes[0]] = Answer(found.result, refusal(found))
            elif found.result:
                answer = Answer(found.result, refusal(found), alone=False)
                self._answers |= {(uid, syntax): answer for syntax in syntaxes}

    def lost(self, batch: Batch, why: str) -> None:
        """There was no answer to a batch. It is asked for in two halves then; a single SOP class once more, and then
        each of its transfer syntaxes alone; a single pair has no answer in the end, because of ``why``.
        """
        middle = len(batch.offers) // 2
        if middle:
            for part in (batch.offers[middle:], batch.offers[:middle]):
                self._again.appendleft(Batch(part, batch.order))
            return
        if batch not in self._lost:
            self._lost.add(batch)
            self._again.appendleft(batch)
            return
        ((uid, syntaxes),) = batch.offers
        if batch.order:
            self._ranking(uid).take(None)
        elif len(syntaxes) == 1:
            self._answers[uid, syntaxes[0]] = Answer(None, f"no answer: {why}")

    def result(self) -> Probed:
        """All that is known by now."""
        rankings = self._rankings or {}
        ranked = not self._order or (self._rankings is not None and all(one.over for one in rankings.values()))
        classes = tuple(self._class(uid, rankings.get(uid)) for uid in self._wanted)
        return Probed(classes, complete=ranked and not self.left)

    # --- pairs

    def _groups(self) -> Batch | None:
        """SOP classes with many transfer syntaxes together."""
        offers: dict[str, tuple[str, ...]] = {}
        room = _MOST_SYNTAXES
        while self._together and len(offers) < _ROOM:
            uid, syntaxes = self._together[0]
            if uid in offers or len(syntaxes) > room:
                break
            self._together.popleft()
            offers[uid] = syntaxes
            room -= len(syntaxes)
        return Batch(tuple(offers.items())) if offers else None

    def _pairs(self) -> Batch | None:
        """What is not refused by then, one transfer syntax after the other, so that a class comes again as late as can
        be.
        """
        if self._alone is None:
            syntaxes = dict.fromkeys(syntax for wanted in self._wanted.values() for syntax in wanted)
            self._alone = deque(
                (uid, syntax)
                for syntax in syntaxes
                for uid, wanted in self._wanted.items()
                if syntax in wanted and (uid, syntax) not in self._answers
            )
        offers: dict[str, str] = {}
        while self._alone and len(offers) < _ROOM and self._alone[0][0] not in offers:
            uid, syntax = self._alone.popleft()
            offers[uid] = syntax
        return Batch(tuple((uid, (syntax,)) for uid, syntax in offers.items())) if offers else None

    def _accepted(self, uid: str) -> tuple[str, ...]:
        return tuple(
            syntax for syntax in self._wanted[uid] if (found := self._answers.get((uid, syntax))) and found.accepted
        )

    def _class(self, uid: str, ranking: _Ranking | None) -> ProbedClass:
        known = ((syntax, self._answers.get((uid, syntax))) for syntax in self._wanted[uid])
        answers = tuple((syntax, answer) for syntax, answer in known if answer is not None)
        accepted = self._accepted(uid) if ranking is None else ranking.order
        preference = ranking.preference if ranking is not None and ranking.over else None
        return ProbedClass(uid, answers, accepted, preference)

    # --- order of preference

    def _ranking(self, uid: str) -> _Ranking:
        assert self._rankings is not None, "an order is asked for by rankings"
        return self._rankings[uid]

    def _ranked(self) -> Batch | None:
        if not self._order:
            return None
        if self._rankings is None:
            several = ((uid, self._accepted(uid)) for uid in self._wanted)
            self._rankings = {uid: _Ranking(accepted) for uid, accepted in several if len(accepted) > 1}
        open_ones = [uid for uid, ranking in self._rankings.items() if not ranking.over]
        offers = tuple((uid, self._rankings[uid].offer()) for uid in open_ones[:_ROOM])
        return Batch(offers, order=True) if offers else None


def _chunks(syntaxes: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (syntaxes[start : start + MAX_TOGETHER] for start in range(0, len(syntaxes), MAX_TOGETHER))


def pairs(sop_classes: Sequence[str], transfer_syntaxes: Sequence[str]) -> Iterator[Pair]:
    """Every SOP class with every transfer syntax."""
    return ((uid, syntax) for uid in sop_classes for syntax in transfer_syntaxes)
