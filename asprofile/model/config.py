"""The typed model of a profile file: what DCMTK would load, frozen, with a span on every field.

UIDs are resolved; the spans lead back to what the file says. Orders are the file's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asprofile.errors import AsprofileError, LoadError, ProfileNotFound
from asprofile.model.problem import Problem
from asprofile.model.words import AssociationRole, Role, looked_up
from asprofile.printing import shortened
from asprofile.text import UNNAMED, Span
from asprofile.value import Value

_MOST_NAMES = 8


class TransferSyntaxItem(Value):
    """``TransferSyntaxN = name``: ``uid`` is the resolved UID, ``span`` that of the name."""

    uid: str
    span: Span


class TransferSyntaxList(Value):
    """The section ``[label]`` of ``[[TransferSyntaxes]]``; sections of one name are joined. ``spans`` are those of
    their headers.
    """

    label: str
    items: tuple[TransferSyntaxItem, ...]
    spans: tuple[Span, ...]

    @property
    def uids(self) -> tuple[str, ...]:
        return tuple(item.uid for item in self.items)


class ContextItem(Value):
    r"""``PresentationContextN = abstract syntax\label``: the resolved UID and label, with the span of each and of the
    entry.
    """

    abstract_syntax: str
    abstract_syntax_span: Span
    label: str
    label_span: Span
    span: Span


class ContextList(Value):
    """The section ``[label]`` of ``[[PresentationContexts]]``."""

    label: str
    items: tuple[ContextItem, ...]
    spans: tuple[Span, ...]


class RoleEntry(Value):
    r"""``RoleN = SOP class\role``."""

    sop_class: str
    sop_class_span: Span
    role: Role
    role_span: Span
    span: Span


class RoleList(Value):
    """The section ``[label]`` of ``[[SCPSCURoleSelection]]``."""

    label: str
    items: tuple[RoleEntry, ...]
    spans: tuple[Span, ...]


class ExtendedNegotiation(Value):
    r"""``ExtendedNegotiationN = SOP class\data``: the service class application information (PS3.7 D.3.3.5), 1 to
    1,023 bytes.
    """

    sop_class: str
    sop_class_span: Span
    data: bytes
    data_span: Span
    span: Span


class ExtendedList(Value):
    """The section ``[label]`` of ``[[ExtendedNegotiation]]``."""

    label: str
    items: tuple[ExtendedNegotiation, ...]
    spans: tuple[Span, ...]


class PresentationContext(Value):
    """A presentation context that a requestor proposes, or that an acceptor is ready to accept.

    ``id`` is 1, 3, 5, ...; for an acceptor, which may have more than 128 contexts, it is only a number. ``role`` is the
    role that the profile's role list gives the SOP class. ``span`` is that of the entry.
    """

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    role: Role
    span: Span


class Profile(Value):
    """A section of ``[[Profiles]]``, resolved.

    ``name`` is DCMTK's (upper case, letters, digits, ``-`` and ``_``), ``span`` that of the section's header.
    ``refusal`` says why DCMTK would load the file but refuse to use this profile (None: it would use it).
    """

    name: str
    contexts: tuple[PresentationContext, ...]
    extended: tuple[ExtendedNegotiation, ...]
    context_list: ContextList
    role_list: RoleList | None
    extended_list: ExtendedList | None
    span: Span
    refusal: Problem | None = None


class Config(Value):
    """A loaded profile file."""

    release: str
    role: AssociationRole
    profiles: Mapping[str, Profile]
    transfer_syntax_lists: Mapping[str, TransferSyntaxList]
    context_lists: Mapping[str, ContextList]
    role_lists: Mapping[str, RoleList]
    extended_lists: Mapping[str, ExtendedList]

    def use(self, name: str) -> Profile:
        """The profile that DCMTK would use for that name on its command line: white space is removed and letters are
        upper-cased, both for ASCII only, as by C's isspace and toupper.

        Raises ProfileNotFound when there is none (DCMTK's condition 1062), LoadError when DCMTK refuses to use it
        (1067).
        """
        wanted = looked_up(name)
        profile = self.profiles.get(wanted)
        if profile is None:
            raise ProfileNotFound(not_found(name, list(self.profiles)))
        if profile.refusal is not None:
            raise LoadError(profile.refusal.code, profile.refusal.message, profile.refusal.span)
        return profile


def not_found(name: str, known: list[str]) -> str:
    """A message that there is no profile of that name, and which there are."""
    # Needed only when a name is wrong.
    from asprofile.names.suggest import nearest

    near = nearest(name.upper(), known)
    if near:
        return f"no profile {name!r}; did you mean {' or '.join(near)}?"
    return f"no profile {name!r}; there is {some_names(known)}"


def some_names(known: Sequence[str]) -> str:
    """The names; if there are very many, some of them and the number of the others."""
    shown = ", ".join(shortened(one) for one in known[:_MOST_NAMES]) or "none"
    return shown + (f" and {len(known) - _MOST_NAMES:,} more" if len(known) > _MOST_NAMES else "")


def only_of(names: Sequence[str], path: str, typed: str | None = None) -> str:
    """The name of the only profile of a file; ``typed`` is how the file is written on a command line. Raises
    AsprofileError where there are more or none.
    """
    if len(names) == 1:
        return names[0]
    file = typed or ("-" if path == UNNAMED else path)
    raise AsprofileError(f"{path}: which profile? There is {some_names(names)}; write {file}:NAME")
