"""The profiles of one file put into another, with the lists that they need.

Lists that are equal are shared, others come along under their name or, where that is taken, a new one. Texts are taken
over with their comments; how the lines are set is that of the file that grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from asprofile.errors import EditError
from asprofile.lint.fixing import SPELLED
from asprofile.model import Document, Loading, Section, read
from asprofile.model.loader import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
)
from asprofile.program import command
from asprofile.rewrite import lines
from asprofile.rewrite.draft import Case, Draft, Edited
from asprofile.rewrite.meaning import Item, Meaning, meaning_of
from asprofile.rewrite.targets import LIST_NAMES
from asprofile.text import Edit, apply_edits

Clash = Literal["error", "rename", "keep", "replace"]
"""What becomes of a profile whose name the other file has for another one: nothing is done at all, it gets a new name,
it is left out, or it takes the place of the other.
"""

_LISTS = (TRANSFER_SYNTAXES, PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION)


@dataclass(slots=True)
class _Plan:
    """What comes of the sections of the file that is merged: by supersection and label, the label in the other file.

    ``shared`` are those that are there already.
    """

    labels: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in (*_LISTS, PROFILES)})
    shared: set[tuple[str, str]] = field(default_factory=set)


def merge_files(
    document: Document, other: Document, release: str, *, profiles: Iterable[str] | None = None, clash: Clash = "error"
) -> Edited:
    """The file with the profiles of another one: all of them and every list, or only ``profiles`` and what they need.

    Raises EditError, ProfileNotFound.
    """
    draft = Draft(document, release)
    source = Draft(other, release)
    wanted = list(source.meaning.profiles) if profiles is None else [source.config.use(name).name for name in profiles]
    plan = _planned(draft, source, wanted, clash, everything=profiles is None)
    comment = lines.top_comment(other)
    for supersection in _LISTS:
        for label, chosen in plan.labels[supersection].items():
            if (supersection, label) in plan.shared:
                continue
            above = comment if supersection == PRESENTATION_CONTEXTS else b""
            comment = b"" if above else comment
            _copy(draft, source, plan, supersection, label, chosen, above)
    for name, chosen in plan.labels[PROFILES].items():
        if (PROFILES, name) not in plan.shared:
            _copy_profile(draft, source, plan, name, chosen)
    return draft.finished()


def _planned(draft: Draft, source: Draft, wanted: list[str], clash: Clash, *, everything: bool) -> _Plan:
    plan = _Plan()
    mine, theirs = draft.meaning, source.meaning
    names = _names(draft, source, mine, theirs, wanted, clash)
    kept = [name for name in wanted if name in names]
    for supersection in _LISTS:
        needed = list(theirs.lists[supersection])
        if not everything or len(kept) < len(wanted):
            needed = [label for label in needed if label in _needed(theirs, kept, supersection)]
        taken: set[str] = set()
        for label in needed:
            _plan_list(draft, source, plan, supersection, label, taken)
    for name in kept:
        plan.labels[PROFILES][name] = names[name]
    return plan


def _needed(meaning: Meaning, profiles: Iterable[str], supersection: str) -> set[str]:
    contexts = {meaning.profiles[name][PRESENTATION_CONTEXTS] for name in profiles}
    if supersection == TRANSFER_SYNTAXES:
        return {label for found in contexts for _, label in meaning.lists[PRESENTATION_CONTEXTS][found]}
    return {label for name in profiles if (label := meaning.profiles[name].get(supersection)) is not None}


def _plan_list(draft: Draft, source: Draft, plan: _Plan, supersection: str, label: str, taken: set[str]) -> None:
    """Whether a list is there already, else under which label it comes; ``taken`` are those given so far."""
    mine = draft.meaning.lists[supersection]
    items = _mapped(plan, supersection, source.meaning.lists[supersection][label])
    # A context list is shared with other profiles only under its own name: whoever edits it edits all of them.
    equal = [known for known, there in mine.items() if there == items]
    if supersection != TRANSFER_SYNTAXES:
        equal = [known for known in equal if known == label]
    if equal:
        chosen = draft.written_label(supersection, label if label in equal else equal[0])
        plan.shared.add((supersection, label))
        written = source.written_label(supersection, label)
        known = "" if chosen.upper() == label else f" as {chosen}"
        draft.done.append(f"{LIST_NAMES[supersection]} {written}: there already{known}")
    else:
        written = source.written_label(supersection, label)
        chosen = _free(draft, supersection, written, taken)
        renamed = "" if chosen == written else f", as {chosen}: there is another {written}"
        draft.done.append(f"new {LIST_NAMES[supersection]} {written}{renamed}")
        taken.add(chosen.upper())
    plan.labels[supersection][label] = chosen


def _mapped(plan: _Plan, supersection: str, items: list[Item]) -> list[Item]:
    """The items with the labels of the other file."""
    if supersection != PRESENTATION_CONTEXTS:
        return items
    return [(uid, plan.labels[TRANSFER_SYNTAXES][label].upper()) for uid, label in items]


def _free(draft: Draft, supersection: str, wanted: str, taken: set[str]) -> str:
    label, number = wanted, 2
    while label.upper() in taken or draft.new_label(supersection, label) != label:
        label, number = f"{wanted}-{number}", number + 1
    return label


# -- profiles


def _names(
    draft: Draft, source: Draft, mine: Meaning, theirs: Meaning, wanted: list[str], clash: Clash
) -> dict[str, str]:
    """For each profile that is taken over, the name it gets."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in wanted:
        written = source.written_label(PROFILES, name)
        if name not in mine.profiles:
            found[name] = written
        elif _resolved(mine, name) == _resolved(theirs, name):
            draft.done.append(f"profile {written}: there already")
        elif clash == "rename":
            found[name] = _free(draft, PROFILES, written, {*taken, *wanted})
        elif clash == "replace":
            found[name] = written
        elif clash == "keep":
            draft.warnings.append(f"profile {written}: left out, there is another one of that name")
        else:
            raise EditError(
                f"both files have a profile {written}, and they differ (`{command('diff')}` says how): --clash rename "
                "takes it over under another name, --clash replace puts it in the place of the one that is there, "
                "--clash keep leaves it out"
            )
        taken.add(found.get(name, "").upper())
    return found


def _resolved(meaning: Meaning, name: str) -> object:
    """What a profile means, whatever its lists are called."""
    labels = meaning.profiles[name]
    syntaxes = meaning.lists[TRANSFER_SYNTAXES]
    contexts = [
        (uid, syntaxes[label]) for uid, label in meaning.lists[PRESENTATION_CONTEXTS][labels[PRESENTATION_CONTEXTS]]
    ]
    others = [
        meaning.lists[key][labels[key]] if key in labels else [] for key in (ROLE_SELECTION, EXTENDED_NEGOTIATION)
    ]
    return contexts, others


def _copy_profile(draft: Draft, source: Draft, plan: _Plan, name: str, chosen: str) -> None:
    labels = {key: plan.labels[key][label] for key, label in source.meaning.profiles[name].items()}
    if chosen.upper() in draft.meaning.profiles:
        _replace_profile(draft, chosen.upper(), labels)
        return

    def edits(fragment: Document) -> Iterator[Edit]:
        yield from lines.renamed(fragment, PROFILES, name, chosen)
        for key, label in labels.items():
            yield from lines.referred(fragment, name, key, label)

    def change(meaning: Meaning, _: Case) -> None:
        meaning.profiles[chosen.upper()] = {key: label.upper() for key, label in labels.items()}

    section = lines.sections(source.document, PROFILES, name)[0]
    draft.apply(_added(draft, source, PROFILES, section, edits), change)
    draft.done.append(f"new profile {chosen}")


def _replace_profile(draft: Draft, name: str, labels: dict[str, str]) -> None:
    for key in (PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION):
        if key in labels:
            draft.refer(name, key, labels[key])
        elif key in draft.meaning.profiles[name]:
            draft.unrefer(name, key)
    draft.done.append(f"profile {name}, in the place of the one that was there; its lists are still in the file")


# -- lists


def _copy(draft: Draft, source: Draft, plan: _Plan, supersection: str, label: str, chosen: str, above: bytes) -> None:
    """Take the sections of a list over, with ``above`` as a comment over the first."""

    def edits(fragment: Document) -> Iterator[Edit]:
        yield from lines.renamed(fragment, supersection, label, chosen)
        if supersection == PRESENTATION_CONTEXTS:
            yield from lines.relabelled(fragment, plan.labels[TRANSFER_SYNTAXES])

    def change(meaning: Meaning, case: Case) -> None:
        items = _mapped(plan, supersection, theirs(case).lists[supersection][label])
        meaning.lists[supersection][chosen.upper()] = items

    def unchanged(_: Meaning, __: Case) -> None:
        """The last of several sections makes the list whole; before that there is nothing to compare."""

    def theirs(case: Case) -> Meaning:
        loading = Loading(source.document, *case)
        return source.meaning if loading.problems else meaning_of(loading.config)

    found = lines.sections(source.document, supersection, label)
    for number, section in enumerate(found):
        comment = above if number == 0 else b""
        last = number == len(found) - 1
        draft.apply(_added(draft, source, supersection, section, edits, comment), change if last else unchanged)


def _added(
    draft: Draft,
    source: Draft,
    supersection: str,
    section: Section,
    edits: Callable[[Document], Iterable[Edit]],
    above: bytes = b"",
) -> lines.Edits:
    """A section of the other file, after edits, added to this one."""
    header = b"[[%s]]\n" % SPELLED[supersection].encode("ascii")
    fragment = read(header + above + lines.own_block(source.document, section))
    block = apply_edits(fragment.data, edits(fragment)).removeprefix(header)
    return lines.section_added(draft.document, supersection, block)
