"""Makes the typed model from a document, with every reason for which DCMTK would refuse it.

The order of the checks is DCMTK's (DcmAssociationConfigurationFile): transfer syntaxes, contexts, roles, extended
negotiation, profiles, each in file order, so the first problem is the one that DCMTK reports. DCMTK stops there; we go
on, so that a linter can show the rest, and one mistake is not reported again where its list is used.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from asprofile.errors import AsprofileError, LoadError
from asprofile.model import uid
from asprofile.model.config import (
    Config,
    ContextItem,
    ContextList,
    ExtendedList,
    ExtendedNegotiation,
    PresentationContext,
    Profile,
    RoleEntry,
    RoleList,
    TransferSyntaxItem,
    TransferSyntaxList,
)
from asprofile.model.document import Document, Section, read
from asprofile.model.problem import ILLEGAL_CALL, Problem
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    MAX_HEX_DIGITS,
    MAX_TRANSFER_SYNTAXES,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    ROLES,
    TRANSFER_SYNTAXES,
    AssociationRole,
    has_limits,
    is_limited,
    label_of,
)
from asprofile.names import releases
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.printing import brief
from asprofile.regular import open_named
from asprofile.text import Span, decode, encode

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.syntax import Entry


# What depends on release and role besides the names: whether an acceptor limits the contexts of a list, whether names
# may be empty, and whether a profile can be used. Each with its answer.
Limit = Literal["contexts", "empty names", "use"]
RELEASE_LIMITS: dict[Limit, Callable[[str, AssociationRole], object]] = {
    "contexts": lambda release, role: is_limited(role, release),
    "empty names": lambda release, _: not releases.at_least(release, "3.6.2"),
    "use": lambda release, role: role if role == "acceptor" else not has_limits(release),
}

T = TypeVar("T")
L = TypeVar("L")

_MOST_QUOTED = 80
_HEX = frozenset(b"0123456789abcdefABCDEF")


class _List(Generic[T]):
    """A list under construction: sections of one name are joined. ``uids`` are the SOP classes, for a list that may
    have each only once.
    """

    __slots__ = ("items", "spans", "uids")

    def __init__(self) -> None:
        self.items: list[T] = []
        self.spans: list[Span] = []
        self.uids: set[str] = set()


class _EnoughProblems(Exception):
    """The maximum number of problems has been found."""


class Loading:
    """One loading of a document: ``problems`` in DCMTK's order, and the model of what is valid.

    ``release`` is a DCMTK release such as "3.7.0"; ``role`` says who loads: storescu (requestor), or storescp,
    dcmrecv, dcmqrscp (acceptor). For files with very many problems: after ``most`` problems loading ends, and the model
    with it.

    ``names`` are the texts that it looked up, ``limits`` what it asked about the release and the role, with the
    answers: another release with the same answers loads the same (``loadings``).
    """

    def __init__(self, document: Document, release: str, role: AssociationRole, most: int | None = None) -> None:
        self.document = document
        self.release = release
        self.role = role
        self.problems: list[Problem] = []
        self._transfer_syntaxes: dict[str, _List[TransferSyntaxItem]] = {}
        self._contexts: dict[str, _List[ContextItem]] = {}
        self._roles: dict[str, _List[RoleEntry]] = {}
        self._extended: dict[str, _List[ExtendedNegotiation]] = {}
        self._profiles: dict[str, Profile] = {}
        self.names: set[bytes] = set()
        self.limits: dict[Limit, object] = {}
        self._proposed: dict[str, set[str]] = {}
        self._compared: set[tuple[int, str, str]] = set()
        self._resolved: dict[tuple[str, str | None], tuple[PresentationContext, ...]] = {}
        self._unusable: dict[str, tuple[ContextItem | None, ContextItem | None]] = {}
        self._most = most
        with suppress(_EnoughProblems):
            self._load()

    def _load(self) -> None:
        self._load_transfer_syntaxes()
        self._load_contexts()
        self._load_roles()
        self._load_extended()
        self._freeze()
        self._load_profiles()

    @property
    def config(self) -> Config:
        """What is valid; the whole file if there are no problems."""
        return Config(
            self.release,
            self.role,
            MappingProxyType(self._profiles),
            MappingProxyType(self._transfer_syntax_lists),
            MappingProxyType(self._context_lists),
            MappingProxyType(self._role_lists),
            MappingProxyType(self._extended_lists),
        )

    # -- the five supersections, in DCMTK's order

    def _load_transfer_syntaxes(self) -> None:
        for found, _, entry in self._numbered(self._transfer_syntaxes, TRANSFER_SYNTAXES, 1050):
            resolved = self._resolved_uid(entry.value)
            if resolved is None:
                self._not_a_uid(1024, "transfer syntax", entry.value, entry.value_span)
            else:
                found.items.append(TransferSyntaxItem(resolved, entry.value_span))

    def _load_contexts(self) -> None:
        for found, section, entry in self._numbered(self._contexts, PRESENTATION_CONTEXTS, 1051):
            item = self._context(section, entry)
            if item is None:
                continue
            if len(found.items) == MAX_CONTEXTS and self._limit("contexts"):
                self._too_many_contexts(section, entry)
            found.items.append(item)

    def _context(self, section: Section, entry: Entry) -> ContextItem | None:
        parts = self._split(entry, 1052, "a presentation context is `abstract syntax\\transfer syntax list`")
        if parts is None:
            return None
        name, rest, name_span, rest_span = parts
        label = label_of(rest)
        if label not in self._transfer_syntaxes:
            message = f"no transfer syntax list {_quoted(rest)} with at least one entry"
            self._problem(1031, message, rest_span, label)
        nothing_is_empty = section.name and name and (label or label not in self._transfer_syntaxes)
        if not nothing_is_empty and not self._limit("empty names"):
            self._empty(section, name, name_span)
            return None
        resolved = self._resolved_uid(name)
        if resolved is None:
            self._not_a_uid(1025, "abstract syntax", name, name_span)
            return None
        return ContextItem(resolved, name_span, label, rest_span, entry.span)

    def _load_roles(self) -> None:
        for found, _, entry in self._numbered(self._roles, ROLE_SELECTION):
            parts = self._split(entry, 1054, "a role is `SOP class\\SCU`, `\\SCP` or `\\BOTH`")
            if parts is None:
                continue
            name, rest, name_span, rest_span = parts
            role = ROLES.get(rest.upper())
            if role is None:
                self._problem(1055, f"unknown role {_quoted(rest)}", rest_span, decode(rest))
                continue
            resolved = self._once(name, name_span, 1026, 1027, "role", found.uids)
            if resolved is not None:
                found.items.append(RoleEntry(resolved, name_span, role, rest_span, entry.span))

    def _load_extended(self) -> None:
        for found, _, entry in self._numbered(self._extended, EXTENDED_NEGOTIATION):
            parts = self._split(entry, 1057, "an extended negotiation item is `SOP class\\hex digits`")
            if parts is None:
                continue
            name, rest, name_span, rest_span = parts
            data = self._hex(rest, rest_span)
            if data is None:
                continue
            resolved = self._once(name, name_span, 1028, 1029, "extended negotiation", found.uids)
            if resolved is not None:
                found.items.append(ExtendedNegotiation(resolved, name_span, data, rest_span, entry.span))

    def _load_profiles(self) -> None:
        for section in self._sections(PROFILES, 1060):
            entry = section.get(PRESENTATION_CONTEXTS)
            if entry is None:
                message = f"profile {section.name} has no entry PresentationContexts"
                self._problem(1061, message, section.header.span, section.name)
                continue
            contexts = self._context_lists.get(label_of(entry.value))
            if contexts is None:
                self._undefined(1033, "presentation context", entry)
                continue
            roles = self._role_list(section, contexts)
            extended = self._extended_list(section, contexts)
            if section.name in self._profiles:
                message = f"a second profile {section.name}"
                self._problem(1030, message, section.header.span, section.name)
            else:
                self._profiles[section.name] = self._profile(section, contexts, roles, extended)

    # -- profiles

    def _role_list(self, section: Section, contexts: ContextList) -> RoleList | None:
        entry = section.get(ROLE_SELECTION)
        if entry is None:
            return None
        label = label_of(entry.value)
        found = self._role_lists.get(label)
        if found is None:
            self._undefined(1036, "role selection", entry)
            return None
        self._all_proposed(1038, "role", entry, contexts, found)
        # A list without a name passes the check and is then not used: DCMTK treats an empty label as none.
        return found if label else None

    def _extended_list(self, section: Section, contexts: ContextList) -> ExtendedList | None:
        entry = section.get(EXTENDED_NEGOTIATION)
        if entry is None:
            return None
        label = label_of(entry.value)
        found = self._extended_lists.get(label)
        if found is None:
            self._undefined(1039, "extended negotiation", entry)
            return None
        self._all_proposed(1041, "extended negotiation", entry, contexts, found)
        return found if label else None

    def _all_proposed(
        self, code: int, what: str, entry: Entry, contexts: ContextList, found: RoleList | ExtendedList
    ) -> None:
        """Each SOP class of a list must be in the context list. Reported once, for any number of profiles with the two
        lists.
        """
        if (code, contexts.label, found.label) in self._compared:
            return
        self._compared.add((code, contexts.label, found.label))
        proposed = self._proposed.get(contexts.label)
        if proposed is None:
            proposed = self._proposed[contexts.label] = {item.abstract_syntax for item in contexts.items}
        for item in found.items:
            if item.sop_class not in proposed:
                message = f"the {what} list has {item.sop_class}, which is not in the context list {contexts.label}"
                self._problem(code, message, entry.value_span, item.sop_class)

    def _profile(
        self, section: Section, contexts: ContextList, roles: RoleList | None, extended: ExtendedList | None
    ) -> Profile:
        # A file may have very many profiles with the same lists.
        lists = contexts.label, roles.label if roles else None
        resolved = self._resolved.get(lists)
        if resolved is None:
            resolved = self._resolved[lists] = self._presentation_contexts(contexts, roles)
        refusal = self._refusal(section, contexts)
        data = extended.items if extended else ()
        return Profile(section.name, resolved, data, contexts, roles, extended, section.header.span, refusal)

    def _presentation_contexts(self, contexts: ContextList, roles: RoleList | None) -> tuple[PresentationContext, ...]:
        role_of = {item.sop_class: item.role for item in roles.items} if roles else {}
        return tuple(
            PresentationContext(
                2 * index + 1,
                item.abstract_syntax,
                self._uids[item.label],
                role_of.get(item.abstract_syntax, "default"),
                item.span,
            )
            for index, item in enumerate(contexts.items)
        )

    def _refusal(self, section: Section, contexts: ContextList) -> Problem | None:
        """Why DCMTK loads the file but will not use this profile."""
        if contexts.label not in self._unusable:
            long = (item for item in contexts.items if item.label in self._long)
            self._unusable[contexts.label] = next(long, None), _first_repeated(contexts)
        too_long, repeated = self._unusable[contexts.label]
        if too_long is None and repeated is None:
            return None
        usable = self._limit("use")
        if self.role == "requestor":
            return None if usable or too_long is None else self._too_many_syntaxes(too_long)
        return None if repeated is None else _refused_by_acceptor(section, repeated)

    def _too_many_syntaxes(self, item: ContextItem) -> Problem:
        count = len(self._transfer_syntax_lists[item.label].items)
        message = (
            f"transfer syntax list {item.label} has {count} entries; DCMTK up to 3.6.7 takes {MAX_TRANSFER_SYNTAXES}"
        )
        return Problem(1067, message, item.label_span, item.label)

    # -- parts

    def _numbered(
        self, lists: dict[str, _List[T]], name: str, missing: int | None = None
    ) -> Iterator[tuple[_List[T], Section, Entry]]:
        """The numbered entries of a supersection, in order, each with the list that its section makes.

        As in DCMTK, a section makes its list with the first of its numbered keys: without one there is none.
        """
        for section in self._sections(name, missing):
            found: _List[T] | None = None
            for entry in section.numbered(NUMBERED_KEYS[name]):
                if found is None:
                    found = lists.setdefault(section.name, _List())
                    found.spans.append(section.header.span)
                yield found, section, entry

    def _resolved_uid(self, text: bytes) -> str | None:
        if not uid.is_number(text):
            self.names.add(text)
        return uid.resolve(text, self.release)

    def _limit(self, limit: Limit) -> object:
        if limit not in self.limits:
            self.limits[limit] = RELEASE_LIMITS[limit](self.release, self.role)
        return self.limits[limit]

    def _sections(self, name: str, missing: int | None = None) -> Iterator[Section]:
        supersection = self.document.supersection(name)
        if supersection is None:
            if missing is not None:
                self._problem(missing, f"no supersection [[{name}]]", Span(0, 0), name)
            return iter(())
        return iter(supersection.sections)

    def _split(self, entry: Entry, code: int, form: str) -> tuple[bytes, bytes, Span, Span] | None:
        """The parts before and after the first backslash, with spans."""
        left, backslash, right = entry.value.partition(b"\\")
        if not backslash:
            self._problem(
                code, f"no backslash in {_quoted(entry.value)}: {form}", entry.value_span, decode(entry.value)
            )
            return None
        left_span, right_span = entry.parts((0, len(left)), (len(left) + 1, len(entry.value)))
        return left, right, left_span, right_span

    def _once(self, name: bytes, span: Span, invalid: int, twice: int, what: str, others: set[str]) -> str | None:
        """The UID of a SOP class that may be only once in its list; it is added to the ``others`` there."""
        resolved = self._resolved_uid(name)
        if resolved is None:
            self._not_a_uid(invalid, "SOP class", name, span)
        elif resolved in others:
            self._problem(twice, f"{what} given twice for {_quoted(name)}", span, resolved)
            resolved = None
        else:
            others.add(resolved)
        return resolved

    def _hex(self, digits: bytes, span: Span) -> bytes | None:
        if len(digits) > MAX_HEX_DIGITS:
            self._problem(1058, f"{len(digits)} characters of extended negotiation data; DCMTK takes 2,047", span)
            return None
        if len(digits) % 2 or not _HEX.issuperset(digits):
            message = f"extended negotiation data {_quoted(digits)} is not pairs of hexadecimal digits"
            self._problem(1059, message, span, decode(digits))
            return None
        if not digits:
            self._problem(ILLEGAL_CALL, "no extended negotiation data after the backslash", span)
            return None
        return bytes.fromhex(digits.decode("ascii"))

    def _freeze(self) -> None:
        self._transfer_syntax_lists = _frozen(TransferSyntaxList, self._transfer_syntaxes)
        # A context that names a missing list is a problem, and has no transfer syntaxes in the model.
        self._uids = defaultdict(tuple, {label: found.uids for label, found in self._transfer_syntax_lists.items()})
        most = MAX_TRANSFER_SYNTAXES
        self._long = {label for label, found in self._transfer_syntax_lists.items() if len(found.items) > most}
        self._context_lists = _frozen(ContextList, self._contexts)
        self._role_lists = _frozen(RoleList, self._roles)
        self._extended_lists = _frozen(ExtendedList, self._extended)

    # -- problems

    def _problem(self, code: int, message: str, span: Span, subject: str = "") -> None:
        self.problems.append(Problem(code, brief(message), span, subject))
        if len(self.problems) == self._most:
            raise _EnoughProblems

    def _not_a_uid(self, code: int, what: str, text: bytes, span: Span) -> None:
        message = f"{_quoted(text)} is neither a UID nor a name that DCMTK {self.release} knows ({what})"
        self._problem(code, message, span, decode(text))

    def _undefined(self, code: int, what: str, entry: Entry) -> None:
        message = f"no {what} list {_quoted(entry.value)} with at least one entry"
        self._problem(code, message, entry.value_span, label_of(entry.value))

    def _too_many_contexts(self, section: Section, entry: Entry) -> None:
        message = f"more than {MAX_CONTEXTS} presentation contexts in list {section.name}"
        self._problem(1032, message, entry.span, section.name)

    def _empty(self, section: Section, name: bytes, span: Span) -> None:
        if not section.name:
            self._problem(ILLEGAL_CALL, "the presentation context list has no name", section.header.span)
        elif not name:
            self._problem(ILLEGAL_CALL, "no abstract syntax in front of the backslash", span)
        else:
            self._problem(ILLEGAL_CALL, "no transfer syntax list after the backslash", span)


def load(source: bytes | str | Path, release: str = releases.LATEST, role: AssociationRole = "requestor") -> Config:
    """What ``release`` of DCMTK loads from a profile file, given as bytes or as a path.

    ``role`` says who loads it: "requestor" (storescu) or "acceptor" (storescp, dcmrecv, dcmqrscp). Raises LoadError
    with DCMTK's condition code where DCMTK would refuse the file, UnknownRelease for a release that asprofile has no
    tables for, OSError for a path that cannot be read, a pipe or a device among them.
    """
    if role not in ("requestor", "acceptor"):
        raise AsprofileError(f"role is 'requestor' or 'acceptor', not {role!r}")
    if not isinstance(source, bytes):
        with open_named(os.fspath(source)) as file:
            source = file.read()
    loading = Loading(read(source), releases.parse_release(release), role, most=1)
    if loading.problems:
        first = loading.problems[0]
        raise LoadError(first.code, first.message, first.span)
    return loading.config


def _frozen(kind: Callable[[str, tuple[T, ...], tuple[Span, ...]], L], lists: dict[str, _List[T]]) -> dict[str, L]:
    frozen = {label: kind(label, tuple(found.items), tuple(found.spans)) for label, found in lists.items()}
    lists.clear()
    return frozen


def _first_repeated(contexts: ContextList) -> ContextItem | None:
    """The first context whose abstract syntax an earlier one has too."""
    seen: set[str] = set()
    for item in contexts.items:
        if item.abstract_syntax in seen:
            return item
        seen.add(item.abstract_syntax)
    return None


def _refused_by_acceptor(section: Section, item: ContextItem) -> Problem:
    message = (
        f"profile {section.name} has {item.abstract_syntax} twice; an acceptor may have an abstract syntax only once"
    )
    return Problem(0, message, item.abstract_syntax_span, item.abstract_syntax)


def _quoted(text: bytes) -> str:
    # A value may have megabytes and many lines; the span of the problem says where it is.
    line = text[: 4 * _MOST_QUOTED].partition(b"\n")[0]
    shown = decode(line)[:_MOST_QUOTED]
    return f"`{shown}`" if encode(shown) == text else f"`{shown}...`"
