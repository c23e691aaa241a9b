"""Keeps within 128 contexts: makes several profiles of one, or fewer contexts, in the same ways as ``generate``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from asprofile.convert.exchange import Exchange, ExchangeContext, ExchangeProfile
from asprofile.errors import ProposalError
from asprofile.generate.arrange import COMBINED, together
from asprofile.generate.arrange import split as split_request
from asprofile.generate.families import by_preference
from asprofile.generate.request import Group, ProfileRequest, RequestedContext, SyntaxList
from asprofile.model.words import UNLIMITED, AssociationRole, is_limited
from asprofile.names.modalities import modality
from asprofile.names.releases import LATEST
from asprofile.names.well_known import MAX_CONTEXTS


def check(
    profile: ExchangeProfile, role: AssociationRole, release: str | None = None, *, several: bool = False
) -> None:
    """Raise ProposalError for more contexts than there is room for, with the ways out. ``several``: whether what is
    written holds more than one profile."""
    count = len(profile.contexts)
    if count <= MAX_CONTEXTS or not is_limited(role, release or LATEST):
        return
    whom = "an association request" if role == "requestor" else f"an acceptor of DCMTK before {UNLIMITED}"
    parts = f"@{{split}} makes {len(split(profile, role))} profiles of at most {MAX_CONTEXTS}"
    ways = [parts if several else f"{parts} in a profile file (@{{to=profile}}), each of which can be converted then"]
    fewer = len(combined(profile, role).contexts)
    if fewer < count:
        left = "" if fewer <= MAX_CONTEXTS else f", still {math.ceil(fewer / MAX_CONTEXTS)} profiles' worth"
        ways.append(f"@{{combine}} puts transfer syntaxes of a kind into one context ({fewer} contexts{left})")
    if role == "acceptor":
        ways.append(f"@{{release={UNLIMITED}}} or later has no limit for acceptors")
    raise ProposalError(
        f"profile {profile.name} has {count} presentation contexts, but {whom} has room for {MAX_CONTEXTS}. Choose: "
        + "; ".join(ways)
    )


def fitted(exchange: Exchange, release: str | None, *, is_split: bool, is_combined: bool) -> Exchange:
    """With fewer contexts, with more profiles, with both, as it is asked for."""
    profiles: Iterable[ExchangeProfile] = exchange.profiles
    if is_combined:
        profiles = [combined(one, exchange.role) for one in profiles]
    if is_split and is_limited(exchange.role, release or LATEST):
        profiles = [part for one in profiles for part in split(one, exchange.role)]
    return replace(exchange, profiles=tuple(profiles))


def combined(profile: ExchangeProfile, role: AssociationRole) -> ExchangeProfile:
    """With one context for the transfer syntaxes of a kind, of as many kinds as it takes to fit into a request; an
    acceptor's with one context for each SOP class."""
    if role == "acceptor":
        return replace(profile, contexts=tuple(_of_one_list(profile)))
    found = profile
    for natures in COMBINED:
        found = replace(profile, contexts=tuple(_together(profile, natures)))
        if len(found.contexts) <= MAX_CONTEXTS:
            break
    return found


def _of_one_list(profile: ExchangeProfile) -> Iterator[ExchangeContext]:
    for several in _by_class(profile).values():
        syntaxes = by_preference(tuple(uid for one in several for uid in one.transfer_syntaxes))
        yield several[0] if len(several) == 1 else replace(several[0], transfer_syntaxes=syntaxes, label="")


def _together(profile: ExchangeProfile, natures: frozenset[str]) -> Iterator[ExchangeContext]:
    for contexts in _by_class(profile).values():
        labels = {one.transfer_syntaxes: one.label for one in contexts}
        merged = together(dict.fromkeys(one.transfer_syntaxes for one in contexts), natures)
        for syntaxes in merged:
            yield replace(contexts[0], transfer_syntaxes=syntaxes, label=labels.get(syntaxes, ""))


def _by_class(profile: ExchangeProfile) -> dict[str, list[ExchangeContext]]:
    found: dict[str, list[ExchangeContext]] = {}
    for one in profile.contexts:
        found.setdefault(one.abstract_syntax, []).append(one)
    return found


def split(profile: ExchangeProfile, role: AssociationRole) -> tuple[ExchangeProfile, ...]:
    """Profiles of at most 128 contexts, NAME-1, NAME-2 and so on, by modality; one that fits is left as it is."""
    if len(profile.contexts) <= MAX_CONTEXTS:
        return (profile,)
    by_class = _by_class(profile)
    titles = list(dict.fromkeys(map(modality, by_class)))
    classes = sorted(by_class, key=lambda uid: titles.index(modality(uid)))
    groups = tuple(
        Group(title, tuple(_wanted(one) for uid in several for one in by_class[uid]))
        for title, several in groupby(classes, modality)
    )
    parts = split_request(ProfileRequest(profile.name, role, LATEST, "", groups, tuple(profile.roles.items())))
    return tuple(_part(profile, part) for part in parts)


def _wanted(one: ExchangeContext) -> RequestedContext:
    return RequestedContext(one.abstract_syntax, SyntaxList(one.label, one.transfer_syntaxes))


def _part(profile: ExchangeProfile, part: ProfileRequest) -> ExchangeProfile:
    roles = profile.roles
    contexts = tuple(
        ExchangeContext(
            one.abstract_syntax, one.syntaxes.uids, one.syntaxes.label, roles.get(one.abstract_syntax, "default")
        )
        for one in part.contexts
    )
    there = {one.abstract_syntax for one in contexts}
    return ExchangeProfile(part.name, contexts, tuple(one for one in profile.extended if one.sop_class in there))
