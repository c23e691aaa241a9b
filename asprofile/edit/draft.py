"""A file being edited: each step edits the text and says how that changes the meaning; at the end the two are compared.

An edit that does anything else than it says (in any release that loads the file) is an error, and nothing is changed. A
file that was formatted as by ``asprofile fmt`` is so afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from asprofile.edit import entries, lines
from asprofile.edit.fmt import FormatRefusal, formatted, is_formatted
from asprofile.edit.meaning import ListItem, Meaning, meaning_of
from asprofile.errors import EditError
from asprofile.model.config import Config
from asprofile.model.document import Document, read
from asprofile.model.loader import Loading
from asprofile.model.loadings import Case, LoadOutcome, loaded, outcome
from asprofile.model.problem import Problem
from asprofile.model.words import (
    ASSOCIATION_ROLES,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    TRANSFER_SYNTAXES,
    AssociationRole,
)
from asprofile.names import symbols, uids
from asprofile.names.releases import RELEASES
from asprofile.program import command
from asprofile.text import Edit, Source, apply_edits

DraftStep = Callable[[Document], Iterable[Edit]]
MeaningChange = Callable[[Meaning, Case], None]

_PROGRAMS: tuple[tuple[AssociationRole, str], ...] = (("requestor", "storescu"), ("acceptor", "storescp, dcmrecv"))
_ROLE_WORDS = {"default": "", "scu": "SCU", "scp": "SCP", "both": "BOTH"}


@dataclass(frozen=True, slots=True)
class Edited:
    """A changed file. ``done`` says in words what was changed, in order; ``warnings`` what the user should know."""

    data: bytes
    done: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class Draft:
    """A file that loads in ``release``, while it is edited.

    ``config`` is what the release loads from it now, ``role`` in which role: a requestor's if that can load it. Raises
    EditError for a file that the release does not load: load it first, to say why.
    """

    def __init__(self, document: Document, release: str) -> None:
        self.document = document
        self.release = release
        self.done: list[str] = []
        self.warnings: list[str] = []
        self._first = document
        self._before = _loaded(document)
        self._beside: list[Document] = []
        roles = [role for role in ASSOCIATION_ROLES if (release, role) in self._before]
        if not roles:
            raise EditError(f"DCMTK {release} does not load the file")
        self.role: AssociationRole = roles[0]
        self._changes: list[MeaningChange] = []
        self._config: Config | None = None
        self._meaning: Meaning | None = None
        self._together: list[tuple[DraftStep, MeaningChange]] | None = None

    @property
    def config(self) -> Config:
        """What the release loads from the current text."""
        if self._config is None:
            found = loaded(self.document, self.release, self.role)
            self._config = found or Loading(self.document, self.release, self.role).config
        return self._config

    @property
    def meaning(self) -> Meaning:
        """The same without positions; only to be looked at."""
        if self._meaning is None:
            self._meaning = meaning_of(self.config)
        return self._meaning

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that loaded the file before, oldest first."""
        return tuple(
            release for release in RELEASES if any((release, role) in self._before for role in ASSOCIATION_ROLES)
        )

    def text(self, uid: str) -> tuple[str, str]:
        """How to write a UID so that all these releases know it: by its name, if they have one and the same, else as
        a number; and a comment with the name of the number, if it has one.
        """
        names = {symbols.name_of(uid, release) for release in self.releases}
        name = names.pop() if len(names) == 1 else None
        if name is not None:
            return name, ""
        shown = uids.display_name(uid)
        return uid, shown if shown != uid else ""

    # -- steps

    def apply(self, step: DraftStep, change: MeaningChange) -> None:
        """Make the edits that ``step`` gives; ``change`` makes the same change to the meaning."""
        if self._together is not None:
            self._together.append((step, change))
            return
        self._edit(step(self.document))
        self._changes.append(change)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Steps that do not depend on each other: the file is read once for all of them, at the end."""
        steps: list[tuple[DraftStep, MeaningChange]] = []
        self._together = steps
        try:
            yield
        finally:
            self._together = None
        if not steps:
            return
        try:
            self._edit([edit for step, _ in steps for edit in step(self.document)])
        except ValueError:
            # Two of them change the same line.
            for step, change in steps:
                self.apply(step, change)
        else:
            self._changes += (change for _, change in steps)

    def _edit(self, edits: Iterable[Edit]) -> None:
        self.document = read(apply_edits(self.document.data, edits))
        self._config = self._meaning = None

    def insert(self, supersection: str, label: str, place: int, item: ListItem) -> None:
        """Make an item the entry number ``place`` (from 1 on) of a list."""
        value, comment = self._value(supersection, item)

        def change(meaning: Meaning, _: Case) -> None:
            meaning.lists[supersection][label].insert(place, item)

        self.apply(lambda document: entries.inserted(document, supersection, label, place, value, comment), change)

    def remove(self, supersection: str, label: str, places: Iterable[int]) -> None:
        """Take entries out of a list that keeps others."""
        gone = frozenset(places)

        def change(meaning: Meaning, _: Case) -> None:
            items = meaning.lists[supersection][label]
            items[:] = [item for place, item in enumerate(items) if place not in gone]

        self.apply(lambda document: entries.removed(document, supersection, label, gone), change)

    def replace(self, supersection: str, label: str, place: int, item: ListItem) -> None:
        """Replace an item by another."""
        value, _ = self._value(supersection, item)

        def change(meaning: Meaning, _: Case) -> None:
            meaning.lists[supersection][label][place] = item

        self.apply(lambda document: entries.replaced(document, supersection, label, place, value), change)

    def add_list(self, supersection: str, label: str, items: Sequence[ListItem]) -> None:
        """Add a list; ``label`` as it shall be written."""
        values = [self._value(supersection, item)[::-1] for item in items]
        block = lines.section_text(label, NUMBERED_KEYS[supersection], values)

        def change(meaning: Meaning, _: Case) -> None:
            meaning.lists[supersection][label.upper()] = list(items)

        self.apply(lambda document: lines.section_added(document, supersection, block), change)

    def remove_list(self, supersection: str, label: str) -> None:
        """Remove a list that nothing refers to."""

        def change(meaning: Meaning, _: Case) -> None:
            del meaning.lists[supersection][label]

        self.apply(lambda document: lines.section_removed(document, supersection, label), change)

    def refer(self, profile: str, key: str, label: str) -> None:
        """Let a profile refer to a list."""

        def change(meaning: Meaning, _: Case) -> None:
            meaning.profiles[profile][key] = label.upper()

        self.apply(lambda document: lines.referred(document, profile, key, label), change)

    def unrefer(self, profile: str, key: str) -> None:
        """Remove a profile's reference to such a list."""

        def change(meaning: Meaning, _: Case) -> None:
            meaning.profiles[profile].pop(key, None)

        self.apply(lambda document: lines.unreferred(document, profile, key), change)

    def new_label(self, supersection: str, wanted: str) -> str:
        """The label, or with a number after it if there is a section of that name."""
        found = self.document.supersection(supersection)
        label, number = wanted, 2
        while found is not None and found.named(label.upper()):
            label, number = f"{wanted}-{number}", number + 1
        return label

    def written_label(self, supersection: str, label: str) -> str:
        """A label as its header writes it, or as it is kept if that has other characters."""
        found = lines.sections(self.document, supersection, label)
        if not found:
            return label
        section = found[0]
        name = section.header.raw_name
        text = self.document.data[name.start : name.end].strip().decode("latin-1")
        return text if text.upper() == label else label

    def _value(self, supersection: str, item: ListItem) -> tuple[str, str]:
        """What is after the ``=``, and the comment for a line above it."""
        uid, rest = item
        name, comment = self.text(uid)
        if supersection == TRANSFER_SYNTAXES:
            return name, comment
        if supersection == PRESENTATION_CONTEXTS:
            return f"{name}\\{self.written_label(TRANSFER_SYNTAXES, rest)}", comment
        return f"{name}\\{_ROLE_WORDS.get(rest, rest)}", comment

    def depend_on(self, document: Document) -> None:
        """The changes of the meaning also depend on what a release loads from another file."""
        self._beside.append(document)

    # -- the end

    def finished(self) -> Edited:
        """The changed file, if it is certainly what was asked for; raises EditError otherwise."""
        if is_formatted(self._first) and not isinstance(result := formatted(self.document), FormatRefusal):
            self.document = result
        self._check_lost(self._lost())
        if lines.comments(self._first.data) - lines.comments(self.document.data):
            raise EditError("the change would lose a comment; please report this file")
        return Edited(self.document.data, tuple(self.done), tuple(self.warnings))

    def _lost(self) -> list[Case]:
        """The cases that loaded the file and no longer do. The others are checked to load what they should, once for
        all cases in which all files mean the same.
        """
        lost: list[Case] = []
        checked: set[tuple[LoadOutcome, ...]] = set()
        for case in self._before:
            after = outcome(self.document, *case)
            alike = after, *(outcome(document, *case) for document in (self._first, *self._beside))
            if after.config is None:
                lost.append(case)
            elif alike not in checked:
                checked.add(alike)
                self._check_meaning(case, after.config)
        return lost

    def _check_meaning(self, case: Case, after: Config) -> None:
        wanted = meaning_of(self._before[case])
        for change in self._changes:
            change(wanted, case)
        if meaning_of(after) != wanted:
            raise EditError(
                f"the change would not do what it should in DCMTK {case[0]}; please report this file, "
                f"or run `{command('lint')}` on it: something in it may not be read as it looks"
            )

    def _problem(self, case: Case) -> Problem:
        return Loading(self.document, *case, most=1).problems[0]

    def _check_lost(self, lost: Sequence[Case]) -> None:
        mine = [case for case in self._before if case[0] == self.release]
        if set(mine) <= set(lost):
            problem = self._problem(mine[0])
            line = Source(self.document.data).line_of(problem.span.start)
            text = Source(self.document.data).line_text(line).strip()
            raise EditError(
                f"DCMTK {self.release} would refuse the changed file (condition {problem.code}): {problem.message}, "
                f"in the line {text!r}"
            )
        for role, program in _PROGRAMS:
            found = [case[0] for case in lost if case[1] == role]
            if found:
                problem = self._problem((found[0], role))
                which = found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"
                self.warnings.append(
                    f"{program} of DCMTK {which} loaded the file before and will not any more: {problem.message}"
                )


def _loaded(document: Document) -> dict[Case, Config]:
    """What each release loads, in each role in which it loads the file."""
    cases: list[Case] = [(release, role) for release in RELEASES for role in ASSOCIATION_ROLES]
    configs = ((case, loaded(document, *case)) for case in cases)
    return {case: config for case, config in configs if config is not None}
