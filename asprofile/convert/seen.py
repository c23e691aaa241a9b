"""What went by in a log or a capture, as a profile: what was proposed, or for an acceptor what was accepted.

It is what was seen and nothing else: nothing is added that a profile usually has, and nothing is put into an order that
is better. ``generate --from-log`` makes a profile to work with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionSource,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
)
from asprofile.convert.words import named
from asprofile.errors import ConversionError
from asprofile.logs import LoggedAssociation
from asprofile.logs.association import NO_REQUEST
from asprofile.model.words import Role
from asprofile.printing import plural

_MOST = 10_000
"""Different contexts that are kept; no device proposes a hundredth of them."""
_OTHER_SYNTAXES = (
    "for an acceptor it has what was accepted of what was proposed: other transfer syntaxes and SOP classes may be "
    "taken, too, and which of several is preferred is not known"
)


@dataclass(slots=True)
class _Seen:
    associations: int = 0
    answered: bool = False
    contexts: dict[tuple[str, tuple[str, ...]], None] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    extended: dict[str, bytes] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    either: dict[str, None] = field(default_factory=dict)
    lacks: dict[str, None] = field(default_factory=dict)
    other_roles: dict[str, None] = field(default_factory=dict)
    too_many: bool = False

    def add(self, one: LoggedAssociation, *, accepted: bool) -> None:
        self.associations += 1
        self.answered = self.answered or one.answered
        self.unknown.update(dict.fromkeys(one.unknown))
        self.either.update(dict.fromkeys(one.either))
        self.lacks.update(dict.fromkeys(lack for lack in one.lacks if not (accepted and lack == NO_REQUEST)))
        for context in one.contexts:
            syntaxes = context.proposed
            if accepted:
                syntaxes = () if context.accepted is None else (context.accepted,)
            if not syntaxes:
                continue
            if len(self.contexts) >= _MOST:
                self.too_many = True
                return
            self.contexts[context.abstract_syntax, syntaxes] = None
            role = context.accepted_role if accepted else context.role
            if self.roles.setdefault(context.abstract_syntax, role) != role:
                self.other_roles[context.abstract_syntax] = None
        if not accepted:
            for uid, data in one.extended:
                self.extended.setdefault(uid, data)


def reading(found: Iterable[LoggedAssociation], source: ConversionSource, what: str) -> Reading:
    """``what``: a log, a capture. Raises ConversionError where there is nothing of that kind in it, and what
    ``found`` raises.
    """
    accepted = source.role == "acceptor"
    seen = _Seen()
    for one in found:
        seen.add(one, accepted=accepted)
    if not seen.associations:
        raise ConversionError(f"no association with presentation contexts is in the {what}")
    if accepted and not seen.answered:
        raise ConversionError(
            f"the {what} has no answer (A-ASSOCIATE-AC), so it does not tell what was accepted; @{{role=requestor}} "
            "takes what was proposed"
        )
    if not seen.contexts:
        raise ConversionError(f"nothing was {'accepted' if accepted else 'proposed'} in the {what}")
    contexts = _once(seen) if accepted else tuple(ExchangeContext(uid, some) for uid, some in seen.contexts)
    classes = {one.abstract_syntax for one in contexts}
    extended = tuple(Extended(uid, data) for uid, data in seen.extended.items() if uid in classes and data)
    profile = ExchangeProfile(source.name, contexts, extended).with_roles(seen.roles)
    return Reading(
        Exchange(source.role or "requestor", (profile,)),
        tuple(_losses(seen)),
        tuple(_notes(seen, accepted=accepted)),
    )


def _once(seen: _Seen) -> tuple[ExchangeContext, ...]:
    """Each SOP class once, with all that was accepted of it."""
    found: dict[str, dict[str, None]] = {}
    for uid, syntaxes in seen.contexts:
        found.setdefault(uid, {}).update(dict.fromkeys(syntaxes))
    return tuple(ExchangeContext(uid, tuple(syntaxes)) for uid, syntaxes in found.items())


def _losses(seen: _Seen) -> Iterator[ConversionLoss]:
    for name in seen.unknown:
        yield ConversionLoss("other", f"{name!r}, which is no name that is known: left out")
    if seen.too_many:
        yield ConversionLoss("other", f"what is beyond the first {_MOST:,} different contexts")
    for uid in seen.other_roles:
        yield ConversionLoss("role", f"another role for {named(uid)} in other associations than the first")


def _notes(seen: _Seen, *, accepted: bool) -> Iterator[str]:
    verb = "accepted" if accepted else "proposed"
    yield f"what was {verb} in {plural(seen.associations, 'association')}"
    if accepted:
        yield _OTHER_SYNTAXES
    yield from seen.either
    yield from seen.lacks
