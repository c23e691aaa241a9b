"""A file as it would be with the slips of some layers repaired, so that no rule reports what only follows from another
rule's slip.

One wrong bracket can make a hundred references undefined. The rules look at the file layer by layer: characters,
lines, supersections, keys, numbers, values, and what they make together. At each layer the slips of the layers before
it are repaired as well as can be guessed, and only what is wrong both then and in the file itself is reported.
Positions are those in the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from asprofile.lint.extent import LintExtent
from asprofile.lint.facts import Facts
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.slips.diagnosis import Diagnosis
from asprofile.lint.slips.loss import Loss
from asprofile.lint.slips.missing import MANDATORY
from asprofile.lint.slips.refusal import LoadRefusal
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.slips.undefined import Undefined, undefined
from asprofile.model.problem import Problem
from asprofile.text import Edit, Span, apply_edits, compatible, encode
from asprofile.value import Value, replaced

Layer = Literal["characters", "lines", "supersections", "places", "keys", "numbers", "values", "whole"]
LAYERS: tuple[Layer, ...] = ("characters", "lines", "supersections", "places", "keys", "numbers", "values", "whole")

# In larger files no slips are repaired for a trial.
_LOOKED_AT: tuple[LintExtent, ...] = ("all", "rules")

# How deep slips of the layer "lines" may be nested; deeper ones are left for the next run.
_HIDDEN = 4


FactsT = TypeVar("FactsT", bound=Facts)


class LayerView(Generic[FactsT]):
    """``file`` is what the user gave, ``subject`` the same with the slips below this layer mended (often
    the same object).
    """

    def __init__(self, file: FactsT, subject: FactsT, steps: tuple[_Step, ...] = ()) -> None:
        self.file = file
        self.subject = subject
        self._steps = steps

    def with_edits(self, edits: Iterable[Edit]) -> LayerView[FactsT]:
        """The view on the file with these edits made to what this view shows; itself when there are none."""
        made = compatible(edits)
        if not made:
            return self
        old = self.subject
        mended = old.of(apply_edits(old.data, made))
        if mended.extent not in _LOOKED_AT:
            # One slip hides very many entries: what they say is for the next run, and in parts.
            return self
        return LayerView(self.file, mended, (*self._steps, _Step(made, len(old.data))))

    def back(self, span: Span) -> Span | None:
        """Where ``span`` of the mended file is in the file; None for what is in the mended file only."""
        for step in reversed(self._steps):
            place = step.back(span)
            if place is None:
                return None
            span = place
        return span

    def hits(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """The hits of a check that looked at this view, at their places in the file."""
        for hit in hits:
            # The empty place at the beginning means the whole file, also where a slip at the beginning is mended away.
            span = hit.span if hit.span == (0, 0) else self.back(hit.span)
            if span is not None:
                yield replaced(hit, span=span, fix=self._fix_in_file(hit.fix)) if self._steps else hit

    def keeps(self, edits: Iterable[Edit]) -> bool:
        """Whether the edits, made to the file, keep all that any release loads of it: what makes a fix safe."""
        # Not needed until there is something to fix.
        from asprofile.lint.fixes.safety import keeps

        made = self._in_file(edits)
        return made is not None and keeps(self.file, made)

    def _fix_in_file(self, fix: Fix | None) -> Fix | None:
        made = self._in_file(fix.edits) if fix else None
        if fix is None or made is None or all(self.file.data[slice(*edit.span)] == edit.replacement for edit in made):
            return None
        return replaced(fix, edits=tuple(made))

    def _in_file(self, edits: Iterable[Edit]) -> list[Edit] | None:
        """The edits at their places in the file; None when one has none."""
        found = []
        for edit in edits:
            span = self.back(edit.span)
            if span is None:
                return None
            found.append(Edit(span, edit.replacement))
        return found

    @cached_property
    def losses(self) -> tuple[Loss, ...]:
        """What is not read, in the file and with the slips below this layer mended."""
        if not self._steps:
            return self.subject.losses
        return tuple(loss for loss in self.subject.losses if self._is_lost_in_file(loss.place))

    @cached_property
    def refusals(self) -> tuple[LoadRefusal, ...]:
        """Why DCMTK refuses the file, as far as it would still with the slips below this layer mended."""
        if not self._steps:
            return self.subject.refusals
        known = {self._told(problem, problem.span) for problem in self.file.problems}
        return tuple(
            refusal
            for refusal in self.subject.refusals
            if self._told(refusal.problem, self.back(refusal.problem.span)) in known
        )

    @staticmethod
    def _told(problem: Problem, span: Span | None) -> tuple[int, int] | None:
        """What tells a problem from others, in whatever view: code and place. What is missing has no place."""
        if problem.code in MANDATORY:
            return problem.code, 0
        return None if span is None else (problem.code, span.start)

    @cached_property
    def not_uids(self) -> tuple[tuple[UidField, Diagnosis], ...]:
        """The fields that are not UIDs, in the file and with the slips below this layer mended."""
        if not self._steps:
            return self.subject.not_uids
        known = {field.span.start for field, _ in self.file.not_uids}
        found = []
        for field, diagnosis in self.subject.not_uids:
            span = self.back(field.span)
            if span is not None and span.start in known:
                found.append((field, diagnosis))
        return tuple(found)

    @cached_property
    def undefined(self) -> tuple[Undefined, ...]:
        """The labels that DCMTK says are undefined, each with all its references."""
        spans = [refusal.problem.span for refusal in self.refusals if refusal.cause == "undefined list"]
        return tuple(undefined(self.subject.outline, spans, self.subject.data)) if spans else ()

    def _is_lost_in_file(self, place: int) -> bool:
        span = self.back(Span(place, place))
        return span is not None and span.start not in self.file.read_places


class _Row(Value):
    """A piece of the mended text and what it was; ``kept`` when it is the same."""

    new_start: int
    new_end: int
    old_start: int
    old_end: int
    kept: bool


class _Step:
    """The way back over one set of edits."""

    def __init__(self, edits: list[Edit], size: int) -> None:
        self._rows: list[_Row] = []
        old = new = 0
        for edit in edits:
            new = self._keep(new, old, edit.span.start)
            end = new + len(edit.replacement)
            if edit.replacement:
                self._rows.append(_Row(new, end, edit.span.start, edit.span.end, False))
            new, old = end, edit.span.end
        self._size = self._keep(new, old, size)
        self._old_size = size
        self._starts = [row.new_start for row in self._rows]

    def _keep(self, new: int, old: int, old_end: int) -> int:
        if old_end > old:
            self._rows.append(_Row(new, new + old_end - old, old, old_end, True))
        return new + old_end - old

    def back(self, span: Span) -> Span | None:
        start = self._start(span.start)
        if start is None or span.start == span.end:
            return None if start is None else Span(start, start)
        end = self._end(span.end)
        # What was put in where nothing was has no place in the file.
        return None if end is None or end <= start else Span(start, end)

    def _start(self, offset: int) -> int | None:
        if offset == self._size:
            return self._old_size
        row = self._rows[bisect_right(self._starts, offset) - 1]
        if row.kept:
            return row.old_start + offset - row.new_start
        return row.old_start if offset == row.new_start else None

    def _end(self, offset: int) -> int | None:
        row = self._rows[bisect_right(self._starts, offset - 1) - 1]
        if row.kept:
            return row.old_start + offset - row.new_start
        return row.old_end if offset == row.new_end else None


def view(file: FactsT, layer: Layer, known: Callable[[Layer], LayerView[FactsT]]) -> LayerView[FactsT]:
    """The file as the rules of a layer look at it; ``known`` gives it as those of a lower one do."""
    number = LAYERS.index(layer)
    if number == 0 or file.extent not in _LOOKED_AT:
        return LayerView(file, file)
    below = known(LAYERS[number - 1])
    mends = _MENDS[LAYERS[number - 1]]
    above = below.with_edits(mends(below))
    if layer == "supersections":
        # A line that was hidden in another may have a slip of its own.
        for _ in range(_HIDDEN):
            below, above = above, above.with_edits(mends(above))
            if above is below:
                break
    return above


def _of_characters(below: LayerView[FactsT]) -> Iterator[Edit]:
    for slip in below.subject.character_slips:
        yield from slip.mend


def _of_lines(below: LayerView[FactsT]) -> Iterator[Edit]:
    for slip in below.subject.text_slips:
        yield from slip.mend


def _of_supersections(below: LayerView[FactsT]) -> Iterator[Edit]:
    for missing in below.subject.missing:
        yield from missing.mend


def _of_places(below: LayerView[FactsT]) -> Iterator[Edit]:
    for loss in below.subject.losses:
        if loss.layer == "places":
            yield from loss.mend


def _of_keys(below: LayerView[FactsT]) -> Iterator[Edit]:
    for loss in below.subject.losses:
        if loss.layer == "keys":
            yield from loss.mend
    for dropped in below.subject.dropped:
        yield from dropped.mend


def _of_numbers(below: LayerView[FactsT]) -> Iterator[Edit]:
    for loss in below.subject.losses:
        if loss.layer == "numbers":
            yield from loss.mend


def _of_values(below: LayerView[FactsT]) -> Iterator[Edit]:
    for field, diagnosis in below.not_uids:
        if diagnosis.cause == "unknown":
            yield from (Edit(field.span, encode(name)) for name in below.subject.suggestions(field)[:1])
        else:
            yield from diagnosis.mend(field.span, below.subject.data)
    for refusal in below.refusals:
        yield from refusal.mend
    for label in below.undefined:
        yield from label.mend


_MENDS: dict[Layer, Callable[[LayerView[Any]], Iterator[Edit]]] = {
    "characters": _of_characters,
    "lines": _of_lines,
    "supersections": _of_supersections,
    "places": _of_places,
    "keys": _of_keys,
    "numbers": _of_numbers,
    "values": _of_values,
}
