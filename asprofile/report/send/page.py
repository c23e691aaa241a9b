"""A sending as one page to hand over: what became of the objects, by modality and transfer syntax, and why."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

from asprofile.names.modalities import group
from asprofile.names.uids import display_name
from asprofile.printing import plural
from asprofile.report.migration import Breakdown, MigrationSummary, MissingObject, StateSum, migration_page
from asprofile.report.send.sending import OUTCOME_WORDS, Sending, interruption
from asprofile.report.send.text import size_text
from asprofile.send.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.report.send.sending import Sending
    from asprofile.send.outcome import ObjectResult, SendReport

_MISSING: Final = 1000
_REASONS: Final = 1000
_ROWS: Final = 500
_WAYS: Final = 5
"""How many are kept: of objects that are not at the peer, of reasons, of what a table has, of ways out."""
_Key = TypeVar("_Key")

_MORE: Final = "others"
_UNKNOWN: Final = "not known"

_MEANINGS: Final = {
    Outcome.STORED: "The peer says that it has it.",
    Outcome.STORED_WITH_WARNING: "The peer says that it has it, and what it says besides.",
    Outcome.REFUSED: "It was not sent: it cannot be read or converted, or no context carries it.",
    Outcome.FAILED: "The peer answered with a failure, or it was not sent whole.",
    Outcome.UNKNOWN: "It was sent, and no answer came: the peer may have it or not.",
    Outcome.NOT_SENT: "Its turn did not come.",
}


class SendingSums:
    """Results counted as they come; what is kept does not grow with them."""

    def __init__(self) -> None:
        self._states: Counter[Outcome] = Counter()
        self._bytes: Counter[Outcome] = Counter()
        self._modalities: Counter[tuple[str, Outcome]] = Counter()
        self._syntaxes: Counter[tuple[str, Outcome]] = Counter()
        self._reasons: Counter[tuple[Outcome, str]] = Counter()
        self._missing: list[MissingObject] = []
        self._ways: dict[str, None] = {}

    def add(self, result: ObjectResult) -> None:
        """An object has ended."""
        outcome = result.outcome
        self._states[outcome] += 1
        self._bytes[outcome] += result.bytes
        modality = _UNKNOWN if result.sop_class is None else group(result.sop_class)
        self._modalities[modality, outcome] += 1
        syntax = result.sent_as or result.transfer_syntax
        name = _UNKNOWN if syntax is None else display_name(syntax)
        _count(self._syntaxes, (name, outcome), (_MORE, outcome), _ROWS)
        reason = _reason(result)
        if reason:
            _count(self._reasons, (outcome, reason), (outcome, "other reasons"), _REASONS)
        if result.way_out and len(self._ways) < _WAYS:
            self._ways[result.way_out] = None
        if not outcome.is_stored and len(self._missing) < _MISSING:
            instance = result.sop_instance or ""
            self._missing.append(MissingObject(str(result.path), instance, OUTCOME_WORDS[outcome], reason))

    def page(self, report: SendReport, sending: Sending) -> str:
        """One whole HTML 5 document, to be encoded in UTF-8."""
        seen = [outcome for outcome in Outcome if self._states[outcome]]
        reasons = sorted(self._reasons.items(), key=lambda found: -found[1])
        return migration_page(
            MigrationSummary(
                title=f"Objects sent to {sending.peer}",
                facts=tuple(_facts(report, sending)),
                states=tuple(
                    StateSum(OUTCOME_WORDS[one], _MEANINGS[one], self._states[one], self._bytes[one], one.is_stored)
                    for one in seen
                ),
                files=(),
                breakdowns=(
                    Breakdown("By modality", "Modality", _rows(self._modalities, seen)),
                    Breakdown("By transfer syntax", "Transfer syntax", _rows(self._syntaxes, seen)),
                ),
                reasons=tuple((OUTCOME_WORDS[outcome], why, count) for (outcome, why), count in reasons),
                hours=(),
                missing=tuple(self._missing),
                missing_count=sum(count for outcome, count in self._states.items() if not outcome.is_stored),
                advice=tuple(self._advice(report, sending)),
                why="What was said of objects",
                each="--report FILE",
            )
        )

    def _advice(self, report: SendReport, sending: Sending) -> Iterator[str]:
        if report.interrupted:
            yield f"It was {interruption(report)}."
        elif report.error is not None:
            yield f"It did not end well: {report.error}"
        if sending.left:
            yield f"To send what is left: `{sending.left}`"
        yield from (f"{way[:1].upper()}{way[1:]}" for way in self._ways)
        if not report.tally.total:
            yield "No objects were found: there was nothing to send."


def _count(counts: Counter[_Key], key: _Key, other: _Key, most: int) -> None:
    counts[key if key in counts or len(counts) < most else other] += 1


def _reason(result: ObjectResult) -> str:
    """What was said of an object, with the peer's status."""
    status = f"status {result.status:04X}H" if result.status else ""
    comment = f"({result.comment})" if result.comment else ""
    return "; ".join(filter(None, (status, f"{result.reason} {comment}".strip(), result.note)))


def _rows(found: Counter[tuple[str, Outcome]], seen: Iterable[Outcome]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    names = sorted({name for name, _ in found}, key=lambda name: (name in (_MORE, _UNKNOWN), name))
    return tuple((name, tuple(found[name, one] for one in seen)) for name in names)


def _facts(report: SendReport, sending: Sending) -> Iterator[tuple[str, str]]:
    first = sending.requests[0]
    yield "Peer", str(sending.peer)
    yield "AE titles", f"{first.calling_ae} to {first.called_ae}"
    contexts = "as the objects need them" if sending.profile is None else "profile {} of {}".format(*sending.profile)
    yield "Contexts", contexts
    at_once = f", {report.at_once:,} at a time" if report.at_once > 1 else ""
    yield "Associations", f"{report.associations:,}{at_once}"
    yield "Sent", f"{size_text(report.tally.bytes)} in {report.seconds:.1f} s"
    counted = (("Skipped", report.skipped), ("Left out by --where", report.left_out))
    yield from ((label, plural(count, "file")) for label, count in counted if count)
    yield "Date", time.strftime("%Y-%m-%d %H:%M %z")
