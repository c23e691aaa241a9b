"""What an acceptor decides of an association: whom it takes, and in which contexts.

An engine asks its policy and does as it says; another program's ways are another policy. Does not belong here: what
becomes of an object (``incoming``), how a context is chosen (``negotiate.answer``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from asprofile.names.sop_classes import is_storage, other
from asprofile.names.well_known import (
    APPLICATION_CONTEXT,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    STANDARD_ROOT,
    VERIFICATION,
)
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import PROTOCOL_VERSION, AssociateAccept, OperationsWindow
from asprofile.net.transport import host_of
from asprofile.net.wire import AssociateReject
from asprofile.value import replaced

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateRequest, ContextSource, ExtendedSource, ProfileSource
    from asprofile.receive.options import ReceiveOptions

PROTOCOL_VERSION_NOT_SUPPORTED: Final = AssociateReject(1, 2, 2)
_APPLICATION_CONTEXT_NOT_SUPPORTED: Final = AssociateReject(1, 1, 2)
_CALLING_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 3)
_CALLED_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 7)
_STANDARD_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
"""What storage SOP classes of the standard begin with, those of later editions too."""
LIMIT_EXCEEDED: Final = AssociateReject(2, 3, 2)
TOO_LARGE: Final = AssociateReject(1, 3, 2)


class AcceptorPolicy(Protocol):
    """Asked from the threads of associations, several at a time."""

    def answer(self, request: AssociateRequest, peer: str) -> AssociateAccept | AssociateReject:
        """What is answered to a request from ``peer``, an address; ``max_pdu`` is that of the options."""


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """An entry of a profile that is made for one request."""

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    role: Literal["default"] = "default"


@dataclass(frozen=True, slots=True)
class RequestProfile:
    """A profile that is made for one request."""

    contexts: tuple[ContextSource, ...]
    extended: tuple[ExtendedSource, ...] = ()


def everything(request: AssociateRequest) -> ProfileSource:
    """A profile with all that is proposed: storage SOP classes, private ones and Verification, each in the order in
    which the requestor has its transfer syntaxes. Not what is known to be another service.
    """
    syntaxes: dict[str, dict[str, None]] = {}
    for context in request.contexts:
        if _is_uid(context.abstract_syntax) and _may_be_storage(context.abstract_syntax):
            usable = filter(_is_uid, context.transfer_syntaxes)
            syntaxes.setdefault(context.abstract_syntax, {}).update(dict.fromkeys(usable))
    return RequestProfile(
        tuple(ProfileEntry(2 * i + 1, uid, tuple(some)) for i, (uid, some) in enumerate(syntaxes.items()))
    )


def _is_uid(text: str) -> bool:
    """Whether it could be a UID (PS3.5 section 9.1). Anything else can be neither in an answer nor in a file."""
    return 1 <= len(text) <= 64 and text.isascii()


def _may_be_storage(uid: str) -> bool:
    if uid == VERIFICATION or is_storage(uid):
        return True
    is_known = other(uid) is not None or uid.startswith(STANDARD_ROOT)
    return not is_known or (other(uid) is None and uid.startswith(_STANDARD_STORAGE))


def _with_verification(profile: ProfileSource) -> ProfileSource:
    if any(context.abstract_syntax == VERIFICATION for context in profile.contexts):
        return profile
    entry = ProfileEntry(1, VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN))
    return RequestProfile((*profile.contexts, entry), tuple(profile.extended))


class ProfilePolicy:
    """What DCMTK's acceptors answer with the profile, and what the options grant: an operations window, Verification.
    Without a profile everything is accepted (``everything``).
    """

    def __init__(self, profile: ProfileSource | None, options: ReceiveOptions) -> None:
        self.profile = profile
        """With what the options add to it."""
        if profile is not None and options.always_verification:
            self.profile = _with_verification(profile)
        self._options = options

    def answer(self, request: AssociateRequest, peer: str) -> AssociateAccept | AssociateReject:
        """See AcceptorPolicy."""
        if not request.protocol_version & PROTOCOL_VERSION:
            return PROTOCOL_VERSION_NOT_SUPPORTED
        if request.application_context != APPLICATION_CONTEXT:
            return _APPLICATION_CONTEXT_NOT_SUPPORTED
        called, calling = request.called_ae.strip(" "), request.calling_ae.strip(" ")
        if self._options.ae_title not in (None, called) or not called.isascii():
            return _CALLED_AE_NOT_RECOGNIZED
        if not calling.isascii() or not self._may_call(calling, peer):
            return _CALLING_AE_NOT_RECOGNIZED
        accept = answer(request, self.profile or everything(request), max_pdu=self._options.max_pdu)
        return replaced(accept, window=granted_window(request.window, self._options.window))

    def _may_call(self, calling_ae: str, peer: str) -> bool:
        allowed = self._options.only_from
        if not allowed:
            return True
        # Not needed where everybody may.
        from ipaddress import ip_address

        host = ip_address(host_of(peer).partition("%")[0])
        return any(one.ae_title == calling_ae and (one.network is None or host in one.network) for one in allowed)


def why_rejected(reject: AssociateReject, request: AssociateRequest) -> str:
    """The reason for a rejection of ours, as we see it: which title, and whose, it is about."""
    match reject:
        case _ if reject == LIMIT_EXCEEDED:
            return "as many associations as are allowed are open"
        case _ if reject == TOO_LARGE:
            return "its request has more presentation contexts, or more items in all, than are allowed"
        case AssociateReject(source=1, reason=2):
            return f"its application context {request.application_context} is not DICOM's"
        case AssociateReject(source=1, reason=3):
            return f"its AE title {request.calling_ae.strip(' ')} may not call"
        case AssociateReject(source=1, reason=7):
            return f"it called the AE title {request.called_ae.strip(' ')}, which is not ours"
        case AssociateReject(source=2, reason=2):
            return "its protocol version is not supported"
        case _:
            return reject.text


def is_too_large(request: AssociateRequest, options: ReceiveOptions) -> bool:
    """It has more contexts, or more items in all, than the options allow."""
    syntaxes = sum(len(context.transfer_syntaxes) for context in request.contexts)
    items = len(request.contexts) + syntaxes + len(request.roles) + len(request.extended)
    return len(request.contexts) > options.max_contexts or items > options.max_items


def flaw(request: AssociateRequest) -> str:
    """What keeps DCMTK's acceptors from any answer to a request that they would accept; empty if nothing does."""
    if not request.contexts:
        return "the request proposes no presentation context"
    for which, title in (("called", request.called_ae), ("calling", request.calling_ae)):
        if not title.strip(" "):
            return f"the request has no {which} AE title"
    return ""


def granted_window(asked: OperationsWindow | None, most: int) -> OperationsWindow | None:
    """The answer to a window: at most what was asked for, and no operations that we would invoke."""
    if asked is None or most == 1:
        return None
    return OperationsWindow(invoked=min(asked.invoked or most, most or asked.invoked), performed=1)
