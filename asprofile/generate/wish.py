"""What a profile shall offer: SOP classes with the transfer syntaxes of each of their contexts.

This module makes wishes from recipes, named SOP classes, counted objects, logged associations and the answers of a
peer. How wishes become profiles (numbers of contexts, lists, order) is decided in ``arrange``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from asprofile.errors import AsprofileError
from asprofile.generate.families import by_preference, family
from asprofile.generate.recipes import Recipe, RecipePart
from asprofile.generate.request import encodable, permitted
from asprofile.logs import LoggedAssociation
from asprofile.model.config import Profile
from asprofile.model.words import Role
from asprofile.names import companions, sop_classes, transfer_syntaxes, uids
from asprofile.names.fit import judge
from asprofile.names.modalities import modality
from asprofile.names.reasons import reason
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.printing import plural

# One group, so that the order of the log stays.
_LOGGED = "From the log"


class Impossible(AsprofileError):
    """What is asked for is a combination that the standard does not allow."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A SOP class, and for each context that it shall have the transfer syntaxes (UIDs, the preferred first).

    ``heading`` is the comment above the group that it is in, ``notes`` a comment for each context (as many as
    ``lists``, or none). ``role`` and ``extended`` (service class application information, empty for none) as in the
    profile. An ``optional`` wish can be left out.
    """

    abstract_syntax: str
    heading: str
    lists: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    role: Role = "default"
    extended: bytes = b""
    optional: bool = False

    @property
    def syntaxes(self) -> tuple[str, ...]:
        """Every transfer syntax, each once."""
        return tuple(dict.fromkeys(uid for one in self.lists for uid in one))


# --- From recipes and names -------------------------------------------------------------------------------------------


def from_recipe(recipe: Recipe, syntaxes: tuple[str, ...] = ()) -> tuple[Wish, ...]:
    """What a recipe offers; with ``syntaxes``, these instead of its own, for the classes that they can carry."""
    return tuple(
        wish
        for part in recipe.parts
        for uid in part.classes
        if (wish := _of_part(part, uid, syntaxes)) is not None and wish.lists
    )


def _of_part(part: RecipePart, uid: str, syntaxes: tuple[str, ...]) -> Wish | None:
    offered = syntaxes or dict.fromkeys(one for name in part.syntaxes for one in family(name))
    fitting = tuple(one for one in offered if encodable(uid, one) or (_is_unknown(one) and permitted(uid, one)))
    if not fitting:
        return None
    return Wish(uid, part.comment, _contexts(uid, fitting, part.role), role=part.role, optional=part.optional)


def _is_unknown(syntax: str) -> bool:
    known = transfer_syntaxes.get(syntax)
    return known is None or known.encoding is None


def _contexts(uid: str, syntaxes: tuple[str, ...], role: Role = "default") -> tuple[tuple[str, ...], ...]:
    """A context for each transfer syntax, so that an object finds the one that it is in, whatever the peer prefers.

    One for all where nothing is stored, so that there is nothing to convert; and where there is a role, which speaks of
    the SOP class: DCMTK would say it once for each context (PS3.7 D.3.3.4.1).
    """
    info = uids.describe(uid)
    if role != "default" or (info is not None and info.kind != "storage"):
        return (by_preference(syntaxes),)
    return tuple((one,) for one in syntaxes)


def from_name(uid: str, syntaxes: tuple[str, ...] = ()) -> Wish:
    """A SOP class in the given transfer syntaxes; in none, in those that are usual for its kind.

    Raises Impossible where it can be encoded in none of those given.
    """
    wanted = syntaxes or tuple(one for one in _usual(uid) if encodable(uid, one))
    fitting = tuple(one for one in wanted if permitted(uid, one))
    if not fitting:
        raise Impossible(f"{uids.display_name(uid)}: {'; '.join(_why_not(uid, one) for one in wanted[:3])}")
    return Wish(uid, modality(uid), _contexts(uid, fitting))


def _usual(uid: str) -> tuple[str, ...]:
    storage = sop_classes.storage(uid)
    if storage is not None and storage.category == "video":
        return tuple(one for name in ("mpeg2", "mpeg4", "hevc") for one in family(name))
    if storage is not None and storage.pixel_data:
        return (*family("uncompressed"), *family("lossless"))
    return family("uncompressed")


def _why_not(uid: str, syntax: str) -> str:
    return reason(judge(uid, syntax))


# --- From objects, from a peer, from a log ----------------------------------------------------------------------------


def from_objects(counts: Mapping[tuple[str, str], int]) -> tuple[Wish, ...]:
    """A context for each pair of SOP class and transfer syntax that objects have, with their number as a comment.

    In the order of the kinds of equipment, then of the UIDs, so that the order of the files does not show.
    """
    by_class: dict[str, list[tuple[str, int]]] = {}
    for (sop_class, syntax), count in sorted(counts.items(), key=lambda item: (_key(item[0][0]), _key(item[0][1]))):
        by_class.setdefault(sop_class, []).append((syntax, count))
    wishes = [
        Wish(
            uid,
            modality(uid),
            tuple((syntax,) for syntax, _ in found),
            tuple(plural(count, "object") for _, count in found),
        )
        for uid, found in by_class.items()
    ]
    headings = list(dict.fromkeys(wish.heading for wish in wishes))
    return tuple(sorted(wishes, key=lambda wish: headings.index(wish.heading)))


def _key(uid: str) -> tuple[tuple[int, ...], str]:
    """Numeric order, also for what only looks like a UID."""
    return tuple(int(part) for part in uid.split(".") if part.isdecimal()), uid


def from_acceptance(accepted: Iterable[tuple[str, Sequence[str]]]) -> tuple[Wish, ...]:
    """What a peer accepts: pairs of a SOP class and the transfer syntaxes that it accepted it in, in its order.

    Each gets a context of its own, so that a file finds the one that it is in. A SOP class that was accepted in none is
    left out; one that is named twice gets what either names.
    """
    found: dict[str, dict[str, None]] = {}
    for uid, syntaxes in accepted:
        found.setdefault(uid, {}).update(dict.fromkeys(syntaxes))
    return tuple(
        Wish(uid, modality(uid), tuple((one,) for one in syntaxes)) for uid, syntaxes in found.items() if syntaxes
    )


def within(
    wishes: Iterable[Wish], accepted: Mapping[str, Sequence[str]]
) -> tuple[tuple[Wish, ...], tuple[tuple[str, str], ...]]:
    """As much of the wishes as a peer accepts, and the pairs of SOP class and transfer syntax that it does not."""
    kept: list[Wish] = []
    refused: dict[tuple[str, str], None] = {}
    for wish in wishes:
        uid, there = wish.abstract_syntax, frozenset(accepted.get(wish.abstract_syntax, ()))
        refused |= dict.fromkeys((uid, syntax) for syntax in wish.syntaxes if syntax not in there)
        notes = wish.notes or ("",) * len(wish.lists)
        left = [
            (tuple(one for one in syntaxes if one in there), note)
            for syntaxes, note in zip(wish.lists, notes, strict=True)
        ]
        fitting = [(syntaxes, note) for syntaxes, note in left if syntaxes]
        if fitting:
            lists, texts = zip(*fitting, strict=True)
            kept.append(replace(wish, lists=lists, notes=texts if wish.notes else ()))
    return tuple(kept), tuple(refused)


def from_associations(associations: Iterable[LoggedAssociation], *, accepted: bool = False) -> tuple[Wish, ...]:
    """The contexts of logged associations, each distinct one once: as they were proposed, with roles and extended
    negotiation; with ``accepted``, those only that were accepted, in the transfer syntax and the role of the answer. A
    role of which nothing was granted is kept: without it, the profile would not be what was tried. Of an association
    without its request there is no more than what was accepted.
    """
    found: dict[Wish, None] = {}
    for association in associations:
        extended = dict(association.extended)
        for context in association.contexts:
            only_accepted = accepted or not association.proposed
            if only_accepted and context.accepted is None:
                continue
            uid = context.abstract_syntax
            offered = (context.accepted,) if only_accepted and context.accepted else context.proposed
            granted = only_accepted and context.accepted_role != "default"
            role = context.accepted_role if granted else context.role
            found.setdefault(Wish(uid, _LOGGED, (offered,), role=role, extended=extended.get(uid, b"")))
    return tuple(found)


def from_profile(profile: Profile) -> tuple[Wish, ...]:
    """The contexts of a profile, each distinct one once, with roles and extended negotiation."""
    extended = {item.sop_class: item.data for item in profile.extended}
    heading = f"From the profile {profile.name}"
    found: dict[Wish, None] = {}
    for context in profile.contexts:
        uid = context.abstract_syntax
        lists = (context.transfer_syntaxes,)
        found.setdefault(Wish(uid, heading, lists, role=context.role, extended=extended.get(uid, b"")))
    return tuple(found)


def roles_refused(association: LoggedAssociation) -> Iterator[tuple[str, Role, Role]]:
    """SOP class, role asked for, role granted: where an accepted context is not in the role that was asked for.

    Without an item in the answer the requestor is the SCU (PS3.7 D.3.3.4).
    """
    told: set[str] = set()
    for context in association.contexts:
        asked, granted = context.role, context.accepted_role
        meant = "scu" if granted == "default" else granted
        if association.answered and context.accepted and asked not in ("default", meant):
            if context.abstract_syntax not in told:
                yield context.abstract_syntax, asked, granted
            told.add(context.abstract_syntax)


# --- What the standard requires too -----------------------------------------------------------------------------------


def completed(wishes: Iterable[Wish], *, acceptor: bool, with_classes: bool) -> tuple[Wish, ...]:
    """The wishes with the transfer syntaxes that must be offered too (PS3.5 10.1, 10.2, 10.5, A.5) and, if wanted, the
    SOP classes that shall be supported with others (PS3.4 B.5.1, H.3.1).
    """
    wishes = tuple(wishes)
    offered: dict[str, set[str]] = {}
    for wish in wishes:
        offered.setdefault(wish.abstract_syntax, set()).update(wish.syntaxes)
    done = tuple(_with_syntaxes(wish, offered[wish.abstract_syntax]) for wish in wishes)
    return _companions(done, acceptor=acceptor) if with_classes else done


def _with_syntaxes(wish: Wish, offered: set[str]) -> Wish:
    lists, notes = list(wish.lists), list(wish.notes)
    for uid in wish.syntaxes:
        syntax = transfer_syntaxes.get(uid)
        # The rules are not for retired ones; the default transfer syntax is added below.
        for wanted in syntax.companions if syntax is not None and not syntax.retired else ():
            if IMPLICIT_VR_LITTLE_ENDIAN not in wanted and offered.isdisjoint(wanted):
                offered.add(wanted[0])
                lists.append((wanted[0],))
                notes.append(f"has to go with {uids.display_name(uid)}")
    if IMPLICIT_VR_LITTLE_ENDIAN not in offered and not _may_lack_default(wish.abstract_syntax, offered):
        offered.add(IMPLICIT_VR_LITTLE_ENDIAN)
        lists.append((IMPLICIT_VR_LITTLE_ENDIAN,))
        notes.append("the default transfer syntax, which shall be offered (PS3.5 10.1)")
    if len(lists) == len(wish.lists):
        return wish
    together = _contexts(wish.abstract_syntax, tuple(uid for one in lists for uid in one), wish.role)
    if len(together) == 1:
        return replace(wish, lists=together, notes=())
    missing = [""] * (len(lists) - len(notes))
    all_notes = notes[: len(wish.notes)] + missing + notes[len(wish.notes) :]
    return replace(wish, lists=tuple(lists), notes=tuple(all_notes))


def _may_lack_default(sop_class: str, offered: Iterable[str]) -> bool:
    """Whether a sender may do without the default transfer syntax (PS3.5 10.1): it may where all that it has is lossy,
    which is certain of the Video classes alone.
    """
    storage = sop_classes.storage(sop_class)
    if storage is None or storage.category != "video":
        return False
    return all(judge(sop_class, uid).waiver == "lossy" for uid in offered)


def _companions(wishes: Sequence[Wish], *, acceptor: bool) -> tuple[Wish, ...]:
    """The wishes with what has to be supported with them; what a required one needs is not optional."""
    found = list(wishes)
    for wish in wishes:
        for duty in companions.companions_of(wish.abstract_syntax):
            if not duty.requires or not (duty.role == "any" or (duty.role == "scp" and acceptor)):
                continue
            there = [place for place, one in enumerate(found) if one.abstract_syntax in duty.requires]
            if not there:
                uid = duty.requires[0]
                heading = f"Shall be supported with what is above ({duty.ref})"
                fitting = tuple(one for one in wish.syntaxes if encodable(uid, one))
                lists = _contexts(uid, fitting or family("uncompressed"))
                found.append(Wish(uid, heading, lists, optional=wish.optional))
            elif not wish.optional and all(found[place].optional for place in there):
                found[there[0]] = replace(found[there[0]], optional=False)
    return tuple(found)
