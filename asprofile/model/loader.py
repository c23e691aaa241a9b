"""Makes the typed model from a document, with every reason for which DCMTK would refuse it.

The order of the checks is DCMTK's (DcmAssociationConfigurationFile): transfer syntaxes, contexts, roles, extended
negotiation, profiles, each in file order, so the first problem is the one that DCMTK reports. DCMTK stops there; we go
on, so that a linter can show the rest, and one mistake is not reported again where its list is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from asprofile.errors import AsprofileError, LoadError
from asprofile.model import uid
from asprofile.model.config import (
    Config,
    ContextItem,
    ContextList,
    ExtendedList,
    ExtendedNegotiation,
    Profile,
    RoleEntry,
    RoleList,
    TransferSyntaxItem,
    TransferSyntaxList,
)
from asprofile.model.document import Document, Section, read
from asprofile.model.made import MadeProfiles
from asprofile.model.problem import ILLEGAL_CALL, Problem
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    MAX_HEX_DIGITS,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILES,
    RELEASE_LIMITS,
    ROLE_SELECTION,
    ROLES,
    TRANSFER_SYNTAXES,
    AssociationRole,
    Limit,
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


T = TypeVar("T")
L = TypeVar("L")
ProfileListT = TypeVar("ProfileListT", RoleList, ExtendedList)

# Conditions of a list that is not there, and of one with a SOP class that is not proposed; the list in words.
_PROFILE_LISTS = {
    ROLE_SELECTION: (1036, 1038, "role selection", "role"),
    EXTENDED_NEGOTIATION: (1039, 1041, "extended negotiation", "extended negotiation"),
}

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
            roles = self._profile_list(section, contexts, ROLE_SELECTION, self._role_lists)
            extended = self._profile_list(section, contexts, EXTENDED_NEGOTIATION, self._extended_lists)
            if section.name in self._profiles:
                message = f"a second profile {section.name}"
                self._problem(1030, message, section.header.span, section.name)
            else:
                self._profiles[section.name] = self._made.profile(section, contexts, roles, extended)

    # -- profiles

    def _profile_list(
        self, section: Section, contexts: ContextList, key: str, lists: Mapping[str, ProfileListT]
    ) -> ProfileListT | None:
        """The list of roles or of extended negotiation that a profile names. All of it must be proposed."""
        entry = section.get(key)
        if entry is None:
            return None
        undefined, not_proposed, long_name, name = _PROFILE_LISTS[key]
        label = label_of(entry.value)
        found = lists.get(label)
        if found is None:
            self._undefined(undefined, long_name, entry)
            return None
        self._all_proposed(not_proposed, name, entry, contexts, found)
        # A list without a name passes the check and is then not used: DCMTK treats an empty label as none.
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
        self._context_lists = _frozen(ContextList, self._contexts)
        self._role_lists = _frozen(RoleList, self._roles)
        self._extended_lists = _frozen(ExtendedList, self._extended)
        self._made = MadeProfiles(self.role, self._transfer_syntax_lists, partial(self._limit, "use"))

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


def _quoted(text: bytes) -> str:
    # A value may have megabytes and many lines; the span of the problem says where it is.
    line = text[: 4 * _MOST_QUOTED].partition(b"\n")[0]
    shown = decode(line)[:_MOST_QUOTED]
    return f"`{shown}`" if encode(shown) == text else f"`{shown}...`"
