"""What a profile and its lists are meant for, as far as they show it: who opens the association, which services.

What the rules of groups 6 to 9 share. Looking at single entries is the rules' business, editing lists is that of
``lists``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from asprofile.lint.contexts import Stance
from asprofile.lint.fixes import lists
from asprofile.lint.hit import Hit
from asprofile.lint.subject import Subject
from asprofile.model.config import ContextItem, ContextList, Profile
from asprofile.model.words import ROLE_SELECTION, AssociationRole, Role
from asprofile.names import sop_classes, symbols, uids
from asprofile.names.registry import UidInfo, UidKind

NAMES_SHOWN = 3


@lru_cache(maxsize=4096)
def info(uid: str) -> UidInfo | None:
    """``uids.describe``, remembered: many rules ask it of every context."""
    return uids.describe(uid)


@lru_cache(maxsize=4096)
def kind(uid: str) -> UidKind | None:
    """What kind of thing the UID identifies; None if that is not known."""
    found = info(uid)
    return found.kind if found else None


def is_get(uid: str) -> bool:
    """Whether the SOP class is one of C-GET, whose objects come back on the same association (PS3.4 C.5.3)."""
    return (kind(uid) or "").endswith("-get")


def gets_nothing(subject: Subject, profile: Profile) -> ContextItem | None:
    """The context of C-GET in a profile in which no Storage SOP class has a role to come back in (PS3.4 C.5.3)."""
    get = next((item for item in profile.context_list.items if is_get(item.abstract_syntax)), None)
    roles = profile.role_list.items if profile.role_list else ()
    if get is None or any(item.role in ("scp", "both") and may_be_storage(item.sop_class) for item in roles):
        return None
    return get if is_complete(subject, profile) else None


def not_returned(subject: Subject, profile: Profile) -> list[ContextItem]:
    """The contexts of Storage SOP classes that have no role to come back in by C-GET, in a profile in which others
    have one.
    """
    roles = {item.sop_class: item.role for item in profile.role_list.items} if profile.role_list else {}
    storage = [item for item in profile.context_list.items if kind(item.abstract_syntax) == "storage"]
    without = [item for item in storage if roles.get(item.abstract_syntax) not in ("scp", "both")]
    if len(without) == len(storage) or not any(is_get(item.abstract_syntax) for item in profile.context_list.items):
        return []
    return without if is_complete(subject, profile) else []


def may_be_storage(uid: str) -> bool:
    """Whether it is a Storage SOP class, or an unknown one that may be one."""
    return kind(uid) in ("storage", None)


def of_kinds(contexts: ContextList, kinds: Iterable[str]) -> list[ContextItem]:
    """The contexts whose abstract syntax is of one of these kinds, in file order."""
    wanted = frozenset(kinds)
    return [item for item in contexts.items if kind(item.abstract_syntax) in wanted]


def used_lists(subject: Subject) -> Iterator[tuple[Profile, ContextList]]:
    """Each context list that a profile uses, with the first such profile."""
    seen: set[str] = set()
    for profile in subject.config.profiles.values():
        if profile.context_list.label not in seen:
            seen.add(profile.context_list.label)
            yield profile, profile.context_list


def is_complete(subject: Subject, profile: Profile) -> bool:
    """Whether all of the profile's contexts and roles are read, so that what is not there is missing indeed."""
    if profile.role_list is not None:
        place = (ROLE_SELECTION, profile.role_list.label)
        lost = any(loss.section and (loss.supersection, loss.section.name) == place for loss in subject.losses)
        if lost or not subject.loads:
            return False
    elif lists.profile_entry(subject, profile.name, ROLE_SELECTION) is not None:
        # It names a list that is not there.
        return False
    return subject.negotiations.is_complete(profile.context_list)


def is_referenced(subject: Subject, contexts: ContextList, sop_class: str) -> bool:
    """Whether a role or extended negotiation list needs the SOP class in this context list.

    DCMTK refuses the file without it.
    """
    return any(
        profile.context_list.label == contexts.label
        and (
            (profile.role_list is not None and any(item.sop_class == sop_class for item in profile.role_list.items))
            or any(item.sop_class == sop_class for item in profile.extended)
        )
        for profile in subject.config.profiles.values()
    )


def proposed_with_status(
    subject: Subject, statuses: Collection[str]
) -> Iterator[tuple[list[ContextItem], AssociationRole | None]]:
    """For each list that a requestor proposes, or may, and that has any: the contexts of Storage SOP classes with such
    a status in PS3.6, and the ``only_for`` of a hit.
    """
    for contexts in subject.negotiations.proposed:
        items = [
            item
            for item in contexts.items
            if (found := info(item.abstract_syntax)) and found.status in statuses and found.kind == "storage"
        ]
        if items:
            yield items, only_for(subject.stance(contexts, "requestor"), "requestor")


def only_for(stance: Stance, side: AssociationRole) -> AssociationRole | None:
    """What ``Hit.only_for`` is of a hit that holds for this side alone."""
    return side if stance == "perhaps" else None


def with_successors(subject: Subject, items: list[ContextItem]) -> str:
    """The SOP classes as the file names them, for a message, each with the one that has replaced it, if any has."""
    names: dict[str, str] = {}
    for item in items:
        after = sop_classes.successor(item.abstract_syntax) if len(names) <= NAMES_SHOWN else None
        name = subject.text(item.abstract_syntax_span)
        names[item.abstract_syntax] = f"{name} (now {symbol(subject, after)})" if after else name
    return listed(list(names.values()))


def role_for(profile: Profile, sop_class: str) -> Role:
    """What the profile's role list says of the SOP class."""
    for item in profile.role_list.items if profile.role_list else ():
        if item.sop_class == sop_class:
            return item.role
    return "default"


def named(sop_classes: Iterable[str]) -> str:
    """The names of some UIDs for a message: the first few, and how many more there are; each once."""
    return listed([uids.display_name(uid) for uid in dict.fromkeys(sop_classes)])


def listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``, ``A, B, C and 4 more``."""
    if len(names) > NAMES_SHOWN + 1:
        names = [*names[:NAMES_SHOWN], f"{len(names) - NAMES_SHOWN} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def symbol(subject: Subject, uid: str) -> str:
    """What to write for the UID in a file for the release: DCMTK's name, or the UID."""
    return symbols.name_of(uid, subject.release) or uid


def distinct(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits without those at the place of an earlier one: two profiles may share a list."""
    seen = set()
    for hit in hits:
        if hit.span not in seen:
            seen.add(hit.span)
            yield hit
