"""Association requests and answers as values; making a request from a profile; the size of a request.

Belongs here: what A-ASSOCIATE-RQ and A-ASSOCIATE-AC say (PS3.8 section 9.3.2 and 9.3.3, PS3.7 annex D). Does
not belong here: their encoding (``net.wire``), the acceptor's decision (``answer``), the choice of a context
(``choose``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from asprofile import __version__
from asprofile.errors import ProposalError
from asprofile.names.well_known import APPLICATION_CONTEXT, MAX_CONTEXTS
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.model.words import Role

IMPLEMENTATION_CLASS_UID: Final = "2.25.260817234388079704578482171798144288848"
IMPLEMENTATION_VERSION_NAME: Final = ("ASPROFILE_" + "".join(filter(str.isalnum, __version__)))[:16]

MIN_MAX_PDU: Final = 4096
MAX_MAX_PDU: Final = 1 << 24
"""Limits of the maximum length that we announce: some peers refuse a smaller one; with a larger one a single PDU needs
too much memory.
"""
DEFAULT_MAX_PDU: Final = 16384
PROTOCOL_VERSION: Final = 1

_UID_ON_THE_WIRE: Final = 64
_ITEM_LIMIT: Final = 65535
_LARGEST: Final = 65535


class ContextSource(Protocol):
    """A presentation context of a profile (``model.PresentationContext``)."""

    @property
    def id(self) -> int: ...
    @property
    def abstract_syntax(self) -> str: ...
    @property
    def transfer_syntaxes(self) -> tuple[str, ...]: ...
    @property
    def role(self) -> Role: ...


class ExtendedSource(Protocol):
    """An extended negotiation entry of a profile (``model.ExtendedNegotiation``)."""

    @property
    def sop_class(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class ProfileSource(Protocol):
    """The part of ``model.Profile`` that negotiation needs."""

    @property
    def contexts(self) -> Sequence[ContextSource]: ...
    @property
    def extended(self) -> Sequence[ExtendedSource]: ...


class ProposedContext(Value):
    """A presentation context item of a request; ``id`` is odd, 1 to 255."""

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


class ContextResult(Value):
    """A presentation context item of an answer (PS3.8 Table 9-18).

    ``result`` is 0 accepted, 1 rejected by the user, 2 no reason, 3 abstract syntax not supported, 4 transfer
    syntaxes not supported; peers send other values too. ``transfer_syntax`` counts only with result 0, and even then
    may be empty or wrong: it is what the peer sent.
    """

    id: int
    result: int
    transfer_syntax: str

    @property
    def accepted(self) -> bool:
        return self.result == 0


class RoleItem(Value):
    """An SCP/SCU role selection sub-item (54H, PS3.7 D.3.3.4): the roles of the requestor for a SOP class."""

    sop_class: str
    scu: bool
    scp: bool


class ExtendedItem(Value):
    """A SOP class extended negotiation sub-item (56H, PS3.7 D.3.3.5)."""

    sop_class: str
    data: bytes


class OperationsWindow(Value):
    """An asynchronous operations window sub-item (53H, PS3.7 D.3.3.3): how many operations that the requestor invokes,
    and that it performs, may be open at a time; 0 to 65535, 0 means no limit.
    """

    invoked: int
    performed: int


class UserIdentity(Value):
    """A user identity sub-item (58H, PS3.7 D.3.3.7).

    ``kind`` is 1 user name, 2 user name and passcode, 3 Kerberos, 4 SAML, 5 JSON Web Token; ``secondary`` is
    the passcode. Its repr does not show the secrets.
    """

    kind: int
    primary: bytes
    secondary: bytes = b""
    response_requested: bool = False

    def __repr__(self) -> str:
        return f"UserIdentity(kind={self.kind}, response_requested={self.response_requested})"


class AssociateRequest(Value):
    """What an A-ASSOCIATE-RQ says; ``max_pdu`` is what its sender can receive, in bytes (0: no limit). Without a
    ``window`` one operation is open at a time. ``protocol_version`` is what came: a bit for each version, and there is
    only the first (PS3.8 Table 9-11).

    In one that came, ids may be any and more than once, and UIDs anything of up to 64 characters.
    """

    called_ae: str
    calling_ae: str
    contexts: tuple[ProposedContext, ...]
    roles: tuple[RoleItem, ...] = ()
    extended: tuple[ExtendedItem, ...] = ()
    max_pdu: int = DEFAULT_MAX_PDU
    implementation_class_uid: str = IMPLEMENTATION_CLASS_UID
    implementation_version_name: str = IMPLEMENTATION_VERSION_NAME
    user_identity: UserIdentity | None = None
    application_context: str = APPLICATION_CONTEXT
    window: OperationsWindow | None = None
    protocol_version: int = PROTOCOL_VERSION


class AssociateAccept(Value):
    """What an A-ASSOCIATE-AC says; the AE titles repeat the request's and must be ignored (PS3.8 Table 9-17).

    ``identity_response`` is the server response of a user identity sub-item (59H), if there was one.
    """

    called_ae: str
    calling_ae: str
    results: tuple[ContextResult, ...]
    roles: tuple[RoleItem, ...] = ()
    extended: tuple[ExtendedItem, ...] = ()
    max_pdu: int = DEFAULT_MAX_PDU
    implementation_class_uid: str = IMPLEMENTATION_CLASS_UID
    implementation_version_name: str = IMPLEMENTATION_VERSION_NAME
    identity_response: bytes | None = None
    application_context: str = APPLICATION_CONTEXT
    window: OperationsWindow | None = None


def propose(
    profile: ProfileSource,
    *,
    called_ae: str = "ANY-SCP",
    calling_ae: str = "ASPROFILE",
    max_pdu: int = DEFAULT_MAX_PDU,
    implementation_class_uid: str = IMPLEMENTATION_CLASS_UID,
    implementation_version_name: str = IMPLEMENTATION_VERSION_NAME,
    user_identity: UserIdentity | None = None,
) -> AssociateRequest:
    """The request that DCMTK's storescu (3.6.7 and later) sends with this profile.

    Contexts in the profile's order with ids 1, 3, 5 and so on; UIDs cut to 64 characters; one role item for each
    context whose role is not the default, even if a SOP class gets two of them; extended negotiation in its own order.
    Raises ProposalError if an A-ASSOCIATE-RQ cannot express it; see ``check``.
    """
    if not profile.contexts:
        raise ProposalError("the profile has no presentation contexts, so there is nothing to propose")
    if len(profile.contexts) > MAX_CONTEXTS:
        raise ProposalError(
            f"the profile has {len(profile.contexts)} presentation contexts, "
            f"a request can have at most {MAX_CONTEXTS}: use a profile made for a requestor, "
            "or take out what is not sent"
        )
    request = AssociateRequest(
        called_ae=called_ae,
        calling_ae=calling_ae,
        contexts=tuple(
            ProposedContext(2 * i + 1, _cut(c.abstract_syntax), tuple(map(_cut, c.transfer_syntaxes)))
            for i, c in enumerate(profile.contexts)
        ),
        roles=tuple(
            RoleItem(_cut(c.abstract_syntax), c.role in ("scu", "both"), c.role in ("scp", "both"))
            for c in profile.contexts
            if c.role != "default"
        ),
        extended=tuple(ExtendedItem(e.sop_class, e.data) for e in profile.extended),
        max_pdu=max_pdu,
        implementation_class_uid=implementation_class_uid,
        implementation_version_name=implementation_version_name,
        user_identity=user_identity,
    )
    check(request)
    return request


def check(request: AssociateRequest) -> None:
    """Raise ProposalError unless the request can be encoded and its receive limit is one we can keep."""
    _check_ae_title("called", request.called_ae)
    _check_ae_title("calling", request.calling_ae)
    if not MIN_MAX_PDU <= request.max_pdu <= MAX_MAX_PDU:
        raise ProposalError(f"maximum PDU length {request.max_pdu}: give {MIN_MAX_PDU} to {MAX_MAX_PDU} bytes")
    if not 1 <= len(request.implementation_class_uid) <= _UID_ON_THE_WIRE:
        raise ProposalError("the implementation class UID must have 1 to 64 characters")
    name = request.implementation_version_name
    if len(name) > 16 or not (name.isascii() and name.isprintable()):
        raise ProposalError(f"implementation version name {name!r}: at most 16 printable ASCII characters")
    window = request.window
    if window is not None and not (0 <= window.invoked <= _LARGEST and 0 <= window.performed <= _LARGEST):
        raise ProposalError(f"an operations window of {window.invoked} and {window.performed}: give 0 to {_LARGEST}")
    for context in request.contexts:
        if _context_size(context) - 4 > _ITEM_LIMIT:
            raise ProposalError(
                f"presentation context {context.id}: its {len(context.transfer_syntaxes)} transfer syntaxes "
                f"take more than {_ITEM_LIMIT} bytes: shorten the list"
            )
    if _user_information_size(request) - 4 > _ITEM_LIMIT:
        raise ProposalError(
            f"user information (roles, extended negotiation, user identity) takes more than "
            f"{_ITEM_LIMIT} bytes: shorten it"
        )


def encoded_size(request: AssociateRequest) -> int:
    """Bytes of the A-ASSOCIATE-RQ on the wire, its 6 byte header included (PS3.8 Table 9-11)."""
    application_context = 4 + len(request.application_context)
    return 74 + application_context + sum(map(_context_size, request.contexts)) + _user_information_size(request)


def _context_size(context: ProposedContext) -> int:
    return 8 + 4 + len(context.abstract_syntax) + sum(4 + len(uid) for uid in context.transfer_syntaxes)


def _user_information_size(request: AssociateRequest) -> int:
    size = 4 + 8 + 4 + len(request.implementation_class_uid)
    if request.implementation_version_name:
        size += 4 + len(request.implementation_version_name)
    if request.window is not None:
        size += 4 + 4
    size += sum(4 + 2 + len(role.sop_class) + 2 for role in request.roles)
    size += sum(4 + 2 + len(item.sop_class) + len(item.data) for item in request.extended)
    identity = request.user_identity
    if identity is not None:
        size += 4 + 6 + len(identity.primary) + len(identity.secondary)
    return size


def is_ae_title(text: str) -> bool:
    """Whether a text without blanks around it is an AE title (PS3.8 Table 9-11, PS3.5 section 6.2)."""
    return 1 <= len(text) <= 16 and text.isascii() and text.isprintable() and "\\" not in text


def _check_ae_title(which: str, title: str) -> None:
    """PS3.8 Table 9-11, PS3.5 section 6.2 (AE)."""
    if not title.strip() or len(title) > 16:
        raise ProposalError(f"{which} AE title {title!r}: must have 1 to 16 characters, not only blanks")
    if not (title.isascii() and title.isprintable()) or "\\" in title:
        raise ProposalError(f"{which} AE title {title!r}: only printable ASCII characters other than a backslash")


def _cut(uid: str) -> str:
    """A UID as DCMTK puts it into a request: its fields hold 64 characters, the rest is silently lost."""
    return uid[:_UID_ON_THE_WIRE]
