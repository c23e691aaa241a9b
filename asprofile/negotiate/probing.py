"""Finds out what an acceptor accepts: which contexts to propose next, given its answers so far, and what they show.

Pure: ``Probing`` says what to propose and is given the answer; associations, time and retries belong in ``send.probe``.
Only answers count: each pair of SOP class and transfer syntax gets

- an answer to a context that proposed it alone; or
- the answer "abstract syntax not supported" to every context of its SOP class, all of which together proposed it.

The order is: Verification, to see whether the peer answers; each SOP class with lists of transfer syntaxes, which sorts
out the classes that are not supported; each pair of the others in a context of its own, as many as fit into a request;
then, again in lists, what was refused. A SOP class is proposed once in a request with lists, and many times in one with
pairs: an acceptor that accepts a class only once in an association, or whose answer to a context depends on the rest of
the request, gives contradictory answers to the two. Then everything that was refused is asked again, with each SOP
class only once in a request.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, MAX_CONTEXTS, VERIFICATION
from asprofile.negotiate.request import ProposedContext
from asprofile.negotiate.results import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    ACCEPTED,
    NOT_MENTIONED,
    NOT_PROPOSED,
    result_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation
    from asprofile.negotiate.request import ExtendedItem

    Pair = tuple[str, str]
    """SOP class and transfer syntax."""

LIST: Final = 16
"""Transfer syntaxes in a context that sorts out SOP classes: a request of 128 of these stays below 64 KB, which many
peers cannot exceed, and far below the 50 that acceptors of DCMTK before 3.6.9 can handle.
"""
ORDERED: Final = 50
"""The most transfer syntaxes in one context when the order of preference is asked for."""
_FEW: Final = 4
"""Up to this many wanted transfer syntaxes of a SOP class are asked for at once."""
_LOST_IN_A_ROW: Final = 12
_REJECTED_IN_A_ROW: Final = 25
"""Requests in a row without an answer after which probing ends. Finding the one context of 128 that makes the peer fail
takes eight.
"""


PairState = Literal["accepted", "refused", "unanswered"]


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The answer to a pair that was asked for.

    ``result`` is the peer's (PS3.8 Table 9-18), None if it gave none. ``problem``: why its answer does not count; then
    the pair is neither accepted nor refused. ``role_failure``: the role that is missing although it is accepted
    (``roles``).
    """

    sop_class: str
    transfer_syntax: str
    result: int | None
    problem: str = ""
    role_failure: str = ""

    @property
    def state(self) -> PairState:
        if self.problem or self.result is None:
            return "unanswered"
        return "accepted" if self.result == ACCEPTED else "refused"

    @property
    def reason(self) -> str:
        """Result or problem in words."""
        return self.problem or result_text(self.result)


@dataclass(frozen=True, slots=True)
class Preference:
    """Which transfer syntax an acceptor takes when several are proposed in one context.

    ``ranked``: those for which it has an order of its own, best first, for any order of the proposal. ``proposed``:
    those of which it takes the one that is proposed first. ``unclear``: the rest, for which neither was found.
    """

    sop_class: str
    ranked: tuple[str, ...]
    proposed: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is known about an acceptor.

    ``answers`` are in the order in which the pairs were given; a pair without one was not asked yet. ``wanted`` is the
    number of pairs. ``extended``: the extended negotiation that it answers although none was offered. ``depends``: its
    answer to a context depends on the rest of the request.
    """

    answers: tuple[PairAnswer, ...]
    wanted: int
    preferences: tuple[Preference, ...] = ()
    extended: tuple[ExtendedItem, ...] = ()
    depends: bool = False

    @property
    def complete(self) -> bool:
        """Every pair was answered."""
        return len(self.answers) == self.wanted and all(one.state != "unanswered" for one in self.answers)

    @property
    def accepted(self) -> dict[str, tuple[str, ...]]:
        """The accepted transfer syntaxes of each SOP class that has any, in the order of preference where that is
        known.
        """
        ranks = {one.sop_class: one.ranked for one in self.preferences}
        found: dict[str, list[str]] = {}
        for one in self.answers:
            if one.state == "accepted":
                found.setdefault(one.sop_class, []).append(one.transfer_syntax)
        return {
            uid: tuple(dict.fromkeys((*(one for one in ranks.get(uid, ()) if one in syntaxes), *syntaxes)))
            for uid, syntaxes in found.items()
        }


@dataclass(frozen=True, slots=True)
class _Question:
    """A context to propose. ``apart``: not in a request with another context of its SOP class."""

    purpose: Literal["hello", "list", "pair", "confirm", "order", "reverse"]
    sop_class: str
    transfer_syntaxes: tuple[str, ...]
    apart: bool = True


class Probing:
    """What to propose to an acceptor to learn which of ``pairs`` it accepts; with ``order``, also which it prefers.

    Call ``next`` for the contexts of an association request, then one of ``answered``, ``rejected`` and ``lost``, until
    ``next`` returns None or ``hopeless`` is true. ``acceptance`` is what is known at any time.
    """

    def __init__(self, pairs: Iterable[Pair], *, order: bool = True) -> None:
        self._pairs = tuple(dict.fromkeys(pairs))
        self._wanted: dict[str, list[str]] = {}
        for sop_class, syntax in self._pairs:
            self._wanted.setdefault(sop_class, []).append(syntax)
        self._order = order
        self._rounds = self._all_rounds()
        self._todo: deque[_Question] = deque()
        self._asked: list[_Question] = []
        self._postponed: list[_Question] = []
        self._answers: dict[Pair, PairAnswer] = {}
        self._lists: dict[str, list[int]] = {}
        self._refused_in_list: set[Pair] = set()
        self._picked: dict[tuple[str, bool], str] = {}
        self._preferences: dict[str, Preference] = {}
        self._extended: dict[str, ExtendedItem] = {}
        self._anchor: Pair | None = None
        self._is_anchored = self._is_bare = False
        self._room = self._room_before = MAX_CONTEXTS
        self._depends = False
        self._lost = self._rejected = 0

    # --- what to propose

    def next(self) -> tuple[ProposedContext, ...] | None:
        """The contexts of the next request; None if there is nothing more to ask."""
        while not self._todo:
            questions = next(self._rounds, None)
            if questions is None:
                return None
            self._todo.extend(questions)
        anchor = None if self._is_bare else self._anchor
        self._is_anchored = anchor is not None
        room = min(self._room, MAX_CONTEXTS - self._is_anchored)
        self._asked, classes = [], set()
        while self._todo and len(self._asked) < room:
            question = self._todo[0]
            if question.sop_class in classes and (question.apart or self._depends):
                break
            classes.add(question.sop_class)
            self._asked.append(self._todo.popleft())
        contexts = [(question.sop_class, question.transfer_syntaxes) for question in self._asked]
        if anchor is not None:
            # Some acceptors reject an association if they accept none of its contexts; this one they accept.
            contexts.append((anchor[0], anchor[1:]))
        return tuple(ProposedContext(2 * place + 1, *context) for place, context in enumerate(contexts))

    @property
    def hopeless(self) -> bool:
        """So many requests in a row had no answer that probing ends."""
        return self._lost > _LOST_IN_A_ROW or self._rejected > _REJECTED_IN_A_ROW

    @property
    def left(self) -> int:
        """How many pairs have no answer yet."""
        return len(self._pairs) - len(self._answers)

    # --- the answers

    def answered(self, negotiation: Negotiation) -> None:
        """The association was accepted."""
        self._lost = self._rejected = 0
        for item in negotiation.accept.extended:
            self._extended.setdefault(item.sop_class, item)
        silent = []
        asked = len(self._asked)
        for question, context in zip(self._asked, negotiation.contexts, strict=False):
            if context.result is None:
                silent.append(question)
            else:
                self._take(question, context)
        if not silent:
            return
        if asked == 1:
            self._give_up(silent[0], NOT_MENTIONED)
            return
        # It may be able to handle only this many contexts, or fewer.
        self._todo.extendleft(reversed(silent))
        self._room = max(1, min(asked - len(silent), asked // 2))

    def rejected(self, why: str) -> None:
        """The association as a whole was rejected, which some acceptors do if they accept none of its contexts."""
        if self._is_anchored:
            self.lost(why)
            return
        self._rejected += 1
        for question in self._asked:
            if question.purpose == "pair":
                self._give_up(question, why)
        self._postponed += self._asked

    def lost(self, why: str) -> None:
        """The association ended without an answer: ask in halves, down to the context that the peer does not answer."""
        self._lost += 1
        count = len(self._asked)
        if count == 1 and self._is_anchored:
            # It may be able to handle only one context.
            self._todo.appendleft(self._asked[0])
            self._is_bare = True
            return
        if count == 1:
            self._give_up(self._asked[0], why)
            self._room, self._is_bare = self._room_before, False
            return
        if self._lost == 1:
            self._room_before = self._room
        self._todo.extendleft(reversed(self._asked))
        self._room = count // 2

    def acceptance(self) -> Acceptance:
        return Acceptance(
            tuple(self._answers[pair] for pair in self._pairs if pair in self._answers),
            len(self._pairs),
            tuple(self._preferences[uid] for uid in self._wanted if uid in self._preferences),
            tuple(self._extended.values()),
            self._depends,
        )

    def _take(self, question: _Question, context: NegotiatedContext) -> None:
        assert context.result is not None, "an answer"
        sop_class, syntaxes, chosen = question.sop_class, question.transfer_syntaxes, context.transfer_syntax
        if chosen is not None and self._anchor is None:
            self._anchor = sop_class, chosen
            self._todo.extendleft(reversed(self._postponed))
            self._postponed.clear()
        match question.purpose:
            case "list":
                self._lists.setdefault(sop_class, []).append(context.result)
                if context.result != ACCEPTED:
                    self._refused_in_list.update((sop_class, syntax) for syntax in syntaxes)
            case "pair":
                problem = NOT_PROPOSED if context.result == ACCEPTED and chosen is None else ""
                self._answers[sop_class, syntaxes[0]] = PairAnswer(sop_class, syntaxes[0], context.result, problem)
            case "confirm" if chosen is not None:
                self._depends = True
            case "order" | "reverse" if chosen is not None:
                self._picked[sop_class, question.purpose == "reverse"] = chosen

    def _give_up(self, question: _Question, why: str) -> None:
        if question.purpose == "pair":
            pair = question.sop_class, question.transfer_syntaxes[0]
            # A refused pair that is asked again stays refused if the peer does not answer the second time.
            self._answers.setdefault(pair, PairAnswer(*pair, None, why))

    # --- the rounds

    def _all_rounds(self) -> Iterator[list[_Question]]:
        """Questions that do not depend on each other's answers; each round is answered before the next is made."""
        yield [_Question("hello", VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,))]
        yield _transposed(
            [_Question("list", uid, tuple(part)) for part in _parts(syntaxes, LIST)]
            for uid, syntaxes in self._wanted.items()
            if len(syntaxes) > _FEW
        )
        self._settle_unsupported()
        yield self._pair_questions([pair for pair in self._pairs if pair not in self._answers], apart=False)
        yield self._confirming()
        if self._depends:
            yield self._pair_questions([pair for pair in self._pairs if self._is_refused_alone(pair)], apart=True)
        if self._order:
            yield from self._order_rounds()

    def _settle_unsupported(self) -> None:
        for uid, syntaxes in self._wanted.items():
            results = self._lists.get(uid, [])
            lists = len(list(_parts(syntaxes, LIST)))
            if len(results) == lists and set(results) == {ABSTRACT_SYNTAX_NOT_SUPPORTED}:
                for syntax in syntaxes:
                    self._answers[uid, syntax] = PairAnswer(uid, syntax, ABSTRACT_SYNTAX_NOT_SUPPORTED)

    def _pair_questions(self, pairs: Iterable[Pair], *, apart: bool) -> list[_Question]:
        by_class: dict[str, list[_Question]] = {}
        for uid, syntax in pairs:
            by_class.setdefault(uid, []).append(_Question("pair", uid, (syntax,), apart))
        return _transposed(by_class.values())

    def _is_refused_alone(self, pair: Pair) -> bool:
        found = self._answers.get(pair)
        classes = self._lists.get(pair[0], [])
        settled = bool(classes) and set(classes) == {ABSTRACT_SYNTAX_NOT_SUPPORTED}
        return found is not None and found.state == "refused" and not settled

    def _confirming(self) -> list[_Question]:
        """The pairs that were refused in a context of their own, in requests with other contexts of the class, and not
        yet asked in a list.
        """
        doubtful: dict[str, list[str]] = {}
        for pair in self._pairs:
            if len(self._wanted[pair[0]]) > 1 and self._is_refused_alone(pair) and pair not in self._refused_in_list:
                doubtful.setdefault(pair[0], []).append(pair[1])
        return _transposed(
            [_Question("confirm", uid, tuple(part)) for part in _parts(syntaxes, LIST)]
            for uid, syntaxes in doubtful.items()
        )

    def _order_rounds(self) -> Iterator[list[_Question]]:
        """All accepted transfer syntaxes of a class in one context, in both orders; then again without the one that was
        chosen.
        """
        accepted = Acceptance(tuple(self._answers.values()), 0).accepted
        left = {uid: accepted[uid] for uid in self._wanted if 2 <= len(accepted.get(uid, ())) <= ORDERED}
        ranked: dict[str, tuple[str, ...]] = dict.fromkeys(left, ())
        while left:
            self._picked.clear()
            yield [
                question
                for uid, syntaxes in left.items()
                for question in (
                    _Question("order", uid, syntaxes, apart=False),
                    _Question("reverse", uid, syntaxes[::-1], apart=False),
                )
            ]
            for uid, syntaxes in tuple(left.items()):
                first, other = self._picked.get((uid, False)), self._picked.get((uid, True))
                if first is not None and first == other:
                    ranked[uid] += (first,)
                    left[uid] = tuple(one for one in syntaxes if one != first)
                    if len(left[uid]) > 1:
                        continue
                    self._preferences[uid] = Preference(uid, ranked[uid] + left[uid])
                elif (first, other) == (syntaxes[0], syntaxes[-1]):
                    self._preferences[uid] = Preference(uid, ranked[uid], proposed=syntaxes)
                else:
                    self._preferences[uid] = Preference(uid, ranked[uid], unclear=syntaxes)
                del left[uid]


def _parts(syntaxes: list[str], size: int) -> Iterator[list[str]]:
    return (syntaxes[start : start + size] for start in range(0, len(syntaxes), size))


def _transposed(by_class: Iterable[list[_Question]]) -> list[_Question]:
    """The first question of every class, then the second of every class, and so on."""
    lists = list(by_class)
    longest = max(map(len, lists), default=0)
    return [one[place] for place in range(longest) for one in lists if place < len(one)]
