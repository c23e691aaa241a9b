"""What one dump of an A-ASSOCIATE-RQ or -AC says, and the UIDs after the names in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from asprofile.model.words import Role
from asprofile.names import registry, symbols, uids
from asprofile.names.releases import RELEASES

_UID = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_WITH_UID = re.compile(r"[\[(]([0-9]{1,3}(?:\.[0-9]{1,64}){2,64})[\])]")
_NOISE = re.compile(r"[^a-z0-9]+")
# Longer than any name; a text is looked at no further.
_LONGEST = 300


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
class DumpedContext:
    """A context that is being read, with the members of a LoggedContext, and the result as in PS3.8 Table 9-18; None
    where it is not said."""

    id: int
    abstract_syntax: str = ""
    proposed: list[str] = field(default_factory=list)
    accepted: str | None = None
    role: Role = "default"
    accepted_role: Role = "default"
    result: int | None = None

    def done(self) -> LoggedContext:
        return LoggedContext(
            self.id, self.abstract_syntax, tuple(self.proposed), self.accepted, self.role, self.accepted_role
        )


@dataclass(slots=True)
class Dump:
    """A dump that is being read. ``roles`` has those that are apart from the contexts (dcm4che); ``unknown``, names
    that no table has; ``either``, those that may be one of two; ``lacks``: what the program does not write, as
    sentences; ``is_answered``: whether a request has what was answered, too; ``facts``: what else it says, by the names
    of ``FactsReader``; ``has_roles``: whether its program writes roles; ``line``: the number of its first line."""

    is_request: bool
    contexts: dict[int, DumpedContext] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    extended: dict[str, bytearray] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    either: list[str] = field(default_factory=list)
    lacks: tuple[str, ...] = ()
    is_answered: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    has_roles: bool = True
    line: int = 0

    def context(self, number: int) -> DumpedContext:
        """A new context of that number."""
        self.contexts[number] = found = DumpedContext(number)
        return found

    def goes_on(self, number: int, is_proposed: bool) -> bool:
        """Whether a context can be one more of this dump, of which the log may have lost the beginning or the end."""
        if not self.contexts:
            self.is_request = is_proposed
        return is_proposed == self.is_request and number not in self.contexts

    def uid(self, text: str, release: str | None = None) -> str:
        """The UID of what a log calls it, a leading ``=`` or not; empty if that is not known. A UID next to the name
        decides."""
        name = text[:_LONGEST].strip().removeprefix("=").strip()
        if _UID.fullmatch(name):
            return name
        beside = _WITH_UID.search(name)
        if beside is not None:
            return beside[1]
        found, other = _meaning(name, release)
        if found is None:
            self.unknown.append(name)
        elif other is not None:
            self.either.append(f"{name!r} is {found} or, retired, {other}: taken for the first")
        return found or ""


def result_of(words: str) -> int | None:
    """The result of a context (PS3.8 Table 9-18) in a program's words, or its number; None if it is none."""
    if number := re.match(r"\s*([0-9]{1,3})\b", words):
        return int(number[1])
    plain = _squeezed(words)
    for part, result in _RESULTS:
        if part in plain:
            return result
    return None


_RESULTS = (
    ("abstractsyntax", 3),
    ("transfersyntax", 4),
    ("userreject", 1),
    ("rejectuser", 1),
    ("noreason", 2),
    ("provider", 2),
    ("accept", 0),
)


def role_of(scu: bool, scp: bool) -> Role:
    """The requestor's role from the two bits of role selection."""
    if scp:
        return "both" if scu else "scp"
    return "scu" if scu else "default"


def _meaning(name: str, release: str | None) -> tuple[str | None, str | None]:
    """By DCMTK's name in that release, in any other; by the name of PS3.6, in the spelling of other editions too. Of
    two that have the name, the current one, and the retired one with it."""
    if release in RELEASES and (uid := symbols.uid_of(name, release)):
        return uid, None
    history = symbols.history(name)
    if history:
        return history[-1].uid, None
    # PS3.6 says after some names what they are the default for.
    found = _by_name().get(_squeezed(name)) or _by_name().get(_squeezed(name.partition(": ")[0]), [])
    retired = [uid for uid in found if _is_retired(uid)]
    current = [uid for uid in found if uid not in retired]
    if "(retired)" in name.casefold() and retired:
        return retired[0], None
    if current:
        return current[0], retired[0] if retired else None
    return (retired[0] if retired else None), None


def _is_retired(uid: str) -> bool:
    info = uids.describe(uid)
    return info is not None and info.status in ("retired", "trial")


@cache
def _by_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for uid in registry.every_uid():
        info = uids.describe(uid)
        for name in dict.fromkeys((info.name, info.keyword)) if info else ():
            same = found.setdefault(_squeezed(name), []) if name else [uid]
            if uid not in same:
                same.append(uid)
    return found


def _squeezed(name: str) -> str:
    """Editions differ in blanks, dashes, "&" and whether they say that something is retired."""
    plain = name.casefold().replace("&", "and").removesuffix("(retired)").strip()
    return _NOISE.sub("", plain)
