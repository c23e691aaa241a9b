"""What to generate: presentation contexts in groups, and who shall load the file.

It decides which SOP class is offered in which transfer syntax; names, numbers and layout belong in ``render``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from asprofile.model.words import AssociationRole, Role, is_limited
from asprofile.names import transfer_syntaxes
from asprofile.names.fit import judge


@dataclass(frozen=True, slots=True)
class SyntaxList:
    """A section of ``[[TransferSyntaxes]]``: its label (letters, digits, ``-`` and ``_``), and its UIDs in order of
    preference."""

    label: str
    uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestedContext:
    """A presentation context: the UID of the abstract syntax, and its transfer syntaxes. ``note`` is a comment of one
    line, for instance how many objects need it."""

    abstract_syntax: str
    syntaxes: SyntaxList
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Contexts that are together in the file, below a comment (one or more lines, without ``#``)."""

    comment: str
    contexts: tuple[RequestedContext, ...]


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """A profile, and the file that it is in.

    ``name``: the profile's, written as it is (letters, digits, ``-`` and ``_``). ``oldest``: the oldest DCMTK release
    that shall load the file, one of ``releases.RELEASES``. ``header``: the comment at the top, without ``#``.
    ``roles`` and ``extended`` (SOP class extended negotiation) speak of SOP classes of the contexts, each once.
    """

    name: str
    role: AssociationRole
    oldest: str
    header: str
    groups: tuple[Group, ...]
    roles: tuple[tuple[str, Role], ...] = ()
    extended: tuple[tuple[str, bytes], ...] = ()

    @property
    def contexts(self) -> tuple[RequestedContext, ...]:
        """All contexts in the order of the file."""
        return tuple(context for group in self.groups for context in group.contexts)

    @property
    def limited(self) -> bool:
        """Whether DCMTK allows 128 contexts only: for a requestor always, for an acceptor before release 3.6.8."""
        return is_limited(self.role, self.oldest)


def single(uid: str) -> SyntaxList:
    """The list of one standard transfer syntax, labelled with its keyword (PS3.6), so that the peer has no choice.

    Raises ValueError for a UID that is no standard transfer syntax.
    """
    syntax = transfer_syntaxes.get(uid)
    if syntax is None or not syntax.keyword:
        raise ValueError(f"{uid} is not a standard transfer syntax")
    return SyntaxList(syntax.keyword, (uid,))


def encodable(abstract_syntax: str, transfer_syntax: str) -> bool:
    """Whether it makes sense to offer the two together.

    For a standard Storage SOP class: some object can be encoded so (PS3.5 8.2, A.4), it is not a video stream for a
    single-frame IOD, and not lossy where that makes no sense. A class that certainly has no Pixel Data gets only native
    transfer syntaxes; a private SOP class of which nothing is known may get any.
    """
    return judge(abstract_syntax, transfer_syntax).sensible


def permitted(abstract_syntax: str, transfer_syntax: str) -> bool:
    """Whether the standard allows the two together for some object, be it unwise: what somebody may ask for by name.

    Nothing is forbidden for what is not known (a private SOP class, a transfer syntax in no table).
    """
    return not judge(abstract_syntax, transfer_syntax).useless


def each(abstract_syntaxes: Iterable[str], lists: Iterable[SyntaxList]) -> tuple[RequestedContext, ...]:
    """For a requestor: every SOP class with each of the lists that it can be encoded in, a context each."""
    lists = tuple(lists)
    return tuple(
        RequestedContext(uid, syntaxes) for uid in abstract_syntaxes for syntaxes in lists if _fits(uid, syntaxes)
    )


def choice(abstract_syntaxes: Iterable[str], lists: Iterable[SyntaxList]) -> tuple[RequestedContext, ...]:
    """For an acceptor, which names a SOP class once: with the first of the lists that it can be encoded in.

    Raises ValueError for a SOP class that fits none of them.
    """
    lists = tuple(lists)
    return tuple(RequestedContext(uid, _first(uid, lists)) for uid in abstract_syntaxes)


def _first(uid: str, lists: tuple[SyntaxList, ...]) -> SyntaxList:
    for syntaxes in lists:
        if _fits(uid, syntaxes):
            return syntaxes
    raise ValueError(f"no list has only transfer syntaxes for {uid}")


def _fits(abstract_syntax: str, syntaxes: SyntaxList) -> bool:
    return all(encodable(abstract_syntax, uid) for uid in syntaxes.uids)
