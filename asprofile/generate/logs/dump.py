"""What one dump of an A-ASSOCIATE-RQ or -AC says, and the UIDs behind the names in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from asprofile.model import Role
from asprofile.names import symbols, uids
from asprofile.names.releases import RELEASES

_UID = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_NOISE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class LoggedContext:
    """``proposed`` transfer syntaxes in the order of the log; ``accepted``: the one of the answer, None where the
    context was refused or nothing is known of an answer."""

    id: int
    abstract_syntax: str
    proposed: tuple[str, ...] = ()
    accepted: str | None = None
    role: Role = "default"
    accepted_role: Role = "default"


@dataclass(slots=True)
class Dump:
    """A dump that is being read. ``roles`` has those that stand apart from the contexts (dcm4che); ``unknown``, names
    that no table has."""

    is_request: bool
    contexts: dict[int, LoggedContext] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    extended: dict[str, bytes] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    _proposed: dict[int, list[str]] = field(default_factory=dict)
    _octets: dict[str, bytearray] = field(default_factory=dict)

    def begin(self, context: int) -> None:
        """A context of that number, of which nothing is known yet."""
        self.contexts[context] = LoggedContext(context, "")
        self._proposed[context] = []

    def propose(self, context: int, uid: str) -> None:
        """One more transfer syntax of a context. A line each: there may be very many."""
        self._proposed[context].append(uid)

    def extend(self, sop_class: str, octets: bytes) -> None:
        """More of the extended negotiation of a SOP class."""
        self._octets.setdefault(sop_class, bytearray()).extend(octets)

    def whole(self) -> Dump:
        """The dump with what came line by line."""
        for number, listed in self._proposed.items():
            if listed:
                self.contexts[number] = replace(self.contexts[number], proposed=tuple(listed))
        self.extended.update((sop_class, bytes(octets)) for sop_class, octets in self._octets.items())
        return self

    def uid(self, text: str, release: str | None = None) -> str:
        """The UID of what a log calls it, a leading ``=`` or not; empty if that is not known."""
        name = text.strip().removeprefix("=")
        found = name if _UID.fullmatch(name) else _meaning(name, release)
        if found is None:
            self.unknown.append(name)
        return found or ""


def role_of(scu: bool, scp: bool) -> Role:
    """The requestor's role from the two bits of role selection."""
    if scp:
        return "both" if scu else "scp"
    return "scu" if scu else "default"


def _meaning(name: str, release: str | None) -> str | None:
    """By DCMTK's name in that release, in any other; by the name of PS3.6, in the spelling of other editions too."""
    if release in RELEASES and (uid := symbols.uid_of(name, release)):
        return uid
    history = symbols.history(name)
    if history:
        return history[-1].uid
    return _by_name().get(_squeezed(name))


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for uid in uids.standard_uids():
        info = uids.describe(uid)
        for name in (info.name, info.keyword) if info else ():
            if name:
                found.setdefault(_squeezed(name), uid)
    return found


def _squeezed(name: str) -> str:
    """Editions differ in blanks, dashes, "&" and whether they say that something is retired."""
    plain = name.casefold().replace("&", "and").removesuffix("(retired)").strip()
    return _NOISE.sub("", plain)
