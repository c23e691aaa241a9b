"""From wishes to profiles: how many contexts, which lists, in which groups, within DCMTK's limits.

Pure. Where the wishes come from belongs in ``wish``; how the profiles look in the file, in ``render``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from asprofile.errors import ProposalError
from asprofile.generate.families import by_preference, family, nature
from asprofile.generate.request import Group, ProfileRequest, RequestedContext, SyntaxList
from asprofile.generate.wish import Wish
from asprofile.model.words import MAX_TRANSFER_SYNTAXES, UNLIMITED, AssociationRole, Role
from asprofile.names import releases, transfer_syntaxes, uids
from asprofile.names.well_known import MAX_CONTEXTS, VERIFICATION

# Bytes of a presentation context item: its length is a number of 16 bits (PS3.8 Table 9-13).
_LONGEST_ITEM = 0xFFFF
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What --combine puts into one context, from harmless to harmful: the peer accepts one transfer syntax of each context,
# and objects in the others have to be converted.
COMBINED = (
    frozenset({"Uncompressed"}),
    frozenset({"Uncompressed", "Lossless"}),
    frozenset({"Uncompressed", "Lossless", "Lossy"}),
    frozenset({"Uncompressed", "Lossless", "Lossy", "Video"}),
)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the profile shall be. ``release``: the oldest that loads it; None for as old as possible."""

    name: str
    role: AssociationRole = "requestor"
    release: str | None = None
    split: bool = False
    combine: bool = False
    required_only: bool = False


@dataclass(slots=True)
class _Class:
    """All that is wished for a SOP class."""

    uid: str
    heading: str
    role: Role
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    extended: bytes = b""


def arrange(wishes: Iterable[Wish], order: Arrangement) -> tuple[ProfileRequest, ...]:
    """The profile; with ``order.split``, as many as it takes. Headers are left empty.

    Raises ProposalError where there is nothing to offer, a name does not work, roles contradict each other, or there
    are more contexts than DCMTK takes; then it says what each way out would give.
    """
    if _NAME.fullmatch(order.name) is None:
        raise ProposalError(f"{order.name!r} is no name for a profile: letters, digits, - and _ only, at most 64")
    wishes = tuple(wishes)
    chosen = [wish for wish in wishes if not (order.required_only and wish.optional)]
    if not chosen:
        left_out = "; what there was is optional" if wishes else ""
        raise ProposalError(f"there is nothing to offer{left_out}")
    classes = _merged(chosen)
    groups = _accepted(classes) if order.role == "acceptor" else _proposed(classes, order)
    oldest = _oldest(order, groups)
    whole = ProfileRequest(order.name, order.role, oldest, "", groups, _roles(classes, order), _extended(classes))
    if not whole.limited or _count(groups) <= MAX_CONTEXTS:
        return (whole,)
    if order.split:
        return split(whole)
    raise ProposalError(_too_many(wishes, order, whole))


def _merged(wishes: Iterable[Wish]) -> list[_Class]:
    """Each SOP class once, where it is wished for first, by groups."""
    found: dict[str, _Class] = {}
    for wish in wishes:
        one = found.setdefault(wish.abstract_syntax, _Class(wish.abstract_syntax, wish.heading, wish.role))
        if one.role != wish.role:
            raise ProposalError(
                f"{uids.display_name(one.uid)} is wanted in the roles {one.role} and {wish.role}, but an association "
                "has one role for a SOP class: make a profile for each"
            )
        one.extended = one.extended or wish.extended
        notes = wish.notes or ("",) * len(wish.lists)
        for syntaxes, note in zip(wish.lists, notes, strict=True):
            same = next((known for known in one.lists if set(known) == set(syntaxes)), syntaxes)
            one.lists[same] = one.lists.get(same, "") or note
    headings = list(dict.fromkeys(one.heading for one in found.values()))
    return sorted(found.values(), key=lambda one: headings.index(one.heading))


def _proposed(classes: list[_Class], order: Arrangement) -> tuple[Group, ...]:
    if not order.combine:
        return _groups(classes)
    # As few as possible: a list in which the peer may choose has a cost.
    for natures in COMBINED:
        groups = _groups([_combined(one, natures) for one in classes])
        if _count(groups) <= MAX_CONTEXTS:
            break
    return groups


def _combined(one: _Class, natures: frozenset[str]) -> _Class:
    lists = {}
    for merged, several in together(one.lists, natures).items():
        lists[merged] = "; ".join(note for syntaxes in several if (note := one.lists[syntaxes]))
    return _Class(one.uid, one.heading, one.role, lists, one.extended)


def together(lists: Iterable[tuple[str, ...]], natures: frozenset[str]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """Of the lists of a SOP class, one for all transfer syntaxes of each nature, where the first of them was; with
    those that it is made of."""
    found: dict[str | tuple[str, ...], list[tuple[str, ...]]] = {}
    for syntaxes in lists:
        kinds = {nature(uid) for uid in syntaxes}
        kind = kinds.pop() if len(kinds) == 1 else None
        found.setdefault(kind if kind in natures else syntaxes, []).append(syntaxes)
    merged: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for several in found.values():
        all_of_them = tuple(uid for syntaxes in several for uid in syntaxes)
        merged.setdefault(by_preference(all_of_them) if len(several) > 1 else several[0], []).extend(several)
    return merged


def _accepted(classes: list[_Class]) -> tuple[Group, ...]:
    """Each SOP class once, with all its transfer syntaxes; Verification first, as a storage SCP has it (PS3.4 A)."""
    found = [_Class(one.uid, one.heading, one.role, {_all(one): _counted(one)}) for one in classes]
    if all(one.uid != VERIFICATION for one in classes):
        found.insert(0, _Class(VERIFICATION, "Verification (C-ECHO)", "default", {family("uncompressed"): ""}))
    return _groups(found)


def _all(one: _Class) -> tuple[str, ...]:
    return by_preference(tuple(uid for syntaxes in one.lists for uid in syntaxes))


def _counted(one: _Class) -> str:
    """The notes of a class's contexts as one."""
    notes = {syntaxes: note for syntaxes, note in one.lists.items() if note}
    if len(one.lists) == 1:
        return "".join(notes.values())
    return ", ".join(
        f"{note} in {' or '.join(map(uids.display_name, syntaxes))}"
        for syntaxes, note in notes.items()
        if note[:1].isdigit()
    )


def _groups(classes: Iterable[_Class]) -> tuple[Group, ...]:
    labels: dict[tuple[str, ...], SyntaxList] = {}
    grouped: dict[str, list[RequestedContext]] = {}
    for one in classes:
        for syntaxes, note in one.lists.items():
            grouped.setdefault(one.heading, []).append(RequestedContext(one.uid, labelled(syntaxes, labels), note))
    return tuple(Group(heading, tuple(contexts)) for heading, contexts in grouped.items())


def labelled(syntaxes: tuple[str, ...], known: dict[tuple[str, ...], SyntaxList]) -> SyntaxList:
    """The list of these transfer syntaxes, under a label that no other one of ``known`` has; it is put there."""
    if syntaxes not in known:
        label = _label(syntaxes)
        taken = {one.label.upper() for one in known.values()}
        number, found = 1, label
        while found.upper() in taken:
            number += 1
            found = f"{label}-{number}"
        known[syntaxes] = SyntaxList(found, syntaxes)
    return known[syntaxes]


def _label(syntaxes: tuple[str, ...]) -> str:
    if len(syntaxes) == 1:
        known = transfer_syntaxes.get(syntaxes[0])
        if known is not None and known.keyword:
            return known.keyword
        return "TransferSyntax-" + re.sub(r"[^0-9]+", "-", syntaxes[0])
    return "-".join(dict.fromkeys(map(nature, syntaxes)))


def _oldest(order: Arrangement, groups: Sequence[Group]) -> str:
    """The release that loads it all. Raises ProposalError for a context that no request, or not that of the release,
    has room for: before anything is made of a list that somebody's log has a hundred thousand transfer syntaxes in.
    """
    if order.role == "acceptor":
        return order.release or (UNLIMITED if _count(groups) > MAX_CONTEXTS else releases.RELEASES[0])
    contexts = [context for group in groups for context in group.contexts]
    longest = max(contexts, key=lambda context: len(context.syntaxes.uids))
    count = len(longest.syntaxes.uids)
    if count > MAX_TRANSFER_SYNTAXES:
        whose = f"{count:,} transfer syntaxes in a context of {uids.display_name(longest.abstract_syntax)}"
        # An item has four bytes in front, and so has each of its sub-items (PS3.8 Table 9-13).
        parts = (longest.abstract_syntax, *longest.syntaxes.uids)
        if 4 + sum(4 + len(uid) for uid in parts) > _LONGEST_ITEM:
            raise ProposalError(f"{whose}: an association request has no room for so many (PS3.8 9.3.2.2)")
        if order.release is not None and not releases.at_least(order.release, UNLIMITED):
            raise ProposalError(
                f"{whose}: DCMTK {order.release} takes {MAX_TRANSFER_SYNTAXES}, from {UNLIMITED} on more"
            )
    return order.release or (UNLIMITED if count > MAX_TRANSFER_SYNTAXES else releases.RELEASES[0])


def _roles(classes: Iterable[_Class], order: Arrangement) -> tuple[tuple[str, Role], ...]:
    """An acceptor that lists SCP alone would turn away whoever proposes no role."""
    roles: list[tuple[str, Role]] = [(one.uid, one.role) for one in classes if one.role != "default"]
    return tuple((uid, "both" if order.role == "acceptor" else role) for uid, role in roles)


def _extended(classes: Iterable[_Class]) -> tuple[tuple[str, bytes], ...]:
    return tuple((one.uid, one.extended) for one in classes if one.extended)


def _count(groups: Iterable[Group]) -> int:
    return sum(len(group.contexts) for group in groups)


# --- More than DCMTK takes --------------------------------------------------------------------------------------------


def split(whole: ProfileRequest) -> tuple[ProfileRequest, ...]:
    """Profiles of at most 128 contexts: groups stay together where they can, the contexts of a SOP class as far as they
    fit. What each of them needs is in each: Verification, and what objects are fetched with (C-GET)."""
    common, groups = _common(whole)
    most = MAX_CONTEXTS - _count(common)
    parts: list[list[Group]] = [[]]
    for group in groups:
        if len(group.contexts) <= most and _count(parts[-1]) + len(group.contexts) > most:
            parts.append([])
        for piece in _pieces(group, most - _count(parts[-1]), most):
            if _count(parts[-1]) + len(piece.contexts) > most:
                parts.append([])
            parts[-1].append(piece)
    return tuple(_part(whole, number, (*common, *part)) for number, part in enumerate(parts, start=1))


def _common(whole: ProfileRequest) -> tuple[list[Group], list[Group]]:
    """The groups of contexts that every part of the profile needs, and the others."""
    kinds = {"verification"} | ({"qr-get"} if any(role in ("scp", "both") for _, role in whole.roles) else set())
    needed = {one.abstract_syntax for one in whole.contexts if _kind(one.abstract_syntax) in kinds}
    found: tuple[list[Group], list[Group]] = [], []
    for group in whole.groups:
        for place, is_needed in enumerate((True, False)):
            contexts = tuple(one for one in group.contexts if (one.abstract_syntax in needed) is is_needed)
            if contexts:
                found[place].append(replace(group, contexts=contexts))
    # If they are so many that nothing else fits, nothing is common.
    return found if _count(found[0]) < MAX_CONTEXTS // 2 else ([], list(whole.groups))


def _kind(uid: str) -> str:
    info = uids.describe(uid)
    return info.kind if info is not None else ""


def _pieces(group: Group, room: int, most: int) -> Iterator[Group]:
    """The group, or what fits into ``room`` and then into a profile each."""
    piece: list[RequestedContext] = []
    by_class: dict[str, list[RequestedContext]] = {}
    for context in group.contexts:
        by_class.setdefault(context.abstract_syntax, []).append(context)
    for contexts in by_class.values():
        for start in range(0, len(contexts), most):
            several = contexts[start : start + most]
            if len(piece) + len(several) > room:
                if piece:
                    yield Group(group.comment, tuple(piece))
                piece, room = [], most
            piece += several
    yield Group(group.comment, tuple(piece))


def _part(whole: ProfileRequest, number: int, groups: tuple[Group, ...]) -> ProfileRequest:
    listed = {context.abstract_syntax for group in groups for context in group.contexts}
    return replace(
        whole,
        name=f"{whole.name}-{number}",
        groups=groups,
        roles=tuple(item for item in whole.roles if item[0] in listed),
        extended=tuple(item for item in whole.extended if item[0] in listed),
    )


def _too_many(wishes: Sequence[Wish], order: Arrangement, whole: ProfileRequest) -> str:
    count = _count(whole.groups)
    reason = "an association request" if order.role == "requestor" else f"an acceptor of DCMTK before {UNLIMITED}"
    ways = [f"@{{split}} makes {len(split(whole))} profiles of at most {MAX_CONTEXTS}, by modality"]
    if order.role == "requestor" and not order.combine:
        combined = _tried(wishes, replace(order, combine=True))
        if combined < count:
            ways.append(f"@{{combine}} puts transfer syntaxes of a kind into one context ({_left(combined)})")
    if not order.required_only and any(wish.optional for wish in wishes):
        required = _tried(wishes, replace(order, required_only=True))
        ways.append(f"@{{required_only}} leaves out what only goes along ({_left(required)})")
    if order.role == "acceptor":
        ways.append(f"@{{release={UNLIMITED}}} or later has no limit for acceptors")
    return f"{count} presentation contexts, but {reason} has room for {MAX_CONTEXTS}. Choose: {'; '.join(ways)}"


def _tried(wishes: Sequence[Wish], order: Arrangement) -> int:
    try:
        return sum(len(request.contexts) for request in arrange(wishes, replace(order, split=True)))
    except ProposalError:
        return 0


def _left(count: int) -> str:
    fits = "" if count <= MAX_CONTEXTS else f", still {math.ceil(count / MAX_CONTEXTS)} profiles' worth"
    return f"{count} contexts{fits}"
