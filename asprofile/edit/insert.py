"""Presentation contexts, roles and extended negotiation added to a profile of a file.

The addition is given as UIDs; resolving names belongs to the command line, and what may be removed to make room is in
``room``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asprofile.edit.draft import Draft, Edited
from asprofile.edit.meaning import ListItem
from asprofile.edit.remove import drop_contexts
from asprofile.edit.room import Dispensable, dispensable
from asprofile.edit.targets import LIST_NAMES, find_profile, unshared
from asprofile.errors import EditError
from asprofile.model.document import Document
from asprofile.model.inference import infer
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
    AssociationRole,
    Role,
    has_limits,
)
from asprofile.names import transfer_syntaxes
from asprofile.names.uids import display_name
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.program import command

_LABEL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class NewContext:
    """A context to add; ``label`` is for its transfer syntax list, if no list of the file is equal ("": chosen)."""

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What to add to a profile.

    ``roles`` and ``extended`` are by SOP class; the role "default" takes an entry out. ``role`` says who loads the
    file (None: inferred, from its ``path`` too). ``beside``: put a context after the last one of its SOP class, not at
    the end. ``shared``: change also the profiles that use the same lists. ``drop``: if there is no room, remove what is
    of least use.
    """

    contexts: tuple[NewContext, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    extended: Mapping[str, bytes] = field(default_factory=dict)
    role: AssociationRole | None = None
    path: str = ""
    beside: bool = False
    shared: bool = False
    drop: bool = False


class NoRoom(EditError):
    """The list already has 128 contexts; ``candidates`` are those that could be removed, the least useful first."""

    def __init__(self, message: str, candidates: tuple[Dispensable, ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


def add_to_profile(document: Document, profile: str, addition: Addition, release: str) -> Edited:
    """The file with the addition in its profile. What is there already is left as it is.

    Raises EditError (NoRoom for more than 128 contexts), ProfileNotFound.
    """
    draft = Draft(document, release)
    name = find_profile(draft, profile).name
    if addition.contexts:
        _add_contexts(draft, name, addition)
    for sop_class, role in addition.roles.items():
        _set_role(draft, name, sop_class, role, addition.shared)
    for sop_class, data in addition.extended.items():
        _set_extended(draft, name, sop_class, data, addition.shared)
    return draft.finished()


def transfer_syntax_list(draft: Draft, syntaxes: Sequence[str], label: str = "") -> str:
    """The label of the list with exactly these transfer syntaxes in this order: one that is there, or a new one."""
    wanted: list[ListItem] = [(uid, "") for uid in syntaxes]
    lists = draft.meaning.lists[TRANSFER_SYNTAXES]
    equal = [known for known, items in lists.items() if items == wanted]
    if equal:
        return label.upper() if label.upper() in equal else equal[0]
    if label and label.upper() in lists:
        raise EditError(
            f"there is a transfer syntax list {label} with other transfer syntaxes; give another label, or none"
        )
    if label and _LABEL.fullmatch(label) is None:
        raise EditError(f"{label!r} is no label that DCMTK keeps: write letters, digits, `-` and `_` only")
    chosen = draft.new_label(TRANSFER_SYNTAXES, label or label_for(syntaxes))
    draft.add_list(TRANSFER_SYNTAXES, chosen, wanted)
    names = ", ".join(display_name(uid) for uid in syntaxes)
    draft.done.append(f"new transfer syntax list {chosen}: {names}")
    return chosen.upper()


def label_for(syntaxes: Sequence[str]) -> str:
    """A label for a new list of these transfer syntaxes: the keyword of one, the family of several."""
    known = [transfer_syntaxes.get(uid) for uid in syntaxes]
    families = {syntax.family if syntax is not None else "" for syntax in known}
    keywords = [syntax.keyword for syntax in known if syntax is not None and syntax.keyword]
    if len(syntaxes) == 1:
        return keywords[0] if keywords else f"Syntax-{syntaxes[0].replace('.', '-')}"
    if families == {"uncompressed"}:
        return "Uncompressed"
    if len(families) == 1 and "" not in families:
        return families.pop().upper()
    return "-".join(keywords) if len(keywords) == len(syntaxes) <= 3 else "Mixed"


# -- contexts


def _add_contexts(draft: Draft, profile: str, addition: Addition) -> None:
    label = unshared(draft, profile, PRESENTATION_CONTEXTS, addition.shared)
    assert label is not None, "a profile that is loaded names its contexts"
    accepts = _role_of(draft, label, addition) == "acceptor"
    wanted = _missing(draft, profile, label, addition.contexts, accepts)
    if not accepts or has_limits(draft.release):
        _make_room(draft, profile, label, wanted, addition)
    for context in wanted:
        if accepts and (place := _place_of(draft, label, context.abstract_syntax)) is not None:
            _widen(draft, label, place, context)
        else:
            _append(draft, label, context, addition.beside)


def _role_of(draft: Draft, label: str, addition: Addition) -> AssociationRole | None:
    if addition.role is not None:
        return addition.role
    config = loaded(draft.document, draft.release, "requestor")
    if config is None:
        config = Loading(draft.document, draft.release, "requestor").config
    return infer(addition.path, draft.document, config).lists.get(label)


def _missing(draft: Draft, profile: str, label: str, contexts: Iterable[NewContext], accepts: bool) -> list[NewContext]:
    """The contexts that are not there yet, each once."""
    meaning = draft.meaning
    sets = {name: frozenset(uid for uid, _ in items) for name, items in meaning.lists[TRANSFER_SYNTAXES].items()}
    there = [(uid, sets[syntaxes]) for uid, syntaxes in meaning.lists[PRESENTATION_CONTEXTS][label]]
    found: list[NewContext] = []
    for context in contexts:
        proposed = frozenset(context.transfer_syntaxes)
        what = described(context.abstract_syntax, context.transfer_syntaxes)
        same = [
            number
            for number, (uid, known) in enumerate(there, start=1)
            if uid == context.abstract_syntax and (known == proposed or (accepts and known >= proposed))
        ]
        if same:
            draft.done.append(f"already there: {what} (context {same[0]} of {profile})")
        else:
            found.append(context)
            there.append((context.abstract_syntax, proposed))
    return found


def _append(draft: Draft, label: str, context: NewContext, beside: bool) -> None:
    syntaxes = transfer_syntax_list(draft, context.transfer_syntaxes, context.label)
    items = draft.meaning.lists[PRESENTATION_CONTEXTS][label]
    same = [place for place, (uid, _) in enumerate(items) if uid == context.abstract_syntax]
    place = same[-1] + 1 if beside and same else len(items)
    draft.insert(PRESENTATION_CONTEXTS, label, place, (context.abstract_syntax, syntaxes))
    what = described(context.abstract_syntax, context.transfer_syntaxes)
    used = draft.written_label(TRANSFER_SYNTAXES, syntaxes)
    draft.done.append(f"new context {place + 1} of list {_written(draft, label)}: {what} (list {used})")


def _widen(draft: Draft, label: str, place: int, context: NewContext) -> None:
    """An acceptor's list has a SOP class once, so the transfer syntaxes are added to those of its context."""
    meaning = draft.meaning
    old = meaning.lists[PRESENTATION_CONTEXTS][label][place][1]
    known = [uid for uid, _ in meaning.lists[TRANSFER_SYNTAXES][old]]
    syntaxes = transfer_syntax_list(draft, tuple(dict.fromkeys((*known, *context.transfer_syntaxes))), context.label)
    draft.replace(PRESENTATION_CONTEXTS, label, place, (context.abstract_syntax, syntaxes))
    what = described(context.abstract_syntax, context.transfer_syntaxes)
    used, before = (draft.written_label(TRANSFER_SYNTAXES, known) for known in (syntaxes, old))
    draft.done.append(
        f"context {place + 1} of list {_written(draft, label)} takes also {what} (list {used}, before {before})"
    )


def _place_of(draft: Draft, label: str, uid: str) -> int | None:
    items = draft.meaning.lists[PRESENTATION_CONTEXTS][label]
    return next((place for place, (known, _) in enumerate(items) if known == uid), None)


def _make_room(draft: Draft, profile: str, label: str, wanted: Sequence[NewContext], addition: Addition) -> None:
    count = len(draft.meaning.lists[PRESENTATION_CONTEXTS][label])
    surplus = count + len(wanted) - MAX_CONTEXTS
    if surplus <= 0 or not wanted:
        return
    candidates = tuple(dispensable(draft.config, label))
    if not addition.drop or len(candidates) < surplus:
        raise NoRoom(_no_room(profile, count, len(wanted), candidates, addition.drop), candidates)
    gone = candidates[:surplus]
    for candidate in gone:
        place = f"context {candidate.place + 1} of list {_written(draft, label)}"
        draft.done.append(f"dropped {place}, {candidate.what}: {candidate.reason}")
    drop_contexts(draft, profile, [candidate.place for candidate in gone])


def _no_room(profile: str, count: int, wanted: int, candidates: Sequence[Dispensable], drop: bool) -> str:
    surplus = count + wanted - MAX_CONTEXTS
    begin = (
        f"profile {profile} has {count} presentation contexts, {wanted} more would be {count + wanted}, and a "
        f"requestor can propose {MAX_CONTEXTS}"
    )
    if len(candidates) < surplus:
        found = f"only {len(candidates)} of its contexts are" if candidates else "none of its contexts is"
        ways_out = f"take others out with `{command('remove')}`, or make a second profile"
        return f"{begin}: {found} plainly dispensable; {ways_out}"
    assert not drop
    first = "the first" if surplus == 1 else f"the first {surplus}"
    return f"{begin}: {len(candidates)} of its contexts could go, see below; @{{drop}} takes out {first} of these"


def _written(draft: Draft, label: str) -> str:
    return draft.written_label(PRESENTATION_CONTEXTS, label)


def described(abstract_syntax: str, syntaxes: Iterable[str]) -> str:
    """A context in words."""
    names = ", ".join(display_name(uid) for uid in syntaxes)
    return f"{display_name(abstract_syntax)} with {names}"


# -- roles and extended negotiation


def _set_role(draft: Draft, profile: str, sop_class: str, role: Role, shared: bool) -> None:
    what = f"role of {display_name(sop_class)}"
    if role == "default":
        _unset(draft, profile, ROLE_SELECTION, sop_class, shared, what)
    else:
        _set(draft, profile, ROLE_SELECTION, (sop_class, role), shared, f"{what}: {role.upper()}")


def _set_extended(draft: Draft, profile: str, sop_class: str, data: bytes, shared: bool) -> None:
    what = f"extended negotiation of {display_name(sop_class)}: {data.hex()}"
    _set(draft, profile, EXTENDED_NEGOTIATION, (sop_class, data.hex()), shared, what)


def _set(draft: Draft, profile: str, key: str, item: ListItem, shared: bool, what: str) -> None:
    label = unshared(draft, profile, key, shared)
    if label is None:
        chosen = draft.new_label(key, _profile_label(draft, profile))
        draft.add_list(key, chosen, [item])
        draft.refer(profile, key, chosen)
        draft.done.append(f"{what} ({LIST_NAMES[key]} {chosen})")
        return
    items = draft.meaning.lists[key][label]
    place = next((place for place, (uid, _) in enumerate(items) if uid == item[0]), None)
    if place is None:
        draft.insert(key, label, len(items), item)
        draft.done.append(f"{what} ({LIST_NAMES[key]} {draft.written_label(key, label)})")
    elif items[place] == item:
        draft.done.append(f"already there: {what}")
    else:
        draft.replace(key, label, place, item)
        draft.done.append(
            f"{what}, before {items[place][1].upper()} ({LIST_NAMES[key]} {draft.written_label(key, label)})"
        )


def _unset(draft: Draft, profile: str, key: str, sop_class: str, shared: bool, what: str) -> None:
    label = unshared(draft, profile, key, shared)
    items = draft.meaning.lists[key][label] if label is not None else []
    places = [place for place, (uid, _) in enumerate(items) if uid == sop_class]
    if label is None or not places:
        draft.done.append(f"already there: {what}: the default")
        return
    if len(items) > len(places):
        draft.remove(key, label, places)
    else:
        with draft.together():
            for user in draft.meaning.users(key, label):
                draft.unrefer(user, key)
            draft.remove_list(key, label)
    draft.done.append(f"{what}: the default")


def _profile_label(draft: Draft, profile: str) -> str:
    """The name of a profile as its header writes it, for a list that only it uses."""
    return draft.written_label("PROFILES", profile)
